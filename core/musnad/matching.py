"""Matching: which of given claims an article is about, and how it bears on them. The contract; plugins decide.

Unlike settling, which makes claims of statements, matching takes claims as texts from elsewhere: a list of
fact-checks, the claims of an archive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from musnad.model import Article, Statement

Bearing = Literal["supports", "denies", "discusses"]
"""How an article as a whole bears on a claim."""


@dataclass(frozen=True, slots=True)
class ClaimText:
    """A claim to look for."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that an article may be about."""

    claim_id: str
    score: float
    """In [0, 1]; comparable between articles and claims."""
    linked: bool
    """Whether the score reaches the one threshold for all."""
    relation: Bearing
    """How the article bears on the claim, if it is about it."""
    features: Mapping[str, float] = field(default_factory=dict)
    """What the score was made of, each by name."""


class ClaimMatcher(Protocol):
    """Finds certain claims in articles."""

    def match(
        self, article: Article, statements: Sequence[Statement], *, limit: int = 10
    ) -> Sequence[Candidate]:
        """Return at most `limit` claims, the likeliest first; `statements` are those of the article."""
