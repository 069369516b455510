"""One folding of spellings for all names: in the authority, in the text, in a question.

`fold` gives the key form of a name; `fold_same_length` brings a key view that lacks a step (each step of
musnad_arabic can be switched off) to the same letters without moving an offset. A test holds both to the
key view that musnad_arabic makes.
"""

from __future__ import annotations

import re
import unicodedata

ARABIC_LETTERS = frozenset(
    chr(code)
    for code in (*range(0x0620, 0x064B), *range(0x066E, 0x06D4), 0x06D5, *range(0x06EE, 0x06F0))
    if chr(code) != "\u0640"
)
"""Letters only: no digits, marks, tatweel or punctuation."""

_LETTERS = {
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ى": "ي",
    "ة": "ه",
    # Sounds that Arabic has no letter for: written as they are (پوتين, ڤيينا, گيلاني) or with the nearest one.
    "پ": "ب",
    "ڤ": "ف",
    "گ": "ك",
    "چ": "ج",
    "ژ": "ز",
    # A hashtag joins the words of a name by these.
    "_": " ",
    "\t": " ",
}
# Variants that the normalized view has exchanged already, for names that have not gone through it.
_VARIANTS = {
    **dict.fromkeys("\u06a9\u06aa\u063b\u063c\u06ac\u06ae", "ك"),
    **dict.fromkeys("\u06cc\u06cd\u06ce\u06d0\u06d1\u06d2\u063d\u063e\u063f\u0620", "ي"),
    **dict.fromkeys("\u06be\u06c1\u06c0\u06c2\u06c3\u06d5\u06ff", "ه"),
    **dict.fromkeys("\u06c4\u06c5\u06c6\u06c7\u06c8\u06c9\u06ca\u06cb\u06cf", "و"),
    **dict.fromkeys("\u0672\u0673", "ا"),
    **dict.fromkeys("'‘’‚‛`´′‵ʼ", "'"),
    "\u06d3": "ئ",
    "\u06ba": "ن",
    "\u06b5": "ل",
    "\u0695": "ر",
    **{chr(0x0660 + i): str(i) for i in range(10)},
    **{chr(0x06F0 + i): str(i) for i in range(10)},
}
_TABLE = str.maketrans({**_LETTERS, **_VARIANTS})
_REMOVED = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
# The hyphen first, and what stands before it afterwards: so it is searched for at C speed.
_HYPHEN = re.compile(r"[-\u2010-\u2015](?<=[^\W\d_].)(?=[^\W\d_])")
_LATIN_MARKS = re.compile("[\u0300-\u036f'’ʼʻ`´]")


def fold_same_length(text: str) -> str:
    """Return `text` with letters folded one to one, Latin in lower case, and joining signs as spaces."""
    lowered = text.casefold()
    if len(lowered) != len(text):
        # Folding never makes a character shorter, so an equal length means one to one throughout.
        lowered = "".join(_fold_case(c) for c in text)
    for old, new in _LETTERS.items():
        # A handful of replacements is several times faster than one `str.translate` on Arabic text.
        if old in lowered:
            lowered = lowered.replace(old, new)
    return _HYPHEN.sub(" ", lowered)


def _fold_case(character: str) -> str:
    for folded in (character.casefold(), character.lower()):
        if len(folded) == 1:
            return folded
    return character


def clean(text: str) -> str:
    """Return `text` in one Unicode form, without marks, tatweel and controls, spaces as one; unfolded."""
    return " ".join(_REMOVED.sub("", unicodedata.normalize("NFKC", text)).split())


def fold(text: str) -> str:
    """Return the key form of a name: equal for all its spellings that differ only in orthography."""
    return " ".join(fold_same_length(clean(text).translate(_TABLE)).split())


def fold_latin(text: str) -> str:
    """Return `fold(text)` without Latin diacritics and apostrophes (Türkiye, Sana'a)."""
    if text.isascii():
        return fold(_LATIN_MARKS.sub("", text))
    latin = "".join(
        c if c in ARABIC_LETTERS else unicodedata.normalize("NFKD", c) for c in clean(text)
    )
    return fold(_LATIN_MARKS.sub("", latin)).replace("ı", "i")
