"""Weights of named features, fitted on development data by `make fit-links`, read from `data/article_links.json`.

Plain (multinomial) logistic regression: a score is the weighted sum of features through the logistic function, so
that each link can show what it was made of.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from musnad_claims.linking.data import ARTICLE_LINKS


@dataclass(frozen=True, slots=True)
class Weights:
    """One linear sum: a bias and a weight for each feature; features without one count nothing."""

    bias: float
    by_feature: Mapping[str, float]

    def sum(self, features: Mapping[str, float]) -> float:
        """Return the weighted sum (log odds)."""
        weights = self.by_feature
        return self.bias + sum(
            weights[name] * value for name, value in features.items() if name in weights
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """All that was fitted."""

    alone: Weights
    """That an article is about a claim, of the pair alone."""
    together: Weights
    """The same, knowing how far ahead of the article's other candidates it is."""
    threshold: float
    """A claim is linked from this probability of `together` on."""
    bearing: Mapping[str, Weights]
    """How an article bears on a claim, by relation."""
    contrast: Mapping[str, Weights]
    """How a headline alone bears on a claim, by relation."""


def probability(log_odds: float) -> float:
    """Return the probability of log odds."""
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, log_odds))))


def likeliest(by_class: Mapping[str, Weights], features: Mapping[str, float]) -> str:
    """Return the class with the greatest sum; of equals the first by name."""
    return max(sorted(by_class), key=lambda name: by_class[name].sum(features))


def parse(content: Mapping[str, Any]) -> Fitted:
    """Return what the content of a weights file says."""

    def weights(entry: Mapping[str, Any]) -> Weights:
        return Weights(float(entry["bias"]), {k: float(v) for k, v in entry["weights"].items()})

    def classes(entry: Mapping[str, Any]) -> dict[str, Weights]:
        return {name: weights(one) for name, one in entry.items()}

    return Fitted(
        alone=weights(content["alone"]),
        together=weights(content["together"]),
        threshold=float(content["threshold"]),
        bearing=classes(content["bearing"]),
        contrast=classes(content["contrast"]),
    )


@cache
def fitted() -> Fitted:
    """Return the weights that ship, read once in a process."""
    return parse(json.loads(ARTICLE_LINKS.read_text(encoding="utf-8")))
