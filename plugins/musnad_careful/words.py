"""Words as the model reads them: in training and at run time the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0640"
_INVISIBLE = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_WORD = re.compile(rf"[^\W_][^\W_{_MARKS}]*(?:[{_MARKS}{_INVISIBLE}]+[^\W_]*)*|[^\s{_INVISIBLE}]")
_UNREAD = re.compile(rf"[{_MARKS}{_INVISIBLE}]+")
_VARIANTS = str.maketrans("کیےھہەۀڪٱ", "كييههههكا")
_FOLDED = str.maketrans("أإآىئؤة", "اااييوه")
LONGEST = 48
"""Letters of a word that are read: no name has more."""


def split(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of words, numbers and single punctuation marks in `text`, in order."""
    for match in _WORD.finditer(text):
        yield match.span()


def clean(word: str) -> str:
    """Return the word without vowel marks and tatweel, in Unicode form NFKC, Persian letters as Arabic ones."""
    word = _UNREAD.sub("", word[:LONGEST])
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word).translate(_VARIANTS)
    return word


def fold(word: str) -> str:
    """Return a cleaned word as lists of names are looked up: carriers of hamza, final yeh and teh marbuta alike."""
    return word.translate(_FOLDED)


def reach(text: str, letters: int) -> int:
    """Return how many code points of `text` (a word) make its first `letters` cleaned ones."""
    end = 0
    while end < len(text) and len(clean(text[:end])) < letters:
        end += 1
    return end
