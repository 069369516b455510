"""`musnad actors suggest`: frequent names of the archive that no record has."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from musnad.archive.client import connect
from musnad.archive.read import ArchiveReader
from musnad.commands.context import context
from musnad.commands.show_article import isolate, one_line
from musnad.errors import InputError

from musnad_actors.config import configured
from musnad_actors.suggestions import Suggestion
from musnad_actors.suggestions import suggest as suggestions


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("suggest")(suggest)


def suggest(
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only this type (may be repeated).")
    ] = None,
    least: Annotated[int, typer.Option("--min-articles", min=1, help="In at least so many.")] = 2,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many to show.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One name a line, for programs.")] = False,
) -> None:
    """Rank the names that taggers found and no record has, with sentences they stand in.

    `musnad actors add --suggested NAME` adopts one.
    """
    reader = ArchiveReader(connect(context.settings), context.settings.prefix)
    authority = configured(context.settings)
    found = suggestions(reader, authority, types=types or (), least=least, limit=limit)
    if as_json:
        for one in found:
            typer.echo(json.dumps(one.as_dict(), ensure_ascii=False))
        return
    if not found:
        typer.echo(
            f"no unknown name stands in {least} articles or more (taggers of unknown names: see `musnad plugins`)"
        )
    for number, one in enumerate(found, 1):
        outlets = f", {one.outlets} outlets" if one.outlets > 1 else ""
        typer.secho(
            f"{number:3}. {isolate(one.name)}  ({one.type}, {one.articles} articles{outlets})",
            bold=True,
        )
        others = [
            f"{isolate(text)} ({count})" for text, count in one.variants.items() if text != one.name
        ]
        if others:
            typer.echo(f"     also: {', '.join(others)}")
        if one.near:
            near = authority.records[one.near]
            typer.echo(f"     near: {isolate(near.name)} ({near.id})")
        for example in one.examples:
            day = (example.published_at or "")[:10]
            typer.echo(f"     {isolate(one_line(example.sentence))}")
            typer.echo(
                f"       {' · '.join(part for part in (day, example.outlet, example.article_id) if part)}"
            )
        typer.echo(f"     {one.command}")


def the_suggestion(name: str) -> Suggestion:
    """Return the suggestion that a name belongs to. Raises `InputError` where the archive has none."""
    reader = ArchiveReader(connect(context.settings), context.settings.prefix)
    found = suggestions(reader, configured(context.settings), least=1, limit=1, name=name)
    if not found:
        raise InputError(
            f'no unknown name of the archive is written "{name}" (see `musnad actors suggest`)'
        )
    return found[0]
