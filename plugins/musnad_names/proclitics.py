"""Conjunctions and prepositions at the front of a name, which are no part of it."""

from __future__ import annotations

from collections.abc import Collection

from musnad_names.lexicon import Lexicon

_LETTERS = "وفبلك"
_SHORTEST = 3


def proclitic_length(word: str, kind: str, lexicon: Lexicon, forms: Collection[str]) -> int:
    """Return how many letters to cut off the first word of a name; its article stays.

    `word` is in the spelling of the matching view, `kind` one of PERS, LOC, ORG, `forms` the words of the
    document: what stands there on its own, too, is surely a word. A person's name is cut less readily, for
    many begin with such a letter (وليد، بشار، كوفي).
    """
    proclitic, rest = lexicon.split(word)
    if word in lexicon.roles and lexicon.bearers(rest) <= lexicon.bearers(word):
        return 0
    if proclitic and proclitic != "ال":
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
