"""Deleting an article by a person's decision, which stands against ingesting it again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from musnad.archive.client import errors_explained
from musnad.archive.copies import CopyGroups
from musnad.archive.decisions import DecisionStore, new_decision
from musnad.archive.indices import alias
from musnad.archive.marks import mark_unsettled
from musnad.archive.patience import while_swapped
from musnad.archive.read import ArchiveReader
from musnad.claims import Decision, standing
from musnad.errors import ArchiveError


@dataclass(frozen=True, slots=True)
class Removed:
    """What a deletion took away."""

    decision: Decision
    statements: int
    claims: tuple[str, ...]
    """Ids of the claims that lost a statement and wait to be settled again."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "decision": self.decision.model_dump(mode="json"),
            "statements": self.statements,
            "claims": list(self.claims),
        }


def delete_article(
    client: Elasticsearch, prefix: str, article_id: str, who: str, why: str
) -> Removed:
    """Write the decision, then remove the article and its statements, and mark its claims for settling.

    Killed in the middle, the same call finishes it; where a reindex is swapped in meanwhile it is done once more, on
    the set that is live now. Raises `ArchiveError` where there is no such article.
    """
    patience = while_swapped()
    done: Removed | None = None
    while True:
        index = _index(client, prefix)
        removed = patience(_delete, client, prefix, article_id, who, why)
        done = done or removed
        if _index(client, prefix) == index:
            return done


def _index(client: Elasticsearch, prefix: str) -> list[str]:
    with errors_explained():
        return sorted(client.indices.get_alias(name=alias(prefix, "articles")))


def _delete(client: Elasticsearch, prefix: str, article_id: str, who: str, why: str) -> Removed:
    reader = ArchiveReader(client, prefix)
    store = DecisionStore(client, prefix)
    article = reader.article(article_id)
    statements = _statements(reader, article_id)
    earlier = standing(store.all(kinds=["delete", "withdraw"], articles=[article_id]))
    if article is None and not statements and not earlier:
        raise ArchiveError(
            f'there is no article "{article_id}" in the archive (see `musnad search`)'
        )
    if earlier:
        decision = earlier[-1]
    else:
        title = article.title if article else ""
        decision = new_decision("delete", who, why, article_id=article_id, quote=title)
        store.add(decision)
    found, claims = _take_away(client, prefix, article_id)
    return Removed(decision, found, claims)


def remove_deleted(client: Elasticsearch, prefix: str, articles: Collection[str]) -> frozenset[str]:
    """Remove those of `articles` that are under a deletion, and return their ids.

    For whoever wrote them while the decision was made: called after writing, it leaves nothing of them, as a decision
    is on record before its removal begins. Raises `ArchiveError`.
    """
    about = {"bool": {"filter": [
        {"term": {"kind": "delete"}}, {"terms": {"article_id": list(articles)}}
    ]}}  # fmt: skip
    # Nearly always there is none: one request is all it takes then.
    if not articles or not ArchiveReader(client, prefix).count("decisions", about):
        return frozenset()
    while True:
        index = _index(client, prefix)
        decisions = DecisionStore(client, prefix).all(
            kinds=["delete", "withdraw"], articles=articles
        )
        deleted = {d.article_id for d in standing(decisions) if d.kind == "delete" and d.article_id}
        for article_id in sorted(deleted):
            _take_away(client, prefix, article_id)
        if not deleted or _index(client, prefix) == index:
            return frozenset(deleted)


def _take_away(client: Elasticsearch, prefix: str, article_id: str) -> tuple[int, tuple[str, ...]]:
    """Remove an article; return how many statements it had and the claims that change."""
    reader = ArchiveReader(client, prefix)
    # Read after the decision is on record: what an ingest writes later, it removes itself (`remove_deleted`).
    article = reader.article(article_id)
    statements = _statements(reader, article_id)
    claims = {
        link["claim_id"]
        for hit in statements
        for link in [hit["_source"].get("link"), *hit["_source"].get("links", ())]
        if link
    }
    claims |= set(article.claim_ids) if article else set()
    there = sorted(reader.claims(sorted(claims)))
    mark_unsettled(client, prefix, there)
    CopyGroups(client, prefix).leave(article_id)
    with errors_explained():
        bulk(client, _removals(prefix, article_id, [h["_id"] for h in statements]), refresh=True,
             ignore_status=(404,))  # fmt: skip
    return len(statements), tuple(there)


def _statements(reader: ArchiveReader, article_id: str) -> list[dict[str, Any]]:
    with errors_explained():
        # Lately written ones must not be missed by the search.
        reader.client.indices.refresh(index=alias(reader.prefix, "statements"))
    return list(reader.scan("statements", {"term": {"article_id": article_id}}))


def _removals(prefix: str, article_id: str, statements: list[str]) -> Iterator[dict[str, Any]]:
    for statement_id in statements:
        yield {"_op_type": "delete", "_index": alias(prefix, "statements"), "_id": statement_id}
    # Last, so that a second call still finds what to remove.
    yield {"_op_type": "delete", "_index": alias(prefix, "articles"), "_id": article_id}
