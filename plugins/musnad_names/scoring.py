"""Exact-span precision, recall and F1 of names, over documents, with a bootstrap interval."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from musnad_names.corpus import KINDS

Span = tuple[int, int, str]
"""First token, token after the last, kind."""


@dataclass(slots=True)
class Counts:
    """Names of one document by kind: in the corpus, found, and found right."""

    gold: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    def add(self, gold: Iterable[Span], found: Iterable[Span]) -> None:
        """Count the names of one sentence."""
        theirs, ours = set(gold), set(found)
        for counts, spans in ((self.gold, theirs), (self.found, ours), (self.right, theirs & ours)):
            for *_, kind in spans:
                counts[kind] += 1


def prf(counts: Iterable[Counts], kinds: Sequence[str] = KINDS) -> dict[str, float]:
    """Return precision, recall and F1 in percent, with the counts."""
    gold = found = right = 0
    for one in counts:
        for kind in kinds:
            gold += one.gold[kind]
            found += one.found[kind]
            right += one.right[kind]
    precision = 100 * right / found if found else 0.0
    recall = 100 * right / gold if gold else 0.0
    f1 = 200 * right / (gold + found) if right else 0.0
    return {
        "precision": round(precision, 1),
        "recall": round(recall, 1),
        "f1": round(f1, 1),
        "gold": gold,
        "found": found,
    }


def interval(
    counts: Sequence[Counts], kinds: Sequence[str] = KINDS, rounds: int = 500
) -> tuple[float, float]:
    """Return the 95% bootstrap interval of F1, drawing whole documents with replacement."""
    chance = random.Random(2007)  # noqa: S311 (for statistics, not for secrets)
    scores = sorted(prf(chance.choices(counts, k=len(counts)), kinds)["f1"] for _ in range(rounds))
    return scores[int(rounds * 0.025)], scores[int(rounds * 0.975) - 1]


def report(counts: Sequence[Counts]) -> dict[str, Mapping[str, object]]:
    """Return the scores of each kind and of all together, each with its interval."""
    return {
        name: {**prf(counts, kinds), "interval_95": interval(counts, kinds)}
        for name, kinds in [*((kind, (kind,)) for kind in KINDS), ("all", KINDS)]
    }
