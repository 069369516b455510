"""Variations of windows: other names, missing hamzas, hidden words."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from musnad_careful.lexicon import Lexicon

from train_careful.corpus import Document, Window, spans

_CARELESS = str.maketrans("أإآ", "ااا")
RENAMED = 0.3
"""Share of the names of a window that become others; the same name becomes the same everywhere in it."""
CARELESS = 0.1
"""Share of windows written without hamzas and dots of final letters, as much of the press is."""
HIDDEN = 0.04
"""Share of words that the model must do without."""
PREFIXED = 0.06
"""Share of renamed names that get a proclitic."""
UNSEEN = "<unk>"
"""A word that is no word: the model sees the unknown piece."""


@dataclass
class Variations:
    """Names by kind to draw from, and the random numbers."""

    names: dict[str, list[tuple[str, ...]]]
    lexicon: Lexicon
    rng: random.Random

    @classmethod
    def of(
        cls,
        documents: Iterable[Document],
        people: Sequence[str],
        places: Sequence[str],
        lexicon: Lexicon,
        rng: random.Random,
    ) -> Variations:
        """Take names from the training sentences and from lists of people and places."""
        names: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        for sentence in itertools.chain.from_iterable(documents):
            for start, end, kind in spans(sentence.labels):
                names[kind].add(sentence.words[start:end])
        drawn = {kind: sorted(found) for kind, found in names.items()}
        # As many from the lists as from the corpus: the lists know no Western names, the corpus few others.
        for kind, listed in (("PERS", people), ("LOC", places)):
            some = rng.sample(sorted(listed), min(len(listed), len(drawn[kind])))
            drawn[kind] += [tuple(name.split()) for name in some]
        return cls(drawn, lexicon, rng)

    def vary(self, window: Window) -> Window:
        """Return a variation of the window; its labels fit its words."""
        words, labels = self._rename(*window)
        if self.rng.random() < CARELESS:
            words = [_careless(word) for word in words]
        words = [UNSEEN if self.rng.random() < HIDDEN else word for word in words]
        return words, labels

    def _rename(self, words: list[str], labels: list[str]) -> Window:
        chosen: dict[tuple[str, ...], tuple[str, ...] | None] = {}
        new_words: list[str] = []
        new_labels: list[str] = []
        last = 0
        for start, end, kind in sorted(spans(labels)):
            length = self.lexicon.proclitic(words[start])
            name = (words[start][length:], *words[start + 1 : end])
            if name not in chosen:
                chosen[name] = (
                    self.rng.choice(self.names[kind]) if self.rng.random() < RENAMED else None
                )
            other = chosen[name]
            if other is None:
                continue
            prefix = words[start][:length]
            if prefix.endswith("ال") or prefix == "لل":
                prefix = ""
            if not prefix and self.rng.random() < PREFIXED:
                prefix = self.rng.choice("وبل")
            new_words += [*words[last:start], prefix + other[0], *other[1:]]
            new_labels += [*labels[last:start], f"B-{kind}", *[f"I-{kind}"] * (len(other) - 1)]
            last = end
        return [*new_words, *words[last:]], [*new_labels, *labels[last:]]


def _careless(word: str) -> str:
    word = word.translate(_CARELESS)
    if word.endswith("ة"):
        return word[:-1] + "ه"
    return word[:-1] + "ي" if word.endswith("ى") else word
