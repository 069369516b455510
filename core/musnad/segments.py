"""What annotators tell each other about a text: tokens, sentences, quotations.

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
