"""Helpers: a document as musnad_arabic makes it, and a tagger over a few records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from musnad.components import Normalizer
from musnad.document import Document
from musnad.model import Actor, Alias, AliasKind, Article, EntityType, Mention
from musnad.text import NormalizedText
from musnad_actors.config import ActorsSettings
from musnad_actors.decisions import Judge
from musnad_actors.lexicon import lexicon
from musnad_actors.matching import NameIndex
from musnad_actors.tagger import ActorTagger
from musnad_arabic.config import ArabicSettings
from musnad_arabic.plugin import musnad_normalizers

MakeDocument = Callable[..., Document]
Tag = Callable[..., list[Mention]]


@pytest.fixture(scope="session")
def normalizers() -> list[Normalizer]:
    steps = list(musnad_normalizers(settings=ArabicSettings()))
    for step in steps:
        step.open()
    return steps


@pytest.fixture(scope="session")
def make_document(normalizers: list[Normalizer]) -> MakeDocument:
    def make(body: str, title: str = "", published: datetime | None = None) -> Document:
        article = Article(id="a", title=title, body=body, published_at=published)
        normalized = NormalizedText.of(article.text)
        for step in normalizers:
            if step.stage != "key":
                normalized = step.normalize(normalized)
        key = normalized
        for step in normalizers:
            if step.stage == "key":
                key = step.normalize(key)
        return Document(article, normalized, key, {})

    return make


def record(
    actor_id: str,
    name: str,
    *aliases: tuple[str, AliasKind],
    kind: EntityType = "person",
    titles: Sequence[str] = (),
    country: str | None = None,
    **more: object,
) -> Actor:
    return Actor.model_validate(
        {
            "id": actor_id,
            "type": kind,
            "names": {"ar": name},
            "aliases": [Alias(text=text, kind=what) for text, what in aliases],
            "titles": titles,
            "country": country,
            **more,
        }
    )


@pytest.fixture(scope="session")
def tag(make_document: MakeDocument) -> Tag:
    """Tag a text with nothing but these records."""

    def run(
        records: Iterable[Actor], body: str, title: str = "", published: datetime | None = None
    ) -> list[Mention]:
        listed = list(records)
        tagger = ActorTagger(ActorsSettings(starter=False))
        tagger._index = NameIndex(listed)
        tagger._judge = Judge({r.id: r for r in listed}, lexicon())
        tagger._authority = _Held({r.id: r for r in listed})  # type: ignore[assignment]
        return list(tagger.tag(make_document(body, title, published)))

    return run


class _Held:
    def __init__(self, records: dict[str, Actor]) -> None:
        self.records = records


@pytest.fixture
def july() -> datetime:
    return datetime(2015, 7, 15, tzinfo=UTC)


@pytest.fixture
def make_record() -> Callable[..., Actor]:
    return record


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def run(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return run
