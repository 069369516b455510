"""The copies of an article, and what each changed."""

from __future__ import annotations

from flask import Flask, g, render_template

from musnad.archive.read import ArchiveReader
from musnad.commands.copies import group_of
from musnad.copydiff import changes
from musnad.serve.missing import Missing, asked_id

MOST_COPIES = 50
LONGEST = 30_000
"""Characters; comparing word by word takes time with the square of the length."""


def add_to(app: Flask) -> None:
    """Add the page to `app`."""
    app.add_url_rule("/copies/<path:id>", "copies", show)
    app.add_url_rule("/copies/", "copies_by_query", show)


def show(id: str | None = None) -> str:
    """Return the page."""
    identifier = asked_id("article", id)
    reader: ArchiveReader = g.reader
    article = reader.article(identifier)
    if article is None:
        raise Missing("article", identifier)
    first, *others = group_of(reader, article)
    shown = others[:MOST_COPIES]
    g.names.load(a.outlet_id for a in (first, *shown))
    fits = [max(len(first.text), len(other.text)) <= LONGEST for other in shown]
    rows = [
        (other, list(changes(first.text, other.text)) if fit else None)
        for other, fit in zip(shown, fits, strict=True)
    ]
    return render_template(
        "copies.html", article=article, first=first, rows=rows, total=len(others)
    )
