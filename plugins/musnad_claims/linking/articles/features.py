"""Features of a pair of an article and a claim: each by name, each a number. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from musnad_claims.linking.articles.rarity import frequency
from musnad_claims.linking.articles.wording import ArticleWording, ClaimWording, Unit

WINDOW = 40
WIDE = 120
LEAD = 60
"""Words of a passage, of a long passage, and of the beginning."""
PAIR_DISTANCE = 4
"""Two neighbouring words of the claim still stand together in the article at this distance."""
RAREST = 4


@dataclass(frozen=True, slots=True)
class Hits:
    """Where each word of a claim stands in an article, in the same form and in any form."""

    exact: tuple[tuple[int, ...], ...]
    any: tuple[tuple[int, ...], ...]
    window: tuple[int, int]
    """The passage of `WINDOW` words that has most of the claim."""


def find(claim: ClaimWording, article: ArticleWording) -> Hits:
    """Return where the words of the claim stand in the article."""
    exact = tuple(_places(unit, article) for unit in claim.units)
    loose = tuple(
        tuple(sorted({*places, *_other_forms(unit, article)}))
        for unit, places in zip(claim.units, exact, strict=True)
    )
    _, window = best_window(claim.units, loose, WINDOW)
    return Hits(exact, loose, window)


def _places(unit: Unit, article: ArticleWording) -> tuple[int, ...]:
    found: set[int] = set()
    for form in unit.stems:
        found.update(article.stems.get(form, ()))
    return tuple(sorted(found))


def _other_forms(unit: Unit, article: ArticleWording) -> tuple[int, ...]:
    found = article.loose.get(unit.loose, ()) if unit.loose else ()
    return (*found, *(article.events.get(unit.event, ()) if unit.event else ()))


def best_window(
    units: Sequence[Unit], places: Sequence[Sequence[int]], size: int
) -> tuple[float, tuple[int, int]]:
    """Return the greatest weight of distinct units that stand within `size` words, and the passage."""
    hits = sorted((at, i) for i, found in enumerate(places) for at in found)
    inside: dict[int, int] = {}
    weight = best = 0.0
    where = (0, 0)
    first = 0
    for at, i in hits:
        if not inside.get(i):
            weight += units[i].weight
        inside[i] = inside.get(i, 0) + 1
        while hits[first][0] <= at - size:
            gone = hits[first][1]
            inside[gone] -= 1
            if not inside[gone]:
                weight -= units[gone].weight
            first += 1
        if weight > best + 1e-9:
            best, where = weight, (hits[first][0], at + 1)
    return best, where


def features(claim: ClaimWording, article: ArticleWording, hits: Hits) -> dict[str, float]:
    """Return the features of the pair that need nothing but the two wordings."""
    units, total = claim.units, claim.total or 1.0
    length = max(30, len(article.tokens))

    def share(found: Sequence[Sequence[int]]) -> float:
        return sum(u.weight for u, places in zip(units, found, strict=True) if places) / total

    lead = [[at for at in places if at < LEAD] for places in hits.any]
    rarest = sorted(range(len(units)), key=lambda i: -units[i].weight)[:RAREST]
    rare_total = sum(units[i].weight for i in rarest) or 1.0
    # What the article has beyond what any text of its length would have by chance.
    expected = sum(u.weight * -math.expm1(-_frequency(u) * length) for u in units) / total
    return {
        "coverage": share(hits.exact),
        "coverage_any_form": share(hits.any),
        "beyond_chance": share(hits.any) - expected,
        "passage": best_window(units, hits.any, WINDOW)[0] / total,
        "passage_exact": best_window(units, hits.exact, WINDOW)[0] / total,
        "long_passage": best_window(units, hits.any, WIDE)[0] / total,
        "lead": share(lead),
        "rarest": sum(units[i].weight for i in rarest if hits.any[i]) / rare_total,
        "neighbours": _neighbours(claim, hits),
        "numbers": _numbers(claim, article),
        "counts": float(bool(claim.quantities.numbers)),
        "day": _days(claim, article),
        "events": _events(claim, article),
        "claim_length": math.log(1 + len(units)),
        "article_length": math.log(length),
    }


def _frequency(unit: Unit) -> float:
    return max(frequency(form) for form in unit.stems)


def _neighbours(claim: ClaimWording, hits: Hits) -> float:
    """Return which share of neighbouring words of the claim stand near each other in the article."""
    total = together = 0.0
    for i in range(len(claim.units) - 1):
        weight = claim.units[i].weight + claim.units[i + 1].weight
        total += weight
        first, second = hits.any[i], hits.any[i + 1]
        if _near(first, second):
            together += weight
    return together / total if total else 0.0


def _near(one: Sequence[int], two: Sequence[int]) -> bool:
    i = j = 0
    while i < len(one) and j < len(two):
        gap = one[i] - two[j]
        if gap and abs(gap) <= PAIR_DISTANCE:
            return True
        if gap <= 0:
            i += 1
        else:
            j += 1
    return False


def _numbers(claim: ClaimWording, article: ArticleWording) -> float:
    """Return which share of the claim's numbers the article has; 0 too for a claim without any."""
    wanted = {value for value, _ in claim.quantities.numbers}
    there = {value for value, _ in article.quantities.numbers}
    return len(wanted & there) / len(wanted) if wanted else 0.0


def _days(claim: ClaimWording, article: ArticleWording) -> float:
    """Return 1 where a day of the claim is in the article, -1 where only other days are, else 0."""
    for mine, yours in (
        (claim.quantities.days, article.quantities.days),
        (claim.quantities.weekdays, article.quantities.weekdays),
    ):
        if mine and yours:
            return 1.0 if _common(mine, yours) else -1.0
    return 0.0


def _common(one: Collection[object], two: Collection[object]) -> bool:
    return any(item in two for item in one)


def _events(claim: ClaimWording, article: ArticleWording) -> float:
    if not claim.events:
        return 0.0
    return sum(event in article.events for event in claim.events) / len(claim.events)


def explained(values: Mapping[str, float]) -> dict[str, float]:
    """Return features rounded, as links store them."""
    return {name: round(value, 4) for name, value in values.items()}
