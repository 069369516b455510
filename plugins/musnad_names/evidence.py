"""What a document says of a word elsewhere: the second reading of the tagger.

«يورغن شتوكر» is plain where both words stand; further down «شتوكر» alone is not. What the first reading was sure of at
the other places of a word raises the scores of that kind of name where it was not.
"""

from __future__ import annotations

from collections.abc import Sequence

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

    def __init__(
        self, lexicon: Lexicon, sentences: Sequence[Words], marginals: Sequence[Floats]
    ) -> None:
        """Take the sentences of a document and the marginals of each."""
        self._lexicon = lexicon
        numbers: dict[str, int] = {}
        places: list[int] = []
        stems: list[int] = []
        at = 0
        for sentence in sentences:
            for word, kind in sentence:
                stem = self._stem(word) if kind == "word" else None
                if stem is not None:
                    places.append(at)
                    stems.append(numbers.setdefault(stem, len(numbers)))
                at += 1
        self._ends = np.cumsum([len(sentence) for sentence in sentences])
        stem_of = np.array(stems, np.intp)
        counts = np.bincount(stem_of, minlength=len(numbers))[stem_of]
        repeated = counts > 1
        self._places = np.array(places, np.intp)[repeated]
        kinds = np.concatenate(marginals)[np.array(places, np.intp)] @ _OF_KIND.T
        sums = np.zeros((len(numbers), len(_KINDS)), np.float32)
        np.add.at(sums, stem_of, kinds)
        others = (sums[stem_of] - kinds)[repeated] / (counts[repeated, None] - 1).astype(np.float32)
        self._raised = WEIGHT * (np.where(others >= SURE, others, 0.0) @ _OF_KIND)
        clear = self._raised.any(axis=1)
        self._places, self._raised = self._places[clear], self._raised[clear]

    def applied(self, number: int, scores: Floats) -> Floats | None:
        """Return the scores of a sentence with what is said elsewhere, None where nothing is said of its words."""
        end = int(self._ends[number])
        start = end - len(scores)
        low, high = np.searchsorted(self._places, (start, end))
        if low == high:
            return None
        raised = scores.copy()
        raised[self._places[low:high] - start] += self._raised[low:high]
        return raised

    def _stem(self, word: str) -> str | None:
        stem = self._lexicon.stem(word)
        return stem if self._lexicon.frequency.get(stem, NEVER) >= RARE else None
