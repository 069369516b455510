"""What a copy changed: runs of words that it left out, added or put in place of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    kind: Literal["left_out", "added", "replaced"]
    was: str
    """The words of the original, empty for what was added."""
    now: str
    """The words of the copy, empty for what was left out."""


def changes(original: str, copy: str) -> Iterator[Change]:
    """Yield the differences between two texts, word by word, in order; white space plays no part."""
    one, two = _WORD.findall(original), _WORD.findall(copy)
    # Without `autojunk` a long text's common words would be taken for noise.
    for kind, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        was, now = " ".join(one[a:b]), " ".join(two[c:d])
        if kind == "delete":
            yield Change("left_out", was, now)
        elif kind == "insert":
            yield Change("added", was, now)
        elif kind == "replace":
            yield Change("replaced", was, now)
