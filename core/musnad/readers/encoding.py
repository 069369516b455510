"""From bytes to text without guessing: an encoding is declared, or detected surely, or refused."""

from __future__ import annotations

import codecs
import re

from musnad.errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("cp1256", "iso8859_6")
# The words that no Arabic page does without; two of them read right only in the right code page.
_COMMON = re.compile(
    r"(?<![ء-ي])(?:من|في|على|إلى|الى|أن|ان|عن|التي|الذي|هذا|هذه|كان|قال|بعد|مع)(?![ء-ي])"
)
_ARABIC = re.compile(r"[ء-ي]")
_SURE_WORDS = 3
_SURE_SHARE = 0.9


def detect(sample: bytes, source: str, *, whole: bool) -> str:
    """Return the Python codec name of `sample` (the beginning of a file; all of it if `whole`).

    UTF-8, UTF-16 and UTF-32 by their marks, plain UTF-8 by its form, UTF-16 without a mark by its zero
    bytes, windows-1256 and its like where exactly one of them gives Arabic words. Raises `InputError`,
    naming `source`, for binary data and for anything that is not sure.
    """
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    if b"\0" in sample:
        for name in ("utf-16-le", "utf-16-be"):
            even = sample[: len(sample) // 2 * 2]
            text = even.decode(name, "replace")
            if "\0" not in text and _share(text) >= _SURE_SHARE:
                return name
        raise InputError(f"{source}: this is binary data, not text; give text, or convert it first")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=whole)
    except UnicodeDecodeError as error:
        found = [name for name in _LEGACY if _is_sure(sample, name)]
        if len(found) == 1:
            return found[0]
        raise InputError(
            f"{source}: not UTF-8 (byte 0x{sample[error.start]:02x} at {error.start}), and no other "
            "encoding is sure; declare it with --encoding, for example --encoding windows-1256"
        ) from None
    return "utf-8"


def _is_sure(sample: bytes, name: str) -> bool:
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        return False
    return _share(text) >= _SURE_SHARE and len(_COMMON.findall(text)) >= _SURE_WORDS


def _share(text: str) -> float:
    """Return the share of Arabic letters among the letters that are not ASCII."""
    letters = [c for c in text if c.isalpha() and not c.isascii()]
    return len(_ARABIC.findall(text)) / len(letters) if letters else 0.0


def known(name: str) -> str:
    """Return the codec name of a declared encoding. Raises `InputError` for one that Python lacks."""
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise InputError(
            f'unknown encoding "{name}"; known are utf-8, utf-16, windows-1256 …'
        ) from None
