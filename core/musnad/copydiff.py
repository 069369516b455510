"""What a copy changed: runs of words that it left out, added or put in place of others."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from typing import Literal

MOST_PAIRS = 1_000_000
"""Pairs of equal words in two texts that are compared against time: about a third of a second for one search."""
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    kind: Literal["left_out", "added", "replaced"]
    was: str
    """The words of the original, empty for what was added."""
    now: str
    """The words of the copy, empty for what was left out."""


class TooLong(Exception):  # noqa: N818 - says what the texts are
    """Comparing two texts would take longer than there is time."""


def changes(original: str, copy: str, *, until: float | None = None) -> Iterator[Change]:
    """Yield the differences between two texts, word by word, in order; white space plays no part.

    `until`: a moment of `time.monotonic()` by which to be done, or within a fraction of a second; raises `TooLong`
    before the first difference where that cannot be. Without it, texts that repeat few words take time with the
    square of their length.
    """
    one, two = _WORD.findall(original), _WORD.findall(copy)
    if until is not None and _pairs(one, two) > MOST_PAIRS:
        raise TooLong
    # Without `autojunk` a long text's common words would be taken for noise.
    for kind, a, b, c, d in _InTime(one, two, until).get_opcodes():
        was, now = " ".join(one[a:b]), " ".join(two[c:d])
        if kind == "delete":
            yield Change("left_out", was, now)
        elif kind == "insert":
            yield Change("added", was, now)
        elif kind == "replace":
            yield Change("replaced", was, now)


def _pairs(one: list[str], two: list[str]) -> int:
    """Return how many pairs of equal words there are: what one search for the longest run costs."""
    there = Counter(two)
    return sum(number * there[word] for word, number in Counter(one).items())


class _InTime(SequenceMatcher[str]):
    """Looks at the clock before each search for the longest run of equal words."""

    def __init__(self, one: list[str], two: list[str], until: float | None) -> None:
        self.until = until
        super().__init__(None, one, two, autojunk=False)

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """Return the longest run in these ranges. Raises `TooLong` when time is up."""
        if self.until is not None and time.monotonic() > self.until:
            raise TooLong
        return super().find_longest_match(alo, ahi, blo, bhi)
