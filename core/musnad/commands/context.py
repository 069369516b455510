"""What commands share: settings and plugins, loaded once and only when needed."""

from __future__ import annotations

import getpass
import sys
from functools import cached_property
from pathlib import Path
from typing import Annotated

import typer

from musnad.errors import InputError
from musnad.plugins import Plugins
from musnad.readers.fieldmap import load_fields
from musnad.settings import Settings, load_settings

config_option = Annotated[
    Path | None,
    typer.Option("--config", "-c", metavar="FILE", help="Settings file (default: musnad.toml)."),
]
plugin_option = Annotated[
    list[Path] | None,
    typer.Option("--plugin", metavar="FILE", help="Also load this one-file plugin."),
]

encoding_option = Annotated[
    str | None, typer.Option(help="Encoding of the inputs, for example windows-1256.")
]
fields_option = Annotated[
    Path | None,
    typer.Option(
        "--fields", metavar="FILE", help="TOML that says which field of a record is which."
    ),
]


def _not_empty(value: str) -> str:
    if not value.strip():
        raise typer.BadParameter("an id is needed")
    return value


article_argument = Annotated[
    str, typer.Argument(metavar="ID", help="Id of an article.", callback=_not_empty)
]
claim_argument = Annotated[
    str, typer.Argument(metavar="ID", help="Id of a claim.", callback=_not_empty)
]
json_option = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def user(given: str | None, option: str = "--who") -> str:
    """Return who decides: `given`, else the user's login name. Raises `InputError` where there is neither."""
    if given is not None and given.strip():
        return given.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise InputError(f"the system does not know your name: give it with {option}") from None


class Context:
    """Settings and plugins of this run of the program."""

    def __init__(self) -> None:
        self.config: Path | None = None

    @cached_property
    def settings(self) -> Settings:
        """The settings. Raises `SettingsError`."""
        return load_settings(self.config)

    def plugins(
        self,
        files: list[Path] | None = None,
        encoding: str | None = None,
        fields: Path | None = None,
    ) -> Plugins:
        """Load all plugins; what is off is said on stderr.

        `encoding` and `fields` (a file) stand over the settings of the readers.
        """
        settings = self.settings
        given: dict[str, str] = {}
        if encoding is not None:
            given["encoding"] = encoding
        if fields is not None:
            load_fields(fields)
            given["fields_file"] = str(fields.absolute())
        if given:
            readers = {**settings.plugins.get("readers", {}), **given}
            changed = {**settings.plugins, "readers": readers}
            settings = settings.model_copy(update={"plugins": changed})
        plugins = Plugins.load(settings, files or [])
        plugins.try_hooks()
        for warning in plugins.warnings:
            typer.echo(f"musnad: warning: {warning}", err=True)
        return plugins

    def add_plugin_commands(self, app: typer.Typer) -> None:
        """Let the plugins add their commands, before arguments are parsed."""
        self.config = _config_of(sys.argv[1:])
        Plugins.load(self.settings).commands(app)


def _config_of(arguments: list[str]) -> Path | None:
    """Return the value of --config: needed before the command line can be parsed."""
    for i, argument in enumerate(arguments):
        if argument in {"--config", "-c"} and i + 1 < len(arguments):
            return Path(arguments[i + 1])
        if argument.startswith("--config="):
            return Path(argument.removeprefix("--config="))
    return None


context = Context()
