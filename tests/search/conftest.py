"""A small archive, written by hand, on the real node: shared by all tests of a module."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from elasticsearch import Elasticsearch
from musnad.archive.authority import actor_document
from musnad.archive.documents import ArticleDocument, ClaimDocument, StatementDocument
from musnad.archive.indices import alias, init
from musnad.archive.read import ArchiveReader
from musnad.model import (
    Actor,
    Alias,
    Link,
    Mention,
    Model,
    Outlet,
    Provenance,
    RelationCounts,
    Span,
    Speaker,
    StatusChange,
)
from musnad.node.state import Connection
from musnad.plugins import Plugins
from musnad.settings import Settings

_FILE = Path(__file__).parent.parent / "data" / "spellings.yaml"
SPELLINGS = [
    {key: value for key, value in row.items() if key not in ("asked", "others")}
    for row in yaml.safe_load(_FILE.read_text(encoding="utf-8"))["records"]
]
ACTORS = [
    Actor(
        id="p-harith",
        type="person",
        names={"ar": "حارث الشنواني", "en": "Harith al-Shanwani"},
        aliases=(
            Alias(text="الشنواني", kind="short"),
            Alias(text="Hârith Chanouani", kind="transliteration"),
            Alias(text="أبو مؤنس", kind="kunya"),
        ),
        titles=("العميد", "وزير الأشغال"),
    ),
    Actor(
        id="p-nadim",
        type="person",
        names={"ar": "نديم الشنواني", "en": "Nadim al-Shanwani"},
        aliases=(Alias(text="الشنواني", kind="short"),),
        titles=("الأمير",),
    ),
    Actor(
        id="p-tariq",
        type="person",
        names={"ar": "طارق مسعودة"},
        aliases=(Alias(text="مسعودة", kind="short"),),
        titles=("المشير",),
    ),
    Actor(
        id="s-arzania",
        type="state",
        names={"ar": "أرزانيا", "en": "Arzania"},
        aliases=(
            Alias(text="Sana'a ul-Arz", kind="transliteration"),
            Alias(text="كرنك", kind="short"),
        ),
    ),
]
OUTLETS = [
    Outlet(
        id="o-sada",
        names={"ar": "صدى المرفأ", "en": "Sada al-Marfa"},
        aliases=(Alias(text="صحيفة صدى المرفأ"),),
        kind="newspaper",
    ),
    Outlet(id="o-warz", names={"ar": "وكالة وارز", "en": "WARZ"}, kind="agency"),
]
BRIDGE = "أعيد فتح جسر النهر أمام السيارات"


def article(number: int, day: str, title: str, body: str, **values: Any) -> ArticleDocument:
    return ArticleDocument(
        **{
            "id": f"a{number}",
            "copy_group": f"a{number}",
            "title": title,
            "body": body,
            "published_at": datetime.fromisoformat(day).replace(tzinfo=UTC),
            "outlet_id": "o-sada",
            "outlet_name": "صدى المرفأ",
            "ingested_at": datetime(2026, 1, 9, tzinfo=UTC),
            "run_id": "r",
            **values,
        }
    )


def mention(body: str, surface: str, actor_id: str, name: str) -> Mention:
    start = body.index(surface)
    return Mention(
        field="body",
        start=start,
        end=start + len(surface),
        surface=surface,
        type="person",
        actor_id=actor_id,
        name=name,
    )


def articles() -> list[ArticleDocument]:
    first = f"قال العميد حارث الشنواني إنه {BRIDGE}. ورحبت أرزانيا بالخطوة."
    return [
        article(
            1,
            "2025-03-01T23:30:00",
            "جسر النهر يفتح من جديد",
            first,
            actors=("p-harith", "s-arzania"),
            actor_names=("حارث الشنواني", "أرزانيا"),
            mentions=(mention(first, "حارث الشنواني", "p-harith", "حارث الشنواني"),),
            claim_ids=("cs1",),
            claim_status=("disputed",),
            claim_status_at_publication=("reported",),
            claims=(
                {
                    "id": "cs1",
                    "relation": "supports",
                    "status_at_publication": "reported",
                    "status": "disputed",
                },
            ),
        ),
        article(
            2,
            "2025-03-02T08:00:00",
            "نفي رسمي",
            "نفت وزارة الأشغال ما نشرته صحيفة فرنسية عن الجسر، وزياراتٌ للوزير ألغيت",
            outlet_id="o-warz",
            outlet_name="وكالة وارز",
            cited_outlets=("o-sada",),
            unnamed_outlets=("صحيفة فرنسية",),
            claim_ids=("cs1",),
            claim_status=("disputed",),
        ),
        article(
            3,
            "2025-03-05T08:00:00",
            "سوق الزيتون",
            "هبط سعر الزيتون في الأسواق",
            candidate_actors=("p-harith", "p-nadim"),
        ),
    ]


def statements() -> list[StatementDocument]:
    said = articles()[0]
    start = said.body.index(BRIDGE)
    rows = []
    for number, relation, day in ((2, "denies", 2), (1, "supports", 1)):
        link = Link(
            statement_id=f"s{number}",
            claim_id="cs1",
            relation=relation,
            score=0.9,
            decided_by="claims.linker:same-words",
        )
        rows.append(
            StatementDocument(
                id=f"s{number}",
                stance="asserts" if number == 1 else "denies",
                cue=Span(field="body", start=0, end=3, surface=said.body[:3]),
                said=Span(field="body", start=start, end=start + len(BRIDGE), surface=BRIDGE),
                speaker=Speaker(kind="person", actor_id="p-harith", name="حارث الشنواني"),
                speaker_name="حارث الشنواني",
                article_id=f"a{number}",
                article_title=said.title,
                published_at=datetime(2025, 3, day, tzinfo=UTC),
                outlet_id="o-sada",
                outlet_name="صدى المرفأ",
                sentence=f"جملة القول {number}",
                link=link,
                links=(link,),
                settled=True,
                provenance=Provenance(plugin="claims", rule="said"),
                run_id="r",
            )
        )
    return rows


def claims() -> list[ClaimDocument]:
    now = datetime(2026, 1, 9, tzinfo=UTC)
    return [
        ClaimDocument(
            id="cs1",
            text=BRIDGE,
            status="disputed",
            status_reason="supported and denied, both stand",
            history=(
                StatusChange(
                    at=datetime(2025, 3, 1, tzinfo=UTC),
                    status="reported",
                    because="s1",
                    reason="supported by one outlet",
                ),
                StatusChange(
                    at=datetime(2025, 3, 2, tzinfo=UTC),
                    status="disputed",
                    because="s2",
                    reason="supported and denied, both stand",
                ),
            ),
            actors=("p-harith",),
            actor_names=("حارث الشنواني",),
            relations=RelationCounts(supports=1, denies=1),
            first_seen=datetime(2025, 3, 1, tzinfo=UTC),
            last_seen=datetime(2025, 3, 2, tzinfo=UTC),
            statement_count=2,
            settled_at=now,
        ),
        ClaimDocument(
            id="cs9", text="القديم", status="reported", merged_into="cs1", settled_at=now
        ),
    ]


@pytest.fixture(scope="module")
def archive(elasticsearch_node: Connection) -> Iterator[ArchiveReader]:
    """Yield a reader of the small archive; it is removed afterwards."""
    yield from kept(elasticsearch_node, rows())


@pytest.fixture(scope="module")
def spellings(elasticsearch_node: Connection) -> Iterator[ArchiveReader]:
    """Yield a reader of an archive with the actors of tests/data/spellings.yaml and an article that names one."""
    named = [Actor.model_validate(row) for row in SPELLINGS]
    words = article(1, "2026-01-02", "جولة", "وصل خالد حفتار إلى المرفأ.")
    yield from kept(
        elasticsearch_node,
        {"actors": [actor_document(actor) for actor in named], "articles": [words]},
    )


def kept(node: Connection, documents: dict[str, Sequence[Model]]) -> Iterator[ArchiveReader]:
    """Yield a reader of an archive of these documents; it is removed afterwards."""
    prefix = f"t{secrets.token_hex(4)}"
    with node.client() as client:
        init(client, prefix, Plugins(Settings(prefix=prefix)))
        _write(client, prefix, documents)
        yield ArchiveReader(client, prefix)
        names = list(client.indices.get(index=f"{prefix}-*"))
        client.indices.delete(index=",".join(names))
        client.indices.delete_index_template(name=f"{prefix}-*")


def rows() -> dict[str, Sequence[Model]]:
    return {
        "actors": [actor_document(actor) for actor in [*ACTORS, *OUTLETS]],
        "articles": articles(),
        "statements": statements(),
        "claims": claims(),
    }


def _write(client: Elasticsearch, prefix: str, rows: dict[str, Sequence[Model]]) -> None:
    for name, documents in rows.items():
        for document in documents:
            content = json.loads(document.model_dump_json())
            client.index(index=alias(prefix, name), id=content["id"], document=content)
    client.indices.refresh(index=f"{prefix}-*")
