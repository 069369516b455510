"""`musnad camel`: get camel-tools' data, and see what is there."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Annotated

import typer
from musnad.commands.context import context, json_option
from musnad.errors import NotConfigured

from musnad_camel import database, install, store
from musnad_camel.config import CamelSettings
from musnad_camel.ner.tagger import model_folder

app = typer.Typer(
    no_args_is_help=True,
    help="camel-tools' data: the morphological database and the model of names.",
)


@app.command("install")
def install_database(
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Agree to the licence beforehand, for scripts.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Install anew what is there already.")
    ] = False,
    wheel: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Take it from this wheel of {install.WHEEL}."),
    ] = None,
) -> None:
    """Download the morphological database (about 40 MB; 60 MB on disk) into camel-tools' data folder."""
    path = install.database_path()
    if path.is_file() and not force:
        install.ensure_catalogue()
        typer.echo(f"The database is there already: {path} (--force installs it anew).")
        return
    typer.echo(install.LICENCE)
    typer.echo(f"It would be put into {path.parent} (CAMELTOOLS_DATA names another folder).")
    if not yes:
        typer.confirm("Download and install it under these terms?", abort=True)
    install.install(lambda line: typer.echo(f"  {line}", err=True), wheel)
    typer.echo(f"Installed: {path}\n`musnad plugins` now lists camel.morphology as on.")


@app.command()
def status(as_json: json_option = False) -> None:
    """Say what of camel-tools' data is there; exit status 3 if the morphological database is not."""
    settings = context.settings.for_plugin("camel", CamelSettings)
    facts: dict[str, str | None] = {
        "data folder": str(store.data_folder()),
        "catalogue": str(store.catalogue_file()) if store.catalogue_file().is_file() else None,
        "database": None,
        "origin": None,
        "off because": None,
        "ner model": None,
        "ner off because": None,
        "torch": "installed" if importlib.util.find_spec("torch") else None,
    }
    if settings.ner:
        try:
            facts["ner model"] = str(model_folder(settings.ner))
        except NotConfigured as error:
            facts["ner off because"] = str(error)
    try:
        path = database.database_file(settings.database)
    except NotConfigured as error:
        facts["off because"] = str(error)
    else:
        facts["database"] = str(path)
        facts["origin"] = (
            f"the wheel of {install.WHEEL}, brought up to date"
            if database.sha256_of(path) == install.CONVERTED_SHA256
            else "camel-tools' own package, or another"
        )
    if as_json:
        typer.echo(
            json.dumps({k.replace(" ", "_"): v for k, v in facts.items()}, ensure_ascii=False)
        )
    else:
        for name, fact in facts.items():
            if fact is not None:
                typer.echo(f"{name:15} {fact}")
    if facts["database"] is None:
        raise typer.Exit(3)
