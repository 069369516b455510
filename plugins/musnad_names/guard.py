"""What is not proposed although the tagger reads it as a name: a false person costs an archivist more than a missed one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from musnad_names.lexicon import NEVER, Lexicon

COMMON = 5.3
"""Frequency class below which a word is an everyday word («لي» 2.9, «شمس» 4.4, «فنجان» 5.2)."""
FUNCTION = 3.3
"""Below this are the words that hold sentences together."""
_FEW = 2
"""Class of bearers up to which such a word is hardly ever a name."""
_INTRODUCING = frozenset({"title", "honour"})


def everyday(words: Sequence[str], before: str, lexicon: Lexicon, names: Collection[str]) -> bool:
    """Tell whether what was read as a person is everyday words that nothing shows to be a name here.

    `words` are those of the name in the spelling of the matching view, `before` the word before it («» for none),
    `names` the words of the longer names of people in the document. A common given name alone («محمد», «كمال») is
    such a word, too: without title and full name it tells nobody who is meant.
    """
    if lexicon.group(before) in _INTRODUCING:
        return False
    if len(words) == 1 and not {words[0], lexicon.stem(words[0])}.isdisjoint(names):
        return False
    if any(_frequency(word, lexicon) >= COMMON for word in words):
        return False
    # Two everyday words are a name more often than not («بيل …»), unless the first is as frequent as «لي».
    return len(words) == 1 or (
        _frequency(words[0], lexicon) < FUNCTION and lexicon.bearers(words[0]) <= _FEW
    )


def _frequency(word: str, lexicon: Lexicon) -> float:
    return min(lexicon.frequency.get(form, NEVER) for form in (word, lexicon.stem(word)))
