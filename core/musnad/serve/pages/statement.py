"""A statement's address: it leads to its words in the article."""

from __future__ import annotations

from flask import Flask, g, redirect
from werkzeug.wrappers import Response

from musnad.archive.read import ArchiveReader
from musnad.serve import addresses
from musnad.serve.missing import Missing, asked_id


def add_to(app: Flask) -> None:
    """Add the address to `app`: programs that know no more than the id (Kibana) link to it."""
    app.add_url_rule("/statements/<path:id>", "statement", show)
    app.add_url_rule("/statements/", "statement_by_query", show)


def show(id: str | None = None) -> Response:
    """Lead on to the words that say it."""
    identifier = asked_id("statement", id)
    reader: ArchiveReader = g.reader
    statement = reader.statement(identifier)
    if statement is None:
        raise Missing("statement", identifier)
    return redirect(addresses.article(statement.article_id, _anchor=f"c-{statement.id}"), 302)
