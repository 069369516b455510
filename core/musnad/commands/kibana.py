"""`musnad kibana`: the data views, saved searches and dashboards, exported, installed, checked."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from musnad.archive.client import connect
from musnad.commands.context import context, json_option
from musnad.errors import InputError
from musnad.kibana.check import check
from musnad.kibana.install import Login, install
from musnad.kibana.pack import SINCE, Pack, to_ndjson
from musnad.kibana.source import load_source
from musnad.kibana.times import resolve

app = typer.Typer(
    help="Data views, saved searches and dashboards for Kibana 8.19 and 9.", no_args_is_help=True
)
since_option = Annotated[
    str,
    typer.Option(
        "--since", metavar="TIME", help="Where time ranges begin, as Kibana writes it (now-30y)."
    ),
]
pages_option = Annotated[
    str | None,
    typer.Option(
        "--pages",
        metavar="URL",
        help="Where `musnad serve` is reached: ids lead there, not to Kibana's page of a document.",
    ),
]


def add_to(parent: typer.Typer) -> None:
    """Add the commands to `parent`."""
    parent.add_typer(app, name="kibana")


@app.command("export")
def export_pack(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Default: standard output.")
    ] = None,
    since: since_option = SINCE,
    pages: pages_option = None,
) -> None:
    """Write the pack as NDJSON, for Kibana's Stack Management > Saved Objects > Import."""
    objects = _pack(since, pages).objects()
    text = to_ndjson(objects)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror}") from error
    typer.echo(f"wrote {len(objects)} saved objects to {out}", err=True)


@app.command("install")
def install_pack(
    url: Annotated[
        str,
        typer.Option(
            "--url",
            metavar="URL",
            envvar="MUSNAD_KIBANA_URL",
            help="Of Kibana; /s/NAME for a space.",
        ),
    ],
    api_key: Annotated[
        str | None, typer.Option("--api-key", metavar="KEY", envvar="MUSNAD_KIBANA_API_KEY")
    ] = None,
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="NAME", help="The password is MUSNAD_KIBANA_PASSWORD."),
    ] = None,
    password: Annotated[
        str | None, typer.Option("--password", envvar="MUSNAD_KIBANA_PASSWORD", hidden=True)
    ] = None,
    ca: Annotated[
        Path | None,
        typer.Option(
            "--ca", metavar="FILE", envvar="MUSNAD_KIBANA_CA", help="CA certificate (PEM)."
        ),
    ] = None,
    since: since_option = SINCE,
    pages: pages_option = None,
) -> None:
    """Put the pack into Kibana, over what an earlier one left there."""
    if ca is not None and not ca.is_file():
        raise InputError(f"{ca}: there is no such certificate file")
    text = to_ndjson(_pack(since, pages).objects())
    taken = install(text, url, Login(api_key, user, password), str(ca) if ca else None)
    typer.echo(f"Kibana took {taken} saved objects; open {url.strip().rstrip('/')}/app/dashboards")


@app.command("check")
def check_pack(
    now: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", help="As if looked at on this day.", formats=["%Y-%m-%d"]),
    ] = None,
    since: since_option = SINCE,
    as_json: json_option = False,
) -> None:
    """Ask the archive what each panel, saved search and control would ask, and say what they show."""
    at = None if now is None else now.replace(tzinfo=UTC)
    shown = list(check(connect(context.settings), _pack(since, None), at))
    if as_json:
        typer.echo(json.dumps({"shown": [asdict(one) for one in shown]}, ensure_ascii=False))
    else:
        for one in shown:
            typer.echo(
                f"{one.found:8}  {one.name}" + (f"\n          {one.error}" if one.error else "")
            )
        empty = sum(1 for one in shown if not one.found)
        typer.secho(f"{len(shown)} requests, {empty} of them show nothing", bold=True)
    if any(one.error for one in shown):
        raise typer.Exit(1)


def _pack(since: str, pages: str | None) -> Pack:
    resolve(since, datetime.now(UTC))
    if pages is not None and not pages.startswith(("http://", "https://")):
        raise InputError(f'--pages "{pages}" is no URL: write it as https://archive.example')
    plugins = context.plugins()
    return Pack(load_source(), plugins, context.settings.prefix, since=since, pages=pages)
