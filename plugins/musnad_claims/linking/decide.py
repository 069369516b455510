"""The pair decision: is a statement about the same thing as a claim? Pure, with named features."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from musnad.claims.status import aware

from musnad_claims.linking.events import lexicon
from musnad_claims.linking.known import KnownActors
from musnad_claims.linking.quantities import Quantities
from musnad_claims.linking.reading import Reading
from musnad_claims.linking.text import variants

WEIGHTS = {"stems": 0.45, "event": 0.25, "actors": 0.2, "numbers": 0.1}
"""What each feature adds to the score; those that say nothing on a pair are left out of the mean."""
ENOUGH = 1.8
"""What two wordings of different articles must share at least: two telling words, a person and a place …"""
ENOUGH_INSIDE = 0.45
"""The same inside one article, where the same event of the same place is hardly another one."""
MAX_DAYS = 90
"""Statements further apart than this are not taken to be about one event by their words alone."""

DIFFERENT = frozenset({"other_number", "other_place", "opposite_event", "other_predicate"})
"""Rules that say that two wordings cannot be about one thing, however much else they share."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair."""

    reading: Reading
    actors: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The score of a pair in [0, 1], its features, and the rule that had the last word."""

    score: float
    features: Mapping[str, float]
    rule: str


def cannot_link(one: Side, two: Side, actors: KnownActors) -> bool:
    """Return whether `decide` is sure to find no link and no difference, told by what costs little to compare.

    Exact: a rule that caps the score below any link holds, and none of `DIFFERENT`. Most pairs that share a
    blocking key end here.
    """
    first, second = one.reading, two.reading
    apart = (
        _event(first, second) == 0.0
        or _only_one_counts(first, second)
        or _days_apart(one.at, two.at) > MAX_DAYS
        or _dates(first.quantities, second.quantities) == 0.0
        or _other_persons(one.actors, two.actors, actors)
    )
    if not apart:
        return False
    numbers, counted = _numbers(first, second)
    return not (
        (numbers == 0.0 and counted)
        or lexicon().opposed(first.events, second.events)
        or _other_predicate(first, second)
        or _actors(one.actors, two.actors, actors)[1] == 0.0
    )


def apart(one: Side, two: Side, actors: KnownActors) -> bool:
    """Return whether two sides tell different matters, however little they say: another toll, place, day or person."""
    first, second = one.reading, two.reading
    numbers, counted = _numbers(first, second)
    return (
        (numbers == 0.0 and counted)
        or _only_one_counts(first, second)
        or lexicon().opposed(first.events, second.events)
        or _other_predicate(first, second)
        or _actors(one.actors, two.actors, actors)[1] == 0.0
        or _other_persons(one.actors, two.actors, actors)
        or _dates(first.quantities, second.quantities) == 0.0
    )


def decide(one: Side, two: Side, *, actors: KnownActors, same_article: bool = False) -> Decision:
    """Return whether the two sides are about the same thing.

    Features, each in [0, 1]: `stems` (shared content words), `event` (1 the same event, 0.6 events that often
    tell one matter, 0 another one), `actors`, `numbers`, `dates` (1 agree, 0.5 unknown, 0 differ), `evidence`
    (how much they share at all), `same_article`. Polarity plays no part: denying a thing is about it.
    `actors` are those that are known; words of their names do not count as words on top.
    """
    stems, shared = _stems(one, two, actors)
    event = _event(one.reading, two.reading)
    both, places = _actors(one.actors, two.actors, actors)
    opposed = lexicon().opposed(one.reading.events, two.reading.events)
    numbers, counted = _numbers(one.reading, two.reading)
    if both == 0.0 and places is None and _same_count(one, two, numbers):
        # One names the factory, the other the town: that does not tell two explosions apart.
        both = None
    dates = _dates(one.reading.quantities, two.reading.quantities)
    known: dict[str, float] = {}
    if stems is not None:
        known["stems"] = stems
    if event is not None:
        known["event"] = event
    if both is not None:
        known["actors"] = both
    if numbers is not None:
        known["numbers"] = numbers
    score = sum(WEIGHTS[name] * value for name, value in known.items())
    score /= sum(WEIGHTS[name] for name in known) or 1.0
    evidence = shared + _met(one.actors, two.actors, actors) + (1.0 if numbers == 1.0 else 0.0)
    # «اتفقت على شراء» and «اتفاق على شراء»: each further event in common says as much as a word.
    evidence += max(0, len(set(one.reading.events) & set(two.reading.events)) - 1)
    # Inside one article the same words mean the same event; across articles it takes more of them.
    enough = ENOUGH_INSIDE if same_article else ENOUGH
    features = {
        "stems": 0.5 if stems is None else stems,
        "event": 0.5 if event is None else event,
        "actors": 0.5 if both is None else both,
        "numbers": 0.5 if numbers is None else numbers,
        "dates": dates,
        "evidence": min(1.0, evidence / enough),
        "same_article": float(same_article),
    }
    rule = "same_event" if event == 1.0 else "same_words"
    limit = 1.0
    for holds, cap, reason in (
        (evidence < enough, 0.45 * evidence / enough, "too_little"),
        (event == 0.0, 0.4, "other_event"),
        (opposed, 0.35, "opposite_event"),
        (_other_predicate(one.reading, two.reading), 0.35, "other_predicate"),
        (_only_one_counts(one.reading, two.reading), 0.4, "only_one_counts"),
        (event is None and (stems is None or stems < 0.6), 0.45, "too_little"),
        (numbers == 0.0 and counted, 0.3, "other_number"),
        (places == 0.0, 0.35, "other_place"),
        (_other_persons(one.actors, two.actors, actors), 0.4, "other_persons"),
        (both == 0.0 and (stems is None or stems < 0.8), 0.45, "other_actors"),
        (dates == 0.0, 0.4, "other_day"),
        (_days_apart(one.at, two.at) > MAX_DAYS, 0.4, "other_time"),
    ):
        if holds and cap < limit:
            limit, rule = cap, reason
    if numbers == 0.0 and not counted:
        score *= 0.8
    return Decision(round(max(0.0, min(score, limit)), 6), features, rule)


def _without_names(
    one: Side, two: Side, actors: KnownActors
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return the content words of both, without names of actors where both have actors to compare."""
    first, second = one.reading, two.reading
    if not one.actors or not two.actors:
        return first.stems, second.stems
    names = actors.names_of(one.actors) | actors.names_of(two.actors)

    def other(reading: Reading) -> Mapping[str, float]:
        if reading.forms.isdisjoint(names):
            return reading.stems
        return {
            word: weight
            for word, weight in reading.stems.items()
            if variants(word).isdisjoint(names)
        }

    return other(first), other(second)


def _stems(one: Side, two: Side, actors: KnownActors) -> tuple[float | None, float]:
    """Return the likeness of content words, and the weight of what is shared.

    The likeness is None where one side has no words of its own (names aside): it then says nothing.
    """
    first, second = _without_names(one, two, actors)
    mine, yours = sum(first.values()), sum(second.values())
    shared = 0.0
    if not one.reading.forms.isdisjoint(two.reading.forms):
        shared = _shared(first, second)
    if mine < 1.0 or yours < 1.0:
        return None, shared
    contained, both = shared / min(mine, yours), 2 * shared / (mine + yours)
    return min(1.0, 0.6 * contained + 0.4 * both), shared


def _shared(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    """Return the weight of the words that both have: first the same ones, then those that may be the same."""
    same = one.keys() & two.keys()
    mine, yours = sorted(one.keys() - same), sorted(two.keys() - same)
    shared = sum(min(one[word], two[word]) for word in sorted(same))
    return shared + max(_alike(mine, one, yours, two), _alike(yours, two, mine, one))


def _alike(
    mine: Sequence[str],
    one: Mapping[str, float],
    yours: Sequence[str],
    two: Mapping[str, float],
) -> float:
    by_form: dict[str, list[str]] = {}
    for word in yours:
        for form in variants(word):
            by_form.setdefault(form, []).append(word)
    left = set(yours)
    shared = 0.0
    for word in mine:
        others = [o for form in variants(word) for o in by_form.get(form, ()) if o in left]
        if others:
            match = min(others)
            left.discard(match)
            shared += min(one[word], two[match])
    return shared


def _event(one: Reading, two: Reading) -> float | None:
    """Return how near the events are; None where one side names none."""
    return _nearest_event(one.events, two.events)


@lru_cache(maxsize=100_000)
def _nearest_event(one: tuple[str, ...], two: tuple[str, ...]) -> float | None:
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


def _other_predicate(one: Reading, two: Reading) -> bool:
    """Return whether both say something more of one known event, and not the same thing.

    «انفجار المصنع عمل تخريبي» and «انفجار المصنع نجم عن تسرب»: one explosion, two claims.
    """
    lexicon_ = lexicon()
    if not one.head or not two.head or lexicon_.nearness(one.head, two.head) == 0.0:
        return False
    topics = {f for f in (*one.events, *two.events) if lexicon_.families[f].topic}
    first = [family for family in one.events if family not in topics]
    second = [family for family in two.events if family not in topics]
    if not topics or not first or not second:
        return False
    return not any(lexicon_.nearness(a, b) for a in first for b in second)


def _only_one_counts(one: Reading, two: Reading) -> bool:
    """Return whether one is about how many, the other about something else of the same event."""
    if bool(one.quantities.numbers) == bool(two.quantities.numbers):
        return False
    counting, other = (one, two) if one.quantities.numbers else (two, one)
    families = lexicon().families
    counts = [family for family in counting.events if families[family].counts]
    return bool(counts) and bool(other.events) and not any(families[f].counts for f in other.events)


def _actors(
    one: Collection[str], two: Collection[str], actors: KnownActors
) -> tuple[float | None, float | None]:
    """Return the overlap of actors, and of places: None where one side has none, 0 where they differ."""
    if not one or not two:
        return None, None
    hits = max(_covered(one, two, actors), _covered(two, one, actors))
    places = [[actor for actor in side if actors.is_place(actor)] for side in (one, two)]
    together: float | None = None
    if places[0] and places[1]:
        # A denial of a meeting «neither there nor elsewhere» names more places: one in common is enough.
        together = 1.0 if _covered(places[0], places[1], actors) > 0 else 0.0
    return hits, together


def _other_persons(one: Collection[str], two: Collection[str], actors: KnownActors) -> bool:
    """Return whether both are about persons, and about nobody in common: «زيارتها» is not «زيارته»."""
    first, second = ([a for a in side if actors.is_person(a)] for side in (one, two))
    return bool(first and second) and not set(first) & set(second)


def _same_count(one: Side, two: Side, numbers: float | None) -> bool:
    """Return whether the same number of the same two events is told: that says more than a name."""
    mine, yours = set(one.reading.events), set(two.reading.events)
    return numbers == 1.0 and len(mine) > 1 and mine == yours


def _nearest(actor: str, others: Collection[str], actors: KnownActors) -> float:
    return max((actors.kinship(actor, other) for other in others), default=0.0)


def _covered(some: Collection[str], others: Collection[str], actors: KnownActors) -> float:
    """Return which share of the smaller side's actors the other side has, exactly or nearly."""
    total = sum(_nearest(actor, others, actors) for actor in some)
    return min(1.0, total / min(len(some), len(others)))


def _met(one: Collection[str], two: Collection[str], actors: KnownActors) -> float:
    """Return how much common actors say, weighed like words: a person or body 1.5, a town 1, a state 0.6."""

    def weigh(some: Collection[str], others: Collection[str]) -> float:
        return sum(_nearest(actor, others, actors) * actors.weight(actor) for actor in some)

    return min(weigh(one, two), weigh(two, one))


def _numbers(one: Reading, two: Reading) -> tuple[float | None, bool]:
    """Return whether what both count agrees, and whether the number is the point of such news."""
    first, second = one.quantities.numbers, two.quantities.numbers
    if not first or not second:
        return None, False
    families = lexicon().families
    counted = any(families[family].counts for family in (*one.events[:2], *two.events[:2]))
    values = {value for value, _ in first} & {value for value, _ in second}
    if values:
        return 1.0, counted
    return 0.0, counted


def _dates(one: Quantities, two: Quantities) -> float:
    if one.days and two.days:
        return 1.0 if one.days & two.days else 0.0
    if one.weekdays and two.weekdays:
        return 1.0 if one.weekdays & two.weekdays else 0.0
    return 0.5


def _days_apart(one: datetime | None, two: datetime | None) -> float:
    first, second = aware(one), aware(two)
    if first is None or second is None:
        return 0.0
    return abs((first - second).total_seconds()) / 86_400
