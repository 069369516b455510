"""What the tests of the archive share: documents as small as they can be, and plugins without others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from musnad.archive.client import connect
from musnad.archive.documents import ArticleDocument, ClaimDocument, StatementDocument
from musnad.archive.indices import alias, init
from musnad.archive.read import ArchiveReader
from musnad.model import Link, Span, Speaker
from musnad.plugins import Plugins
from musnad.settings import Settings

NOW = datetime(2026, 1, 1, tzinfo=UTC)
Register = Callable[..., Plugins]


@pytest.fixture
def plugins() -> Register:
    """Return a maker of plugin managers that hold only the plugins given as name=object."""

    def make(**named: object) -> Plugins:
        found = Plugins(Settings())
        for name, plugin in named.items():
            found.register(plugin, name)
        return found

    return make


@pytest.fixture
def client(musnad_settings: Settings) -> Iterator[Elasticsearch]:
    """Yield a client as commands have it."""
    with connect(musnad_settings) as made:
        yield made


@pytest.fixture
def archive(client: Elasticsearch, musnad_settings: Settings, plugins: Register) -> ArchiveReader:
    """Return a reader of an empty archive without plugins."""
    init(client, musnad_settings.prefix, plugins())
    return ArchiveReader(client, musnad_settings.prefix)


class Writer:
    """Puts small documents into an archive."""

    def __init__(self, reader: ArchiveReader) -> None:
        self.reader = reader

    def article(self, article_id: str, **values: Any) -> ArticleDocument:
        article = ArticleDocument(
            **{
                "id": article_id,
                "title": "عنوان",
                "body": "قال المتحدث إن الجسر فتح",
                "ingested_at": NOW,
                "run_id": "r",
                **values,
            }
        )
        self._put("articles", article.id, article.model_dump_json())
        return article

    def statement(self, statement_id: str, article: str, claim: str, **values: Any) -> None:
        link = Link(
            statement_id=statement_id,
            claim_id=claim,
            relation="supports",
            score=1,
            decided_by="test",
        )
        statement = StatementDocument(
            **{
                "id": statement_id,
                "stance": "asserts",
                "cue": Span(field="body", start=0, end=3, surface="قال"),
                "said": Span(field="body", start=15, end=24, surface="الجسر فتح"),
                "speaker": Speaker(kind="none"),
                "article_id": article,
                "article_title": "عنوان",
                "sentence": "قال المتحدث إن الجسر فتح",
                "link": link,
                "links": (link,),
                "settled": True,
                "run_id": "r",
                **values,
            }
        )
        self._put("statements", statement.id, statement.model_dump_json())

    def claim(self, claim_id: str, **values: Any) -> None:
        claim = ClaimDocument(
            **{
                "id": claim_id,
                "text": "الجسر فتح",
                "status": "reported",
                "settled_at": NOW,
                **values,
            }
        )
        self._put("claims", claim.id, claim.model_dump_json())

    def _put(self, name: str, document_id: str, document: str) -> None:
        self.reader.client.index(
            index=alias(self.reader.prefix, name),
            id=document_id,
            document=json.loads(document),
            refresh=True,
        )


@pytest.fixture
def write(archive: ArchiveReader) -> Writer:
    """Return a writer of documents into the archive."""
    return Writer(archive)
