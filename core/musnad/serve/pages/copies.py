"""The copies of an article, and what each changed."""

from __future__ import annotations

import time
from contextlib import suppress

from flask import Flask, g, render_template

from musnad.archive.documents import ArticleDocument
from musnad.archive.read import ArchiveReader
from musnad.copydiff import Change, TooLong, changes
from musnad.serve.missing import Missing, asked_id

MOST_COPIES = 50
LONGEST = 30_000
"""Characters of a text that is compared."""
PATIENCE = 2.0
"""Seconds after which no further copy is compared."""
MOST_CHANGES = 100
"""Changes of a copy that are shown."""


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
    (first, *others), total = _group(reader, article)
    g.names.load(a.outlet_id for a in (first, *others))
    return render_template(
        "copies.html",
        article=article,
        first=first,
        rows=_compared(first, others),
        total=total - 1,
        most_changes=MOST_CHANGES,
    )


def _group(reader: ArchiveReader, article: ArticleDocument) -> tuple[list[ArticleDocument], int]:
    """Return the first articles of a group, the earliest first, undated ones last; and how many it has."""
    if article.copy_group is None:
        return [article], 1
    body = {
        "query": {"term": {"copy_group": article.copy_group}},
        "size": MOST_COPIES + 1,
        "sort": [{"published_at": {"order": "asc", "missing": "_last"}}, {"id": "asc"}],
        "source": {"excludes": ["mentions", "statements", "versions", "ext"]},
        "track_total_hits": True,
    }
    hits = reader.search("articles", body)["hits"]
    found = [ArticleDocument.model_validate(hit["_source"]) for hit in hits["hits"]]
    return found or [article], max(int(hits["total"]["value"]), 1)


def _compared(
    first: ArticleDocument, others: list[ArticleDocument]
) -> list[tuple[ArticleDocument, list[Change] | None]]:
    """Return each copy with its changes; None where comparing would keep the reader waiting."""
    until = time.monotonic() + PATIENCE
    rows: list[tuple[ArticleDocument, list[Change] | None]] = []
    for other in others:
        found = None
        if max(len(first.text), len(other.text)) <= LONGEST:
            with suppress(TooLong):
                found = list(changes(first.text, other.text, until=until))
        rows.append((other, found))
    return rows
