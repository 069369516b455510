"""`musnad security`: keys that may do no more than their work needs."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from elasticsearch import Elasticsearch

from musnad.archive.access import ACCESSES, PURPOSE, Access, Keys, MadeKey, key_name, when
from musnad.archive.client import connect_as
from musnad.commands.context import context, json_option
from musnad.errors import ArchiveError, InputError
from musnad.node import Node
from musnad.settings import Settings

app = typer.Typer(
    help="Roles and API keys for reading, writing and managing an archive.", no_args_is_help=True
)
PASSWORD = "MUSNAD_ES_PASSWORD"  # noqa: S105 - the name of a variable
user_option = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help=f"User of Elasticsearch who may manage keys; the password is asked for, or in {PASSWORD}.",
    ),
]


@app.command()
def setup(
    which: Annotated[
        list[str] | None,
        typer.Argument(metavar="[read|write|manage]…", help="Only these (default: all three)."),
    ] = None,
    user: user_option = "elastic",
    days: Annotated[
        int | None, typer.Option(min=1, help="Days until the keys expire (default: they do not).")
    ] = None,
    renew: Annotated[
        bool, typer.Option("--renew", help="Replace keys that are there; the old ones end.")
    ] = False,
    show_keys: Annotated[
        bool, typer.Option("--show-keys", help="Print the new keys too, this once.")
    ] = False,
    as_json: json_option = False,
) -> None:
    """Make the roles, and a key for each in a file that only you can read; what is there is left alone."""
    settings = context.settings
    client, url = _as_user(settings, user)
    keys = Keys(client, settings.prefix)
    folder = settings.state_dir / "keys"
    lines: list[dict[str, str]] = []
    for access in _accesses(which):
        keys.put_role(access)
        file = folder / f"{key_name(settings.prefix, access)}.env"
        line = {"access": access, "may": PURPOSE[access], "file": str(file)}
        old = [key["id"] for key in keys.valid(access)]
        if old and not renew:
            lines.append({**line, "done": "is there already (--renew replaces it)"})
            continue
        made = _make(keys, access, days, file, url)
        # Only now: the new one is in its file.
        keys.end(old)
        done = f"made, key {made.id}" + (f", {len(old)} older ended" if old else "")
        if show_keys:
            line["key"] = made.secret.get_secret_value()
        lines.append({**line, "done": done})
    for line in lines:
        if as_json:
            typer.echo(json.dumps(line, ensure_ascii=False))
            continue
        typer.echo(f"{line['access']:<7} {line['done']}\n        {line['may']}")
        typer.echo(f"        in {line['file']}")
        if "key" in line:
            typer.echo(f"        {line['key']}")


@app.command("list")
def list_keys(user: user_option = "elastic", as_json: json_option = False) -> None:
    """List the keys of this archive that are valid; their secrets are not known any more."""
    settings = context.settings
    client, _ = _as_user(settings, user)
    found = Keys(client, settings.prefix).valid()
    for key in found:
        line = {
            "name": key["name"],
            "id": key["id"],
            "made": when(key["creation"]),
            "expires": when(key.get("expiration")),
            "owner": key["username"],
        }
        if as_json:
            typer.echo(json.dumps(line, ensure_ascii=False))
        else:
            typer.echo("  ".join(f"{name} {value}" for name, value in line.items()))
    if not found and not as_json:
        typer.echo("there are no keys: `musnad security setup` makes them")


def _accesses(which: list[str] | None) -> list[Access]:
    for name in which or ():
        if name not in ACCESSES:
            raise InputError(f'there is no access "{name}"; there are {", ".join(ACCESSES)}')
    return [access for access in ACCESSES if not which or access in which]


def _as_user(settings: Settings, user: str) -> tuple[Elasticsearch, str]:
    """Return a client with the rights of a user, and the URL of its cluster. Raises `ArchiveError`."""
    if settings.es_url is None:
        connection = Node().connection()
        if connection is None:
            raise ArchiveError(
                "no Elasticsearch: start the private one with `musnad node start`, or set MUSNAD_ES_URL"
            )
        return connection.client(timeout=settings.es_timeout, as_user=True), connection.url
    # An environment file from Windows ends its lines in \r\n.
    password = os.environ.get(PASSWORD, "").rstrip("\r\n")
    if not password:
        password = str(typer.prompt(f"Password of {user}", hide_input=True, err=True))
    return connect_as(settings, user, password), settings.es_url


def _make(keys: Keys, access: Access, days: int | None, file: Path, url: str) -> MadeKey:
    """Make a key and have it in `file`, which is there before: no key is made that cannot be kept."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made with mode 0600.
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".key-")
    except OSError as error:
        raise InputError(
            f"{file}: cannot be written ({error.strerror}); set state_dir to a folder of yours"
        ) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            made = keys.make(access, days)
            # Without the URL, the private node would be used with its own key, which may do everything.
            stream.write(f"MUSNAD_ES_URL={url}\n")
            stream.write(f"MUSNAD_ES_API_KEY={made.secret.get_secret_value()}\n")
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return made


def add_to(parent: typer.Typer) -> None:
    """Add the commands to `parent`."""
    parent.add_typer(app, name="security")
