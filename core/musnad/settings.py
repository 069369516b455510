"""Settings: `musnad.toml`, the environment over it.

    es_url = "https://archive.example:9200"
    blocked_plugins = ["outlets"]

    [plugins.actors]
    files = ["our-actors.yaml"]

Each key has an environment variable: `MUSNAD_ES_URL`, `MUSNAD_PLUGINS__ACTORS__FILES` (values of lists and
tables as JSON). Relative paths are relative to the settings file, or to the working directory without one.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import tzinfo
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from musnad.errors import SettingsError
from musnad.secrets import clean_key, clean_url
from musnad.timezone import UTC_NAME, zone_of

DEFAULT_FILE = "musnad.toml"
# pydantic-settings passes no validation context; the folder of the file being read goes this way.
_folder: ContextVar[Path | None] = ContextVar("musnad_settings_folder", default=None)


def _beside_the_settings(path: Path) -> Path:
    folder = _folder.get()
    path = path.expanduser()
    return path if path.is_absolute() or folder is None else folder / path


def _known_zone(name: str) -> str:
    zone_of(name)
    return name


SettingsPath = Annotated[Path, AfterValidator(_beside_the_settings)]
"""A path in settings: relative to the settings file."""


class PluginSettings(BaseModel):
    """Base of a plugin's settings: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    authority_fields: ClassVar[frozenset[str]] = frozenset()
    """Names of settings that only say where authority records are (see `Component.authority_resources`)."""


P = TypeVar("P", bound=PluginSettings)


class Settings(BaseSettings):
    """The core's settings and the raw tables of the plugins."""

    model_config = SettingsConfigDict(
        env_prefix="MUSNAD_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        # What a library prints of a `ValidationError` may be a key.
        hide_input_in_errors=True,
    )

    es_url: str | None = None
    """URL of the cluster; without one, the project's private node is used if it runs."""
    es_api_key: SecretStr | None = None
    es_ca: SettingsPath | None = None
    """CA certificate (PEM) of the cluster, where it is not one that the system trusts."""
    es_timeout: float = Field(default=30.0, gt=0)
    """Seconds to wait for an answer."""
    es_patience: float = Field(default=600.0, ge=0)
    """Seconds that an ingest waits for an Elasticsearch that is overloaded, full, restarting or out of reach."""
    component_seconds: float = Field(default=120.0, ge=0)
    """A component that takes longer on an article is interrupted, the article goes in without it; 0 for no limit."""
    worker_memory_mb: int | None = Field(default=None, ge=0)
    """Memory that a worker process may take; 0 for no limit, by default a fair share of the machine's."""
    prefix: str = Field(default="musnad", pattern=r"^[a-z][a-z0-9-]*$")
    """First part of all aliases and indices: another prefix is another archive on the same cluster."""
    time_zone: Annotated[str, AfterValidator(_known_zone)] = UTC_NAME
    """Time zone (IANA name, not west of UTC) in which days are counted and shown: where the archive's press is read."""
    max_article_chars: int = Field(default=2_000_000, gt=0)
    """A longer article is a dead letter."""
    state_dir: SettingsPath = Path(".musnad")
    """Folder for dead letters and reports of runs."""
    required_plugins: tuple[str, ...] = ()
    """Plugins without which nothing is to run."""
    blocked_plugins: tuple[str, ...] = ()
    plugin_files: tuple[SettingsPath, ...] = ()
    """One-file plugins, as `--plugin FILE` gives them."""
    plugins: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    """`[plugins.<name>]`: checked by each plugin's own model when the plugin is loaded."""
    file: Path | None = None
    """Where these settings were read from; set by `load_settings`."""

    @property
    def zone(self) -> tzinfo:
        """The time zone of `time_zone`."""
        return zone_of(self.time_zone)

    @field_validator("es_url")
    @classmethod
    def _url_without_password(cls, url: str | None) -> str | None:
        instead = "write https://host:9200 and give the key in MUSNAD_ES_API_KEY"
        return None if url is None else clean_url(url, "MUSNAD_ES_URL", instead)

    @field_validator("es_api_key")
    @classmethod
    def _key_fits_a_header(cls, key: SecretStr | None) -> SecretStr | None:
        return key and SecretStr(clean_key(key.get_secret_value(), "MUSNAD_ES_API_KEY"))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment over the file (which `load_settings` passes as keyword arguments)."""
        return env_settings, init_settings

    def for_plugin(self, name: str, model: type[P]) -> P:
        """Return the settings of plugin `name`. Raises `SettingsError` naming table and key."""
        token = _folder.set(self.file.parent if self.file else None)
        try:
            return model.model_validate(_from_json(self.plugins.get(name, {})))
        except ValidationError as error:
            where = self.file or "the environment"
            raise SettingsError(f"{where}: [plugins.{name}]: {_first(error)}") from error
        finally:
            _folder.reset(token)


def _from_json(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plugin's table with lists and tables that the environment gave as JSON text."""
    values = dict(table)
    for key, value in table.items():
        if isinstance(value, str) and value[:1] in {"[", "{"}:
            with suppress(ValueError):
                values[key] = json.loads(value)
    return values


def _first(error: ValidationError) -> str:
    """Return the first problem of `error` as one sentence that names the key."""
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"]) or "value"
    return f'"{key}": {first["msg"].removeprefix("Value error, ")}'


def load_settings(file: Path | None = None) -> Settings:
    """Read settings from `file`, else `MUSNAD_CONFIG`, else `musnad.toml` here if there is one.

    Raises `SettingsError`, naming file and key.
    """
    named = file or (Path(os.environ["MUSNAD_CONFIG"]) if "MUSNAD_CONFIG" in os.environ else None)
    path = named or Path(DEFAULT_FILE)
    values: dict[str, Any] = {}
    if path.is_file():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: not valid TOML: {error}") from error
        values["file"] = path
    elif named is not None:
        raise SettingsError(f"{path}: no such settings file")
    token = _folder.set(path.parent if values else None)
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(f"{path if values else 'environment'}: {_first(error)}") from error
    finally:
        _folder.reset(token)
