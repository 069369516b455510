"""Zero results: which part of the search fails, and what near it exists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import g

from musnad.archive.read import ArchiveReader
from musnad.search import Filters, NameAnswer, article_query
from musnad.search.query import Part, part_query, parts_of
from musnad.serve.parameters import Asked

_MOST_WORDS = 12
Address = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Near:
    """What would be found instead: in words, how many, and where."""

    name: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that no record has."""

    typed: str
    near: tuple[tuple[str, str, str], ...]
    """(name, the similar name of the record where it is another, address of the search for it)."""
    descriptions: tuple[tuple[str, str], ...]
    containing: int
    as_words: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why a search found nothing."""

    typed: tuple[tuple[str, str], ...]
    """(parameter, name) of each name that no record has."""
    names: tuple[UnknownName, ...]
    without: tuple[Near, ...]
    """For each condition, what there is without it."""
    words: tuple[Near, ...]
    """For each word, how many articles of the whole archive have it."""
    empty: bool
    """There is no article at all."""


def explain_nothing(
    reader: ArchiveReader,
    query: Asked,
    filters: Filters,
    unknown: Sequence[tuple[str, NameAnswer]],
    address: Address,
) -> Nothing:
    """Return why nothing was found, and what near it there is. Raises `ArchiveError`."""
    words = g.words
    less: list[tuple[str, Filters, dict[str, Any]]] = []
    if filters.text:
        less.append((filters.text, replace(filters, text=None), {"q": None}))
    if filters.actors:
        name = f"{words('comma')} ".join(query.actors)
        less.append((name, replace(filters, actors=()), {"actor": []}))
    if filters.outlets:
        name = f"{words('comma')} ".join(query.outlets)
        less.append((name, replace(filters, outlets=()), {"outlet": []}))
    if filters.cited_outlets or filters.unnamed_outlets:
        name = f"{words('comma')} ".join(query.cited)
        without = replace(filters, cited_outlets=(), unnamed_outlets=())
        less.append((name, without, {"cited": []}))
    if filters.statuses:
        name = f"{words('comma')} ".join(words.term("status", s) for s in filters.statuses)
        less.append((name, replace(filters, statuses=()), {"status": []}))
    if filters.since or filters.until:
        name = f"{filters.since or '…'} – {filters.until or '…'}"
        without = replace(filters, since=None, until=None)
        less.append((name, without, {"since": None, "until": None}))
    if len(less) < 2 or unknown:
        less = []
    parts = parts_of(filters.text or "")[:_MOST_WORDS]
    single = parts if len(parts) > 1 else []
    queries = {f"less{i}": article_query(without) for i, (_, without, _) in enumerate(less)}
    queries |= {f"word{i}": part_query(part) for i, part in enumerate(single)}
    queries["all"] = {"match_all": {}}
    answer = reader.search(
        "articles",
        {"size": 0, "track_total_hits": False, "aggs": {"n": {"filters": {"filters": queries}}}},
    )
    counts = {k: int(v["doc_count"]) for k, v in answer["aggregations"]["n"]["buckets"].items()}
    return Nothing(
        typed=tuple((parameter, a.typed) for parameter, a in unknown),
        names=tuple(_unknown(query, parameter, a, address) for parameter, a in unknown),
        without=tuple(
            Near(name, counts[f"less{i}"], address(query, **changes))
            for i, (name, _, changes) in enumerate(less)
        ),
        words=tuple(
            Near(_shown(part), counts[f"word{i}"], address(_only(_shown(part))))
            for i, part in enumerate(single)
        ),
        empty=counts["all"] == 0,
    )


def _shown(part: Part) -> str:
    return f"«{part.words}»" if part.phrase else part.words


def _only(text: str) -> Asked:
    return Asked(text, (), (), (), (), None, None, False, False, 1)


def _unknown(query: Asked, parameter: str, answer: NameAnswer, address: Address) -> UnknownName:
    language = g.words.language
    typed = {"actor": query.actors, "outlet": query.outlets, "cited": query.cited}[parameter]
    rest = [value for value in typed if value != answer.typed]
    near = tuple(
        (
            record.names.get(language) or record.name,
            "" if name in record.names.values() else name,
            address(query, **{parameter: [*rest, record.id]}),
        )
        for record, name in zip(answer.near, answer.near_names, strict=True)
    )
    text = " ".join(filter(None, (query.text, f"«{answer.typed}»")))
    return UnknownName(
        answer.typed,
        near,
        tuple((w, address(query, **{parameter: [*rest, w]})) for w in answer.descriptions)
        if parameter == "cited"
        else (),
        answer.containing,
        address(query, **{parameter: rest, "q": text}),
    )
