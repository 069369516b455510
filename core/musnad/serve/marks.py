"""The marks on an article's text: who is named, who says what, by offsets, on the text exactly as printed.

Spans nest and overlap freely. What can be clicked (a cue, a name) is a link and is never split by what is only
underlined (what is said, who says it): links are cut out first, and the pieces in and between them are told apart
by what lies over them. The text of all pieces together is the text, character by character.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of text that leads somewhere."""

    start: int
    end: int
    """Code points, end-exclusive."""
    href: str
    classes: str
    label: str | None = None
    """What a screen reader says instead of the words."""
    anchor: str | None = None
    """Id in the page."""
    statement: int | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """A stretch that is shown as something: what is said in a statement, or who says it."""

    start: int
    end: int
    kind: str
    """`said` or `speaker`."""
    stance: str
    statement: int


MOST_OVER_A_PIECE = 30
"""Statements over one piece of text that it tells of, the innermost ones: more are an extractor gone wrong."""


def marked(text: str, links: Iterable[Link], layers: Iterable[Layer]) -> Markup:
    """Return `text` as HTML with its marks. Of two links over the same words the one given first is kept there."""
    size = len(text)
    inside = [k for k in links if 0 <= k.start < k.end <= size]
    over = [k for k in layers if 0 <= k.start < k.end <= size]
    spans = [(k.start, k.end) for k in inside] + [(k.start, k.end) for k in over]
    cuts = sorted({0, size, *(bound for span in spans for bound in span)})
    where = {cut: i for i, cut in enumerate(cuts)}
    linked: list[Link | None] = [None] * len(cuts)
    for link in inside:
        for i in range(where[link.start], where[link.end]):
            linked[i] = linked[i] or link
    opening: list[list[Layer]] = [[] for _ in cuts]
    closing: list[list[Layer]] = [[] for _ in cuts]
    for layer in over:
        opening[where[layer.start]].append(layer)
        closing[where[layer.end]].append(layer)
    standing: dict[Layer, None] = {}
    parts: list[str] = []
    current: Link | None = None
    anchored: set[str] = set()
    for i in range(len(cuts) - 1):
        for layer in closing[i]:
            standing.pop(layer, None)
        standing.update(dict.fromkeys(opening[i]))
        if linked[i] is not current:
            if current is not None:
                parts.append("</a>")
            current = linked[i]
            if current is not None:
                parts.append(_open(current, anchored))
        parts.append(_piece(text[cuts[i] : cuts[i + 1]], list(standing)))
    if current is not None:
        parts.append("</a>")
    return Markup("".join(parts))  # noqa: S704 - every part is escaped where it is made


def _open(link: Link, anchored: set[str]) -> str:
    """Return the start tag; the second piece of a link that was cut has no id, and is not stopped at again."""
    attributes = {"href": link.href, "class": f"mark {link.classes}"}
    again = link.anchor is not None and link.anchor in anchored
    if link.anchor and not again:
        attributes["id"] = link.anchor
        anchored.add(link.anchor)
    if again:
        attributes |= {"tabindex": "-1", "aria-hidden": "true"}
    elif link.label:
        attributes["aria-label"] = link.label
    if link.statement is not None:
        attributes["data-statement"] = str(link.statement)
    return "<a " + " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items()) + ">"


def _piece(text: str, layers: Sequence[Layer]) -> str:
    words = _escaped(text)
    if not layers:
        return words
    # The innermost statement is the one whose manner is seen; all are there for the one that is chosen.
    inmost = sorted(layers, key=lambda k: (k.end - k.start, k.statement))[:MOST_OVER_A_PIECE]
    said = [k for k in inmost if k.kind == "said"]
    speaking = [k for k in inmost if k.kind == "speaker"]
    classes = ["piece"]
    if said:
        inner = said[0]
        classes += ["said", f"stance-{inner.stance}"]
    classes += [f"in-{k.statement}" for k in said]
    classes += [f"by-{k.statement}" for k in speaking]
    return f'<span class="{escape(" ".join(classes))}">{words}</span>'


def _escaped(text: str) -> str:
    # A parser makes one line break of \r\n and of \r, and drops NUL: the first must stay, the last be seen.
    return str(escape(text)).replace("\r", "&#13;").replace("\0", "\ufffd")
