"""Names that the index of actors does not have as they are typed: what sounds like them, what is near them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rapidfuzz.distance import Indel

from musnad.archive.documents import ActorDocument
from musnad.archive.read import ArchiveReader
from musnad.sounds import likeness, sound_keys, sounding_alike, without_titles

Conditions = Sequence[dict[str, Any]]
_CANDIDATES = 50
_NEAR = 5
_LEAST_NEAR = 0.6


def sounding(
    reader: ArchiveReader, typed: str, conditions: Conditions
) -> list[tuple[ActorDocument, str]]:
    """Return the actors with a name that sounds like the typed one, and that name; the most alike first.

    In Latin letters, or across scripts («Khalifa Hiftar» for خليفة حفتر); titles before it are dropped.
    """
    for words in without_titles(typed):
        if not (keys := sound_keys(words)):
            continue
        query = {"bool": {"filter": [{"terms": {"sounds": list(keys)}}, *conditions]}}
        known = [
            (actor, name)
            for actor in find_actors(reader, query, _CANDIDATES)
            for name in heard_names(actor)
            if not set(keys).isdisjoint(sound_keys(name))
        ]
        best: dict[str, tuple[ActorDocument, str]] = {}
        for actor, name, _ in sounding_alike(words, known):
            best.setdefault(actor.id, (actor, name))
        if best:
            return list(best.values())
    return []


def near(
    reader: ArchiveReader, typed: str, conditions: Conditions
) -> list[tuple[ActorDocument, str]]:
    """Return a few actors with a name near the typed one, and that name; the nearest first."""
    either: list[dict[str, Any]] = [{"match": {"all_names": {"query": typed, "fuzziness": "AUTO"}}}]
    either += [{"fuzzy": {"sounds": {"value": key}}} for key in sound_keys(typed)]
    query = {"bool": {"must": [{"bool": {"should": either}}], "filter": list(conditions)}}
    ranked = []
    for actor in find_actors(reader, query, _CANDIDATES):
        score, name = max((_nearness(typed, name), name) for name in actor.all_names)
        if score >= _LEAST_NEAR:
            ranked.append((-score, actor.id, actor, name))
    return [(actor, name) for _, _, actor, name in sorted(ranked, key=lambda r: r[:2])[:_NEAR]]


def find_actors(
    reader: ArchiveReader, query: dict[str, Any], size: int = 20
) -> tuple[ActorDocument, ...]:
    """Return the records of the index of actors that a query finds."""
    answer = reader.search("actors", {"query": query, "size": size})
    return tuple(ActorDocument.model_validate(hit["_source"]) for hit in answer["hits"]["hits"])


def heard_names(actor: ActorDocument) -> Iterator[str]:
    """Yield the names that are heard: not titles, and not acronyms, which are spelt."""
    yield from actor.names.values()
    for alias in actor.aliases:
        if alias.kind not in ("title", "acronym"):
            yield alias.text


def sounds_of(names: Sequence[str]) -> tuple[str, ...]:
    """Return the sound keys of all these names."""
    return tuple(dict.fromkeys(key for name in names for key in sound_keys(name)))


def _nearness(one: str, other: str) -> float:
    written = Indel.normalized_similarity(one.casefold(), other.casefold())
    return max(written, likeness(one, other))
