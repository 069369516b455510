"""Scores for linking articles to claims: right claim first, links, relation. Of any matcher's candidates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from link_data import BEARING, LinkData
from musnad.matching import Candidate

Found = Mapping[str, Sequence[Candidate]]
"""Candidates by article, best first."""


def percent(part: float, whole: float) -> float | None:
    """Return a share in per cent with one digit, None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def right_first(data: LinkData, found: Found) -> dict[str, float | None]:
    """Return for which share of related pairs the article's first candidate is a claim that it is about.

    By stance and for `all`; `unrelated`: for which share of unrelated pairs that very claim comes first.
    """
    hits: dict[str, list[int]] = {name: [] for name in (*BEARING, "unrelated")}
    for article, row in data.gold.items():
        first = found[article][0].claim_id if found.get(article) else None
        right = data.right(article)
        for claim, stance in row.items():
            hits[stance].append(int(first == claim if stance == "unrelated" else first in right))
    scores = {name: percent(sum(values), len(values)) for name, values in hits.items()}
    everything = [hit for name in BEARING for hit in hits[name]]
    return {**scores, "all": percent(sum(everything), len(everything))}


def link_scores(data: LinkData, found: Found) -> dict[str, Any]:
    """Return precision and recall of links: over labelled pairs only, and over all articles and claims.

    Over all, a link to a claim that nobody compared with this article counts as wrong.
    """
    linked = [
        (article, candidate.claim_id)
        for article in data.gold
        for candidate in found.get(article, ())
        if candidate.linked
    ]
    labelled = [(article, claim) for article, claim in linked if claim in data.gold[article]]
    right = sum(claim in data.right(article) for article, claim in linked)
    return {
        "recall": percent(right, data.related),
        "precision_labelled_pairs": percent(right, len(labelled)),
        "precision_all_pairs": percent(right, len(linked)),
        "links": len(linked),
    }


def macro_f1(
    gold: Sequence[str], got: Sequence[str | None], names: Collection[str]
) -> dict[str, Any]:
    """Return the F1 of each class, and their mean, in per cent."""
    scores: dict[str, float] = {}
    for name in names:
        hits = sum(a == name == b for a, b in zip(gold, got, strict=True))
        total = sum(a == name for a in gold) + sum(b == name for b in got)
        scores[name] = 200 * hits / total if total else 0.0
    rounded = {name: round(value, 1) for name, value in scores.items()}
    return {**rounded, "macro_f1": round(sum(scores.values()) / len(scores), 1)}


def relation_scores(data: LinkData, found: Found) -> dict[str, Any]:
    """Return the F1 of the relation over all related pairs; a claim that is no candidate has none."""
    gold: list[str] = []
    got: list[str | None] = []
    for article, row in data.gold.items():
        relations = {c.claim_id: c.relation for c in found.get(article, ())}
        for claim, stance in row.items():
            if stance in BEARING:
                gold.append(BEARING[stance])
                got.append(relations.get(claim))
    return macro_f1(gold, got, sorted(set(BEARING.values())))


def at_recall(
    scores: Iterable[tuple[float, bool]], related: int, wanted: float = 0.6
) -> tuple[float | None, float | None]:
    """Return (precision in per cent, threshold) where links by falling score first have this recall."""
    hits = 0
    for seen, (score, right) in enumerate(sorted(scores, key=lambda row: -row[0]), start=1):
        hits += right
        if hits >= wanted * related:
            return percent(hits, seen), score
    return None, None
