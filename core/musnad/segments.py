"""What annotators tell each other about a text: tokens and what they are made of, sentences, quotations.

Their offsets are code points into `document.normalized` (and, being of equal length, `document.key`).
Named tuples, not models: an article has thousands of them and they are not stored.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

TokenKind = Literal["word", "latin", "number", "punctuation"]
SentenceKind = Literal["title", "heading", "dateline", "sentence"]


class Token(NamedTuple):
    """A word, number or punctuation mark: `normalized.text[start:end]`."""

    start: int
    end: int
    kind: TokenKind


class Sentence(NamedTuple):
    """A sentence, heading or dateline; leading and trailing white space is outside."""

    start: int
    end: int
    kind: SentenceKind
    paragraph: int
    """Number of its paragraph: 0 is the title."""


class Quote(NamedTuple):
    """What stands between a pair of quotation marks; the marks are outside."""

    start: int
    end: int
    closed: bool
    """False where the closing mark is missing and the end was taken from the paragraph."""


class Morphology(NamedTuple):
    """What a word is made of, read by itself (not in its sentence): data `morphology`, one a token.

    Parts of speech and clitics are named as camel-tools names them (`noun`, `noun_prop`, `verb`, `prep` …;
    `wa_conj`, `li_prep`, `Al_det`, `3ms_poss` …); a clitic that is not there is an empty text.
    """

    lemma: str
    """As a dictionary writes it, without vowel marks, with hamza, ى and ة: أعلن, نفى, سفارة, جندي."""
    vowelled: str
    """The lemma with its vowel marks."""
    pos: str
    prc3: str
    """Outermost proclitic: the question أ."""
    prc2: str
    """و or ف."""
    prc1: str
    """A preposition (ب ل ك) or the future س."""
    prc0: str
    """The article."""
    enc0: str
    """A pronoun at the end."""
    root: str
    """Its letters with dots between: ن.ف.ي; empty for what has none."""
    gloss: str
    """English, of all its parts."""
    start: int
    """Where the word begins after its proclitics: an offset into the token."""
    end: int
    """Where it ends before its enclitic: an offset into the token."""
    known: bool
    """False for a word that the lexicon does not have: most such are names, and `pos` is a guess."""
    aspect: str = ""
    """Of a verb: `p` perfect, `i` imperfect, `c` imperative; empty for other words."""
    person: str = ""
    """Of a verb: `1`, `2` or `3`."""
    gender: str = ""
    """`m`, `f`, or empty."""
    number: str = ""
    """`s`, `d`, `p`, or empty."""
    passive: bool = False
    """True for a verb that can be read as a passive only: يقال, نوقش."""

    @property
    def is_name(self) -> bool:
        """Tell whether it is a proper noun, or taken for one because the lexicon does not have it."""
        return self.pos == "noun_prop"
