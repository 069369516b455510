"""Where a name begins in a word with proclitics: «وبتونس» is و + ب + «تونس»."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from musnad_careful.flags import COMMON, SEEN

if TYPE_CHECKING:
    from musnad_careful.lexicon import Lexicon

PREFIXES = ("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")
"""Conjunctions and prepositions written with the next word, shortest first. The article stays with the name."""
_SHORT = 3
"""Letters of a name so short that it must be borne by many, or seen as one: «بلير» is not ب + «لير»."""


def cut(word: str, lexicon: Lexicon, elsewhere: Collection[str]) -> tuple[int, str]:
    """Return how many letters of a name's first word are proclitics, and the word without them.

    Only where there is evidence: what is left has the article, or is a listed name, or stands by itself
    elsewhere in the document (`elsewhere`: first words of its names), and the whole word is in no list.
    «للرباط» gives (1, «الرباط»): the article has lost its alef.
    """
    if lexicon.listed(word):
        return 0, word
    for prefix in PREFIXES:
        rest = word[len(prefix) :]
        if not word.startswith(prefix) or len(rest) < _SHORT:
            continue
        if prefix.endswith("ل") and rest.startswith("ل") and len(rest) > _SHORT:
            return len(prefix), "ا" + rest
        if rest.startswith("ال") and len(rest) > _SHORT + 1 and prefix[-1] not in "لف":
            return len(prefix), rest
        flags = lexicon.listed(rest)
        if rest in elsewhere or flags & (COMMON | SEEN) or (flags and len(rest) > _SHORT):
            return len(prefix), rest
    return 0, word
