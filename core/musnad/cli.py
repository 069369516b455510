"""The command line: `musnad`. Each command lives in `musnad.commands`; plugins add theirs."""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated

import typer

from musnad.commands import (
    alerts,
    archive,
    claims,
    claims_contradictions,
    claims_decide,
    claims_export,
    claims_match,
    claims_show,
    copies,
    enrich,
    explain,
    ingest,
    kibana,
    plugins,
    reindex,
    search,
    security,
    serve,
)
from musnad.commands.context import config_option, context
from musnad.errors import MusnadError
from musnad.node import NodeError
from musnad.node.commands import app as node_app
from musnad.plugins import musnad_version

app = typer.Typer(
    name="musnad",
    help="Enrich Arabic news articles and search them by actor, claim status and outlet.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"musnad {musnad_version()}")
        raise typer.Exit


@app.callback()
def _main(
    config: config_option = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING, format="%(levelname)s: %(message)s"
    )
    # The client's own warnings on retries say in five lines what our errors say in one.
    logging.getLogger("elastic_transport").setLevel(logging.DEBUG if verbose else logging.ERROR)
    context.config = config


enrich.add_to(app)
ingest.add_to(app)
archive.add_to(app)
reindex.add_to(app)
search.add_to(app)
explain.add_to(app)
claims.add_to(app)
claims_match.add_to(claims.app)
claims_show.add_to(claims.app)
claims_contradictions.add_to(claims.app)
claims_export.add_to(claims.app)
claims_decide.add_to(claims.app, archive.decisions_app)
alerts.add_to(app)
copies.add_to(app)
kibana.add_to(app)
serve.add_to(app)
plugins.add_to(app)
security.add_to(app)
app.add_typer(
    node_app, name="node", help="A private Elasticsearch for trying things and for tests."
)


def main() -> None:
    """Run the command line; an error that a user can cause is one line on stderr and status 1."""
    try:
        try:
            context.add_plugin_commands(app)
        except MusnadError as error:
            # These commands are there to find out what is wrong, and need no plugin to start.
            if not {"doctor", "node", "--help", "-h", "--version"} & set(sys.argv[1:]):
                raise
            typer.echo(f"musnad: {error}", err=True)
        app()
    except (MusnadError, NodeError) as error:
        _fail(str(error))
    except BrokenPipeError:
        # `musnad … | head`: the reader has had enough. stdout is closed: nothing may be flushed to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        sys.exit(130)


def _fail(message: str) -> None:
    typer.echo(f"musnad: {message}", err=True)
    sys.exit(1)
