"""What the tagger looks at: features of each word, given to itself and to its neighbours.

Every feature depends on one word alone, so that all that a word says about the tags around it can be
summed up once (see `musnad_names.model`). Features are short strings; training and tagging use these same functions.
"""

from __future__ import annotations

from dataclasses import dataclass

from musnad.segments import TokenKind

from musnad_names.lexicon import NEVER, Lexicon

OFFSETS = (-2, -1, 0, 1, 2)
"""Where the words stand that a tag depends on, relative to it."""
OUTSIDE = "#"
"""What stands before and after a sentence."""


@dataclass(frozen=True, slots=True)
class WordFeatures:
    """Features of a word for its own tag, for those beside it, and for those two away."""

    own: tuple[str, ...]
    near: tuple[str, ...]
    far: tuple[str, ...]

    def at(self, offset: int) -> list[str]:
        """Return the features that the word at `offset` of a tag gives to it."""
        if offset == 0:
            return list(self.own)
        chosen = self.near if abs(offset) == 1 else self.far
        return [f"{offset}:{feature}" for feature in chosen]


BOUNDARY = WordFeatures((), (OUTSIDE,), (OUTSIDE,))


def word_features(word: str, kind: TokenKind, lexicon: Lexicon) -> WordFeatures:
    """Return the features of a word in the spelling of the matching view."""
    if kind == "number":
        return WordFeatures(("num", f"len{len(word)}"), ("num",), ("num",))
    same = f"w={word}"
    if kind != "word":
        return WordFeatures((same, f"k={kind}"), (same,), (same,))
    proclitic, stem = lexicon.split(word)
    base = [same, f"s={stem}", f"p={proclitic}"]
    own, near = list(base), list(base)
    for n in (1, 2, 3, 4):
        if len(word) > n:
            own += [f"a{n}={word[:n]}", f"z{n}={word[-n:]}"]
    if proclitic:
        own += [f"sa{n}={stem[:n]}" for n in (2, 3)]
    near += [f"z2={word[-2:]}", f"a2={word[:2]}", f"z3={word[-3:]}"]
    cue = _cue(word, stem, lexicon)
    roles = list(lexicon.roles.get(word, ()))
    inner = [f"s{role}" for role in lexicon.roles.get(stem, ())] if proclitic else []
    frequency = _frequency(word, lexicon)
    own += [
        f"l{min(len(word), 10)}",
        frequency,
        f"s{_frequency(stem, lexicon)}",
        *roles,
        *inner,
        *cue,
    ]
    near += [frequency, *roles, *inner, *cue]
    return WordFeatures(tuple(own), tuple(near), (same, *roles, *cue))


def _frequency(word: str, lexicon: Lexicon) -> str:
    value = lexicon.frequency.get(word, NEVER)
    return "f0" if value == NEVER else f"f{int(value * 1.5)}"


def _cue(word: str, stem: str, lexicon: Lexicon) -> list[str]:
    group = lexicon.cues.get(word)
    if group:
        return [f"q={group}"]
    group = lexicon.group(word)
    if not group:
        return []
    article = word != stem and word[: len(word) - len(stem)].endswith(("ال", "لل"))
    return [f"q={group}", f"q{'al' if article else 'x'}={group}"]
