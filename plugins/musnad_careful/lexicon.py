"""What lists of names say about a word: hints that the model reads beside the letters."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from musnad_careful.config import NAMES
from musnad_careful.flags import SEEN
from musnad_careful.words import fold

FLAGS = 5
WIDTH = 2 * FLAGS
"""Hints of one word: the flags of the word itself, then those of it without proclitics."""
PROCLITICS = (
    "وبال",
    "وال",
    "ولل",
    "بال",
    "كال",
    "فال",
    "لل",
    "ال",
    "وب",
    "ول",
    "و",
    "ف",
    "ب",
    "ل",
    "ك",
)
"""What may be written before a name, longest first."""
_SHORTEST = 3
"""Letters that must be left of a name: «ليث» is not ل + «يث»."""


class Lexicon:
    """Flags of folded words."""

    def __init__(self, flags: dict[str, int]) -> None:
        self._flags = flags
        self.hints = lru_cache(maxsize=65536)(self._hints)

    @classmethod
    def load(cls, path: Path = NAMES) -> Lexicon:
        """Read the file of names. Raises `OSError` where it is not there."""
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            pairs = (line.rstrip("\n").split("\t") for line in lines)
            return cls({word: int(flags) for word, flags in pairs})

    def known(self, word: str) -> int:
        """Return the flags of a cleaned word that are hints, 0 for one that is in no list of names."""
        return self._flags.get(fold(word), 0) & ~SEEN

    def listed(self, word: str) -> int:
        """Return all flags of a cleaned word, `SEEN` with them."""
        return self._flags.get(fold(word), 0)

    def proclitic(self, word: str) -> int:
        """Return how many letters before a listed name may be proclitics, 0 where the word is listed whole."""
        if self.known(word):
            return 0
        for prefix in PROCLITICS:
            rest = word[len(prefix) :]
            if word.startswith(prefix) and len(rest) >= _SHORTEST and self.known(rest):
                return len(prefix)
        return 0

    def _hints(self, word: str) -> npt.NDArray[np.float32]:
        """Return the `WIDTH` hints of a cleaned word, each 0 or 1."""
        whole = self.known(word)
        without = 0
        for prefix in PROCLITICS:
            rest = word[len(prefix) :]
            if word.startswith(prefix) and len(rest) >= _SHORTEST:
                without |= self.known(rest)
        bits = [(flags >> i) & 1 for flags in (whole, without) for i in range(FLAGS)]
        return np.array(bits, dtype=np.float32)
