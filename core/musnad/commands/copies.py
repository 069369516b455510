"""`musnad copies`: the copies of an article, and what each changed."""

from __future__ import annotations

import json
from typing import Any

import typer

from musnad.archive.documents import ArticleDocument
from musnad.archive.read import ArchiveReader
from musnad.commands.context import article_argument, json_option
from musnad.commands.search import open_reader
from musnad.commands.show_article import isolate, minute, one_line
from musnad.copydiff import Change, changes
from musnad.errors import ArchiveError

_WORDS = {"left_out": "left out", "added": "added", "replaced": "put"}
_LONGEST = 300


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("copies")(copies)


def copies(article_id: article_argument, as_json: json_option = False) -> None:
    """List the near-identical copies of an article, the earliest first, with what each changed of that."""
    reader = open_reader()
    article = reader.article(article_id)
    if article is None:
        raise ArchiveError(
            f'there is no article "{article_id}" in the archive (see `musnad search`)'
        )
    first, *others = group_of(reader, article)
    rows = [(other, list(changes(first.text, other.text))) for other in others]
    if as_json:
        content = {
            "group": article.copy_group,
            "articles": [_row(first, []), *(_row(a, c) for a, c in rows)],
        }
        typer.echo(json.dumps(content, ensure_ascii=False))
        return
    if not rows:
        typer.echo(f"{article_id}: no copies")
        return
    typer.secho(f"{len(rows) + 1} articles with nearly the same text", bold=True)
    _print_head(first)
    for other, found in rows:
        _print_head(other)
        if not found:
            typer.echo("    nothing was changed")
        for change in found:
            was, now = (isolate(one_line(words)[:_LONGEST]) for words in (change.was, change.now))
            told = f"{now}  instead of  {was}" if change.kind == "replaced" else now or was
            typer.echo(f"    {_WORDS[change.kind]}: {told}")


def group_of(reader: ArchiveReader, article: ArticleDocument) -> list[ArticleDocument]:
    """Return an article's copies and itself, the earliest first, undated ones last. Raises `ArchiveError`."""
    if article.copy_group is None:
        return [article]
    found = {
        hit["_id"]: ArticleDocument.model_validate(hit["_source"])
        for hit in reader.scan("articles", {"term": {"copy_group": article.copy_group}})
    }
    found[article.id] = article
    return sorted(
        found.values(),
        key=lambda a: (a.published_at is None, a.published_at and a.published_at.timestamp(), a.id),
    )


def _print_head(article: ArticleDocument) -> None:
    when = minute(article.published_at)
    outlet = isolate(article.outlet_name or article.outlet or "outlet unknown")
    typer.echo(f"\n  {when}  {outlet}  {article.id}\n    {isolate(one_line(article.title))}")


def _row(article: ArticleDocument, found: list[Change]) -> dict[str, Any]:
    return {
        "id": article.id,
        "outlet_id": article.outlet_id,
        "outlet_name": article.outlet_name,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "title": article.title,
        "changes": [{"kind": c.kind, "was": c.was, "now": c.now} for c in found],
    }
