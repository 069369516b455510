"""Views of a text that never lose the way back to the original.

A `NormalizedText` is a text made from another one, with the original position of each code point. The
original is never changed; every span found in a view can be read off the original.
"""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from re import Pattern
from typing import Any

import regex

AnyPattern = Pattern[str] | regex.Pattern[str]
Replacement = str | Callable[[Any], str]


_counted = array("q", range(16_384))


def _identity(length: int) -> array[int]:
    """Return 0, 1 … `length` - 1; nearly always copied from a list that is there."""
    return _counted[:length] if length <= len(_counted) else array("q", range(length))


@dataclass(frozen=True, slots=True, eq=False)
class NormalizedText:
    """`text`, made from `original`; code point i of it comes from `original[starts[i]:ends[i]]`.

    `starts` and `ends` never decrease. One original code point may have become several (all point at it);
    several may have become one (it points at all of them); a removed one has no place in the view.
    """

    original: str
    text: str
    starts: array[int]
    ends: array[int]

    @classmethod
    def of(cls, original: str) -> NormalizedText:
        """Return the view that equals `original`."""
        starts = _identity(len(original) + 1)
        return cls(original, original, starts[:-1], starts[1:])

    def __len__(self) -> int:
        return len(self.text)

    def __str__(self) -> str:
        return self.text

    def translate(self, table: Mapping[int, str | int]) -> NormalizedText:
        """Return the view with single code points exchanged one to one.

        `table` is a table of `str.translate` whose values are single code points. Raises `ValueError`
        where it is not, because then offsets would shift unseen.
        """
        text = _exchanged(self.text, table)
        if text is self.text or text == self.text:
            return self
        # The length alone does not tell: one code point made longer hides another that was removed.
        if len(text) != len(self.text) or not all(map(_is_one, table.values())):
            raise ValueError(
                "translate() takes one-to-one tables only; use sub() for other changes"
            )
        return NormalizedText(self.original, text, self.starts, self.ends)

    def sub(self, pattern: AnyPattern, replacement: Replacement) -> NormalizedText:
        """Return the view with each match of `pattern` replaced (by a string, or a function of the match).

        A replacement of the same length as its match is taken to be code point by code point; of any
        other length, each of its code points points at the whole match. An empty replacement removes
        the match. `replacement` is literal: no group references. Raises `ValueError` where something is
        put in place of an empty match: it would come from nowhere.
        """
        pieces: list[str] = []
        starts = array("q")
        ends = array("q")
        last = 0
        for match in pattern.finditer(self.text):
            begin, end = match.span()
            new = replacement if isinstance(replacement, str) else replacement(match)
            if new == self.text[begin:end]:
                continue
            if begin == end:
                raise ValueError(f"an empty match at {begin} cannot be replaced by {new!r}")
            pieces.append(self.text[last:begin])
            pieces.append(new)
            starts.extend(self.starts[last:begin])
            ends.extend(self.ends[last:begin])
            if len(new) == end - begin:
                starts.extend(self.starts[begin:end])
                ends.extend(self.ends[begin:end])
            elif new:
                low, high = self.original_span(begin, end, marks=False)
                starts.extend([low] * len(new))
                ends.extend([high] * len(new))
            last = end
        if not pieces and last == 0:
            return self
        pieces.append(self.text[last:])
        starts.extend(self.starts[last:])
        ends.extend(self.ends[last:])
        return NormalizedText(self.original, "".join(pieces), starts, ends)

    def original_span(self, start: int, end: int, *, marks: bool = True) -> tuple[int, int]:
        """Return the original (start, end) of this view's `[start, end)`.

        With `marks`, combining marks and tatweel that follow the last letter in the original belong to
        the span: a word is given back with its last vowel mark. Raises `ValueError` for a span outside
        the view or empty in it (unless it is an insertion point at which nothing is to be found).
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(
                f"span {start}:{end} is outside a text of {len(self.text)} code points"
            )
        if start == end:
            at = self.starts[start] if start < len(self.text) else len(self.original)
            return at, at
        low, high = self.starts[start], self.ends[end - 1]
        if marks:
            limit = self.starts[end] if end < len(self.text) else len(self.original)
            while high < limit and _belongs_to_letter(self.original[high]):
                high += 1
        return low, high

    def view_span(self, start: int, end: int) -> tuple[int, int]:
        """Return this view's (start, end) of the original's `[start, end)`: the largest part inside it.

        Empty where all of it was removed. Raises `ValueError` for a span outside the original.
        """
        if not 0 <= start <= end <= len(self.original):
            raise ValueError(
                f"span {start}:{end} is outside a text of {len(self.original)} code points"
            )
        low = bisect_left(self.starts, start)
        high = bisect_right(self.ends, end)
        return low, max(low, high)


def _exchanged(text: str, table: Mapping[int, str | int]) -> str:
    """Return `text.translate(table)`, in the way that is faster for the few characters that occur."""
    found = {c: table[ord(c)] for c in set(text) if ord(c) in table}
    new = {value for value in found.values() if isinstance(value, str) and len(value) == 1}
    if len(found) > _FEW or len(new) < len(set(found.values())) or not new.isdisjoint(found):
        # Many, or one exchanged for another that is exchanged too: they cannot be done one by one.
        return text.translate(table)
    for old, value in found.items():
        text = text.replace(old, str(value))
    return text


_FEW = 24


def _is_one(value: str | int | None) -> bool:
    return isinstance(value, int) or (value is not None and len(value) == 1)


def _belongs_to_letter(character: str) -> bool:
    return character == "\u0640" or unicodedata.category(character) == "Mn"
