"""The sentence around a span: shown with everything that was derived from it."""

from __future__ import annotations

import re

from musnad.model import Article, Span

_ENDS = re.compile(r"[\n؟!]|\.(?=\s)")
MAX_SENTENCE = 2_000
"""Characters on each side of the span; a text without any stop must not become its own excerpt."""


def sentence_around(article: Article, span: Span) -> str:
    """Return the stretch of the field around `span` to its sentence's or line's ends, white space as one."""
    text = article.title if span.field == "title" else article.body
    first = max(0, span.start - MAX_SENTENCE)
    before = list(_ENDS.finditer(text, first, span.start))
    low = before[-1].end() if before else first
    last = min(len(text), span.end + MAX_SENTENCE)
    after = _ENDS.search(text, span.end, last)
    return " ".join(text[low : after.start() if after else last].split())
