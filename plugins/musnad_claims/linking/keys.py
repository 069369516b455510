"""Blocking keys: which statements are compared at all. Deterministic, without statistics of the archive."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations

from musnad_claims.linking.events import lexicon
from musnad_claims.linking.reading import Reading
from musnad_claims.linking.text import key_stem

MAX_STEMS = 8
"""Rare words of a wording that make keys: the first ones, where news says what it is about."""
MAX_EVENTS = 3


def blocking_keys(reading: Reading, actors: Collection[str]) -> frozenset[str]:
    """Return the keys of a wording: event with actor pair or word, pairs of rare words, number with word.

    Two wordings of one event share the event and somebody or something, a number and what it counts, or two
    words that are not common in all news. Events that often tell one matter meet under either name.
    """
    if reading.pointer:
        return frozenset()
    families = lexicon().families
    events: set[str] = set()
    for family in reading.events[:MAX_EVENTS]:
        events |= {family, *families[family].near}
    rare = _rare(reading.stems)
    keys = {f"e:{event}|w:{word}" for event in events for word in rare}
    keys |= {f"w:{one}|w:{two}" for one, two in combinations(sorted(rare), 2)}
    people = sorted(set(actors))
    keys |= {f"e:{event}|a:{actor}" for event in reading.events[:1] for actor in people}
    for value, _ in reading.quantities.numbers:
        keys |= {f"n:{value:g}|w:{word}" for word in rare}
        keys |= {f"n:{value:g}|a:{actor}" for actor in people}
        if value >= 100 and reading.head:
            keys.add(f"n:{value:g}|e:{reading.head}")
    return frozenset(keys)


def _rare(stems: Mapping[str, float]) -> list[str]:
    """Return the key forms of the first words that are not common in all news."""
    forms = dict.fromkeys(key_stem(word) for word, weight in stems.items() if weight >= 1.0)
    return list(forms)[:MAX_STEMS]
