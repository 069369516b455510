"""From what all taggers found to mentions without overlaps."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable

from musnad.model import Mention

DECISIONS = "decisions"
"""Plugin name in the provenance of a mention that a person decided."""


def _rank(mention: Mention) -> tuple[int, int, float, str, int, str]:
    if mention.provenance.plugin == DECISIONS:
        authority = 0
    elif mention.actor_id is not None or mention.candidates:
        authority = 1
    else:
        authority = 2
    return (
        authority,
        -(mention.end - mention.start),
        -mention.score,
        mention.field,
        mention.start,
        f"{mention.provenance.plugin}.{mention.provenance.component}",
    )


def resolve(raw: Iterable[Mention]) -> tuple[Mention, ...]:
    """Return the mentions that stand, in order of field (title first) and start, without overlaps.

    Where two overlap: a person's decision, then an authority record, then a proposal; then the longer;
    then the higher score; then the earlier.
    """
    kept: dict[str, list[Mention]] = {"title": [], "body": []}
    for mention in sorted(raw, key=_rank):
        others = kept[mention.field]
        # What is kept does not overlap, so only the neighbours can.
        place = bisect(others, mention.start, key=_start)
        before_fits = place == 0 or others[place - 1].end <= mention.start
        if before_fits and (place == len(others) or mention.end <= others[place].start):
            others.insert(place, mention)
    return (*kept["title"], *kept["body"])


def _start(mention: Mention) -> int:
    return mention.start
