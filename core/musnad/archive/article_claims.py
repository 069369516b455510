"""What articles show of their claims: which ones, and their status, at publication and now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.archive.documents import StatementDocument
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import terms
from musnad.archive.sending import send
from musnad.claims import Evidence, article_bearing, status_of
from musnad.claims.status import aware
from musnad.errors import ArchiveError
from musnad.model import Claim, Link, Relation, Status

ARTICLES_AT_A_TIME = 500
TRIES = 10
"""How often an article is tried that others write at the same time."""
Links = Mapping[str, tuple[Link | None, tuple[str, ...]]]
"""By statement: its link to the claim it is about, and the claims that it discusses."""


def refresh_articles(
    client: Elasticsearch,
    reader: ArchiveReader,
    articles: Collection[str],
    statements: Mapping[str, StatementDocument],
    formerly: Collection[str],
    links: Links,
    claims: Mapping[str, Claim],
    gone: Collection[str] = (),
) -> int:
    """Write the claims of `articles`, and of those that show one of the claims `formerly`; return how many.

    `statements` are those that were read already, by id: they are not read again. `links` and `claims` are those that are just being settled: they come before what is stored. Claims that
    are `gone` are left out.
    """
    wanted = set(articles)
    for query in terms("claim_ids", formerly):
        wanted |= {hit["_id"] for hit in reader.scan("articles", query, source=False)}
    ordered = sorted(wanted)
    written = 0
    for i in range(0, len(ordered), ARTICLES_AT_A_TIME):
        written += _refresh(
            client, reader, ordered[i : i + ARTICLES_AT_A_TIME], statements, links, claims, gone
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
    statements: Mapping[str, StatementDocument],
    links: Links,
    claims: Mapping[str, Claim],
    gone: Collection[str],
) -> int:
    relations: dict[str, dict[str, list[Relation]]] = {article: {} for article in articles}
    said: dict[str, list[StatementDocument]] = {article: [] for article in articles}
    claim_of: dict[str, str | None] = {}
    for statement in _statements(reader, articles, statements):
        said[statement.article_id].append(statement)
        link, discussed = links.get(statement.id, (statement.link, statement.discusses))
        claim_of[statement.id] = link.claim_id if link else None
        of_article = relations[statement.article_id]
        if link is not None:
            of_article.setdefault(link.claim_id, []).append(link.relation)
        for claim_id in discussed:
            of_article.setdefault(claim_id, []).append("discusses")
    bearing: dict[str, dict[str, Relation]] = {
        article: {claim_id: article_bearing(found) for claim_id, found in of_article.items()}
        for article, of_article in relations.items()
    }
    missing = {claim for found in bearing.values() for claim in found} - claims.keys()
    known: dict[str, Claim] = {**reader.claims(sorted(missing - set(gone))), **claims}
    written = 0
    waiting = list(articles)
    for _ in range(TRIES):
        changed, waiting = _write(client, reader, waiting, bearing, said, claim_of, links, known)
        written += changed
        if not waiting:
            return written
    raise ArchiveError(
        f'article "{waiting[0]}" is written by others all the time: settle again when they are done'
    )


def _write(
    client: Elasticsearch,
    reader: ArchiveReader,
    articles: Collection[str],
    bearing: Mapping[str, Mapping[str, Relation]],
    said: Mapping[str, list[StatementDocument]],
    claim_of: Mapping[str, str | None],
    links: Links,
    known: Mapping[str, Claim],
) -> tuple[int, list[str]]:
    """Write what changed; return how many, and the articles that others wrote at the same moment."""
    # Not by a search: it may not show yet what this very run wrote.
    with errors_explained():
        answer = client.mget(
            index=alias(reader.prefix, "articles"),
            ids=list(articles),
            source_includes=["published_at", "claims", "claim_ids", "statements"],
        )
    actions: dict[str, dict[str, Any]] = {}
    for doc in answer["docs"]:
        if not doc.get("found"):
            continue
        article, source = doc["_id"], doc["_source"]
        published = source.get("published_at")
        moment = datetime.fromisoformat(published) if published else None
        then = {
            claim_id: _status_then(known[claim_id], said[article], links, moment)
            for claim_id in bearing[article]
            if claim_id in known
        }
        after = _fields(bearing[article], known, then)
        after["statements"] = [
            {**statement, "claim_id": claim_of.get(statement["id"])}
            for statement in source.get("statements", ())
        ]
        if all(source.get(key, []) == after[key] for key in ("claims", "claim_ids", "statements")):
            continue
        actions[article] = {
            "_op_type": "update",
            "_index": alias(reader.prefix, "articles"),
            "_id": article,
            "doc": after,
            # Its statements are written back: an article that was written anew meanwhile is read again.
            "if_seq_no": doc["_seq_no"],
            "if_primary_term": doc["_primary_term"],
        }
    sent = send(client, actions.values(), ignore=(404, 409))
    return len(sent.versions), sorted(actions.keys() - sent.versions.keys() - sent.refused.keys())


def _status_then(
    claim: Claim, said: Iterable[StatementDocument], links: Links, published: datetime | None
) -> Status:
    """Return the status of a claim when an article was published; what it says itself counts as well.

    Of an article without a date only what it says itself is known to have been known by then.
    """
    own: list[tuple[StatementDocument, Relation]] = []
    for statement in said:
        link, discussed = links.get(statement.id, (statement.link, statement.discusses))
        if link is not None and link.claim_id == claim.id:
            own.append((statement, link.relation))
        elif claim.id in discussed:
            own.append((statement, "discusses"))
    if published is not None:
        times = [published, *(s.stated_at for s, _ in own if s.stated_at)]
        return status_at(claim, max(at for at in map(aware, times) if at is not None))
    evidence = [Evidence(statement, relation) for statement, relation in own]
    return status_of(evidence, actors=claim.actors)[0]


def _statements(
    reader: ArchiveReader, articles: Collection[str], known: Mapping[str, StatementDocument]
) -> list[StatementDocument]:
    ids = {
        hit["_id"]
        for query in terms("article_id", articles)
        for hit in reader.scan("statements", query, source=False)
    }
    found = [known[key] for key in ids if key in known]
    found += [
        StatementDocument.model_validate(hit["_source"])
        for query in terms("id", ids - known.keys())
        for hit in reader.scan("statements", query, source=_SHOWN)
    ]
    return sorted(found, key=lambda s: (s.article_id, s.cue.field != "title", s.cue.start, s.id))


_SHOWN = sorted(StatementDocument.model_fields.keys() - {"links", "linked_to", "keys"})
"""All of a statement but what settling alone works on, which is most of it."""


def _fields(
    bearing: Mapping[str, Relation], known: Mapping[str, Claim], then: Mapping[str, Status]
) -> dict[str, Any]:
    claims = [
        {
            "id": claim_id,
            "relation": relation,
            "status_at_publication": then[claim_id],
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
