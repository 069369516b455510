"""From what an archivist types to Elasticsearch queries: words, filters, dates.

The words of a free-text search are looked for in the text itself, with the stemmed text for recall.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from musnad.readers.fields import parse_date

TEXT_FIELDS = ("title^4", "body^2", "title.stem^2", "body.stem")
_ROUNDED_UP = {"day": "||/d", "month": "||/M", "year": "||/y"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed by; all must hold, the values of one are alternatives."""

    text: str | None = None
    actors: Sequence[str] = ()
    statuses: Sequence[str] = ()
    outlets: Sequence[str] = ()
    cited_outlets: Sequence[str] = ()
    maybe: bool = False
    """Also articles with an ambiguous name that may mean one of the actors."""
    since: str | None = None
    """A day, month, year or point in time, in any form that `parse_date` reads; the first one that counts."""
    until: str | None = None
    """The last one that counts: to its end."""
    unnamed_outlets: Sequence[str] = ()
    """Outlets cited without a name, as the articles describe them («صحيفة فرنسية»); alternatives to the above."""
    stale: bool = False
    """Only articles that are out of date: the authority changed in what they contain."""


def article_query(filters: Filters) -> dict[str, Any]:
    """Return the query for articles; `filters` holds ids, not names."""
    conditions: list[dict[str, Any]] = []
    if filters.actors:
        named = [{"terms": {"actors": list(filters.actors)}}]
        if filters.maybe:
            named.append({"terms": {"candidate_actors": list(filters.actors)}})
        conditions.append({"bool": {"should": named, "minimum_should_match": 1}})
    if filters.statuses:
        conditions.append({"terms": {"claim_status": list(filters.statuses)}})
    if filters.outlets:
        conditions.append({"terms": {"outlet_id": list(filters.outlets)}})
    cited: list[dict[str, Any]] = [describes(words) for words in filters.unnamed_outlets]
    if filters.cited_outlets:
        cited.append({"terms": {"cited_outlets": list(filters.cited_outlets)}})
    if cited:
        conditions.append({"bool": {"should": cited, "minimum_should_match": 1}})
    if filters.since or filters.until:
        conditions.append({"range": {"published_at": period(filters.since, filters.until)}})
    if filters.stale:
        conditions.append({"term": {"enrichment.stale": True}})
    query: dict[str, Any] = {"bool": {"filter": conditions}}
    if filters.text:
        query["bool"]["must"] = [text_query(filters.text)]
    return query


def describes(words: str) -> dict[str, Any]:
    """Return the query for articles that cite an outlet in just these words, without a name."""
    return {"term": {"unnamed_outlets.fold": words}}


def text_query(text: str) -> dict[str, Any]:
    """Return the query for the words of `text`: all of them, anywhere; "…" and «…» are phrases."""
    phrases = [m[1] or m[2] for m in re.finditer(r'"([^"]+)"|«([^»]+)»', text)]
    rest = re.sub(r'"[^"]+"|«[^»]+»', " ", text).strip()
    parts: list[dict[str, Any]] = [
        {"multi_match": {"query": phrase, "fields": ["title", "body"], "type": "phrase"}}
        for phrase in phrases
    ]
    if rest:
        parts.append(
            {
                "multi_match": {
                    "query": rest,
                    "fields": list(TEXT_FIELDS),
                    # One word may stand in the title, the other in the text.
                    "type": "cross_fields",
                    "operator": "and",
                }
            }
        )
    return parts[0] if len(parts) == 1 else {"bool": {"must": parts}}


def period(since: str | None, until: str | None = None) -> dict[str, str]:
    """Return the bounds of a range query. Raises `ValueError` for what is no date.

    What is no point in time but a day, month or year is meant from its beginning to its end.
    """
    bounds: dict[str, str] = {}
    if since:
        bounds["gte"] = parse_date(since)[0].isoformat()
    if until:
        at, precision = parse_date(until)
        bounds["lte"] = at.isoformat() + _ROUNDED_UP.get(precision, "")
    return bounds
