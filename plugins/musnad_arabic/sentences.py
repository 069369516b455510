"""Paragraphs and sentences."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from musnad.segments import Quote, Sentence, Token

from musnad_arabic import rules
from musnad_arabic.characters import DOUBLE_CLOSE, LETTERS

_CLOSING = "\"'’›)]}" + DOUBLE_CLOSE
_STOPS = re.compile(r"[.؟?!…۔]+(?:\s?[.؟?!…۔]+(?=[\s\"'’›»”)\]]|$))*")
_PARENTHESES = re.compile(r"[(\[][^()\[\]\n]*[)\]]")
_FINAL = re.compile(rf"[.؟?!…:؛،,;][{re.escape(_CLOSING)}\s]*$")
_WORD = re.compile(rf"[{LETTERS}\w]+")
_SOLID = re.compile(r"\S")
_GLUED = re.compile(rf"[{LETTERS}\"«“‹]")
_ITEM = re.compile(r"[-•●■▪>#]|\d+\s*[-.)]")
_SPEECH = re.compile(r"و[^\W\d_]")

HEADING_WORDS = 8
"""A longer line without a full stop is a sentence whose full stop is missing."""
HEADINGS_IN_A_ROW = 2
"""More short lines than this, one after the other, are a list or a poem."""


def paragraphs(text: str, start: int) -> list[tuple[int, int]]:
    """Return the spans of the lines of `text` from `start` that have a word, trimmed."""
    spans = []
    for match in re.compile(r"[^\n]+").finditer(text, start):
        span = trimmed(text, *match.span())
        # Rules, bullets and dots alone («***») are ornament, no paragraph.
        if _WORD.search(text, *span):
            spans.append(span)
    return spans


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def headings(text: str, spans: Sequence[tuple[int, int]]) -> set[int]:
    """Return which of the paragraphs are headings, by index.

    A heading is a short line without punctuation at its end, with a blank line above it (where
    the text has any), a longer paragraph below it and few such lines in a row.
    """
    blank = any(text[a[1] : b[0]].count("\n") > 1 for a, b in itertools.pairwise(spans))
    short = [_is_short(text, spans, i, blank=blank) for i in range(len(spans))]
    found: set[int] = set()
    i = 0
    while i < len(spans):
        stop = i
        while stop < len(spans) and short[stop]:
            stop += 1
        if i < stop < len(spans) and stop - i <= HEADINGS_IN_A_ROW:
            found.update(range(i, stop))
        i = max(stop, i + 1)
    return found


def _is_short(text: str, spans: Sequence[tuple[int, int]], i: int, *, blank: bool) -> bool:
    start, end = spans[i]
    line = text[start:end]
    if (
        end - start > 100
        or _FINAL.search(line)
        or not 1 < len(_WORD.findall(line)) <= HEADING_WORDS
    ):
        return False
    if line.count('"') % 2 or _ITEM.match(line) or "@" in line:
        return False
    if not blank:
        return True
    return i == 0 or text[spans[i - 1][1] : start].count("\n") > 1


class Splitter:
    """Splits the paragraphs of one text into sentences."""

    def __init__(self, text: str, tokens: Sequence[Token], quotes: Sequence[Quote]) -> None:
        """Take the normalized text with its tokens and quotations."""
        self._text = text
        self._tokens = tokens
        self._starts = [token.start for token in tokens]
        inside = [(quote.start, quote.end) for quote in quotes if quote.closed]
        inside += [(m.start() + 1, m.end() - 1) for m in _PARENTHESES.finditer(text)]
        self._inside = _outermost(inside)
        self._inside_starts = [start for start, _ in self._inside]

    def split(self, start: int, end: int, paragraph: int) -> Iterator[Sentence]:
        """Yield the sentences of `[start, end)`, a paragraph of the text.

        A full stop ends a sentence unless it is in a number, an abbreviation or a parenthesis, or a
        closed quotation goes on after it. Closing marks behind it belong to the sentence.
        """
        text = self._text
        begin = start
        for match in _STOPS.finditer(text, start, end):
            if match.start() < begin:
                continue
            stop = self._boundary(begin, match, end)
            if stop is None:
                continue
            low, high = trimmed(text, begin, stop)
            if low < high:
                yield Sentence(low, high, "sentence", paragraph)
            begin = stop
        low, high = trimmed(text, begin, end)
        if low < high:
            yield Sentence(low, high, "sentence", paragraph)

    def _boundary(self, begin: int, match: re.Match[str], end: int) -> int | None:
        """Return where the sentence that began at `begin` ends, if it ends at the stop found."""
        text = self._text
        mark = match[0]
        at, stop = match.span()
        after = stop
        while after < end and text[after] in _CLOSING:
            after += 1
        low, high = self._enclosing(at)
        if high > stop and _SOLID.search(text, stop, high):
            return None
        following = text[after] if after < end else ""
        if following and not following.isspace():
            if after > stop or not _GLUED.match(following):
                return None
            if mark == "." and (
                at == begin or (not text[at - 1].isalpha() and text[at - 1] not in ' "')
            ):
                return None
        index = bisect_right(self._starts, at) - 1
        token = self._tokens[index]
        rest = _SOLID.search(text, after, end)
        if token.kind != "punctuation" and token.end > at:
            # Inside a number, address or initials; these may end a paragraph only.
            return None if rest else after
        if not rest:
            return end
        if mark == "." and self._is_abbreviated(begin, at, index):
            return None
        if mark == ".." or not _WORD.search(text, begin, at):
            return None
        if low < high and set(mark) != {"."} and not _SPEECH.match(text, rest.start()):
            # «هل انتهى الأمر؟» قال: the sentence goes on after the question.
            return None
        return after

    def _enclosing(self, at: int) -> tuple[int, int]:
        """Return the outermost quotation or parenthesis that `at` lies in, (0, 0) without one."""
        index = bisect_right(self._inside_starts, at) - 1
        if index >= 0 and at < self._inside[index][1]:
            return self._inside[index]
        return 0, 0

    def _is_abbreviated(self, begin: int, at: int, index: int) -> bool:
        """Tell whether the full stop at `at` (token `index`) belongs to an abbreviation or list number."""
        text, tokens = self._text, self._tokens
        if index == 0 or tokens[index - 1].end != at or tokens[index - 1].start < begin:
            return False
        token = tokens[index - 1]
        word = text[token.start : token.end]
        before = tokens[index - 2] if index > 1 and tokens[index - 2].start >= begin else None
        if token.kind == "number":
            return before is None and len(word) <= 3
        if before is not None and before.kind == "number":
            return False
        letters = rules.abbreviations().letters
        if word in letters and (before is None or text[before.start : before.end] not in letters):
            return True
        if word in rules.abbreviations().titles:
            return True
        return len(word) == 1 and word.isalpha()


def _outermost(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans without those that begin inside another, sorted."""
    found: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not found or span[0] >= found[-1][1]:
            found.append(span)
    return found
