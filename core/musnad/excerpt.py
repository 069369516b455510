"""The sentence around a span: shown with everything that was derived from it."""

from __future__ import annotations

import re
from bisect import bisect_left

from musnad.model import Article, Span

_ENDS = re.compile(r"[\n؟!]|\.(?=\s)")
MAX_SENTENCE = 2_000
"""Characters on each side of the span; a text without any stop must not become its own excerpt."""


class Excerpts:
    """The sentences of one article, whose ends are looked for once."""

    def __init__(self, article: Article) -> None:
        self._texts = {"title": article.title, "body": article.body}
        self._ends: dict[str, list[int]] = {}

    def around(self, span: Span) -> str:
        """Return the stretch of the field around `span` to its sentence's or line's ends, white space as one."""
        text = self._texts[span.field]
        ends = self._ends.get(span.field)
        if ends is None:
            ends = self._ends[span.field] = [end.start() for end in _ENDS.finditer(text)]
        before, after = bisect_left(ends, span.start) - 1, bisect_left(ends, span.end)
        low = max(0, span.start - MAX_SENTENCE, ends[before] + 1 if before >= 0 else 0)
        high = min(len(text), span.end + MAX_SENTENCE)
        if after < len(ends):
            high = min(high, ends[after])
        return " ".join(text[low:high].split())


def sentence_around(article: Article, span: Span) -> str:
    """Return the stretch of the field around `span` to its sentence's or line's ends, white space as one."""
    return Excerpts(article).around(span)
