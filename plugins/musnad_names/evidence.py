"""What a document says of a word elsewhere: the second reading of the tagger.

«يورغن شتوكر» is plain where both words stand; further down «شتوكر» alone is not. What the first reading was sure of at
the other places of a word raises the scores of that kind of name where it was not.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from musnad_names.lexicon import NEVER, Lexicon
from musnad_names.model import LABELS, Floats, Words

WEIGHT = 4.0
"""Added to the scores of both labels of a kind, times how sure the other places are: see `docs/taggers.md`."""
SURE = 0.5
"""Below this average the other places say nothing."""
RARE = 3.5
"""Frequency class from which on a word counts: more frequent ones («الاول», «الجديد») are in too many names."""
_KINDS = ("PERS", "LOC", "ORG")
_OF_KIND = np.array([[label.endswith(kind) for label in LABELS] for kind in _KINDS], np.float32)


class Evidence:
    """How sure the first reading was of the kinds of each word of one document."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._sums: dict[str, Floats] = defaultdict(lambda: np.zeros(len(_KINDS), np.float32))
        self._counts: dict[str, int] = defaultdict(int)
        self._own: list[tuple[list[str | None], Floats]] = []

    def add(self, sentence: Words, marginals: Floats) -> None:
        """Take the marginals of one sentence."""
        kinds = marginals @ _OF_KIND.T
        stems = [self._stem(word) if kind == "word" else None for word, kind in sentence]
        self._own.append((stems, kinds))
        for stem, one in zip(stems, kinds, strict=True):
            if stem is not None:
                self._sums[stem] += one
                self._counts[stem] += 1

    def applied(self, number: int, scores: Floats) -> Floats:
        """Return the scores of sentence `number` (in the order of `add`) with what is said elsewhere."""
        stems, kinds = self._own[number]
        raised: Floats | None = None
        for i, stem in enumerate(stems):
            if stem is None or self._counts[stem] < 2:
                continue
            others = (self._sums[stem] - kinds[i]) / (self._counts[stem] - 1)
            clear = np.where(others >= SURE, others, 0.0)
            if clear.any():
                if raised is None:
                    raised = scores.copy()
                raised[i] += WEIGHT * (clear @ _OF_KIND)
        return scores if raised is None else raised

    def _stem(self, word: str) -> str | None:
        stem = self._lexicon.stem(word)
        return stem if self._lexicon.frequency.get(stem, NEVER) >= RARE else None
