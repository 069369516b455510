"""Words that point back: «هذا الخبر», «ذلك», and the pronoun in «نفاه»."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from musnad_claims.fold import fold
from musnad_claims.resources import words

DEMONSTRATIVES = words("anaphora.yaml", "demonstratives")
NOUNS = words("anaphora.yaml", "nouns")
_LONGEST = 4
FARTHEST = 60
"""Statements further back than this are not what a pointer points at."""


class HasSaid(Protocol):
    """A statement, or a draft of one."""

    @property
    def said_text(self) -> str | None:
        """What is said, as it stands."""


T = TypeVar("T", bound=HasSaid)


def points_back(said: str) -> bool:
    """Tell whether what is said is nothing but a pointer: «هذا الخبر», «ذلك», «هذه الأخبار»."""
    written = fold(said).split()
    if not written or len(written) > _LONGEST:
        return False
    parts = [part.strip('«»"“”،.:') for part in written]
    rest = [part for part in parts if part not in DEMONSTRATIVES]
    if len(rest) == len(parts):
        return len(parts) == 1 and parts[0] in NOUNS
    return all(part in NOUNS for part in rest)


def antecedent(earlier: Sequence[T]) -> T | None:
    """Return the statement that a pointer after `earlier` points back to: the last with content of its own."""
    for at in range(len(earlier) - 1, max(-1, len(earlier) - 1 - FARTHEST), -1):
        statement = earlier[at]
        said = statement.said_text
        if said and not points_back(said):
            return statement
    return None
