"""How rare a stem is in Arabic at large: a fixed table, so that a decision never depends on an archive.

`data/stem_frequency.tsv` is made by `scripts/make_stem_frequency.py` from the Arabic list of wordfreq 3.1.1
(Speer 2022; news, web, encyclopedia, subtitles; data CC BY-SA 4.0), summed by light stem.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from musnad_claims.linking.data import STEM_FREQUENCY

UNKNOWN = 5e-7
"""Frequency of a stem that is not in the table, whose rarest has twice that."""
USUAL_LENGTH = 300
"""Words of the article that `weight` imagines."""


@cache
def _table() -> Mapping[str, float]:
    rows = (line.split("\t") for line in STEM_FREQUENCY.read_text(encoding="utf-8").splitlines())
    return {row[0]: float(row[1]) for row in rows if len(row) == 2 and not row[0].startswith("#")}


def frequency(stem: str) -> float:
    """Return which share of all words has this light stem."""
    return _table().get(stem, UNKNOWN)


@cache
def weight(stem: str, length: int = USUAL_LENGTH) -> float:
    """Return how much it says that a text of `length` words has this stem: -ln of the chance that it would."""
    return -math.log(-math.expm1(-frequency(stem) * length))
