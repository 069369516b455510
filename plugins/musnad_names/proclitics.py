"""Conjunctions and prepositions at the front of a name, which are no part of it."""

from __future__ import annotations

from collections.abc import Collection

from musnad_names.lexicon import NEVER, Lexicon

_LETTERS = "وفبلك"
_SHORTEST = 3
_DOUBLE = frozenset({"وب", "ول"})
_CLEARLY = 0.5
"""log10 of how much more frequent the rest must be than a person's name with و before it (a factor of three)."""


def proclitic_length(word: str, kind: str, lexicon: Lexicon, forms: Collection[str]) -> int:
    """Return how many letters to cut off the first word of a name; its article stays.

    `word` is in the spelling of the matching view, `kind` one of PERS, LOC, ORG, `forms` the words of the
    document: what stands there on its own, too, is surely a word. A person's name is cut less readily, for
    many begin with such a letter (وليد، بشار، كوفي).
    """
    proclitic, rest = lexicon.split(word)
    if word in lexicon.roles and lexicon.bearers(rest) <= lexicon.bearers(word):
        return 0
    if proclitic in _DOUBLE and word[1:] in lexicon.roles:
        return 1  # «ولويس» is و + «لويس», not ول + «ويس»
    if len(proclitic) == 1 and proclitic != "و" and _has_and(rest, lexicon):
        return 0  # «كورودا»: no preposition stands before a conjunction
    if word[:1] in _LETTERS and word[1:].startswith("عبدال"):
        return 1
    if proclitic and proclitic != "ال":
        if proclitic == "و" and word not in lexicon.roles and _clearer(rest, word, lexicon):
            return 1  # «وجايك»
        if (
            kind != "PERS"
            or rest in lexicon.roles
            or f"ال{rest}" in lexicon.roles
            or word not in lexicon.frequency
        ):
            if proclitic.endswith("لل"):
                # «للسعودية»: the article is written into the preposition.
                return len(proclitic)
            return len(proclitic.removesuffix("ال"))
        return 0
    if word[0] in _LETTERS and word not in lexicon.frequency and len(word) > _SHORTEST:
        return int(word[1:] in forms)
    return 0


def _has_and(word: str, lexicon: Lexicon) -> bool:
    """Tell a word with the conjunction before it («ورودا») from a name with a و of its own («وليد»)."""
    return lexicon.split(word)[0] == "و" and word not in lexicon.roles


def _clearer(rest: str, word: str, lexicon: Lexicon) -> bool:
    """Tell whether `rest` is much more frequent than `word`, which then is hardly a word of its own."""
    frequency = lexicon.frequency
    return frequency.get(rest, NEVER) <= frequency.get(word, NEVER) - _CLEARLY
