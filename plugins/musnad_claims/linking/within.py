"""Within one article: what a wording takes up that says too little of its own to be found anywhere else.

«وجود أي ملحق», «مقتل تسعة أشخاص»: in its article it is plain which annex, which explosion. Such a wording shares too
little with any other article to be linked there (`decide.ENOUGH`), so it goes where the earlier statement of its own
article goes that names the same event, and joins nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from musnad_claims.linking.compare import Company
from musnad_claims.linking.decide import ENOUGH, Side, apart
from musnad_claims.linking.known import KnownActors
from musnad_claims.linking.text import variants


def says_little(side: Side, actors: KnownActors) -> bool:
    """Return whether a wording cannot share enough with one of another article, whatever that says."""
    reading = side.reading
    counts = 1.0 if reading.quantities.numbers else 0.0
    further = max(0, len(reading.events) - 1)
    if reading.weight + counts + further >= ENOUGH:
        return False
    other = sum(
        weight
        for word, weight in reading.stems.items()
        if variants(word).isdisjoint(actors.names_of(side.actors))
    )
    named = other + sum(actors.weight(actor) for actor in side.actors)
    return named + counts + further < ENOUGH


def taken_up(side: Side, before: Iterable[Side], company: Company) -> int | None:
    """Return which of `before` (nearest first) a wording that says little takes up; None for none.

    It is about the event that it names first: chiefly told there, else told there too. What says as little
    is passed over where another tells more.
    """
    event = side.reading.head
    if event is None or not says_little(side, company.known):
        return None
    best: tuple[bool, bool, int] | None = None
    for at, other in enumerate(before):
        if event not in other.reading.events or not _counts_alike(side, other):
            continue
        rank = (says_little(other, company.known), other.reading.head != event, at)
        if best is not None and best <= rank:
            continue
        if not apart(side, other, company):
            best = rank
    return None if best is None else best[2]


def _counts_alike(side: Side, other: Side) -> bool:
    """Return whether all that a wording counts or dates is counted there too: «انتخابات 2011» are others."""
    counted = side.reading.quantities
    if counted.used and not (counted.numbers or counted.days or counted.weekdays):
        return False  # a year
    return counted.values <= other.reading.quantities.values
