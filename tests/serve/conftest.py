"""The page over a small hand-written archive, read with a key that may only read."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from flask.testing import FlaskClient
from musnad.archive.access import Keys
from musnad.archive.authority import actor_document
from musnad.archive.documents import ArticleDocument, ClaimDocument, StatementDocument
from musnad.archive.indices import alias, init
from musnad.archive.read import ArchiveReader
from musnad.claims import Decision
from musnad.model import (
    Actor,
    Alias,
    Candidate,
    Link,
    Mention,
    Model,
    Outlet,
    OutletCount,
    Provenance,
    RelationCounts,
    Review,
    Span,
    Speaker,
    StatusChange,
)
from musnad.node.state import Connection
from musnad.plugins import Plugins
from musnad.serve import create_app
from musnad.settings import Settings

HOSTILE = '"><script>alert(1)</script>\u202e\u2069{{7*7}}'
BRIDGE = "جسر النهر فُتح أمام السيارات"
TOLD = (
    f"قال العميد حارث الشنواني إن {BRIDGE}.\r\nورحبت أرزانيا بالخطوة، ولم يقل الشنواني شيئا آخر.\n"
)
DENIED = "نفت وزارة الأشغال أن الجسر فُتح أمام السيارات."
ACTORS: list[Actor] = [
    Actor(
        id="p-harith",
        type="person",
        names={"ar": "حارث الشنواني", "en": "Harith al-Shanwani"},
        aliases=(Alias(text="أبو مؤنس", kind="kunya"), Alias(text="الشنواني", kind="short")),
        titles=("العميد",),
        identifiers={"wikidata": "Q1"},
        former_ids=("p-old",),
    ),
    Actor(id="s-arzania", type="state", names={"ar": "أرزانيا", "en": "Arzania"}),
    Actor(id="p-hostile", type="person", names={"ar": HOSTILE}, note=HOSTILE),
    Outlet(id="o-sada", names={"ar": "صدى المرفأ", "en": "Sada al-Marfa"}, kind="newspaper"),
    Outlet(id="o-warz", names={"ar": "وكالة وارز", "en": "WARZ"}, kind="agency"),
]


def span(text: str, words: str, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Span(field="body", start=start, end=start + len(words), surface=words)


def mention(text: str, words: str, nth: int = 0, **values: Any) -> Mention:
    return Mention(
        **span(text, words, nth).model_dump(),
        **{
            "type": "person",
            "name": words,
            "provenance": Provenance(plugin="actors", rule="name"),
            **values,
        },
    )


def article(identifier: str, day: str, title: str, body: str, **values: Any) -> ArticleDocument:
    return ArticleDocument(
        **{
            "id": identifier,
            "title": title,
            "body": body,
            "published_at": datetime.fromisoformat(day).replace(tzinfo=UTC),
            "published_precision": "day",
            "outlet_id": "o-sada",
            "outlet_name": "صدى المرفأ",
            "copy_group": identifier,
            "ingested_at": datetime(2026, 1, 9, tzinfo=UTC),
            "run_id": "r",
            **values,
        }
    )


def statement(
    number: int,
    of: ArticleDocument,
    stance: str,
    relation: str,
    cue: str,
    said: str,
    speaker: Speaker,
) -> StatementDocument:
    link = Link(
        statement_id=f"s{number}", claim_id="cs1", relation=relation, score=0.9, decided_by="claims.linker:own"
    )  # fmt: skip
    return StatementDocument(
        id=f"s{number}",
        stance=stance,
        cue=span(of.body, cue),
        said=span(of.body, said),
        speaker=speaker,
        speaker_name=speaker.name,
        article_id=of.id,
        article_title=of.title,
        published_at=of.published_at,
        outlet_id=of.outlet_id,
        outlet_name=of.outlet_name,
        sentence=of.body.split(".")[0],
        said_text=said,
        link=link,
        settled=True,
        actors=("p-harith",),
        provenance=Provenance(plugin="claims", component="statements", rule="say:قال"),
        run_id="r",
    )


def documents() -> dict[str, list[Model]]:
    told = article(
        "a1",
        "2025-03-01T08:00:00",
        "جسر النهر",
        TOLD,
        url="https://sada.example/1",
        actors=("p-harith", "s-arzania"),
        claim_ids=("cs1",),
        claim_status=("disputed",),
        claims=(
            {"id": "cs1", "relation": "supports", "status_at_publication": "reported", "status": "disputed"},
        ),
        copy_group="g",
        mentions=(
            mention(TOLD, "حارث الشنواني", actor_id="p-harith"),
            mention(TOLD, "أرزانيا", type="state", actor_id="s-arzania"),
            mention(
                TOLD, "الشنواني", 1, candidates=(Candidate(id="p-harith", score=0.6), Candidate(id="p-hostile", score=0.4))
            ),
        ),
    )  # fmt: skip
    denied = article(
        "a/2?ü",
        "2025-03-02T08:00:00",
        "نفي رسمي",
        DENIED,
        outlet_id="o-warz",
        outlet_name="وكالة وارز",
        cited_outlets=("o-sada",),
        claim_ids=("cs1",),
        claim_status=("disputed",),
    )
    copy = article("a3", "2025-03-03T08:00:00", "جسر النهر", TOLD.replace("بالخطوة", "بها"), outlet_id="o-warz", outlet_name="وكالة وارز", copy_group="g", actors=("p-harith",))  # fmt: skip
    hostile = article("a4", "2025-04-01T08:00:00", HOSTILE, HOSTILE, url="javascript:alert(1)//https://x.example", byline=HOSTILE, outlet_id=None, outlet_name=None, outlet=HOSTILE)  # fmt: skip
    # In Baghdad it is 2016 already, in UTC not yet.
    night = article("a5", "2016-01-01", "ليلة رأس السنة", "أضيئت المنارة.", outlet_id="o-gone", outlet_name="منبر زال", actors=("p-gone",), published_at=datetime.fromisoformat("2016-01-01T01:30:00+03:00"), published_precision="second")  # fmt: skip
    who = Speaker(kind="person", span=span(TOLD, "حارث الشنواني"), actor_id="p-harith", name="حارث الشنواني")  # fmt: skip
    ministry = Speaker(kind="organization", span=span(DENIED, "وزارة الأشغال"), name="وزارة الأشغال")  # fmt: skip
    said = [
        statement(1, told, "asserts", "supports", "قال", BRIDGE, who),
        statement(2, denied, "denies", "denies", "نفت", "الجسر فُتح أمام السيارات", ministry),
    ]
    third = statement(3, copy, "asserts", "denies", "يقل", "شيئا آخر", who)
    copy = copy.model_copy(update={"statements": (third,)})
    # Of the archive, not of the claim's time line.
    said.append(
        third.model_copy(update={"link": third.link.model_copy(update={"claim_id": "cs3"})})
    )
    stored = told.model_copy(update={"statements": (said[0],)})
    at = said[0].published_at, said[1].published_at
    claim = ClaimDocument(
        id="cs1",
        text=BRIDGE,
        status="disputed",
        status_reason="Supported by حارث الشنواني, denied by وزارة الأشغال; both stand.",
        history=(
            StatusChange(at=at[0], status="reported", because="s1", reason="Supported by حارث الشنواني."),
            StatusChange(at=at[1], status="disputed", because="s2", reason="Supported by حارث الشنواني, denied by وزارة الأشغال; both stand."),
        ),
        actors=("p-harith",),
        first_seen=at[0],
        last_seen=at[1],
        relations=RelationCounts(supports=1, denies=1),
        outlets=(OutletCount(id="o-sada", count=1), OutletCount(id="o-warz", count=1)),
        statement_count=2,
        reviews=(Review(url="javascript:alert(2)", rating=HOSTILE, publisher=HOSTILE),),
        settled_at=datetime(2026, 1, 9, tzinfo=UTC),
    )  # fmt: skip
    # Said and denied once, and both taken back: nothing stands against anything.
    quiet = [
        claim.model_copy(update={"id": f"cs{n}", "last_seen": datetime(2025, 5, n, tzinfo=UTC), "history": (), "reviews": (), "actors": ()})
        for n in (5, 6)
    ]  # fmt: skip
    merged = claim.model_copy(update={"id": "cs9", "merged_into": "cs1"})
    decision = Decision(id="d1", kind="rename", who=HOSTILE, at=datetime(2026, 1, 9, tzinfo=UTC), claims=("cs1",), text=BRIDGE, why=HOSTILE)  # fmt: skip
    # Found by the statements that the claim is made of, by the claim that one of them seeds, by what it withdraws.
    split = Decision(id="d2", kind="split", who="سمير", at=datetime(2026, 1, 10, tzinfo=UTC), statements=("sx",), claims=("cs2",))  # fmt: skip
    withdrawal = Decision(id="d3", kind="withdraw", who="سمير", at=datetime(2026, 1, 11, tzinfo=UTC), withdraws="d2")  # fmt: skip
    return {
        "actors": [actor_document(actor) for actor in ACTORS],
        "articles": [stored, denied, copy, hostile, night],
        "statements": said,
        "claims": [claim, *quiet, merged],
        "decisions": [decision, split, withdrawal],
    }


@pytest.fixture(scope="session")
def reading(elasticsearch_node: Connection) -> Iterator[ArchiveReader]:
    """Yield a reader of the archive with a key made by `musnad security setup` for reading."""
    prefix = f"t{secrets.token_hex(4)}"
    with elasticsearch_node.client() as client:
        init(client, prefix, Plugins(Settings(prefix=prefix)))
        _write(client, prefix)
        if elasticsearch_node.password is None:
            yield ArchiveReader(client, prefix)
        else:
            with elasticsearch_node.client(as_user=True) as admin:
                keys = Keys(admin, prefix)
                key = keys.make("read", days=1)
                secret = key.secret.get_secret_value()
                options = {"ca_certs": str(elasticsearch_node.ca)} if elasticsearch_node.ca else {}
                with Elasticsearch(elasticsearch_node.url, api_key=secret, **options) as restricted:
                    yield ArchiveReader(restricted, prefix)
                keys.end([key.id])
        names = list(client.indices.get(index=f"{prefix}-*"))
        client.indices.delete(index=",".join(names))
        client.indices.delete_index_template(name=f"{prefix}-*")


@pytest.fixture
def page(reading: ArchiveReader) -> FlaskClient:
    """Return a client of the page."""
    return create_app(reading).test_client()


def _write(client: Elasticsearch, prefix: str) -> None:
    actions: list[dict[str, Any]] = []
    for name, rows in documents().items():
        for row in rows:
            content = json.loads(row.model_dump_json())
            actions += [{"index": {"_index": alias(prefix, name), "_id": content["id"]}}, content]
    answer = client.bulk(operations=actions, refresh=True)
    assert not answer["errors"], answer


@pytest.fixture(scope="session")
def told() -> str:
    """Return the body of the article «a1»."""
    return TOLD
