"""Weights of named features, fitted on development data by `make fit-links`, read from `data/article_links.json`.

Plain (multinomial) logistic regression: a score is the weighted sum of features through the logistic function, so
that each link can show what it was made of.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from musnad_claims.linking.articles.meaning import Center
from musnad_claims.linking.data import ARTICLE_LINKS, ARTICLE_LINKS_ENCODED


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
    center: Center | None = None
    """Where the vectors of an encoder are seen from; None: fitted without any."""


def probability(log_odds: float) -> float:
    """Return the probability of log odds."""
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, log_odds))))


def likeliest(by_class: Mapping[str, Weights], features: Mapping[str, float]) -> str:
    """Return the class with the greatest sum; of equals the first by name."""
    return max(sorted(by_class), key=lambda name: by_class[name].sum(features))


def parse(content: Mapping[str, Any]) -> Fitted:
    """Return what the content of a weights file says."""

    def classes(entry: Mapping[str, Any]) -> dict[str, Weights]:
        return {name: _weights(one) for name, one in entry.items()}

    return Fitted(
        alone=_weights(content["alone"]),
        together=_weights(content["together"]),
        threshold=float(content["threshold"]),
        bearing=classes(content["bearing"]),
        contrast=classes(content["contrast"]),
    )


def parse_encoded(content: Mapping[str, Any], plain: Fitted) -> Fitted:
    """Return `plain` with what a weights file fitted with an encoder says of it: whether, not how it bears."""
    return replace(
        plain,
        alone=_weights(content["alone"]),
        together=_weights(content["together"]),
        threshold=float(content["threshold"]),
        center=Center(content["center"]["claims"], content["center"]["passages"]),
    )


def _weights(entry: Mapping[str, Any]) -> Weights:
    return Weights(float(entry["bias"]), {k: float(v) for k, v in entry["weights"].items()})


@cache
def fitted(encoder: str = "") -> Fitted:
    """Return the weights that ship, read once in a process: those fitted with the model `encoder`, if there are any."""
    plain = parse(json.loads(ARTICLE_LINKS.read_text(encoding="utf-8")))
    if encoder and ARTICLE_LINKS_ENCODED.is_file():
        encoded = json.loads(ARTICLE_LINKS_ENCODED.read_text(encoding="utf-8"))
        if encoded["encoder"] == encoder:
            return parse_encoded(encoded, plain)
    return plain
