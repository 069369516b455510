"""What pairs of statements have in common with many other pairs, so that it is compared once: their events, their actors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from musnad_claims.linking.events import lexicon
from musnad_claims.linking.known import KnownActors

MOST_COMPARED = 100_000
"""So many comparisons are remembered at a time."""


class EventsCompared(NamedTuple):
    """Two lists of events."""

    nearness: float | None
    """How near they are; None where one side names none."""
    opposed: bool
    """One names an event, the other its contrary instead."""
    other_predicate: bool
    """Both say something more of one known event, and not the same thing.

    «انفجار المصنع عمل تخريبي» and «انفجار المصنع نجم عن تسرب»: one explosion, two claims.
    """
    counted: bool
    """A number is the point of such news."""
    first_counts: bool
    """The first is about how many, the second about something else of the same event, if only the first has numbers."""
    second_counts: bool
    common: int
    """How many events are in both."""


@lru_cache(maxsize=MOST_COMPARED)
def compare_events(one: tuple[str, ...], two: tuple[str, ...]) -> EventsCompared:
    """Compare the events of two wordings, each in order of the text."""
    families = lexicon().families
    counts = [any(families[family].counts for family in side) for side in (one, two)]
    return EventsCompared(
        nearness=_nearness(one, two),
        opposed=lexicon().opposed(one, two),
        other_predicate=_other_predicate(one, two),
        counted=any(families[family].counts for family in (*one[:2], *two[:2])),
        first_counts=counts[0] and bool(two) and not counts[1],
        second_counts=counts[1] and bool(one) and not counts[0],
        common=len(set(one) & set(two)),
    )


def _nearness(one: tuple[str, ...], two: tuple[str, ...]) -> float | None:
    if not one or not two:
        return None
    nearness = lexicon().nearness
    heads = nearness(one[0], two[0])
    if heads == 1.0:
        return 1.0
    # «وعد بزيارة» and «زيارة»: the head of one is further down in the other.
    inside = max(
        max(nearness(one[0], family) for family in two),
        max(nearness(two[0], family) for family in one),
    )
    return max(heads, 0.8 if inside == 1.0 else inside * 0.8)


def _other_predicate(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    lexicon_ = lexicon()
    if not one or not two or lexicon_.nearness(one[0], two[0]) == 0.0:
        return False
    topics = {f for f in (*one, *two) if lexicon_.families[f].topic}
    first = [family for family in one if family not in topics]
    second = [family for family in two if family not in topics]
    if not topics or not first or not second:
        return False
    return not any(lexicon_.nearness(a, b) for a in first for b in second)


@dataclass(frozen=True, slots=True)
class ActorsCompared:
    """The actors of two wordings."""

    overlap: float | None
    """Which share of the smaller side's actors the other side has; None where one side has none."""
    places: float | None
    """The same for places: 1 or 0, None where one side has none."""
    other_persons: bool
    """Both are about persons, and about nobody in common: «زيارتها» is not «زيارته»."""
    met: float
    """How much common actors say, weighed like words: a person or body 1.5, a town 1, a state 0.6."""
    names: frozenset[str]
    """The stems of the names of all; none where one side has no actors: its words may be those names."""


class Company:
    """Compares the actors of pairs, remembering what it found."""

    def __init__(self, actors: KnownActors) -> None:
        """Compare by what is known of `actors`."""
        self.known = actors
        self._compared: dict[tuple[tuple[str, ...], tuple[str, ...]], ActorsCompared] = {}

    def compare(self, one: tuple[str, ...], two: tuple[str, ...]) -> ActorsCompared:
        """Compare the actors of two wordings."""
        if not one or not two:
            return _NOBODY
        found = self._compared.get((one, two))
        if found is None:
            if len(self._compared) >= MOST_COMPARED:
                self._compared.clear()
            found = self._compared[one, two] = self._compare(one, two)
        return found

    def _compare(self, one: tuple[str, ...], two: tuple[str, ...]) -> ActorsCompared:
        known = self.known
        places = [[actor for actor in side if known.is_place(actor)] for side in (one, two)]
        together: float | None = None
        if places[0] and places[1]:
            # A denial of a meeting «neither there nor elsewhere» names more places: one in common is enough.
            together = 1.0 if self._covered(places[0], places[1]) > 0 else 0.0
        persons = [{actor for actor in side if known.is_person(actor)} for side in (one, two)]
        return ActorsCompared(
            overlap=max(self._covered(one, two), self._covered(two, one)),
            places=together,
            other_persons=bool(persons[0] and persons[1]) and not persons[0] & persons[1],
            met=min(self._weigh(one, two), self._weigh(two, one)),
            names=known.names_of(one) | known.names_of(two),
        )

    def _nearest(self, actor: str, others: Collection[str]) -> float:
        return max((self.known.kinship(actor, other) for other in others), default=0.0)

    def _covered(self, some: Collection[str], others: Collection[str]) -> float:
        """Return which share of the smaller side's actors the other side has, exactly or nearly."""
        total = sum(self._nearest(actor, others) for actor in some)
        return min(1.0, total / min(len(some), len(others)))

    def _weigh(self, some: Collection[str], others: Collection[str]) -> float:
        return sum(self._nearest(actor, others) * self.known.weight(actor) for actor in some)


_NOBODY = ActorsCompared(None, None, False, 0.0, frozenset())
