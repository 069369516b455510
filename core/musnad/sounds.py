"""How names sound, in Arabic and Latin letters alike: so that «Hiftar» finds حفتر.

A *sound key* is what is left of a name when all is dropped that writers of Latin letters disagree about:
vowels, doubled letters, articles, and the letters that transliterations mix up (خ as kh or k, ق as q, k or g).
Equal keys only say that two spellings *may* be of one name; `likeness` says how near they are, vowels
included. The groups of letters follow the transliterations of the press (English ones, the French ones of the
Maghreb, Turkish and Persian names as Arabic writes them), not one scholarly system.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice, product
from pathlib import Path
from typing import TypeVar

from rapidfuzz.distance import Indel

FOREIGN_LETTERS = str.maketrans("پڤگچژ", "بفكجز")
"""Letters for sounds that Arabic has none for, and the ones that are written in their place."""
SHORTEST = 2
"""Letters of a sound key below which it says nothing: «Ali» and علا have the same."""
_MOST_KEYS = 8
_SOUNDS = {
    **dict.fromkeys("بپ", "b"),
    **dict.fromkeys("تط", "t"),
    **dict.fromkeys("جخقكغگک", "k"),
    **dict.fromkeys("حهھ", "h"),
    **dict.fromkeys("دض", "d"),
    **dict.fromkeys("سصز", "s"),
    **dict.fromkeys("شچژ", "x"),
    **dict.fromkeys("فڤ", "f"),
    "ر": "r",
    "ل": "l",
    "م": "m",
    "ن": "n",
}
_LONG = {"و": "w", "ي": "y"}
# Written as one sound or another: عثمان is Uthman and Osman, ظريف Dharif and Zarif, جواد Jawad and Javad.
# A last ى is an a or, in Egypt, a ي; c is the c of Kacem or, in Turkish, that of Recep.
_SEVERAL = {
    "ث": ("t", "s"), "ذ": ("d", "s"), "ظ": ("d", "s"), "v": ("f", ""), "ى": ("", "y"), "ĉ": ("k", "s"),
}  # fmt: skip
_LATIN = (
    ("tch", "x"), ("sch", "x"), ("sh", "x"), ("ch", "x"), ("kh", "k"), ("gh", "k"), ("dj", "k"),
    ("ph", "f"), ("dh", "d"), ("th", "t"), ("q", "k"), ("g", "k"), ("j", "k"), ("c", "k"), ("z", "s"),
    ("p", "b"),
)  # fmt: skip
_DIGRAPHS = 10
"""So many of them before a soft c is told from a hard one."""
_LATIN_VOWELS = (
    ("ou", "w"),
    ("oo", "w"),
    ("ee", "y"),
    ("ai", "y"),
    ("ei", "y"),
    ("ay", "y"),
    ("aw", "w"),
)
_VOICES = str.maketrans({"u": "w", "o": "w", "i": "y", "e": "", "a": ""})
_ARTICLES = frozenset(
    ["al", "el", "ul", "ar", "er", "as", "es", "ad", "ed", "an", "en", "ash", "at", "az", "ez"]
)
_SONS = frozenset(["bin", "ben", "ibn", "bint", "بن", "ابن", "بنت"])
_ARABIC = re.compile("[\u0620-\u063f\u0641-\u064a\u066e-\u06d3]")
_MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670'’‘ʼʻʿʾ`´]")
_WORDS = re.compile(r"[^\W_]+")
_DOUBLED = re.compile(r"(.)\1+")
_SILENT = re.compile("[aeiouwy]")
_FAMILIAR = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"), "ؤ": "و", **dict.fromkeys("ئیے", "ي"), **dict.fromkeys("çşčšć", "x"),
        "ı": "i", "ğ": "g",
    }
)  # fmt: skip
_SOFT_C = re.compile("c(?=[eiy])")
_LATIN_SERVANT = re.compile(r"^abd[aeiou]+(?:l(?!$)|l$|([rsdnzt])(?=\1))")
_LAST_Y = re.compile("(?:ie|ee|[aeou]?[iy])$")


def sound_keys(name: str) -> tuple[str, ...]:
    """Return the sound keys of a name in any mix of Arabic and Latin letters, the usual one first.

    At most eight; none for a name whose keys are shorter than `SHORTEST`, or without letters of these scripts.
    """
    choices: list[tuple[str, ...]] = []
    for word in _heard(_words(name)):
        choices.extend((_arabic if _ARABIC.match(word) else _latin)(word))
    keys = map("".join, islice(product(*choices), _MOST_KEYS))
    return tuple(dict.fromkeys(key for key in keys if len(key) >= SHORTEST))


def likeness(one: str, other: str) -> float:
    """Return how alike two names sound, from 0 to 1, across scripts.

    Long vowels count, a does not: Arabic writes it only in some of the places where it is heard.
    """
    return max(
        Indel.normalized_similarity(first, second)
        for first in _voiced(one)
        for second in _voiced(other)
    )


def _words(name: str) -> list[str]:
    text = unicodedata.normalize("NFKC", name.casefold()).translate(_FAMILIAR)
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_FAMILIAR)
    return _WORDS.findall(text)


def _heard(words: list[str]) -> Iterator[str]:
    """Yield the words without «bin», articles, and endings that are written and left out at will."""
    for i, word in enumerate(words):
        if len(words) > 1 and (word in _SONS or (word in _ARTICLES and i + 1 < len(words))):
            continue
        if not _ARABIC.match(word):
            # Abd al-Rahman, Abdul Rahman and Abderrahmane are one.
            word = _LATIN_SERVANT.sub("abd", word)
            yield word[:-1] if word[-2:-1] in tuple("aeiou") and word[-1] == "h" else word
            continue
        if word.endswith("الله"):
            word = word[:-4] + "ل"
        elif word.startswith("ال") and len(word) > 3:
            word = word[2:]
        elif word.startswith("عبدال") and len(word) > 6:
            word = "عبد" + word[5:]
        # A silent letter in its place: the ي of هنية is not its last one.
        yield word[:-1] + "ا" if word[-1] in "هةح" and len(word) > 2 else word


def _arabic(word: str) -> Iterator[tuple[str, ...]]:
    """Yield the sounds of a word's letters that are consonants, and of a last ي."""
    for letter in word[:-1]:
        if letter != "ى":
            yield _SEVERAL.get(letter) or (_SOUNDS.get(letter, ""),)
    last = word[-1]
    yield _SEVERAL.get(last) or ("y" if last == "ي" else _SOUNDS.get(last, ""),)


def _latin(word: str) -> Iterator[tuple[str, ...]]:
    """Yield the sounds of a Latin word likewise."""
    consonants = _SILENT.sub("", _consonants(word))
    if _LAST_Y.search(word):
        consonants += "y"
    for letter in consonants:
        yield _SEVERAL.get(letter) or (letter,)


def _consonants(word: str) -> str:
    """Return a Latin word with its consonants in groups, doubled letters once."""
    for old, new in _LATIN[:_DIGRAPHS]:
        word = word.replace(old, new)
    word = _SOFT_C.sub("ĉ", word)
    for old, new in _LATIN[_DIGRAPHS:]:
        word = word.replace(old, new)
    return _DOUBLED.sub(r"\1", word)


@lru_cache(maxsize=1 << 16)
def _voiced(name: str) -> tuple[str, ...]:
    """Return a name's sounds with its long vowels, as far as both scripts show them: one or two forms."""
    forms = []
    words = list(_heard(_words(name)))
    for choice in (0, 1):
        voiced = ""
        for word in words:
            if _ARABIC.match(word):
                voiced += "".join(
                    _SOUNDS.get(c) or _LONG.get(c) or _SEVERAL.get(c, ("", ""))[choice]
                    for c in word
                )
                continue
            for old, new in _LATIN_VOWELS:
                word = word.replace(old, new)
            # و is heard as w and v.
            word = _consonants(word).replace("v", "fw"[choice]).replace("ĉ", "ks"[choice])
            voiced += word.translate(_VOICES)
        forms.append(voiced)
    return tuple(dict.fromkeys(forms))


LEAST_LIKE = 0.72
"""How alike a name must sound to be taken for another spelling; from tests/data/spellings.yaml."""
_LEAST_LIKE_SHORT = 0.8
_SHORT = 4
_MARGIN = 0.08
"""What sounds less like the question than the best by more than this is another name."""
T = TypeVar("T")


def sounding_alike(asked: str, known: Iterable[tuple[T, str]]) -> list[tuple[T, str, float]]:
    """Return those of the `known` (anything, name) whose name is `asked` in another spelling, and how alike.

    The most alike first; only those that hardly differ from it. Two names in Arabic letters are never alike:
    these letters tell apart what sounds alike to writers of Latin ones (حارث، خارس).
    """
    across = _ARABIC.search(asked) is not None
    alike = [
        (item, name, likeness(asked, name))
        for item, name in known
        if not (across and _ARABIC.search(name))
    ]
    if not alike:
        return []
    short = len("".join(_heard(_words(asked)))) <= _SHORT
    least = max(score for _, _, score in alike) - _MARGIN
    least = max(least, _LEAST_LIKE_SHORT if short else LEAST_LIKE)
    return sorted((a for a in alike if a[2] >= least), key=lambda one: -one[2])


def without_titles(asked: str) -> Iterator[str]:
    """Yield `asked`, and what is left of it without the Latin titles that it begins with, one by one."""
    yield asked
    words = asked.split()
    while len(words) > 1 and words[0].casefold().rstrip(".") in _titles():
        del words[0]
        yield " ".join(words)


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    lines = (Path(__file__).parent / "latin_titles.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
