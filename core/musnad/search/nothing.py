"""Why a search finds nothing: which part of it fails, and what near it there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from musnad.archive.documents import ActorDocument
from musnad.archive.read import ArchiveReader
from musnad.search.names import resolve_name
from musnad.search.query import (
    Condition,
    Filters,
    Part,
    article_query,
    conditions,
    part_query,
    parts_of,
    without,
)

MOST_PARTS = 20
"""Of a longer text only so many words are counted one by one."""
_NEAR = 5


@dataclass(frozen=True, slots=True)
class PartCount:
    """A word or phrase of the search by itself."""

    part: Part
    count: int
    """Articles of the whole archive that have it."""
    near: tuple[tuple[str, int], ...] = ()
    """Where there are none: words of the archive that are like it, with the number of articles."""
    without: int = 0
    """What the search would find without it."""


@dataclass(frozen=True, slots=True)
class ConditionCount:
    """A filter of the search by itself."""

    condition: Condition
    count: int
    """Articles of the whole archive for which it holds."""
    without: int
    """What the search would find without it."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why nothing is found."""

    articles: int
    """In the whole archive."""
    parts: tuple[PartCount, ...] = ()
    conditions: tuple[ConditionCount, ...] = ()
    actors: tuple[tuple[ActorDocument, int], ...] = ()
    """Records whose name was typed among the words, or one near it; with the number of articles that name them."""
    exact: bool = False
    """Whether they have just this name, rather than one near it."""

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "articles_in_archive": self.articles,
            "parts": [
                {
                    "words": one.part.words,
                    "phrase": one.part.phrase,
                    "articles": one.count,
                    "without_it": one.without,
                    "near": [{"word": word, "articles": count} for word, count in one.near],
                }
                for one in self.parts
            ],
            "filters": [
                {"filter": one.condition, "articles": one.count, "without_it": one.without}
                for one in self.conditions
            ],
            "actors": [
                {"id": actor.id, "name": actor.name, "articles": count, "exact": self.exact}
                for actor, count in self.actors
            ],
        }


def why_nothing(reader: ArchiveReader, filters: Filters) -> Nothing:
    """Return why a search finds nothing. Raises `ArchiveError`."""
    parts = parts_of(filters.text or "")[:MOST_PARTS]
    others = conditions(filters)
    queries: dict[str, dict[str, Any]] = {"all": {"match_all": {}}}
    for i, part in enumerate(parts):
        queries[f"part{i}"] = part_query(part)
        rest = [one for one in parts if one is not part]
        kept = {"bool": {"must": [part_query(one) for one in rest]}}
        narrowed = article_query(replace(filters, text=None))
        queries[f"rest{i}"] = {"bool": {"must": [kept, narrowed]}}
    for name, query in others.items():
        queries[f"only {name}"] = query
        queries[f"less {name}"] = article_query(without(filters, name))
    body = {"size": 0, "track_total_hits": False, "aggs": {"n": {"filters": {"filters": queries}}}}
    buckets = reader.search("articles", body)["aggregations"]["n"]["buckets"]
    counts = {name: int(bucket["doc_count"]) for name, bucket in buckets.items()}
    missing = [part for i, part in enumerate(parts) if counts[f"part{i}"] == 0]
    near = _near_words(reader, missing, "articles", "body", {"match_all": {}})
    actors, exact = _actors(reader, filters.text)
    return Nothing(
        counts["all"],
        tuple(
            PartCount(part, counts[f"part{i}"], near.get(part, ()), counts[f"rest{i}"])
            for i, part in enumerate(parts)
        ),
        tuple(ConditionCount(n, counts[f"only {n}"], counts[f"less {n}"]) for n in others),
        actors,
        exact,
    )


def words_of_claims(reader: ArchiveReader, text: str) -> list[PartCount]:
    """Return in how many claims each word of `text` is, and what is near where it is in none. Raises `ArchiveError`."""
    parts = parts_of(text)[:MOST_PARTS]
    if not parts:
        return []
    queries = {str(i): claim_text_query(part.words) for i, part in enumerate(parts)}
    among = {"bool": {"must_not": {"exists": {"field": "merged_into"}}}}
    body = {
        "size": 0,
        "track_total_hits": False,
        "query": among,
        "aggs": {"n": {"filters": {"filters": queries}}},
    }
    buckets = reader.search("claims", body)["aggregations"]["n"]["buckets"]
    counts = [int(buckets[key]["doc_count"]) for key in queries]
    missing = [part for part, count in zip(parts, counts, strict=True) if count == 0]
    near = _near_words(reader, missing, "claims", "text", among)
    return [
        PartCount(part, count, near.get(part, ()))
        for part, count in zip(parts, counts, strict=True)
    ]


def claim_text_query(text: str) -> dict[str, Any]:
    """Return the query for claims with all words of `text`."""
    fields = ["text", "text.stem"]
    words = {"query": text, "fields": fields, "type": "cross_fields", "operator": "and"}
    return {"multi_match": words}


def _near_words(
    reader: ArchiveReader, parts: Sequence[Part], index: str, in_field: str, among: dict[str, Any]
) -> dict[Part, tuple[tuple[str, int], ...]]:
    """Return words of the archive that are like those of `parts`, the likest first; as the index has them."""
    if not parts:
        return {}
    term = {
        "field": in_field, "analyzer": "musnad_text", "suggest_mode": "always", "prefix_length": 0,
        "min_word_length": 3, "size": _NEAR, "max_edits": 2,
    }  # fmt: skip
    asked = {str(i): {"text": part.words, "term": term} for i, part in enumerate(parts)}
    answer = reader.search(index, {"size": 0, "suggest": asked})["suggest"]
    found = {
        part: [str(o["text"]) for word in answer[str(i)] for o in word["options"]]
        for i, part in enumerate(parts)
    }
    # Counted anew: the frequencies that come with suggestions count what was replaced and deleted, too.
    queries = {word: {"term": {in_field: word}} for words in found.values() for word in words}
    if not queries:
        return {}
    counted = {"n": {"filters": {"filters": queries}}}
    body = {"query": among, "size": 0, "track_total_hits": False, "aggs": counted}
    buckets = reader.search(index, body)["aggregations"]["n"]["buckets"]
    return {
        part: tuple((w, count) for w in words if (count := int(buckets[w]["doc_count"])))
        for part, words in found.items()
    }


def _actors(
    reader: ArchiveReader, text: str | None
) -> tuple[tuple[tuple[ActorDocument, int], ...], bool]:
    """Return the records that the words of a search may name, with the number of articles about each."""
    if not text or not text.strip():
        return (), False
    answer = resolve_name(reader, text)
    found = answer.actors or answer.near
    counted = []
    for actor in found[:_NEAR]:
        ids = [actor.id, *actor.former_ids]
        fields = ("actors", "outlet_id", "cited_outlets")
        query = {"bool": {"should": [{"terms": {field: ids}} for field in fields]}}
        counted.append((actor, reader.count("articles", query)))
    return tuple(counted), bool(answer.actors)
