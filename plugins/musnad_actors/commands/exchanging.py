"""`musnad actors import|export`: authority records from and to other formats."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, get_args

import typer
from musnad.commands.context import context
from musnad.errors import InputError
from musnad.model import EntityType

from musnad_actors.authority import load_authority, starter_files
from musnad_actors.commands.shared import own_settings
from musnad_actors.config import configured
from musnad_actors.exchange import tables
from musnad_actors.exchange.found import Refused, Wanted
from musnad_actors.exchange.importing import FORMATS, guess_format, run
from musnad_actors.exchange.writing import FORMATS as WRITERS
from musnad_actors.ids import slug

NAMED = 10
"""So many refused records are named on standard error; all are in the file."""


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("import")(import_records)
    app.command("export")(export_records)


def import_records(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="Also .gz, .bz2, .xz.")],
    form: Annotated[
        str | None,
        typer.Option("--format", help=f"{', '.join(FORMATS)} (default: seen from the file)."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Authority file to write: .jsonl, .yaml, .csv (default: FILE.jsonl, here)."
        ),
    ] = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only this type (may be repeated).")
    ] = None,
    countries: Annotated[
        list[str] | None,
        typer.Option("--country", help="Only this country, as LY (may be repeated)."),
    ] = None,
    default_country: Annotated[
        str | None, typer.Option(help="The country of records that tell none.")
    ] = None,
    default_type: Annotated[
        str, typer.Option(help="The type of records that tell none (CSV).")
    ] = "person",
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=COLUMN", help="For CSV: which column is what (name_ar=الاسم)."),
    ] = None,
    id_prefix: Annotated[
        str | None, typer.Option(help="For Popolo: in ids that only the file knows.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Write no more than this.")] = None,
    known: Annotated[
        bool, typer.Option("--known", help="Write also what the authority has already.")
    ] = False,
    encoding: Annotated[str | None, typer.Option(help="For example windows-1256.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Make an authority file of records in another format; refused ones are named with line and reason.

    Exit status: 0 all were taken or left out as asked, 1 some were refused.
    """
    form = form or guess_format(source)
    if form not in FORMATS:
        raise InputError(f'"{form}" is no format: there are {", ".join(FORMATS)}')
    _check_types([*(types or ()), default_type])
    stem = source.name.partition(".")[0]
    out = out or Path(f"{stem}.jsonl")
    if out.exists() and not force:
        raise InputError(f"{out}: is there already: give another --out, or --force")
    wanted = Wanted(
        types=frozenset(types or ()),
        countries=frozenset(_country(code) for code in countries or ()),
        default_country=_country(default_country) if default_country else None,
        default_type=default_type,
        namespace=id_prefix if id_prefix is not None else slug(stem),
        columns=_columns(column or ()),
        encoding=encoding,
    )
    refused_file = out.with_name(out.name + ".refused.jsonl")
    count = 0

    def name_refused(refused: Refused) -> None:
        nonlocal count
        count += 1
        if count <= NAMED:
            typer.echo(f"musnad: refused: {source}:{refused.line}: {refused.reason}", err=True)
        elif count == NAMED + 1:
            typer.echo("musnad: more refused records are in the file only", err=True)

    if form == "csv" and (over := tables.unknown_columns(source, wanted)):
        typer.echo(f"musnad: columns passed over: {', '.join(over)}", err=True)
    account = run(
        source, form, out, wanted, configured(context.settings), refused_file=refused_file, limit=limit,
        with_known=known, quiet=as_json, on_refused=name_refused,
    )  # fmt: skip
    if as_json:
        row = {"out": str(out), "refused_file": str(refused_file) if account.refused else None}
        typer.echo(json.dumps({**account.as_dict(), **row}, ensure_ascii=False))
    else:
        for line in account.lines():
            typer.echo(line)
        if account.refused:
            typer.echo(f"refused records are in {os.path.relpath(refused_file)}")
        typer.echo(
            f"wrote {os.path.relpath(out)}: look at it (`musnad actors check {os.path.relpath(out)}`), then name it "
            "under `files` of [plugins.actors]"
        )
    if account.refused:
        raise typer.Exit(1)


def export_records(
    out: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Default: standard output.")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", help=f"{', '.join(WRITERS)} (default: by the file's name, else jsonl)."
        ),
    ] = None,
    types: Annotated[list[str] | None, typer.Option("--type", help="Only this type.")] = None,
    countries: Annotated[
        list[str] | None, typer.Option("--country", help="Only this country.")
    ] = None,
    own: Annotated[
        bool, typer.Option("--own", help="Only your own records, not the starter's.")
    ] = False,
) -> None:
    """Write the authority (files and decisions together) as CSV, FollowTheMoney, JSON Lines or YAML."""
    suffix = out.suffix.lower().lstrip(".") if out else ""
    form = form or ({"yml": "yaml", "json": "jsonl"}.get(suffix, suffix) if out else "jsonl")
    if form not in WRITERS:
        raise InputError(f'"{form}" is no format: give --format {", ".join(WRITERS)}')
    _check_types(types or ())
    wanted = frozenset(_country(code) for code in countries or ())
    theirs = load_authority(starter_files()).records if own and own_settings().starter else {}
    records = [
        record
        for record in configured(context.settings)
        if (not types or record.type in types)
        and (not wanted or record.country in wanted)
        and theirs.get(record.id) != record
    ]
    if out is None:
        WRITERS[form](records, sys.stdout)
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as stream:
            WRITERS[form](records, stream)
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror}") from error
    typer.echo(f"wrote {len(records)} records to {out}", err=True)


def _check_types(types: list[str] | tuple[str, ...]) -> None:
    for kind in types:
        if kind not in get_args(EntityType):
            raise InputError(f'"{kind}" is no type: there are {", ".join(get_args(EntityType))}')


def _country(code: str) -> str:
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise InputError(f'"{code}" is no country code: two letters, as LY (ISO 3166-1)')
    return code.upper()


def _columns(items: list[str] | tuple[str, ...]) -> dict[str, str]:
    from musnad_actors.files import is_csv_column

    found: dict[str, str] = {}
    for item in items:
        field, equals, column = item.partition("=")
        if not equals or not is_csv_column(field):
            raise InputError(f'--column "{item}": write it as name_ar=COLUMN, aliases=COLUMN …')
        found[field] = column
    return found
