"""Records that may be one actor: the same identifier, the same name, nearly the same name.

Nearly the same are names of several words that differ in one word, by one letter of it or in its weak letters and
doublings only (Petersen, "Blocking": pairs are compared only where they share all other words and half of that one).
Two common given names never count as nearly the same (حسن and حسين are two people).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from musnad.model import Actor
from rapidfuzz.distance import Levenshtein

from musnad_actors.check.finding import Finding
from musnad_actors.check.words import given_names
from musnad_actors.check.writing import Bearer, Written
from musnad_actors.exchange.found import EVERYWHERE, is_arabic

_STRONG = frozenset({"full", "transliteration"})
_LONG = 5
"""Letters from which on one letter more or less is a slip rather than another word."""
_MOST_IN_BLOCK = 60
_MANY = 4
"""A name of more bearers is told once, not for each pair."""
_WEAK = re.compile("[اويءئؤ]")
_DOUBLE = re.compile(r"(.)\1+")


def duplicates(records: Sequence[Actor], written: Written) -> Iterator[Finding]:
    """Yield records that may be one."""
    by_id = {record.id: record for record in records}
    told: set[frozenset[str]] = set()
    for finding in (*_same_identifier(records), *_same_name(by_id, written)):
        told.update(frozenset(pair) for pair in combinations(finding.ids[:_MANY], 2))
        yield finding
    yield from _near_name(by_id, written, told)


def _same_identifier(records: Sequence[Actor]) -> Iterator[Finding]:
    bearers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for record in records:
        for scheme, value in record.identifiers.items():
            if scheme in EVERYWHERE:
                bearers[scheme, value].append(record.id)
    for (scheme, value), ids in bearers.items():
        if len(ids) > 1:
            yield Finding(
                "same_identifier", "problem", tuple(ids), value,
                f"{_listed(ids)} have the same {scheme} identifier {value}",
                _merge(ids),
            )  # fmt: skip


def _same_name(by_id: dict[str, Actor], written: Written) -> Iterator[Finding]:
    for bearers in written.values():
        strong = list(dict.fromkeys(b.actor_id for b in bearers if b.kind in _STRONG))
        if len(strong) < 2:
            continue
        kinds = {by_id[i].type for i in strong}
        apart = _known_apart([by_id[i] for i in strong])
        shared = f"«{bearers[0].text}» is a full name of {_listed(strong)}"
        if len(kinds) > 1 or apart:
            why = "they are known to be different" if apart else "they are of different types"
            yield Finding(
                "same_name", "note", tuple(strong), bearers[0].text, f"{shared}; {why}",
                "nothing, if country, titles or longer names tell them apart in articles",
            )  # fmt: skip
        else:
            yield Finding(
                "same_name", "problem", tuple(strong), bearers[0].text, shared,
                f"{_merge(strong)}; if they are two: give each a country, titles, a longer name",
            )  # fmt: skip


def _known_apart(records: Sequence[Actor]) -> bool:
    """Tell whether identifiers or countries show that no two of these are one."""

    def differ(one: Actor, other: Actor) -> bool:
        schemes = one.identifiers.keys() & other.identifiers.keys() & EVERYWHERE
        if schemes:
            return all(one.identifiers[s] != other.identifiers[s] for s in schemes)
        return (
            one.country is not None and other.country is not None and one.country != other.country
        )

    return all(differ(one, other) for one, other in combinations(records[: _MANY * 2], 2))


def _near_name(
    by_id: dict[str, Actor], written: Written, told: set[frozenset[str]]
) -> Iterator[Finding]:
    common = given_names()
    names: list[tuple[tuple[str, ...], Bearer]] = []
    blocks: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for form, bearers in written.items():
        words = tuple(form.split())
        if not 2 <= len(words) <= 8 or not is_arabic(form):
            continue
        for bearer in bearers:
            if bearer.kind != "full":
                continue
            number = len(names)
            names.append((words, bearer))
            for at, word in enumerate(words):
                rest = (bearer.type, at, *words[:at], "", *words[at + 1 :])
                blocks[*rest, 0, _bones(word)].append(number)
                if len(word) >= _LONG:
                    half = len(word) // 2
                    blocks[*rest, 1, word[:half]].append(number)
                    blocks[*rest, 2, word[-half:]].append(number)
    for key, block in blocks.items():
        if len(block) < 2:
            continue
        place = key[1]
        if not isinstance(place, int):
            continue
        for first, second in combinations(block[:_MOST_IN_BLOCK], 2):
            (words, one), (others, other) = names[first], names[second]
            pair = frozenset((one.actor_id, other.actor_id))
            if len(pair) < 2 or pair in told:
                continue
            word, variant = words[place], others[place]
            if word == variant or (word in common and variant in common):
                continue
            if not _is_near(word, variant):
                continue
            if _known_apart([by_id[i] for i in pair]):
                continue
            told.add(pair)
            ids = sorted(pair)
            yield Finding(
                "near_name", "note", tuple(ids), one.text,
                f"«{one.text}» ({one.actor_id}) and «{other.text}» ({other.actor_id}) are nearly the same",
                f"{_merge(ids)}; nothing, if they are two",
            )  # fmt: skip


def _is_near(one: str, other: str) -> bool:
    if _bones(one) == _bones(other) and len(_bones(one)) > 2:
        return True
    return (
        min(len(one), len(other)) >= _LONG and Levenshtein.distance(one, other, score_cutoff=1) <= 1
    )


def _bones(word: str) -> str:
    """Return a word without article, weak letters and doublings: what spellings of foreign names share."""
    bare = word.removeprefix("ال") if len(word) > 4 else word
    return _DOUBLE.sub(r"\1", _WEAK.sub("", bare[:1].replace("ا", "") + bare[1:]))


def _listed(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MANY} more" if len(ids) > _MANY else ""
    return ", ".join(ids[:_MANY]) + more


def _merge(ids: Sequence[str]) -> str:
    return f"if they are one: musnad actors merge {ids[1]} {ids[0]} --why …"
