"""`musnad claims settle`: claims of all statements of the archive, brought up to date."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from musnad.archive.client import connect
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.commands.context import context, json_option, plugin_option


def settle_claims(
    everything: Annotated[
        bool,
        typer.Option("--all", help="Link all statements anew (the linkers have changed, say)."),
    ] = False,
    plugin: plugin_option = None,
    as_json: json_option = False,
) -> None:
    """Bring claims in line with the archive's statements and people's decisions; ingest does it too."""
    plugins = context.plugins(plugin)
    client = connect(context.settings)
    with opened_linkers(plugins) as linkers:
        done = settle_archive(client, context.settings.prefix, linkers, everything=everything)
    if as_json:
        typer.echo(json.dumps(done.as_dict(), ensure_ascii=False))
        return
    for line in done.lines():
        typer.echo(line)
