"""Noun phrases that name a speaker: their words, and what the rules ask of a word in one."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from musnad_claims.phrase_sets import PhraseSet
from musnad_claims.resources import phrases, words
from musnad_claims.words import KNOWN_WORDS, QUOTE_MARKS, Words

_SPEAKERS = "speakers.yaml"
_CLAUSES = "clauses.yaml"
KINDS = ("unnamed_source", "document", "outlet", "organization", "person")
HEADS = {kind: words(_SPEAKERS, kind) for kind in KINDS}
ALL_HEADS = frozenset[str]().union(*HEADS.values())
NOT_SPEAKERS = words(_SPEAKERS, "not_speakers")
TITLES = words(_SPEAKERS, "titles")
GIVEN = words(_SPEAKERS, "given_names")
STOPS = words(_CLAUSES, "np_stops")
SKIPPABLE = words(_CLAUSES, "skippable")
NP_PREPOSITIONS = words(_CLAUSES, "np_prepositions")
NOT_DESCRIPTION = words(_CLAUSES, "not_in_description")
ADVERSATIVES = words(_CLAUSES, "adversatives")
PREPOSITIONS = words("grammar.yaml", "prepositions")
RELATIVES = words("grammar.yaml", "relatives")
_COMPLEMENTIZERS = words(_CLAUSES, "complementizers")
_SUFFIXES = words(_CLAUSES, "pronoun_suffixes")
_NOT_AFTER = words(_CLAUSES, "not_complementizer_after")
CONTRASTS = PhraseSet(phrases(_CLAUSES, "contrast_phrases"))
THAT = _COMPLEMENTIZERS | {that + suffix for that in _COMPLEMENTIZERS for suffix in _SUFFIXES}
HEADS_WITH_ON = words(_SPEAKERS, "heads_with_on")
ADJECTIVES = words(_SPEAKERS, "source_adjectives")
# Unions that rules ask about a word are made once: one is hundreds of words, which cost more than all else in the rule.
NAME_WORDS = TITLES | GIVEN
HEADS_AND_FACTS = ALL_HEADS | NOT_SPEAKERS
BODIES_AND_PERSONS = HEADS["organization"] | HEADS["person"]
# These begin with ال and have no article.
_NOT_ARTICLE = (
    "التزام",
    "الغاء",
    "الحاق",
    "التماس",
    "التقاء",
    "التحاق",
    "القاء",
    "الزام",
    "الحاح",
    "اليات",
    "الاف",
    "الكترون",
)
_LONGEST_QUOTED_NAME = 5


class Phrase(NamedTuple):
    """A noun phrase: normalized offsets of its text, and the tokens it is made of."""

    start: int
    end: int
    first: int
    last: int
    """One past its last token."""


def is_that(text: Words, token: int) -> bool:
    """Tell whether the token is أن, إن, بأنه … and begins what somebody says."""
    if text.key(token) not in THAT or text.key(token - 1) in _NOT_AFTER:
        return False
    return text.key(token + 1) != "شاء"  # «إن شاء الله»


def is_definite(text: Words, token: int) -> bool:
    """Tell whether the word carries the article (alone or after ل or ب), or ends a known name."""
    return has_article(text.key(token))


@lru_cache(KNOWN_WORDS)
def has_article(key: str) -> bool:
    """Tell whether a folded word carries the article, wherever it stands."""
    if not key.startswith(("ال", "لل", "بال")) or len(key) <= 3:
        return False
    return not key.startswith(_NOT_ARTICLE) and not (key.endswith("ها") and len(key) > 5)


def quoted_name(text: Words, token: int) -> int:
    """Return the token after a short quotation that opens at `token`, or 0 where there is none."""
    number = text.opens.get(token)
    if number is None:
        return 0
    first, last = text.quotes[number]
    head = text.key(token - 1) in ALL_HEADS and not is_definite(text, token - 1)
    if last - first > _LONGEST_QUOTED_NAME + 3 * head or last not in text.closes:
        return 0
    return last + 1


def bracketed(text: Words, token: int) -> int:
    """Return the token after a short bracket that opens at `token`, or 0."""
    if text.key(token) != "(":
        return 0
    for end in range(token + 1, min(token + 7, len(text))):
        if text.key(end) == ")":
            return end + 1
    return 0


def names_on(text: Words, token: int) -> bool:
    """Tell whether a name may go on or begin with this word."""
    key = text.key(token)
    mention = text.mention[token] if token < len(text) else -1
    person = mention >= 0 and text.mentions[mention].type == "person"
    return person or key in GIVEN or key in TITLES or key.startswith("عبد")


def make(text: Words, first: int, last: int, offset: int = 0) -> Phrase:
    """Return the phrase of tokens [first, last); `offset` letters are left off its beginning."""
    while last > first + 1 and not text.is_word[last - 1] and text.key(last - 1) not in ')"»”“’›}':
        last -= 1
    start, end = text.starts[first] + offset, text.ends[last - 1]
    # A phrase that is nothing but a quotation is named without its marks.
    if text.keys[first] in QUOTE_MARKS and text.keys[last - 1] in QUOTE_MARKS and last - first > 2:
        number = text.opens.get(first)
        if number is not None and text.quotes[number][1] == last - 1:
            start, end = text.starts[first + 1], text.ends[last - 2]
    return Phrase(start, end, first, last)
