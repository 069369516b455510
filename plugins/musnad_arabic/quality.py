"""Notes on what is wrong with a text. They are reported; the text is never repaired."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from musnad.components import Annotator
from musnad.document import Document
from musnad.model import Note

from musnad_arabic import rules
from musnad_arabic.characters import LETTERS, MARKS, TATWEEL
from musnad_arabic.config import Step
from musnad_arabic.quotes import find_quotes
from musnad_arabic.segmenter import layout

Place = tuple[str, int, int]
# Each begins with the mark and looks back from there: marks are few, and searched for at C speed.
_MISSING = re.compile(
    rf"[،؛؟,!.](?:(?<=[،؛؟,!])[{LETTERS}]+|(?<=[{LETTERS}]{{2}}\.)[{LETTERS}]{{2,}})"
)
_EARLY = re.compile(r"[.،؛؟!](?<=[^\S\n].)(?![.\w])")
_TATWEEL = re.compile(rf"(?<=[{LETTERS}{MARKS}]){TATWEEL}+(?=[{MARKS}]*[{LETTERS}])")
_WORD_END = re.compile(rf"[{LETTERS}{MARKS}{TATWEEL}]*")
_WORD_BEGIN = re.compile(rf"[{LETTERS}{MARKS}{TATWEEL}]+\Z")
LONGEST_WORD = 60
_DIGITS = re.compile("(?P<ascii>[0-9]+)|(?P<arabic>[٠-٩]+)|(?P<persian>[۰-۹]+)")

_KINDS_OF_DIGITS = tuple(map(re.compile, ("[0-9]", "[٠-٩]", "[۰-۹]")))


def _repeated(document: Document) -> Iterator[Place]:
    allowed = rules.quality().doubled
    letters = rules.abbreviations().letters
    text = document.normalized.text
    tokens = document.tokens
    words = [text[start:end] for start, end, _ in tokens]
    for i, (word, following) in enumerate(itertools.pairwise(words)):
        if word != following or len(word) < 2:
            continue
        first, second = tokens[i], tokens[i + 1]
        if first.kind != "word" or second.kind != "word" or word in allowed:
            continue
        # «سي إن إن», «بي كي كي»: names of letters.
        if word in letters or (i and words[i - 1] in letters):
            continue
        between = text[first.end : second.start]
        if between and not between.strip() and "\n" not in between:
            yield "repeated_word", first.start, second.end


def _glued(document: Document) -> Iterator[Place]:
    text = document.normalized.text
    prefixes = rules.quality().prefixes
    units = rules.abbreviations().units
    tokens = document.tokens
    for (start, middle, kind), (other, end, other_kind) in itertools.pairwise(tokens):
        if middle != other or kind == "punctuation" or other_kind == "punctuation":
            continue
        if kind == "word" and text[start:middle] in prefixes:
            continue
        if kind == "number" and text[other:end] in units:
            continue
        yield "missing_space", start, end


def _spacing(document: Document) -> Iterator[Place]:
    text = document.normalized.text
    marks = {token.start for token in document.tokens if token.kind == "punctuation"}
    for match in _MISSING.finditer(text):
        # Not the stops inside addresses and initials.
        if match.start() in marks:
            yield "missing_space", *match.span()
    for match in _EARLY.finditer(text):
        start = match.start()
        while start and text[start - 1].isspace() and text[start - 1] != "\n":
            start -= 1
        # At the head of a line it is an ornament.
        if start and text[start - 1] != "\n":
            kind = "space_before_stop" if match[0] == "." else "space_before_punctuation"
            yield kind, start, match.end()


def _quotation(document: Document) -> Iterator[Place]:
    quotes, stray = document.quotes, document["stray_quotation_marks"]
    if stray is None:
        # Somebody else splits the text.
        quotes, stray = find_quotes(document.normalized, layout(document))
    for quote in quotes:
        if not quote.closed:
            start = quote.start
            while start > 0 and document.normalized.text[start - 1].isspace():
                start -= 1
            yield "unclosed_quote", max(start - 1, 0), quote.end
    for at in stray:
        yield "unopened_quote", at, at + 1


def _in_original(document: Document) -> Iterator[Place]:
    """Yield what the normalized view no longer shows: these offsets are into the original text."""
    text = document.text
    prefixes = rules.quality().prefixes
    if TATWEEL in text:
        last = 0
        for match in _TATWEEL.finditer(text):
            if match.start() < last:
                continue
            before = max(last, match.start() - LONGEST_WORD)
            word = _WORD_BEGIN.search(text[before : match.start()])
            start = before + (word.start() if word else 0)
            tail = _WORD_END.match(text, match.end(), match.end() + LONGEST_WORD)
            last = tail.end() if tail else match.end()
            # «لـرابطة»: a habit that keeps prefix and name apart.
            if text.count(TATWEEL, start, last) > 1 or text[start : match.start()] not in prefixes:
                yield "tatweel", start, last
    if sum(bool(digits.search(text)) for digits in _KINDS_OF_DIGITS) < 2:
        return
    groups = [(match.lastgroup or "", match.span()) for match in _DIGITS.finditer(text)]
    counts = Counter(name for name, _ in groups)
    if len(counts) > 1:
        usual = counts.most_common(1)[0][0]
        for name, span in groups:
            if name != usual:
                yield "mixed_digits", *span


class Quality(Step, Annotator):
    """Repeated words, missing and misplaced spaces, unpaired quotation marks, mixed digits, tatweel."""

    name = "quality"
    version = "1"
    requires = ("tokens",)
    uses = ("quotes", "stray_quotation_marks")
    provides = ("quality",)

    def open(self) -> None:
        """Read the rules."""
        super().open()
        rules.quality()

    def resources(self) -> Iterable[Path | str]:
        """Return the files of rules."""
        return rules.FILES

    def annotate(self, document: Document) -> Mapping[str, Any]:
        """Return `quality`, the notes in order of their place."""
        title = len(document.article.title)
        places = [
            (*document.original(start, end), kind)
            for source in (_repeated, _glued, _spacing, _quotation)
            for kind, start, end in source(document)
        ]
        places += [(start, end, kind) for kind, start, end in _in_original(document)]
        counts: Counter[str] = Counter()
        notes = []
        for start, end, kind in sorted(places):
            if counts[kind] == self.settings.max_notes or start <= title < end:
                continue
            counts[kind] += 1
            notes.append(Note(kind=kind, span=document.span(start, end, view="text")))
        return {"quality": notes}
