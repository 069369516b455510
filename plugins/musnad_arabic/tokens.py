"""Words, numbers and punctuation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from musnad.segments import Token, TokenKind

from musnad_arabic import rules
from musnad_arabic.characters import INVISIBLE, LETTERS, MARKS, TATWEEL

_LATIN = rf"[^\W\d_{LETTERS}]"
_TAIL = rf"{MARKS}{TATWEEL}{INVISIBLE}"
# Lengths are bounded (as they are in names of hosts): a text without spaces must not take quadratic time.
_ADDRESS = (
    r"https?://[^\s\"'«»<>،؛)]+|www\.[^\s\"'«»<>،؛)]+|[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
    r"|[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.(?:com|net|org|info|tv|gov|edu|[a-z]{2})(?![\w.])"
)
_OTHER_SCRIPT = re.compile(_LATIN)
_SINGLE = frozenset("،؛؟:!.\"()'")
"""Marks that make one token with nothing that is no mark too, where only Arabic letters stand before them."""
_KINDS: dict[str, TokenKind] = {
    "long": "word",
    "address": "latin",
    "initials": "word",
    "acronym": "latin",
    "word": "word",
    "latin": "latin",
    "number": "number",
    "other": "punctuation",
}


@cache
def _spaced() -> re.Pattern[str]:
    """Return the expression of initials with spaces («أ ف ب»)."""
    spaced = "|".join(
        re.escape(initials)
        for initials in sorted(rules.abbreviations().spaced, key=len, reverse=True)
    )
    return re.compile(rf"(?<![{LETTERS}{_TAIL}])(?:{spaced})(?![{LETTERS}{_TAIL}])")


@cache
def _pattern() -> re.Pattern[str]:
    word = rf"[{LETTERS}][{LETTERS}{_TAIL}]*"
    # Initials and addresses are looked for at each word, which takes long: a word whose first letters are more
    # than any of the initials have is none of them, and most words are such.
    longest = max(4, *(len(initials) for initials in rules.abbreviations().spaced))
    return re.compile(
        rf"\s*(?:(?P<long>[{LETTERS}]{{{longest + 1},}}[{LETTERS}{_TAIL}]*)"
        rf"|(?P<address>(?=[A-Za-z0-9])(?:{_ADDRESS}))"
        rf"|(?P<initials>{_spaced().pattern}|(?<![{LETTERS}{_TAIL}])(?:(?:[{LETTERS}]{{1,2}}\.){{2,}}[{LETTERS}]?(?![{LETTERS}])|[{LETTERS}]{{1,4}}(?:\.[{LETTERS}]{{1,4}}){{2,}}(?![{LETTERS}])|[{LETTERS}]\.[{LETTERS}](?![{LETTERS}.])))"
        rf"|(?P<word>{word})"
        rf"|(?P<acronym>(?<!\w)(?:[A-Z]\.){{2,}})"
        rf"|(?P<latin>{_LATIN}(?:[^\W_{LETTERS}]|[\u0300-\u036f{INVISIBLE}]|['’](?={_LATIN}))*)"
        r"|(?P<number>\d+ر\d+(?!\w)|\d+(?:[.,٫٬]\d+)*(?:،\d{3}(?!\d))*)"
        # The end, too, so that white space before it is passed over once, not from each of its characters.
        r"|(?P<other>\.{2,}|[^\s])|\Z)"
    )


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a normalized text in order; each character but white space is in one.

    Letters of Arabic and other scripts and digits are apart from each other even without a space
    («شبكةRT», «1500مقاتل»); initials («أ.ف.ب», «أ ف ب», «U.S.») and addresses are one token.
    """
    # Initials with spaces are the only tokens that reach over one: a text with such is read as a whole.
    mixed = _OTHER_SCRIPT.search(text) is not None
    tokens: list[Token] = []
    at = 0
    for piece in text.split(" "):
        end = at + len(piece)
        # Most pieces are a word of Arabic letters, or one with a mark behind it: these need no expression.
        arabic = not mixed or _OTHER_SCRIPT.search(piece) is None
        if arabic and piece.isalpha():
            if len(piece) <= 2 and _spaced().match(text, at):
                return list(_scanned(text, 0, len(text)))
            tokens.append(Token(at, end, "word"))
        elif arabic and piece[-1:] in _SINGLE and piece[:-1].isalpha():
            tokens.append(Token(at, end - 1, "word"))
            tokens.append(Token(end - 1, end, "punctuation"))
        elif piece:
            tokens.extend(_scanned(text, at, end))
            if tokens and _spaced().match(text, tokens[-1].start):
                return list(_scanned(text, 0, len(text)))
        at = end + 1
    return tokens


def _scanned(text: str, at: int, stop: int) -> Iterator[Token]:
    """Yield the tokens of `[at, stop)`, which begins and ends beside white space."""
    for match in _pattern().finditer(text, at, stop):
        kind = match.lastgroup
        if kind is None:
            break
        start, end = match.span(kind)
        if kind == "address":
            while text[end - 1] in ".,:;!?-":
                end -= 1
                if end == start + 1:
                    break
            yield Token(start, end, "latin")
            for i in range(end, match.end()):
                yield Token(i, i + 1, "punctuation")
        else:
            yield Token(start, end, _KINDS[kind])
