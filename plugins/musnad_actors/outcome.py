"""What deciding on a name gives: whom it means, or whom it may mean."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from musnad.model import Actor, EntityType

MAX_CANDIDATES = 10


class Decision(NamedTuple):
    """A mention to be: offsets into the key view, and whom it means."""

    start: int
    end: int
    type: EntityType
    actor_id: str | None
    score: float
    rule: str
    candidates: tuple[tuple[str, float], ...] = ()


Records = Mapping[str, Actor]


def resolved(
    records: Records, start: int, end: int, actor: str, score: float, rule: str
) -> Decision:
    """Return the decision that a name means this actor."""
    return Decision(start, end, records[actor].type, actor, score, rule)


def opened_below(decision: Decision, threshold: float) -> Decision:
    """Return the decision, left open with its actor as candidate where its score is below `threshold`."""
    if decision.actor_id is None or decision.score >= threshold:
        return decision
    return decision._replace(
        actor_id=None,
        rule=f"{decision.rule}+open",
        candidates=((decision.actor_id, decision.score), *decision.candidates),
    )


def undecided(
    records: Records,
    start: int,
    end: int,
    ids: Sequence[str],
    titled: Sequence[str],
    countries: Counter[str],
    rule: str,
) -> Decision:
    """Return a decision that leaves open which of the actors is meant."""
    share = 0.5 / len(ids)
    scored = [
        (
            actor,
            round(
                share
                + (0.2 if actor in titled else 0)
                + (0.1 if records[actor].country in countries else 0),
                3,
            ),
        )
        for actor in ids
    ]
    scored.sort(key=lambda pair: (-pair[1], pair[0]))
    kind = records[scored[0][0]].type
    return Decision(
        start, end, kind, None, scored[0][1], f"{rule}+open", tuple(scored[:MAX_CANDIDATES])
    )


def nearest(ids: Sequence[str], named: Mapping[str, list[int]], at: int) -> str | None:
    """Return the actor named last before `at`, else the one named first after it."""
    best: tuple[int, int, str] | None = None
    for actor in ids:
        places = named[actor]
        i = bisect_left(places, at)
        rank = (0, at - places[i - 1], actor) if i else (1, places[0] - at, actor)
        if best is None or rank < best:
            best = rank
    return best[2] if best else None
