"""From a fact-checker's rating, in his words, to a verdict: by the table `data/ratings.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from musnad_claims.fold import fold

Verdict = Literal["true", "false", "mixed"]
FILE = Path(__file__).parent / "data" / "ratings.yaml"
_EDGES = " \t\n\r.,،:;!؟?\"'«»“”()[]-–—"


@dataclass(frozen=True, slots=True)
class Ratings:
    """The table, ready to be asked."""

    verdicts: Mapping[str, Verdict | None]
    """By folded wording."""
    sentences: Sequence[re.Pattern[str]]
    """Patterns whose first group is a wording of the table."""

    def known(self, rating: str) -> bool:
        """Tell whether the table has this wording (or a sentence that ends in one)."""
        return self._wording(rating) is not None

    def verdict(self, rating: str) -> Verdict | None:
        """Return what a rating comes down to; None for one without a verdict or that nobody knows."""
        wording = self._wording(rating)
        return self.verdicts[wording] if wording is not None else None

    def _wording(self, rating: str) -> str | None:
        whole = _folded(rating)
        if whole in self.verdicts:
            return whole
        text = fold(rating)
        for pattern in self.sentences:
            for match in pattern.finditer(text):
                if (word := _folded(match[1])) in self.verdicts:
                    return word
        return None


@lru_cache(maxsize=1)
def ratings() -> Ratings:
    """Return the table that ships with the plugin."""
    content: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    verdicts: dict[str, Verdict | None] = {}
    for row in content["ratings"]:
        for word in row["words"]:
            verdicts[_folded(word)] = cast("Verdict | None", row["verdict"])
    patterns = [re.compile(fold(row["pattern"])) for row in content["sentences"]]
    return Ratings(verdicts, patterns)


def numeric_verdict(value: float, worst: float, best: float) -> Verdict | None:
    """Return what a number on a scale comes down to: the worst is false, the best true, all between mixed.

    As schema.org/Rating and Google's ClaimReview guidelines have it (1 = false … 5 = true). None for a scale
    that is none.
    """
    if worst == best or not min(worst, best) <= value <= max(worst, best):
        return None
    if value == worst:
        return "false"
    return "true" if value == best else "mixed"


def _folded(text: str) -> str:
    return " ".join(fold(text).casefold().strip(_EDGES).split())
