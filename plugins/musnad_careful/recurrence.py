"""The second pass: a name that the model is sure of at one place helps it at the others of the document.

Newswire names a person in full once and by the last name from then on, and the context of the short form says less.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from musnad_careful.labels import LABELS
from musnad_careful.windows import Name
from musnad_careful.words import fold

if TYPE_CHECKING:
    from musnad_careful.decode import Scores

SURE = 0.8
"""Probability from which on a name helps others."""
HELP = 4.0
"""Added to the scores of the labels of its kind where a word of it stands again. Both measured on the tuning slice
(docs/taggers.md): lower values of either gave less."""
_PROCLITICS = ("", "و", "ب", "ل", "ف")
_SHORTEST = 3

Read = tuple[Sequence[str], Sequence[Name]]
"""The cleaned words of a window and the names that the first pass found in it."""


def known(document: Iterable[Read]) -> dict[str, str]:
    """Return the kind of each (folded) word of the names that the first pass is sure of in a document."""
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for words, names in document:
        for name in names:
            if name.score >= SURE:
                for word in words[name.start : name.end]:
                    if len(word) >= _SHORTEST:
                        kinds[fold(word)][name.kind] += 1
    return {word: counts.most_common(1)[0][0] for word, counts in kinds.items()}


def helped(words: Sequence[str], emissions: Scores, kinds: dict[str, str]) -> Scores:
    """Return the emissions of a window with the help of `known` words; those given where none stands there."""
    added = emissions
    for t, word in enumerate(words[: len(emissions)]):
        folded = fold(word)
        for proclitic in _PROCLITICS:
            kind = kinds.get(folded[len(proclitic) :]) if folded.startswith(proclitic) else None
            if kind:
                if added is emissions:
                    added = emissions.copy()
                for label in (f"B-{kind}", f"I-{kind}"):
                    added[t, LABELS.index(label)] += HELP
                break
    return added
