"""Finding articles: hits with snippets, near-identical copies as one, pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from musnad.archive.read import ArchiveReader
from musnad.search.query import Filters, article_query
from musnad.search.why import Explainer

_LOOKED_AT = 1_000_000
_AROUND, _MOST_SNIPPETS = 80, 2
SNIPPETS: dict[str, Any] = {
    "type": "unified",
    "fields": {
        "title": {"number_of_fragments": 0, "matched_fields": ["title", "title.stem"]},
        "body": {
            "fragment_size": 160,
            "number_of_fragments": 2,
            "matched_fields": ["body", "body.stem"],
        },
    },
    "pre_tags": ["⟦"],
    "post_tags": ["⟧"],
    "max_analyzed_offset": _LOOKED_AT,
}
"""Highlighting: where the words stand. Of an enormous article only the first million characters are looked at."""


def count_maybe(reader: ArchiveReader, filters: Filters) -> int:
    """Return how many articles more there are with `maybe`."""
    if filters.maybe or not filters.actors:
        return 0
    query = article_query(replace(filters, maybe=True))
    query["bool"]["must_not"] = [{"terms": {"actors": list(filters.actors)}}]
    return reader.count("articles", query)


_MOST_COPIES = 50
"""So many copies are named with a result."""
_COPY_FIELDS = ["id", "title", "outlet_name", "published_at"]


@dataclass(frozen=True, slots=True)
class Found:
    """One article that was found."""

    source: dict[str, Any] = field(repr=False)
    score: float | None
    snippets: tuple[str, ...]
    copies: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """Other articles that were found and are copies of this one, at most 49: id, title, outlet_name, published_at."""
    copy_count: int = 0
    """How many such copies there are."""


def find_articles(
    reader: ArchiveReader,
    filters: Filters,
    *,
    size: int = 10,
    offset: int = 0,
    copies_apart: bool = False,
) -> tuple[int, list[Found]]:
    """Return (how many articles there are, those from `offset` on): best first, else newest first.

    Near-identical copies are one result, unless `copies_apart`; `size` and `offset` count results.
    """
    newest = [{"published_at": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]
    body: dict[str, Any] = {
        "query": article_query(filters),
        "size": size,
        "from_": offset,
        "source": {"excludes": ["versions", "enrichment.components"]},
        "sort": ["_score", *newest] if filters.text else newest,
        "track_total_hits": True,
    }
    if filters.text:
        body["highlight"] = SNIPPETS
    if not copies_apart:
        body["collapse"] = {"field": "copy_group"}
    answer = reader.search("articles", body)
    hits = answer["hits"]
    copies = {} if copies_apart else _copies(reader, filters, hits["hits"])
    explainer = Explainer(reader, filters)
    found = [
        Found(
            hit["_source"],
            hit["_score"],
            tuple(s for part in hit.get("highlight", {}).values() for s in part)
            or _by_lemma(explainer, hit["_source"]),
            *copies.get(hit["_id"], ((), 0)),
        )
        for hit in hits["hits"]
    ]
    return int(hits["total"]["value"]), found


def _by_lemma(explainer: Explainer, source: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where words stand that only their lemma finds, which Elasticsearch does not highlight."""
    if not explainer.parts:
        return ()
    words = [
        (match.field, word)
        for part in explainer.matches(source)
        for match in part.matches
        for word in match.words
    ]
    found = (_snippet(str(source.get(field) or ""), word) for field, word in words)
    return tuple(islice(filter(None, found), _MOST_SNIPPETS))


def _snippet(text: str, word: str) -> str:
    match = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text[:_LOOKED_AT])
    if not match:
        return ""
    start = text.rfind(" ", 0, max(0, match.start() - _AROUND)) + 1
    stop = text.find(" ", match.end() + _AROUND)
    stop = len(text) if stop < 0 else stop
    return f"{text[start : match.start()]}⟦{word}⟧{text[match.end() : stop]}"


def _copies(
    reader: ArchiveReader, filters: Filters, hits: Sequence[Mapping[str, Any]]
) -> dict[str, tuple[tuple[dict[str, Any], ...], int]]:
    """Return, by the id of each hit, the others found that are copies of it, the newest first, and how many.

    In one search for all hits: as `inner_hits` Elasticsearch makes one for each.
    """
    groups = {
        str(group): str(hit["_id"]) for hit in hits if (group := hit["_source"].get("copy_group"))
    }
    if not groups:
        return {}
    newest = [{"published_at": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]
    top = {"top_hits": {"size": _MOST_COPIES, "_source": _COPY_FIELDS, "sort": newest}}
    body = {
        "query": {
            "bool": {"filter": [article_query(filters), {"terms": {"copy_group": sorted(groups)}}]}
        },
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            "groups": {
                "terms": {"field": "copy_group", "size": len(groups), "min_doc_count": 2},
                "aggs": {"copies": top},
            }
        },
    }
    found = reader.search("articles", body)["aggregations"]["groups"]["buckets"]
    return {
        groups[bucket["key"]]: (
            tuple(
                one["_source"]
                for one in bucket["copies"]["hits"]["hits"]
                if one["_id"] != groups[bucket["key"]]
            )[: _MOST_COPIES - 1],
            int(bucket["doc_count"]) - 1,
        )
        for bucket in found
    }
