"""What is not proposed although the tagger reads it as a name: a false person costs an archivist more than a missed one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from musnad_names.lexicon import NEVER, Lexicon

COMMON = 5.3
"""Frequency class below which a word is an everyday word («لي» 2.9, «شمس» 4.4, «فنجان» 5.2)."""
FREQUENT = 4.7
"""Below this a word beside one of the ambiguous ones makes no name of it."""
FUNCTION = 3.3
"""Below this are the words that hold sentences together."""
_MANY = 4
"""Class of bearers from which on a word is a name whatever else it means."""
_FEW = 2
"""Class of bearers up to which such a word is hardly ever a name."""
_INTRODUCING = frozenset({"title", "honour"})


def everyday(words: Sequence[str], before: str, lexicon: Lexicon, names: Collection[str]) -> bool:
    """Tell whether what was read as a person is everyday words that nothing shows to be a name here.

    `words` are those of the name in the spelling of the matching view, `before` the word before it («» for none),
    `names` the words of the longer names of people in the document. A common given name alone («محمد», «كمال») is
    such a word, too: without title and full name it tells nobody who is meant.
    """
    if len(words) == 1 and not {words[0], lexicon.stem(words[0])}.isdisjoint(names):
        return _frequency(words[0], lexicon) < FUNCTION
    ambiguous = [not {word, lexicon.stem(word)}.isdisjoint(lexicon.ambiguous) for word in words]
    if ambiguous == [True]:
        # «الطفل سليم», «نجم سهيل»: a title does not make it a name.
        return True
    if lexicon.group(before) in _INTRODUCING:
        return False
    if any(ambiguous) and all(
        doubtful or (_frequency(word, lexicon) < FREQUENT and lexicon.bearers(word) < _MANY)
        for word, doubtful in zip(words, ambiguous, strict=True)
    ):
        # «ريم صغير», «سيف فارس», «غنى شادي الحي»: nothing of it is only a name.
        return True
    if any(_frequency(word, lexicon) >= COMMON for word in words):
        return False
    # Two everyday words are a name more often than not («بيل …»), unless the first is as frequent as «لي».
    return len(words) == 1 or (
        _frequency(words[0], lexicon) < FUNCTION and lexicon.bearers(words[0]) <= _FEW
    )


def _frequency(word: str, lexicon: Lexicon) -> float:
    return min(lexicon.frequency.get(form, NEVER) for form in (word, lexicon.stem(word)))
