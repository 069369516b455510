"""Searching: from what an archivist types to Elasticsearch queries.

Names are resolved to authority records first, so that every spelling of a name finds the same articles;
the words of a free-text search are looked for in the text itself, with the stemmed text for recall.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from musnad.archive.documents import ActorDocument
from musnad.archive.read import ArchiveReader
from musnad.nearnames import find_actors, near, sounding
from musnad.readers.fields import parse_date
from musnad.sounds import FOREIGN_LETTERS

TEXT_FIELDS = ("title^4", "body^2", "title.stem^2", "body.stem")
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
    "max_analyzed_offset": 1_000_000,
}
"""Highlighting: where the words stand. Of an enormous article only the first million characters are looked at."""
# Proclitics that may stand before the first word of a typed name, longest first; what they leave must be a
# known name, so nothing is lost by trying them all.
_PROCLITICS = re.compile(r"^(?:[وف]?(?:[بك]ال|لل|ال|[بلك])|[وف])")
_KUNYA = re.compile(r"\b[أا]ب[اي](?=\s?[ء-ي]{3})(?!ر)")
_JOINED = re.compile(r"\b(عبد|[أا]بو) +(?=[ء-ي]{3})")
_GLUED = re.compile(r"\b(عبد(?=ال)|[أا]بو(?=[ء-ي]{3}))")
_ROUNDED_UP = {"day": "||/d", "month": "||/M", "year": "||/y"}
_MAX_TITLES = 4
_LONGEST_NAME = 200
"""Characters; more are no name, and a fuzzy query for them takes the server's memory."""


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


@dataclass(frozen=True, slots=True)
class NameAnswer:
    """What a typed name stands for."""

    typed: str
    actors: tuple[ActorDocument, ...] = ()
    """The records it may mean; more than one where the name is shared."""
    why: str = ""
    near: tuple[ActorDocument, ...] = ()
    """Where there is none: records of similar names, the nearest first."""
    near_names: tuple[str, ...] = ()
    """The similar name of each of them."""
    containing: int = 0
    """Where there is none: how many articles contain the words."""
    described: int = 0
    """Where there is none: how many articles cite an outlet in just these words, without a name."""
    descriptions: tuple[str, ...] = ()
    """Where there is none: like words that articles describe an unnamed outlet with, the most used first."""


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
    cited: list[dict[str, Any]] = [_describes(words) for words in filters.unnamed_outlets]
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


def _describes(words: str) -> dict[str, Any]:
    return {"term": {"unnamed_outlets.fold": words}}


def _descriptions(reader: ArchiveReader, words: str) -> tuple[str, ...]:
    query = {"match": {"unnamed_outlets.words": words}}
    used = {"terms": {"field": "unnamed_outlets", "size": 5}}
    answer = reader.search("articles", {"query": query, "size": 0, "aggs": {"used": used}})
    return tuple(bucket["key"] for bucket in answer["aggregations"]["used"]["buckets"])


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


def resolve_name(reader: ArchiveReader, typed: str, *, outlets: bool | None = None) -> NameAnswer:
    """Return the authority records that a typed name may mean.

    By id, by any name or alias in any script, without the proclitics («للمشير») and titles («المشير») before
    it; last by what sounds like it in Latin letters or across scripts («Khalifa Hiftar» for خليفة حفتر). `outlets` True looks among outlets only, False among others only.
    """
    kind: list[dict[str, Any]] = []
    if outlets is True:
        kind = [{"term": {"type": "outlet"}}]
    elif outlets is False:
        kind = [{"bool": {"must_not": {"term": {"type": "outlet"}}}}]
    ids = [{"term": {name: typed.strip()}} for name in ("id", "former_ids")]
    by_id = find_actors(reader, {"bool": {"must": [{"bool": {"should": ids}}], "filter": kind}})
    if by_id:
        merged = all(actor.id != typed.strip() for actor in by_id)
        return NameAnswer(typed, by_id, f"{typed.strip()} was merged into it" if merged else "id")
    for variant, dropped in name_variants(typed):
        named = {"term": {"all_names.fold": variant}}
        query = {"bool": {"filter": [named, *_has_titles(dropped, variant), *kind]}}
        found = find_actors(reader, query)
        if found:
            why = f"name «{variant}»"
            if dropped:
                why += f", title «{' '.join(dropped)}»"
            return NameAnswer(typed, found, why)
    words = typed[:_LONGEST_NAME]
    if alike := sounding(reader, words, kind):
        names = dict.fromkeys(name for _, name in alike)
        why = "sounds like " + ", ".join(f"«{name}»" for name in names)
        return NameAnswer(typed, tuple(actor for actor, _ in alike), why)
    close = near(reader, words, kind)
    return NameAnswer(
        typed,
        near=tuple(actor for actor, _ in close),
        near_names=tuple(name for _, name in close),
        described=reader.count("articles", _describes(typed)) if outlets else 0,
        descriptions=_descriptions(reader, words) if outlets else (),
        containing=reader.count("articles", text_query(words)) if words.strip() else 0,
    )


def name_variants(typed: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return (name, words dropped before it) to try, the closest to what was typed first.

    Proclitics are taken off the first word; words before the name are dropped one by one, as titles.
    """
    words = typed.replace("ـ", "").split()
    variants: list[tuple[str, tuple[str, ...]]] = []
    for drop in range(min(len(words), _MAX_TITLES + 1)):
        rest = words[drop:]
        dropped = tuple(words[:drop])
        for first in _without_proclitics(rest[0]) if drop == 0 else [rest[0]]:
            for name in _respelt(" ".join([first, *rest[1:]])):
                if (name, dropped) not in variants:
                    variants.append((name, dropped))
    return variants


def _respelt(name: str) -> list[str]:
    """Return `name`, and it with عبد and أبو joined to the next word or parted from it, and أبو for أبي and أبا."""
    nominative = _KUNYA.sub("أبو", name.translate(FOREIGN_LETTERS))
    forms = [name, nominative, _JOINED.sub(r"\1", nominative), _GLUED.sub(r"\1 ", nominative)]
    forms += [form.replace(" ابن ", " بن ") for form in forms]
    return list(dict.fromkeys(forms))


def _without_proclitics(word: str) -> list[str]:
    forms = [word]
    if match := _PROCLITICS.match(word):
        rest = word[match.end() :]
        if match[0].endswith("ال") or match[0].endswith("لل"):
            forms.append("ال" + rest)
        forms.append(rest)
        if len(word) > 1 and word[0] in "وف":
            forms.append(word[1:])
    return [form for form in dict.fromkeys(forms) if len(form) > 1]


def _has_titles(dropped: Sequence[str], name: str) -> list[dict[str, Any]]:
    """Return the conditions under which the words dropped before a name are titles of the actor.

    Before a name of one word each of them must be one; before a longer name the first («الرئيس السوري …»).
    """
    words = dropped[:1] if " " in name else dropped
    conditions: list[dict[str, Any]] = []
    for word in words:
        forms = dict.fromkeys(_without_proclitics(word))
        forms.update({f"ال{form}": None for form in forms})
        either = [{"match": {"titles.words": form}} for form in forms]
        conditions.append({"bool": {"should": either, "minimum_should_match": 1}})
    return conditions


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
    """Other articles that were found and are copies of this one: id, title, outlet_name, published_at."""


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
        inner = {"name": "copies", "size": _MOST_COPIES, "_source": _COPY_FIELDS, "sort": newest}
        body["collapse"] = {"field": "copy_group", "inner_hits": inner}
    answer = reader.search("articles", body)
    hits = answer["hits"]
    found = [
        Found(
            hit["_source"],
            hit["_score"],
            tuple(s for part in hit.get("highlight", {}).values() for s in part),
            _copies_of(hit),
        )
        for hit in hits["hits"]
    ]
    return int(hits["total"]["value"]), found


def _copies_of(hit: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    inner = hit.get("inner_hits", {}).get("copies", {}).get("hits", {}).get("hits", ())
    return tuple(one["_source"] for one in inner if one["_id"] != hit["_id"])
