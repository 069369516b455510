"""Writing articles with their statements: in an order that a kill cannot break, each outcome known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from musnad.archive.build import Built, Json, without
from musnad.archive.client import errors_explained
from musnad.archive.indices import alias

CHUNK_DOCUMENTS = 500
CHUNK_BYTES = 8 * 1024 * 1024
RETRIES = 8
"""Rounds with growing pauses (1 s, 2 s, 4 s … 30 s) in which documents refused with 429 are sent again."""
_SPARE = ("ext", "extra")
"""Fields without which an article is still an article, in the order in which they are given up."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the archive holds of an article already."""

    fingerprint: str
    content_hash: str
    statements: frozenset[str]
    claims: frozenset[str]


class ArticleWriter:
    """Writes articles and their statements to one archive.

    The statements go first and the article, which carries the fingerprint, last: killed in between, the article
    is not taken for unchanged by the next run.
    """

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self.client = client
        self.articles = alias(prefix, "articles")
        self.statements = alias(prefix, "statements")
        self.claims = alias(prefix, "claims")

    def stored(self, ids: Sequence[str]) -> dict[str, Stored]:
        """Return what is stored of these articles, by id. Raises `ArchiveError`."""
        if not ids:
            return {}
        with errors_explained():
            answer = self.client.mget(
                index=self.articles,
                ids=list(dict.fromkeys(ids)),
                source_includes=["fingerprint", "content_hash", "statements.id", "claim_ids"],
            )
        return {doc["_id"]: _stored(doc["_source"]) for doc in answer["docs"] if doc.get("found")}

    def whole(self, article_id: str) -> Json:
        """Return the stored document of an article that is there. Raises `ArchiveError`."""
        with errors_explained():
            source: Json = self.client.get(index=self.articles, id=article_id)["_source"]
        return source

    def write(self, batch: Sequence[Built], stored: dict[str, Stored]) -> dict[str, str]:
        """Write a batch (each id once); return (id -> reason) of the articles that could not be written.

        `stored` is what `stored()` returned for them. Raises `ArchiveError` where Elasticsearch is out of
        reach: what was written until then is complete or will be done again.
        """
        before = {
            b.article["id"]: stored[b.article["id"]] for b in batch if b.article["id"] in stored
        }
        touched = sorted({claim for s in before.values() for claim in s.claims})
        self._send(self._marks(touched), ignore=(404,))
        failed: dict[str, str] = {}
        owner = {s["id"]: b.article["id"] for b in batch for s in b.statements}
        for statement_id, reason in self._send(self._statements(batch)).items():
            article_id = owner[statement_id]
            failed[article_id] = f"statement {statement_id} was refused: {reason}"
        gone = {s for old in before.values() for s in old.statements} - owner.keys()
        self._send(self._deletions(gone), ignore=(404,))
        remaining = [b for b in batch if b.article["id"] not in failed]
        for spare in (None, *_SPARE):
            refused = self._send(self._articles(remaining))
            if not refused:
                break
            if spare == _SPARE[-1]:
                failed |= refused
                break
            give_up = _SPARE[0] if spare is None else _SPARE[-1]
            remaining = [
                without(b, give_up, refused[b.article["id"]])
                for b in remaining
                if b.article["id"] in refused
            ]
        return failed

    def refresh(self) -> None:
        """Make what was written visible to searches."""
        with errors_explained():
            self.client.indices.refresh(index=f"{self.articles},{self.statements},{self.claims}")

    def _send(self, actions: Iterable[Json], ignore: Collection[int] = ()) -> dict[str, str]:
        """Send actions; return (id -> reason) of those refused."""
        refused: dict[str, str] = {}
        with errors_explained():
            for done, item in streaming_bulk(
                self.client,
                actions,
                chunk_size=CHUNK_DOCUMENTS,
                max_chunk_bytes=CHUNK_BYTES,
                raise_on_error=False,
                raise_on_exception=True,
                max_retries=RETRIES,
                initial_backoff=1,
                max_backoff=30,
            ):
                if done:
                    continue
                (result,) = item.values()
                if result.get("status") not in ignore:
                    refused[result["_id"]] = _reason(result)
        return refused

    def _statements(self, batch: Iterable[Built]) -> Iterator[Json]:
        for built in batch:
            for statement in built.statements:
                yield {"_index": self.statements, "_id": statement["id"], "_source": statement}

    def _articles(self, batch: Iterable[Built]) -> Iterator[Json]:
        for built in batch:
            yield {"_index": self.articles, "_id": built.article["id"], "_source": built.article}

    def _deletions(self, ids: Iterable[str]) -> Iterator[Json]:
        for statement_id in sorted(ids):
            yield {"_op_type": "delete", "_index": self.statements, "_id": statement_id}

    def _marks(self, claims: Iterable[str]) -> Iterator[Json]:
        for claim_id in claims:
            yield {
                "_op_type": "update",
                "_index": self.claims,
                "_id": claim_id,
                "doc": {"unsettled": True},
                "retry_on_conflict": 3,
            }


def _stored(source: Json) -> Stored:
    return Stored(
        source.get("fingerprint") or "",
        source.get("content_hash") or "",
        frozenset(s["id"] for s in source.get("statements", ())),
        frozenset(source.get("claim_ids", ())),
    )


def _reason(result: Json) -> str:
    error: Any = result.get("error", {})
    if isinstance(error, dict):
        cause = error.get("caused_by", {})
        return str(cause.get("reason") or error.get("reason") or error.get("type"))[:500]
    return str(error)[:500]
