"""The pair decision: is a statement about the same thing as a claim? Pure, with named features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from musnad.claims.settle import THRESHOLD
from musnad.claims.status import aware

from musnad_claims.linking.compare import Company, compare_events
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
DIFFERS_FROM = 0.3
"""So much of the content words two wordings must share for such a rule to tell that they differ."""
_LONGEST = timedelta(days=MAX_DAYS)


class Side(NamedTuple):
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

    @property
    def differs(self) -> bool:
        """Whether it says that the two speak of things that cannot be one."""
        return self.rule in DIFFERENT and self.features["stems"] >= DIFFERS_FROM


def apart(one: Side, two: Side, company: Company) -> bool:
    """Return whether two sides tell different matters, however little they say: another toll, place, day or person."""
    first, second = one.reading, two.reading
    events = compare_events(first.events, second.events)
    numbers = _numbers(first.quantities, second.quantities)
    actors = company.compare(one.actors, two.actors)
    return (
        (numbers == 0.0 and events.counted)
        or _only_one_counts(one, two)
        or events.opposed
        or events.other_predicate
        or actors.places == 0.0
        or actors.other_persons
        or _dates(first.quantities, second.quantities) == 0.0
    )


def decide(one: Side, two: Side, *, company: Company, same_article: bool = False) -> Decision:
    """Return whether the two sides are about the same thing.

    Features, each in [0, 1]: `stems` (shared content words), `event` (1 the same event, 0.6 events that often
    tell one matter, 0 another one), `actors`, `numbers`, `dates` (1 agree, 0.5 unknown, 0 differ), `evidence`
    (how much they share at all), `same_article`. Polarity plays no part: denying a thing is about it.
    Words of the names of actors do not count as words on top.
    """
    decision = _decide(one, two, company, same_article, early=False)
    assert decision is not None  # noqa: S101 - only early
    return decision


def link_or_difference(
    one: Side, two: Side, *, company: Company, same_article: bool = False
) -> Decision | None:
    """Return what `decide` does where the pair is linked or differs, else None, mostly told by what costs little.

    Exact: most pairs that share a blocking key end with a rule that caps the score below any link.
    """
    decision = _decide(one, two, company, same_article, early=True)
    if decision is None or (decision.score < THRESHOLD and not decision.differs):
        return None
    return decision


def _decide(
    one: Side, two: Side, company: Company, same_article: bool, *, early: bool
) -> Decision | None:
    """Return the decision; with `early` None as soon as it is sure that it is neither link nor difference."""
    first, second = one.reading, two.reading
    events = compare_events(first.events, second.events)
    actors = company.compare(one.actors, two.actors)
    event, both, places = events.nearness, actors.overlap, actors.places
    numbers = _numbers(first.quantities, second.quantities)
    other_number = numbers == 0.0 and events.counted
    only_one_counts = _only_one_counts(one, two)
    dates = _dates(first.quantities, second.quantities)
    other_time = _other_time(one.at, two.at)
    may_differ = other_number or events.opposed or events.other_predicate or places == 0.0
    early = early and not may_differ
    if early and (
        event == 0.0 or only_one_counts or dates == 0.0 or actors.other_persons or other_time
    ):
        return None
    stems, shared = _stems(first, second, actors.names)
    evidence = shared + actors.met + (1.0 if numbers == 1.0 else 0.0)
    # «اتفقت على شراء» and «اتفاق على شراء»: each further event in common says as much as a word.
    evidence += max(0, events.common - 1)
    # Inside one article the same words mean the same event; across articles it takes more of them.
    enough = ENOUGH_INSIDE if same_article else ENOUGH
    if early and evidence < enough:
        return None
    if both == 0.0 and places is None and _same_count(one, two, numbers):
        # One names the factory, the other the town: that does not tell two explosions apart.
        both = None
    score = weights = 0.0
    for name, value in (("stems", stems), ("event", event), ("actors", both), ("numbers", numbers)):
        if value is not None:
            score += WEIGHTS[name] * value
            weights += WEIGHTS[name]
    score /= weights or 1.0
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
        (events.opposed, 0.35, "opposite_event"),
        (events.other_predicate, 0.35, "other_predicate"),
        (only_one_counts, 0.4, "only_one_counts"),
        (event is None and (stems is None or stems < 0.6), 0.45, "too_little"),
        (other_number, 0.3, "other_number"),
        (places == 0.0, 0.35, "other_place"),
        (actors.other_persons, 0.4, "other_persons"),
        (both == 0.0 and (stems is None or stems < 0.8), 0.45, "other_actors"),
        (dates == 0.0, 0.4, "other_day"),
        (other_time, 0.4, "other_time"),
    ):
        if holds and cap < limit:
            limit, rule = cap, reason
    if numbers == 0.0 and not events.counted:
        score *= 0.8
    return Decision(round(max(0.0, min(score, limit)), 6), features, rule)


def _stems(one: Reading, two: Reading, names: frozenset[str]) -> tuple[float | None, float]:
    """Return the likeness of content words other than `names`, and the weight of what is shared.

    The likeness is None where one side has no words of its own (names aside): it then says nothing.
    """
    first, mine = one.other_than(names)
    second, yours = two.other_than(names)
    common = one.forms & two.forms
    shared = _shared(one, first, two, second, common) if common else 0.0
    if mine < 1.0 or yours < 1.0:
        return None, shared
    contained, both = shared / min(mine, yours), 2 * shared / (mine + yours)
    return min(1.0, 0.6 * contained + 0.4 * both), shared


def _shared(
    one: Reading,
    first: Mapping[str, float],
    two: Reading,
    second: Mapping[str, float],
    common: frozenset[str],
) -> float:
    """Return the weight of the words that both have: first the same ones, then those that may be the same.

    `common`: what words of both may be; others need not be looked at.
    """
    same = first.keys() & second.keys()
    shared = sum([min(first[word], second[word]) for word in sorted(same)])
    mine = {w for form in common for w in one.by_form[form] if w in first} - same
    yours = {w for form in common for w in two.by_form[form] if w in second} - same
    if mine and yours:
        left, right = sorted(mine), sorted(yours)
        shared += max(_alike(left, first, right, second), _alike(right, second, left, first))
    return shared


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


def _only_one_counts(one: Side, two: Side) -> bool:
    """Return whether one is about how many, the other about something else of the same event."""
    first, second = one.reading, two.reading
    if bool(first.quantities.numbers) == bool(second.quantities.numbers):
        return False
    events = compare_events(first.events, second.events)
    return events.first_counts if first.quantities.numbers else events.second_counts


def _same_count(one: Side, two: Side, numbers: float | None) -> bool:
    """Return whether the same number of the same two events is told: that says more than a name."""
    mine, yours = one.reading.named, two.reading.named
    return numbers == 1.0 and len(mine) > 1 and mine == yours


def _numbers(one: Quantities, two: Quantities) -> float | None:
    """Return whether what both count agrees; None where one counts nothing."""
    if not one.values or not two.values:
        return None
    return 0.0 if one.values.isdisjoint(two.values) else 1.0


def _dates(one: Quantities, two: Quantities) -> float:
    if one.days and two.days:
        return 1.0 if one.days & two.days else 0.0
    if one.weekdays and two.weekdays:
        return 1.0 if one.weekdays & two.weekdays else 0.0
    return 0.5


def _other_time(one: datetime | None, two: datetime | None) -> bool:
    first, second = aware(one), aware(two)
    return first is not None and second is not None and abs(first - second) > _LONGEST
