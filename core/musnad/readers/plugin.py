"""The bundled readers, registered by the core like any plugin's."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from musnad.components import Reader
from musnad.hookspecs import hookimpl
from musnad.readers.encoding import known
from musnad.readers.jsonl import JsonLinesReader
from musnad.readers.text import TextReader
from musnad.settings import PluginSettings


class ReaderSettings(PluginSettings):
    """`[plugins.readers]`."""

    encoding: str | None = None
    """Encoding of all inputs; without one it is detected where that is sure."""
    max_record_bytes: int = Field(default=64_000_000, gt=0)
    """A longer record is not even read into memory: a dead letter."""


@hookimpl
def musnad_settings() -> type[PluginSettings]:
    """Return the settings of the bundled readers."""
    return ReaderSettings


@hookimpl
def musnad_readers(settings: ReaderSettings) -> Iterable[Reader]:
    """Return the readers of plain text and JSON Lines."""
    encoding = known(settings.encoding) if settings.encoding else None
    return [
        TextReader(encoding, settings.max_record_bytes),
        JsonLinesReader(encoding, settings.max_record_bytes),
    ]
