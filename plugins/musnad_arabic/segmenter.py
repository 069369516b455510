"""Segmentation: the annotator that provides tokens, sentences and quotations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from musnad.components import Annotator
from musnad.document import Document
from musnad.segments import Quote, Sentence, Token

from musnad_arabic import rules
from musnad_arabic.config import Step
from musnad_arabic.datelines import dateline_end
from musnad_arabic.quotes import find_quotes
from musnad_arabic.sentences import Splitter, headings, paragraphs, trimmed
from musnad_arabic.tokens import tokenize


def title_end(document: Document) -> int:
    """Return where the title ends in the normalized view."""
    title = len(document.article.title)
    return document.normalized.view_span(0, title)[1] if title else 0


def layout(document: Document) -> list[tuple[int, int]]:
    """Return the spans of title (first; empty without one) and paragraphs in the normalized view."""
    text = document.normalized.text
    end = title_end(document)
    return [trimmed(text, 0, end), *paragraphs(text, end)]


def sentences_of(
    text: str, spans: list[tuple[int, int]], tokens: list[Token], quotes: list[Quote]
) -> list[Sentence]:
    """Return title, headings, datelines and sentences of the paragraphs `spans` in order."""
    found: list[Sentence] = []
    title, body = spans[0], spans[1:]
    if title[0] < title[1]:
        found.append(Sentence(*title, "title", 0))
    short = headings(text, body)
    splitter = Splitter(text, tokens, quotes)
    head = True
    for i, (start, end) in enumerate(body):
        number = i + 1
        # The dateline may stand below a subtitle, not below the first sentence.
        stop = None
        if head and i < 3:
            stop = dateline_end(text, start, end, last=i + 1 == len(body))
        if stop is not None:
            found.append(Sentence(*trimmed(text, start, stop), "dateline", number))
            head = stop == end
            start = trimmed(text, stop, end)[0]
        elif i in short:
            found.append(Sentence(start, end, "heading", number))
            continue
        else:
            head = False
        found.extend(splitter.split(start, end, number))
    return found


class Segments(Step, Annotator):
    """Tokens, sentences and quotations of the normalized view."""

    name = "segments"
    version = "1"
    provides = ("tokens", "sentences", "quotes", "stray_quotation_marks")

    def open(self) -> None:
        """Read the rules."""
        super().open()
        rules.abbreviations()
        rules.datelines()

    def resources(self) -> Iterable[Path | str]:
        """Return the files of rules."""
        return rules.FILES

    def annotate(self, document: Document) -> Mapping[str, Any]:
        """Return `tokens`, `sentences`, `quotes` and where a mark closes none, offsets into the normalized view."""
        spans = layout(document)
        text = document.normalized.text
        tokens = tokenize(text)
        quotes, stray = find_quotes(document.normalized, spans)
        return {
            "tokens": tokens,
            "quotes": quotes,
            "stray_quotation_marks": stray,
            "sentences": sentences_of(text, spans, tokens, quotes),
        }
