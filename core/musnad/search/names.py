"""From a typed name to the authority records that it may mean, and to near ones where there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from musnad.archive.documents import ActorDocument
from musnad.archive.read import ArchiveReader
from musnad.nearnames import find_actors, near, sounding
from musnad.search.query import describes, text_query
from musnad.sounds import FOREIGN_LETTERS

# Proclitics that may stand before the first word of a typed name, longest first; what they leave must be a
# known name, so nothing is lost by trying them all.
_PROCLITICS = re.compile(r"^(?:[وف]?(?:[بك]ال|لل|ال|[بلك])|[وف])")
_KUNYA = re.compile(r"\b[أا]ب[اي](?=\s?[ء-ي]{3})(?!ر)")
_JOINED = re.compile(r"\b(عبد|[أا]بو) +(?=[ء-ي]{3})")
_GLUED = re.compile(r"\b(عبد(?=ال)|[أا]بو(?=[ء-ي]{3}))")
_MAX_TITLES = 4
_ID = re.compile(r"\S{1,512}")
_LONGEST_NAME = 200
"""Characters; more are no name, and a fuzzy query for them takes the server's memory."""


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
    unrecorded: int = 0
    """Where there is none: how many articles have just this id; its record was removed since, or never came."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids to search for: what was found before two records were merged has the old one."""
        found = tuple(i for actor in self.actors for i in (actor.id, *actor.former_ids))
        return found or ((self.typed.strip(),) if self.unrecorded else ())


def _descriptions(reader: ArchiveReader, words: str) -> tuple[str, ...]:
    query = {"match": {"unnamed_outlets.words": words}}
    used = {"terms": {"field": "unnamed_outlets", "size": 5}}
    answer = reader.search("articles", {"query": query, "size": 0, "aggs": {"used": used}})
    return tuple(bucket["key"] for bucket in answer["aggregations"]["used"]["buckets"])


def resolve_name(reader: ArchiveReader, typed: str, *, outlets: bool | None = None) -> NameAnswer:
    """Return the authority records that a typed name may mean.

    By id (also one that articles have although no record does), by any name or alias in any script, without the proclitics («للمشير») and titles («المشير») before
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
    if unrecorded := _unrecorded(reader, typed.strip(), outlets):
        return NameAnswer(typed, unrecorded=unrecorded)
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
        described=reader.count("articles", describes(typed)) if outlets else 0,
        descriptions=_descriptions(reader, words) if outlets else (),
        containing=reader.count("articles", text_query(words)) if words.strip() else 0,
    )


def _unrecorded(reader: ArchiveReader, typed: str, outlets: bool | None) -> int:
    """Return how many articles have `typed` as the id of an actor (`outlets`: of an outlet) of theirs."""
    if not _ID.fullmatch(typed):
        return 0
    fields = [] if outlets else ["actors", "candidate_actors"]
    fields += [] if outlets is False else ["outlet_id", "cited_outlets"]
    either = [{"term": {field: typed}} for field in fields]
    return reader.count("articles", {"bool": {"should": either, "minimum_should_match": 1}})


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
