"""How near the beginning of an article is to a claim in meaning, by the vectors of an encoder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul, sub

from musnad.components import Encoder


# Against an archive each article has a matcher of its own, with much the same claims: about 25 MB.
@lru_cache(maxsize=2_000)
def claim_vector(encoder: Encoder, text: str) -> Sequence[float]:
    """Return the vector of a claim."""
    return encoder.encode([text], query=True)[0]


@dataclass(frozen=True, slots=True)
class Center:
    """The mean vectors of the claims and of the passages of development data: what all news has in common."""

    claims: Sequence[float]
    passages: Sequence[float]


def meaning_features(
    claim: Sequence[float], article: Sequence[Sequence[float]], center: Center
) -> dict[str, float]:
    """Return the cosine of a claim with the nearest passage of an article; no feature of an empty article.

    Both are seen from their `center`: any two texts of news have a high cosine without that.
    """
    if not article:
        return {}
    mine = _from(claim, center.claims)
    nearest = max(sum(map(mul, mine, _from(one, center.passages))) for one in article)
    return {"meaning": nearest}


def _from(vector: Sequence[float], center: Sequence[float]) -> list[float]:
    """Return a vector of length 1 in the direction from `center`."""
    moved = list(map(sub, vector, center))
    length = math.sqrt(sum(map(mul, moved, moved))) or 1.0
    return [value / length for value in moved]
