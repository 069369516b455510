"""`musnad node`: start, stop, look at and remove the project's private Elasticsearch."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from musnad.node.errors import NodeError, NotRunningError
from musnad.node.lifecycle import DEFAULT_HEAP, DEFAULT_SECONDS, Node
from musnad.node.state import Connection, NodeStatus

app = typer.Typer(
    name="node",
    help="A private Elasticsearch for this project: real, on this machine only, with a password.",
    no_args_is_help=True,
)

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="MUSNAD_NODE_HOME",
        help="Folder of the node's data and secrets; by default one for the current project.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def _progress(line: str) -> None:
    typer.echo(line, err=True)


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except NodeError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _started(connection: Connection, status: NodeStatus, *, show_secrets: bool) -> dict[str, Any]:
    told: dict[str, Any] = status.model_dump(mode="json")
    if show_secrets:
        told |= {
            "api_key": connection.api_key,
            "user": connection.user,
            "password": connection.password,
        }
    return told


@app.command()
def start(
    home: Home = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port to listen on; any free one by default."),
    ] = None,
    heap: Annotated[
        str | None,
        typer.Option(help=f"Memory of the server's heap: 512m, 2g; {DEFAULT_HEAP} by default."),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds that the start may take.")
    ] = DEFAULT_SECONDS,
    download_java: Annotated[
        bool,
        typer.Option("--download-java", help="Fetch a JDK if this machine has none that fits."),
    ] = False,
    show_secrets: Annotated[
        bool, typer.Option("--show-secrets", help="Print the API key and the password too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Start the node, or find the running one; the first time it downloads Elasticsearch (130 MB)."""
    with _one_line_errors():
        node = Node(
            home,
            port=port,
            heap=heap,
            timeout=timeout,
            download_java=download_java,
            report=_progress,
        )
        connection = node.start()
        told = _started(connection, node.status(), show_secrets=show_secrets)
    if as_json:
        _print_json(told)
        return
    typer.echo(f"Elasticsearch {told['version']} runs at {connection.url}")
    typer.echo("Musnad uses it by itself in this project. For other programs and shells:")
    typer.echo('  eval "$(musnad node env)"    # sets MUSNAD_ES_URL and MUSNAD_ES_API_KEY')
    if show_secrets:
        typer.echo(f"API key: {connection.api_key}")
        typer.echo(f"User {connection.user}, password: {connection.password}")


@app.command()
def stop(home: Home = None) -> None:
    """Stop the node; its data is kept."""
    with _one_line_errors():
        node = Node(home)
        outcome = node.stop()
    if outcome == "killed":
        typer.echo(f"The node in {node.home} did not stop by itself and was killed.", err=True)
    elif outcome == "stopped":
        typer.echo("The node has stopped; its data is kept.")
    else:
        typer.echo("The node was not running.")


@app.command()
def status(home: Home = None, as_json: AsJson = False) -> None:
    """Say whether the node runs, and where; exit status 3 if it does not."""
    with _one_line_errors():
        found = Node(home).status()
    if as_json:
        _print_json(found.model_dump(mode="json"))
    else:
        facts: dict[str, object] = {"state": found.state, "url": found.url, "process": found.pid}
        facts |= {"version": found.version, "since": found.started_at}
        facts |= {"home": found.home, "log": found.log}
        for name, fact in facts.items():
            if fact is not None:
                typer.echo(f"{name:8} {fact}")
    if not found.running:
        raise typer.Exit(3)


@app.command()
def logs(
    home: Home = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many.")] = 50,
) -> None:
    """Print the last lines of the server's log."""
    with _one_line_errors():
        node = Node(home)
        found = node.logs(lines)
        if not found:
            raise NotRunningError(node.home)
    typer.echo("\n".join(found))


@app.command()
def env(home: Home = None) -> None:
    """Print the shell lines that let other programs use the node; they contain its API key."""
    with _one_line_errors():
        node = Node(home)
        connection = node.connection()
        if connection is None:
            raise NotRunningError(node.home)
    for name, value in connection.environment().items():
        typer.echo(f"export {name}={shlex.quote(value)}")


@app.command()
def destroy(
    home: Home = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Stop the node and remove it with all its data."""
    with _one_line_errors():
        node = Node(home)
        if not yes:
            typer.confirm(f"Remove {node.home} with all that is archived in it?", abort=True)
        removed = node.destroy()
    typer.echo("The node is removed." if removed else "There was no node.")
