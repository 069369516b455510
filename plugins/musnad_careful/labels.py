"""The labels of the model: which words begin and continue a name, and of which type."""

from __future__ import annotations

from musnad.model import EntityType

LABELS = (
    "O",
    "B-PERS",
    "I-PERS",
    "B-LOC",
    "I-LOC",
    "B-ORG",
    "I-ORG",
)
"""In the order of the model's outputs."""

TYPES: dict[str, EntityType] = {"PERS": "person", "LOC": "place", "ORG": "organization"}
"""The type of a mention by the kind of its label."""


def follows(before: str, after: str) -> bool:
    """Tell whether the label `after` may stand right after `before`: an `I-` only continues its own kind."""
    return not after.startswith("I-") or before[2:] == after[2:]
