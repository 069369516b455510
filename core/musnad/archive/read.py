"""Reading the archive: articles, claims, statements, actors, by id or by query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from musnad.archive.client import errors_explained
from musnad.archive.documents import (
    ActorDocument,
    ArticleDocument,
    ClaimDocument,
    StatementDocument,
)
from musnad.archive.indices import alias
from musnad.claims.status import aware

PAGE = 1000
IDS = 10_000
"""Hits of a page that holds ids only, as many as Elasticsearch gives: the query is run anew for each page."""
FEW = 200
"""Hits at a time for work that takes seconds with some of them."""


class ArchiveReader:
    """Reads the indices behind the aliases of one prefix.

    Every method raises `ArchiveError` where Elasticsearch is out of reach or the archive is not there.
    """

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self.client = client
        self.prefix = prefix

    def article(self, article_id: str) -> ArticleDocument | None:
        """Return an article, None where there is none."""
        source = self._get("articles", article_id)
        return None if source is None else ArticleDocument.model_validate(source)

    def claim(self, claim_id: str) -> ClaimDocument | None:
        """Return a claim, following the redirects of merged ones; None where there is none."""
        seen: set[str] = set()
        while claim_id not in seen:
            seen.add(claim_id)
            source = self._get("claims", claim_id)
            if source is None:
                return None
            claim = ClaimDocument.model_validate(source)
            if claim.merged_into is None:
                return claim
            claim_id = claim.merged_into
        return None

    def statement(self, statement_id: str) -> StatementDocument | None:
        """Return a statement, None where there is none."""
        source = self._get("statements", statement_id)
        return None if source is None else StatementDocument.model_validate(source)

    def claims(self, ids: Sequence[str]) -> dict[str, ClaimDocument]:
        """Return the claims with these ids (redirects not followed), by id."""
        if not ids:
            return {}
        with errors_explained():
            answer = self.client.mget(index=alias(self.prefix, "claims"), ids=list(ids))
        return {
            doc["_id"]: ClaimDocument.model_validate(doc["_source"])
            for doc in answer["docs"]
            if doc.get("found")
        }

    def actors(self, ids: Sequence[str]) -> dict[str, ActorDocument]:
        """Return authority records by id."""
        if not ids:
            return {}
        with errors_explained():
            answer = self.client.mget(index=alias(self.prefix, "actors"), ids=list(ids))
        return {
            doc["_id"]: ActorDocument.model_validate(doc["_source"])
            for doc in answer["docs"]
            if doc.get("found")
        }

    def statements_of_claim(self, claim_id: str) -> list[StatementDocument]:
        """Return the statements about a claim, in order of time, then of article and place."""
        query = {"term": {"link.claim_id": claim_id}}
        found = [
            StatementDocument.model_validate(hit["_source"])
            for hit in self.scan("statements", query)
        ]
        return in_time_order(found)

    def search(self, index: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return Elasticsearch's answer to a search of the index behind an alias."""
        with errors_explained():
            return dict(self.client.search(index=alias(self.prefix, index), **body))

    def count(self, index: str, query: Mapping[str, Any]) -> int:
        """Return how many documents match."""
        with errors_explained():
            return int(self.client.count(index=alias(self.prefix, index), query=query)["count"])

    def scan(
        self,
        index: str,
        query: Mapping[str, Any],
        *,
        source: list[str] | bool = True,
        versions: bool = False,
        sort: Sequence[Mapping[str, Any]] = (),
    ) -> Iterator[dict[str, Any]]:
        """Yield all hits of `query`, however many, from one point in time, in the order `sort` (default: any).

        With `versions` each has `_seq_no` and `_primary_term`, for writes that must not undo another's.
        """
        with errors_explained():
            pit = self.client.open_point_in_time(index=alias(self.prefix, index), keep_alive="5m")[
                "id"
            ]
            after: list[Any] | None = None
            try:
                size = IDS if source is False else PAGE
                while True:
                    answer = self.client.search(
                        query=query,
                        size=size,
                        pit={"id": pit, "keep_alive": "5m"},
                        sort=[*sort, {"_shard_doc": "asc"}],
                        search_after=after,
                        source=source if isinstance(source, bool) else {"includes": source},
                        track_total_hits=False,
                        seq_no_primary_term=versions,
                    )
                    hits = answer["hits"]["hits"]
                    yield from hits
                    if len(hits) < size:
                        return
                    after, pit = hits[-1]["sort"], answer["pit_id"]
            finally:
                self.client.close_point_in_time(id=pit)

    def after(
        self,
        index: str,
        query: Mapping[str, Any],
        document_id: str | None = None,
        *,
        source: list[str] | bool = True,
        size: int = FEW,
    ) -> list[dict[str, Any]]:
        """Return the first hits of `query`, in the order of ids, whose id comes after `document_id` (default: all).

        For what takes its time with each hit: unlike `scan`, nothing is held open in between that could be gone then.
        For indices with a field `id`.
        """
        with errors_explained():
            answer = self.client.search(
                index=alias(self.prefix, index),
                query=query,
                size=size,
                sort=[{"id": "asc"}],
                search_after=None if document_id is None else [document_id],
                source=source if isinstance(source, bool) else {"includes": source},
                track_total_hits=False,
                allow_partial_search_results=False,
            )
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits

    def _get(self, index: str, document_id: str) -> dict[str, Any] | None:
        with errors_explained():
            try:
                answer = self.client.get(index=alias(self.prefix, index), id=document_id)
            except NotFoundError as error:
                # A missing document is an answer, a missing archive is an error.
                if isinstance(error.body, dict) and error.body.get("found") is False:
                    return None
                raise
        source: dict[str, Any] = answer["_source"]
        return source


def in_time_order(statements: Iterable[StatementDocument]) -> list[StatementDocument]:
    """Return statements in order of time (undated last), then of article and place."""
    return sorted(statements, key=_time_line)


def _time_line(statement: StatementDocument) -> tuple[bool, str, str, bool, int]:
    when = aware(statement.stated_at) or aware(statement.published_at)
    return (
        when is None,
        when.astimezone(UTC).isoformat() if when else "",
        statement.article_id,
        statement.cue.field != "title",
        statement.cue.start,
    )
