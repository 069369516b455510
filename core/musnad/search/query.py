"""From what an archivist types to Elasticsearch queries: words, filters, dates.

A word of a free-text search is looked for in the text itself (its search analyzer knows proclitics), among the
dictionary forms that enrichment found (`lemmas`), and in the text without endings (`stem`) for recall.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any, Literal

from musnad.readers.fields import parse_date
from musnad.timezone import UTC_NAME, local, zone_of

TEXT_FIELDS = ("title^4", "body^2", "lemmas", "title.stem", "body.stem")
"""The same as `index.query.default_field` of the articles: what Kibana's search bar looks into."""
PHRASE_FIELDS = ("title^2", "body")
_PHRASE = re.compile(r'"([^"]+)"|«([^»]+)»|“([^”]+)”')
# «عبد الله» is one word in the index as «عبدالله» is.
_WORD = re.compile(r"(?:\bعبد\s+(?=ال))?\S+")
Condition = Literal["actor", "status", "outlet", "cited outlet", "date", "stale"]
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
    time_zone: str = UTC_NAME
    """In which days, months and years begin and end (IANA name)."""


def article_query(filters: Filters) -> dict[str, Any]:
    """Return the query for articles; `filters` holds ids, not names."""
    query: dict[str, Any] = {"bool": {"filter": list(conditions(filters).values())}}
    if filters.text:
        query["bool"]["must"] = [text_query(filters.text)]
    return query


def conditions(filters: Filters) -> dict[Condition, dict[str, Any]]:
    """Return the queries of the conditions apart from words, by what they are about; all must hold."""
    found: dict[Condition, dict[str, Any]] = {}
    if filters.actors:
        named = [{"terms": {"actors": list(filters.actors)}}]
        if filters.maybe:
            named.append({"terms": {"candidate_actors": list(filters.actors)}})
        found["actor"] = {"bool": {"should": named, "minimum_should_match": 1}}
    if filters.statuses:
        found["status"] = {"terms": {"claim_status": list(filters.statuses)}}
    if filters.outlets:
        found["outlet"] = {"terms": {"outlet_id": list(filters.outlets)}}
    cited: list[dict[str, Any]] = [describes(words) for words in filters.unnamed_outlets]
    if filters.cited_outlets:
        cited.append({"terms": {"cited_outlets": list(filters.cited_outlets)}})
    if cited:
        found["cited outlet"] = {"bool": {"should": cited, "minimum_should_match": 1}}
    if filters.since or filters.until:
        found["date"] = {
            "range": {"published_at": period(filters.since, filters.until, filters.time_zone)}
        }
    if filters.stale:
        found["stale"] = {"term": {"enrichment.stale": True}}
    return found


def without(filters: Filters, condition: Condition) -> Filters:
    """Return `filters` without one of its conditions."""
    fields: dict[Condition, dict[str, Any]] = {
        "actor": {"actors": (), "maybe": False},
        "status": {"statuses": ()},
        "outlet": {"outlets": ()},
        "cited outlet": {"cited_outlets": (), "unnamed_outlets": ()},
        "date": {"since": None, "until": None},
        "stale": {"stale": False},
    }
    return replace(filters, **fields[condition])


def describes(words: str) -> dict[str, Any]:
    """Return the query for articles that cite an outlet in just these words, without a name."""
    return {"term": {"unnamed_outlets.fold": words}}


def text_query(text: str) -> dict[str, Any]:
    """Return the query for the words of `text`: all of them, anywhere; "…" and «…» are phrases."""
    parts = [part_query(part) for part in parts_of(text)]
    if not parts:
        # Nothing but white space or quotation marks.
        return {"match_none": {}}
    return parts[0] if len(parts) == 1 else {"bool": {"must": parts}}


def wordless(text: str | None) -> bool:
    """Return whether something was typed, but nothing that could be looked for («!!!»)."""
    return bool(text) and not parts_of(text or "")


@dataclass(frozen=True, slots=True)
class Part:
    """A word or a phrase of a search; an article must have each."""

    words: str
    phrase: bool = False

    def __str__(self) -> str:
        return f"«{self.words}»"


def parts_of(text: str) -> list[Part]:
    """Return the phrases of a free-text search, then its words."""
    phrases = [Part(" ".join(found.split()), phrase=True) for found in _phrases(text)]
    rest = _PHRASE.sub(" ", text)
    words = dict.fromkeys(" ".join(word.split()) for word in _WORD.findall(rest))
    return [*phrases, *(Part(word) for word in words if any(map(str.isalnum, word)))]


def _phrases(text: str) -> list[str]:
    found = (next(filter(None, match.groups())) for match in _PHRASE.finditer(text))
    return [phrase for phrase in found if any(map(str.isalnum, phrase))]


def part_query(part: Part) -> dict[str, Any]:
    """Return the query for one word or phrase."""
    if part.phrase:
        fields = {"fields": list(PHRASE_FIELDS), "type": "phrase"}
        return {"multi_match": {"query": part.words, **fields}}
    fields = {"fields": list(TEXT_FIELDS), "type": "best_fields", "operator": "and"}
    return {"multi_match": {"query": part.words, **fields}}


def period(
    since: str | None, until: str | None = None, time_zone: str = UTC_NAME
) -> dict[str, str]:
    """Return the bounds of a range query. Raises `ValueError` for what is no date.

    What is no point in time but a day, month or year is meant from its beginning to its end in `time_zone`.
    """
    zone = zone_of(time_zone)
    # For rounding up to the end of a day; the bounds are in UTC, as Elasticsearch reads no offsets with seconds,
    # which zones had before there was standard time.
    bounds = {"time_zone": time_zone}
    if since:
        bounds["gte"] = local(parse_date(since, zone)[0], UTC).isoformat()
    if until:
        at, precision = parse_date(until, zone)
        bounds["lte"] = local(at, UTC).isoformat() + _ROUNDED_UP.get(precision, "")
    return bounds
