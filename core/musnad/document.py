"""What a component sees of an article: its text in three views, and the data it asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from musnad.dates import DateMention
from musnad.errors import ComponentError
from musnad.model import (
    Article,
    Candidate,
    EntityType,
    Mention,
    Provenance,
    Publisher,
    Span,
    Statement,
)
from musnad.segments import Quote, Sentence, Token
from musnad.text import NormalizedText

View = Literal["text", "normalized", "key"]


class Document:
    """An article under enrichment, as one component sees it. Nothing in it can be changed.

    `text` is the original (title, newline, body); `normalized` and `key` are views of it with offset
    maps. `key` has as many code points as `normalized`, so an offset into one is an offset into the other.
    """

    __slots__ = ("_data", "_visible", "article", "key", "normalized", "text")

    def __init__(
        self,
        article: Article,
        normalized: NormalizedText,
        key: NormalizedText,
        data: Mapping[str, Any],
        visible: frozenset[str] | None = None,
    ) -> None:
        """Make the view of `article` in which only the data named in `visible` can be read."""
        self.article = article
        self.text = normalized.original
        self.normalized = normalized
        self.key = key
        self._data = data
        self._visible = visible

    def seen_by(self, visible: frozenset[str]) -> Document:
        """Return this document restricted to the data named in `visible`."""
        return Document(self.article, self.normalized, self.key, self._data, visible)

    def __getitem__(self, name: str) -> Any:
        """Return the data called `name`; None for data that is only `uses`d and that nobody provides.

        Raises `ComponentError` for a name that the component names neither in `requires` nor in `uses`.
        """
        if self._visible is not None and name not in self._visible:
            raise ComponentError(f'reads "{name}" but names it neither in `requires` nor in `uses`')
        return self._data.get(name)

    @property
    def tokens(self) -> Sequence[Token]:
        """Words, numbers and punctuation in order (data `tokens`)."""
        return self["tokens"] or ()

    @property
    def sentences(self) -> Sequence[Sentence]:
        """Title, headings, datelines and sentences in order (data `sentences`)."""
        return self["sentences"] or ()

    @property
    def quotes(self) -> Sequence[Quote]:
        """Quotations in order of their start (data `quotes`)."""
        return self["quotes"] or ()

    @property
    def mentions(self) -> Sequence[Mention]:
        """Resolved mentions in order, without overlaps (data `mentions`)."""
        return self["mentions"] or ()

    @property
    def statements(self) -> Sequence[Statement]:
        """Statements in order (data `statements`)."""
        return self["statements"] or ()

    @property
    def dates(self) -> Sequence[DateMention]:
        """Dates in order (data `dates`)."""
        return self["dates"] or ()

    @property
    def outlet(self) -> Publisher | None:
        """The publishing outlet (data `outlet`), where it was recognized."""
        publisher: Publisher | None = self["outlet"]
        return publisher

    def original(self, start: int, end: int, view: View = "normalized") -> tuple[int, int]:
        """Return the offsets into `text` of `[start, end)` of a view."""
        if view == "text":
            return start, end
        return (self.normalized if view == "normalized" else self.key).original_span(start, end)

    def span(self, start: int, end: int, view: View = "text") -> Span:
        """Return the `Span` (in field offsets) of `[start, end)` of a view.

        Raises `ComponentError` where it is empty, outside the text, or reaches over the title's end.
        """
        try:
            low, high = self.original(start, end, view)
        except ValueError as error:
            raise ComponentError(str(error)) from error
        title = len(self.article.title)
        if not 0 <= low < high <= len(self.text):
            raise ComponentError(
                f"span {low}:{high} is empty or outside a text of {len(self.text)} code points"
            )
        if high <= title:
            return Span(field="title", start=low, end=high, surface=self.text[low:high])
        if low > title:
            base = title + 1
            return Span(
                field="body", start=low - base, end=high - base, surface=self.text[low:high]
            )
        raise ComponentError(f"span {low}:{high} reaches over the end of the title at {title}")

    def offsets(self, span: Span) -> tuple[int, int]:
        """Return the offsets into `text` of a `Span`."""
        base = 0 if span.field == "title" else len(self.article.title) + 1
        return span.start + base, span.end + base

    def in_view(self, span: Span) -> tuple[int, int]:
        """Return the offsets into `normalized` (and `key`) of a `Span`."""
        return self.normalized.view_span(*self.offsets(span))

    def mention(
        self,
        span: tuple[int, int],
        *,
        type: EntityType,
        name: str | None = None,
        actor_id: str | None = None,
        candidates: Sequence[Candidate] = (),
        score: float = 1.0,
        rule: str | None = None,
        view: View = "text",
    ) -> Mention:
        """Return a mention at `span`, offsets into the view named (by default the original text).

        `name` is the canonical name, by default what stands there. Raises `ComponentError` for a span
        that does not lie inside the title or the body, `ValueError` for a score outside 0..1.
        """
        place = self.span(*span, view=view)
        return Mention(
            field=place.field,
            start=place.start,
            end=place.end,
            surface=place.surface,
            type=type,
            name=name if name is not None else place.surface,
            actor_id=actor_id,
            candidates=tuple(candidates),
            score=score,
            provenance=Provenance(rule=rule),
        )
