"""`musnad outlets`: what the registry knows."""

from __future__ import annotations

import json
from typing import Annotated, get_args

import typer
from musnad.commands.context import context
from musnad.errors import MusnadError
from musnad.model import Outlet, OutletKind
from rich.console import Console
from rich.table import Table

from musnad_outlets.config import configured
from musnad_outlets.registry import Registry

app = typer.Typer(no_args_is_help=True, help="The registry: outlets and agencies that are known.")
_Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]


def _registry() -> Registry:
    try:
        return configured(context.settings)
    except MusnadError as error:
        raise _failed(str(error)) from error


def _failed(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)


@app.command("list")
def list_outlets(
    kind: Annotated[str | None, typer.Option(help="Only this kind, as newspaper.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Only this country (ISO code, as LY).")
    ] = None,
    as_json: _Json = False,
) -> None:
    """List the outlets of the registry."""
    if kind is not None and kind not in get_args(OutletKind):
        raise _failed(f'"{kind}" is no kind: there are {", ".join(get_args(OutletKind))}')
    found = [
        outlet
        for outlet in _registry()
        if kind in (None, outlet.kind)
        and country in (None, (outlet.country or "").lower(), outlet.country)
    ]
    if as_json:
        for outlet in found:
            typer.echo(json.dumps(outlet.model_dump(mode="json"), ensure_ascii=False))
        return
    table = Table("id", "kind", "name", "English", "country", "domains", box=None)
    for outlet in found:
        table.add_row(
            outlet.id,
            outlet.kind,
            outlet.name,
            outlet.names.get("en", ""),
            outlet.country or "",
            " ".join(outlet.domains),
        )
    Console().print(table)
    typer.echo(f"{len(found)} outlets")


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(help="An id, a name in any spelling, a code or an address.")
    ],
    as_json: _Json = False,
) -> None:
    """Show the outlet that an id, a name or an address means (all of them where several may be meant)."""
    registry = _registry()
    known = registry.get(name) or (registry.on_domain(name) if "." in name else None)
    found = [known] if known else registry.named(name)
    if not found:
        raise _failed(f'No outlet is called "{name}": `musnad outlets list` shows all.')
    for outlet in found:
        if as_json:
            typer.echo(json.dumps(outlet.model_dump(mode="json"), ensure_ascii=False))
        else:
            _print(outlet)


def _print(outlet: Outlet) -> None:
    rows = {
        "id": outlet.id,
        "kind": outlet.kind,
        "names": "  ·  ".join(f"{name} ({code})" for code, name in outlet.names.items()),
        "aliases": "  ·  ".join(f"{alias.text} ({alias.kind})" for alias in outlet.aliases),
        "domains": "  ".join(outlet.domains),
        "country": outlet.country or "",
        "identifiers": "  ".join(f"{key}: {value}" for key, value in outlet.identifiers.items()),
        "needs context": "yes: the bare name is also a common word" if outlet.needs_context else "",
        "note": outlet.note or "",
    }
    table = Table(box=None, show_header=False)
    for label, value in rows.items():
        if value:
            table.add_row(label, value)
    Console().print(table)
