"""`musnad actors list|show|find|validate`: what the authority knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, get_args

import typer
from musnad.commands.context import context
from musnad.errors import MusnadError
from musnad.model import Actor, EntityType
from rich.console import Console
from rich.table import Table

from musnad_actors.authority import Authority, starter_files, validate
from musnad_actors.compiled import compiled
from musnad_actors.config import PLUGIN, ActorsSettings, configured
from musnad_actors.lookup import Answer, Lookup

_Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("list")(list_actors)
    app.command("show")(show)
    app.command("find")(find)
    app.command("validate")(validate_files)


def _authority() -> Authority:
    return configured(context.settings)


def _lookup() -> Lookup:
    return Lookup(compiled(context.settings.for_plugin(PLUGIN, ActorsSettings)))


def _as_json(actor: Actor, **more: object) -> str:
    return json.dumps({**actor.model_dump(mode="json"), **more}, ensure_ascii=False)


def list_actors(
    kind: Annotated[str | None, typer.Option("--type", help="Only this type of actor.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Only this country (ISO code, as LY).")
    ] = None,
    as_json: _Json = False,
) -> None:
    """List the records of the authority."""
    if kind is not None and kind not in get_args(EntityType):
        raise MusnadError(f'"{kind}" is no type: there are {", ".join(get_args(EntityType))}')
    found = [
        actor
        for actor in _authority()
        if (kind is None or actor.type == kind)
        and (country is None or actor.country == country.upper())
    ]
    if as_json:
        for actor in found:
            typer.echo(_as_json(actor))
        return
    table = Table("id", "type", "name", "English", "country", box=None)
    for actor in found:
        table.add_row(
            actor.id, actor.type, actor.name, actor.names.get("en", ""), actor.country or ""
        )
    Console().print(table)
    typer.echo(f"{len(found)} records")


def show(
    name: Annotated[str, typer.Argument(help="An id, or a name in any script and spelling.")],
    as_json: _Json = False,
) -> None:
    """Show the record that an id or a name means (all of them where several may be meant)."""
    lookup = _lookup()
    authority = lookup.authority
    answers = lookup.resolve(name)
    if not answers:
        raise MusnadError(lookup.nothing(name))
    if as_json:
        for answer in answers:
            typer.echo(_as_json(answer.actor, score=answer.score, why=answer.why))
        return
    if len(answers) > 1:
        typer.echo(f"{len(answers)} records may be meant; the first in full:\n")
    _print(answers[0], authority)
    for answer in answers[1:]:
        typer.echo(f"or: {answer.actor.id}  {answer.actor.name}  ({answer.why})")


def find(
    name: Annotated[str, typer.Argument(help="A name in any script and spelling.")],
    as_json: _Json = False,
) -> None:
    """Say which actors a name may mean, and why."""
    lookup = _lookup()
    answers = lookup.resolve(name)
    if not answers:
        raise MusnadError(lookup.nothing(name))
    for answer in answers:
        if as_json:
            line = {"id": answer.actor.id, "name": answer.actor.name}
            typer.echo(
                json.dumps({**line, "score": answer.score, "why": answer.why}, ensure_ascii=False)
            )
        else:
            typer.echo(
                f"{answer.score:.2f}  {answer.actor.id}  {answer.actor.name}  ({answer.why})"
            )


def validate_files(
    files: Annotated[list[Path], typer.Argument(help="Authority files: YAML, JSON, JSONL, CSV.")],
) -> None:
    """Check authority files: every problem on a line of its own, with file, line and field.

    `part_of` may point to records of the starter authority. The exit status is 1 if there is a problem.
    """
    problems = validate(starter_files(), files)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        typer.echo(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{', '.join(map(str, files))}: no problems")


def _print(answer: Answer, authority: Authority) -> None:
    actor = answer.actor
    part_of = authority.get(actor.part_of) if actor.part_of else None
    period = f"{actor.valid_from or '…'} – {actor.valid_to or '…'}"
    rows = {
        "id": actor.id,
        "found by": answer.why,
        "type": actor.type,
        "names": "  ·  ".join(f"{name} ({code})" for code, name in actor.names.items()),
        "aliases": "  ·  ".join(f"{alias.text} ({alias.kind})" for alias in actor.aliases),
        "titles": "، ".join(actor.titles),
        "country": actor.country or "",
        "part of": f"{part_of.name} ({part_of.id})" if part_of else actor.part_of or "",
        "identifiers": "  ".join(f"{key}: {value}" for key, value in actor.identifiers.items()),
        "merged ids": "  ".join(actor.former_ids),
        "valid": period if actor.valid_from or actor.valid_to else "",
        "note": actor.note or "",
    }
    table = Table(box=None, show_header=False)
    for label, value in rows.items():
        if value:
            table.add_row(label, value)
    Console().print(table)
