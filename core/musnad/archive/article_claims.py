"""What articles show of their claims: which ones, and their status, at publication and now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.archive.documents import StatementDocument
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import terms
from musnad.archive.sending import send
from musnad.claims.status import aware
from musnad.model import Claim, Link, Relation, Status

ARTICLES_AT_A_TIME = 500
Links = Mapping[str, tuple[Link | None, tuple[str, ...]]]
"""By statement: its link to the claim it is about, and the claims that it discusses."""


def refresh_articles(
    client: Elasticsearch,
    reader: ArchiveReader,
    articles: Collection[str],
    formerly: Collection[str],
    links: Links,
    claims: Mapping[str, Claim],
    gone: Collection[str] = (),
) -> int:
    """Write the claims of `articles`, and of those that show one of the claims `formerly`; return how many.

    `links` and `claims` are those that are just being settled: they come before what is stored. Claims that
    are `gone` are left out.
    """
    wanted = set(articles)
    for query in terms("claim_ids", formerly):
        wanted |= {hit["_id"] for hit in reader.scan("articles", query, source=False)}
    ordered = sorted(wanted)
    written = 0
    for i in range(0, len(ordered), ARTICLES_AT_A_TIME):
        written += _refresh(
            client, reader, ordered[i : i + ARTICLES_AT_A_TIME], links, claims, gone
        )
    return written


def status_at(claim: Claim, moment: datetime | None) -> Status:
    """Return the status that a claim had at a moment: the last one that was reached by then.

    For an article without a date that is the last one of all; for one that came before all others (its
    statements are dated later, say) the first.
    """
    if not claim.history:
        return claim.status
    moment = aware(moment)
    if moment is None:
        return claim.history[-1].status
    reached = [step for step in claim.history if (at := aware(step.at)) and at <= moment]
    return (reached[-1] if reached else claim.history[0]).status


def _refresh(
    client: Elasticsearch,
    reader: ArchiveReader,
    articles: Collection[str],
    links: Links,
    claims: Mapping[str, Claim],
    gone: Collection[str],
) -> int:
    bearing: dict[str, dict[str, Relation]] = {article: {} for article in articles}
    for statement in _statements(reader, articles):
        link, discussed = links.get(statement.id, (statement.link, statement.discusses))
        # The first statement on a claim says how the article bears on it.
        if link is not None:
            bearing[statement.article_id].setdefault(link.claim_id, link.relation)
        for claim_id in discussed:
            bearing[statement.article_id].setdefault(claim_id, "discusses")
    missing = {claim for found in bearing.values() for claim in found} - claims.keys()
    known: dict[str, Claim] = {**reader.claims(sorted(missing - set(gone))), **claims}
    # Not by a search: it may not show yet what this very run wrote.
    with errors_explained():
        answer = client.mget(
            index=alias(reader.prefix, "articles"),
            ids=list(articles),
            source_includes=["published_at", "claims", "claim_ids"],
        )
    stored = {doc["_id"]: doc["_source"] for doc in answer["docs"] if doc.get("found")}

    def changes() -> Iterator[dict[str, Any]]:
        for article, source in stored.items():
            published = source.get("published_at")
            moment = datetime.fromisoformat(published) if published else None
            after = _fields(bearing[article], known, moment)
            if all(source.get(key, []) == after[key] for key in ("claims", "claim_ids")):
                continue
            yield {
                "_op_type": "update",
                "_index": alias(reader.prefix, "articles"),
                "_id": article,
                "doc": after,
                "retry_on_conflict": 5,
            }

    return len(send(client, changes(), ignore=(404,)).versions)


def _statements(reader: ArchiveReader, articles: Collection[str]) -> list[StatementDocument]:
    found = [
        StatementDocument.model_validate(hit["_source"])
        for query in terms("article_id", articles)
        for hit in reader.scan("statements", query)
    ]
    return sorted(found, key=lambda s: (s.article_id, s.cue.field != "title", s.cue.start, s.id))


def _fields(
    bearing: Mapping[str, Relation], known: Mapping[str, Claim], moment: datetime | None
) -> dict[str, Any]:
    claims = [
        {
            "id": claim_id,
            "relation": relation,
            "status_at_publication": status_at(known[claim_id], moment),
            "status": known[claim_id].status,
        }
        for claim_id, relation in bearing.items()
        if claim_id in known
    ]
    return {
        "claims": claims,
        "claim_ids": [claim["id"] for claim in claims],
        "claim_status": _unique(claim["status"] for claim in claims),
        "claim_status_at_publication": _unique(c["status_at_publication"] for c in claims),
    }


def _unique(values: Iterator[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
