"""How many articles there are with each value, for narrowing a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from musnad.archive.read import ArchiveReader
from musnad.search.query import Filters, article_query

_MANY = 12
MOST_MONTHS = 24
"""With more months than this, years are counted instead."""


@dataclass(frozen=True, slots=True)
class Count:
    """A value, and how many articles have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts by kind, the most frequent first; periods (`2026-01`, or `2026`) the latest first."""

    statuses: tuple[Count, ...] = ()
    actors: tuple[Count, ...] = ()
    outlets: tuple[Count, ...] = ()
    cited_outlets: tuple[Count, ...] = ()
    periods: tuple[Count, ...] = ()


def find_facets(reader: ArchiveReader, filters: Filters, *, size: int = _MANY) -> Facets:
    """Return the counts of what could be chosen, copies counted one by one. Raises `ArchiveError`.

    Each kind is counted under all conditions but those of its own kind: of two values of one kind either will do,
    so the counts say what each would find.
    """
    others = replace(filters, text=None)

    def counted(own: Filters, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"filter": article_query(own), "aggs": {"values": dict(values)}}

    def terms(field: str) -> dict[str, Any]:
        return {"terms": {"field": field, "size": size}}

    def dates(interval: str, form: str) -> dict[str, Any]:
        return {
            "date_histogram": {
                "field": "published_at",
                "calendar_interval": interval,
                "format": form,
                "time_zone": filters.time_zone,
                "min_doc_count": 1,
                "order": {"_key": "desc"},
            }
        }

    any_time = replace(others, since=None, until=None)
    answer = reader.search(
        "articles",
        {
            "query": article_query(Filters(text=filters.text)),
            "size": 0,
            "track_total_hits": False,
            "aggs": {
                "statuses": counted(replace(others, statuses=()), terms("claim_status")),
                "actors": counted(replace(others, actors=()), terms("actors")),
                "outlets": counted(replace(others, outlets=()), terms("outlet_id")),
                "cited": counted(
                    replace(others, cited_outlets=(), unnamed_outlets=()), terms("cited_outlets")
                ),
                "months": counted(any_time, dates("month", "yyyy-MM")),
                "years": counted(any_time, dates("year", "yyyy")),
            },
        },
    )
    found = {name: _counts(part) for name, part in answer["aggregations"].items()}
    months = found["months"]
    return Facets(
        found["statuses"],
        found["actors"],
        found["outlets"],
        found["cited"],
        months if len(months) <= MOST_MONTHS else found["years"],
    )


def _counts(part: Mapping[str, Any]) -> tuple[Count, ...]:
    return tuple(
        Count(str(bucket.get("key_as_string", bucket["key"])), int(bucket["doc_count"]))
        for bucket in part["values"]["buckets"]
    )
