"""Folding, words and light stems: for comparing wordings only, never shown and never stored as text."""

from __future__ import annotations

import re
from functools import lru_cache

_MARKS = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_FOLD = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ؤئ", "ء"),
        **dict.fromkeys("ىیې", "ي"),
        "ة": "ه",
        "ھ": "ه",
        "ہ": "ه",
        "ک": "ك",
        "گ": "ك",
        "٫": ".",
        "٬": ",",
        "٪": "%",
        **{chr(0x660 + i): str(i) for i in range(10)},
        **{chr(0x6F0 + i): str(i) for i in range(10)},
    }
)
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|%|[.،,؛;:!؟?]")
_ARTICLES = ("وبال", "وال", "فال", "بال", "كال", "ولل", "لل", "ال")
_SUFFIXES = (
    "تهما",
    "هما",
    "تها",
    "تهم",
    "تنا",
    "ها",
    "هم",
    "نا",
    "ات",
    "ون",
    "ين",
    "ان",
    "يه",
    "ته",
    "تي",
    "يا",
    "وا",
    "ه",
    "ي",
    "ا",
    "ت",
)
PROCLITICS = "وفبلك"
MIN_STEM = 3


def fold(text: str) -> str:
    """Return `text` without marks, with the letters folded that writers do not keep apart."""
    return _MARKS.sub("", text).translate(_FOLD).casefold()


def words(text: str) -> list[str]:
    """Return the words, numbers and punctuation marks of a folded text."""
    return _WORD.findall(text)


@lru_cache(maxsize=50_000)
def bare(word: str) -> str:
    """Return a folded word without article (and what stands before the article): «والوزير» → «وزير»."""
    if not word.startswith(_ARTICLES):
        return word
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= MIN_STEM:
            return word[len(article) :]
    return word


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the light stem of a folded word: without article and one ending, never under three letters."""
    word = bare(word)
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= MIN_STEM:
            return word[: -len(suffix)]
    return word


def without_proclitic(word: str) -> str | None:
    """Return a stem without one leading و ف ب ل ك, None where it has none or too little would be left."""
    if len(word) > MIN_STEM and word[0] in PROCLITICS:
        return word[1:]
    return None


@lru_cache(maxsize=50_000)
def variants(word: str) -> frozenset[str]:
    """Return the stems that a stem may be: itself, and itself without a proclitic and another ending."""
    short = without_proclitic(word)
    return frozenset((word,)) if short is None else frozenset((word, short, stem(short)))


def key_stem(word: str) -> str:
    """Return the form of a stem that goes into blocking keys: with all leading و ف ب ل ك off.

    «بمقاتل» and «مقاتل» must meet; that «بغداد» loses its ب too does no harm, as it always does.
    """
    while len(word) > MIN_STEM + 1 and word[0] in PROCLITICS:
        word = word[1:]
    return word
