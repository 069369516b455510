"""`musnad serve`: the reading page."""

from __future__ import annotations

import socket
import sys
from typing import Annotated
from urllib.parse import urlsplit

import typer

from musnad.archive.client import connect
from musnad.archive.read import ArchiveReader
from musnad.commands.context import context
from musnad.errors import InputError

PORT = 8765
THREADS = 8
_ANY = ("0.0.0.0", "::", "")  # noqa: S104 - recognized, so that it can be warned of
_PATIENCE = 10.0
"""Seconds that a reader is kept waiting for Elasticsearch at most."""


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("serve")(serve)


def serve(
    host: Annotated[
        str,
        typer.Option(help="Address to listen on; any other than this machine's is open to all."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = PORT,
    url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Public address, where another server stands before it."),
    ] = None,
) -> None:
    """Show the archive as pages to read in a browser, in Arabic and English. Only reads."""
    # Flask and waitress take a tenth of a second that no other command should wait for.
    from waitress.server import create_server

    from musnad.serve import Public, create_app

    if url is not None:
        _check(url)
    patience = min(context.settings.es_timeout, _PATIENCE)
    client = connect(context.settings).options(request_timeout=patience, max_retries=1)
    own = ("localhost", "127.0.0.1", "[::1]", f"[{host}]" if ":" in host else host)
    public = Public(url, () if host in _ANY and url is None else own)
    app = create_app(
        ArchiveReader(client, context.settings.prefix), public, context.settings.time_zone
    )
    listening = _listen(host, port)
    server = create_server(app, sockets=[listening], threads=THREADS, ident=None)
    if host in _ANY:
        typer.echo(
            "musnad: warning: there is no login: whoever reaches this machine can read the archive",
            err=True,
        )
    shown = f"[{host}]" if ":" in host else host
    at = url or f"http://{shown}:{listening.getsockname()[1]}/"
    typer.echo(f"reading page at {at} (Ctrl-C stops it)", err=True)
    sys.stderr.flush()
    try:
        server.run()
    finally:
        server.close()
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InputError(
            f"cannot listen on {host}:{port} ({error.strerror or error}): choose another with --host or "
            "--port"
        ) from error


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise InputError(f'--url "{url}" does not fit: write it as https://archive.example/path/')
