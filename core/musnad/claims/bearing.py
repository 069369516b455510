"""How an article as a whole bears on a claim, from what its statements do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from musnad.model import Relation

Bearing = Literal["supports", "denies", "discusses"]


def article_bearing(relations: Collection[Relation]) -> Bearing:
    """Return how an article bears on a claim, given the relations of all its statements about it.

    It `supports` or `denies` where all that take a side take the same one; where both sides have their say, or
    nobody takes one (doubts, refusals, retractions, mere mentions), it `discusses`. The order plays no part.
    """
    sides = {
        "supports" if relation in ("supports", "confirms") else "denies"
        for relation in relations
        if relation in ("supports", "confirms", "denies")
    }
    if sides == {"supports"}:
        return "supports"
    return "denies" if sides == {"denies"} else "discusses"


def by_article(relations: Iterable[tuple[str, Relation]]) -> dict[str, Bearing]:
    """Return each article's bearing, from pairs of (article id, relation of one of its statements)."""
    found: dict[str, list[Relation]] = {}
    for article, relation in relations:
        found.setdefault(article, []).append(relation)
    return {article: article_bearing(group) for article, group in found.items()}
