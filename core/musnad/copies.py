"""Near-identical texts: what an agency sends and ten outlets print.

A text is taken as the set of its runs of five words, without case, marks and punctuation. MinHash (A. Broder,
"On the resemblance and containment of documents", 1997; the library `datasketch`) estimates from 128 numbers how
much two such sets have in common, and banding them (J. Leskovec et al., "Mining of Massive Datasets", ch. 3) tells
which texts are worth comparing at all.
"""

from __future__ import annotations

import base64
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from datasketch import MinHash

SHINGLE_WORDS = 5
LEAST_WORDS = 40
"""A shorter text is no copy of anything: headlines and notices are alike without being copied."""
PERMUTATIONS = 128
BANDS = 16
"""Of 8 numbers each: texts alike by half meet in 6 of 100 cases, by 0.7 in 61, by 0.8 in 95, by 0.9 in 100."""
ALIKE = 0.7
"""Estimated share of common runs of words from which on two texts are copies. The estimate errs by 0.04."""
_SEED = 20260101
# Odd numbers of 64 bits, one for each place of a run (splitmix64 of 1, 2 …, made odd).
_PLACES = (
    0x910A2DEC89025CC1,
    0x975835DE1C9756CF,
    0x1D0B14E4DB018FED,
    0x6E73E372E2338ACB,
    0x63033B0CA389C35B,
)
_MIXER = np.uint64(0xBF58476D1CE4E5B9)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class TextPrint:
    """What of a text is compared."""

    bands: tuple[str, ...]
    """Texts that share one are compared."""
    signature: str
    """The numbers, as base64 of 128 little-endian 32-bit integers."""


def text_print(text: str) -> TextPrint | None:
    """Return the print of a text; None for one that is too short to be anybody's copy."""
    words = _WORD.findall(_plain(text))
    if len(words) < LEAST_WORDS:
        return None
    minhash = _empty().copy()
    minhash.update_batch(_hashes(words))
    values = minhash.hashvalues.astype("<u4")
    bands = tuple(f"{band:x}.{short:x}" for band, short in enumerate(_shorts(values)))
    return TextPrint(bands, base64.b64encode(values.tobytes()).decode())


def numbers(signature: str) -> NDArray[np.uint32]:
    """Return the numbers of a signature."""
    return np.frombuffer(base64.b64decode(signature), dtype="<u4")


def likeness(one: NDArray[np.uint32], others: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Return the estimated share of common runs of one text with each row of `others`, 0 to 1."""
    found: NDArray[np.float64] = (others == one).mean(axis=1)
    return found


@cache
def _empty() -> MinHash:
    """Return the print of nothing, to be copied: making one draws all its permutations."""
    # Here, as it imports half of scipy, which most commands have no use for.
    from datasketch import MinHash

    # Its words come as their hashes.
    return MinHash(num_perm=PERMUTATIONS, seed=_SEED, hashfunc=int)


def _hashes(words: Sequence[str]) -> list[int]:
    """Return 32 bits for each run of words: a sum of the words' CRC-32, each times a number of its place, mixed.

    Multiply-shift hashing (M. Dietzfelbinger, "Universal hashing and k-wise independent random variables via integer
    arithmetic without primes", 1996): nobody has to fear texts that were made to collide here.
    """
    each = np.array(list(map(_of_word, words)), dtype=np.uint64)
    count = len(words) - SHINGLE_WORDS + 1
    runs = np.zeros(count, dtype=np.uint64)
    for i, place in enumerate(_PLACES):
        # Beyond 64 bits it wraps round, as it is meant to.
        runs += each[i : i + count] * np.uint64(place)
    runs ^= runs >> np.uint64(31)
    runs *= _MIXER
    hashes: list[int] = np.unique(runs >> np.uint64(32)).tolist()
    return hashes


@lru_cache(maxsize=1 << 16)
def _of_word(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text)
    # A text has few different characters: looking at each of those once is faster than at each place.
    for character in set(text):
        if unicodedata.combining(character):
            text = text.replace(character, "")
    return text.replace("\u0640", "").casefold()


def _shorts(values: NDArray[np.uint32]) -> list[int]:
    """Return 64 bits for each band."""
    # The numbers are hashes already: folding them together is as good as hashing again.
    rows = values.view("<u8").reshape(BANDS, -1) * np.arange(1, 9, 2, dtype="<u8")
    shorts: list[int] = np.bitwise_xor.reduce(rows, axis=1).tolist()
    return shorts
