"""The bundled readers, registered by the core like any plugin's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pydantic import Field

from musnad.components import Reader
from musnad.hookspecs import hookimpl
from musnad.readers.archives import PackedReader, TarReader, ZipReader
from musnad.readers.encoding import known
from musnad.readers.fieldmap import FieldMap, load_fields
from musnad.readers.html import HtmlReader
from musnad.readers.json_arrays import JsonReader
from musnad.readers.jsonl import JsonLinesReader
from musnad.readers.limits import Limits
from musnad.readers.tables import TableReader
from musnad.readers.text import TextReader
from musnad.readers.warc import WarcReader
from musnad.settings import PluginSettings, Settings, SettingsPath

_DEFAULTS = Limits()


class ReaderSettings(PluginSettings):
    """`[plugins.readers]`."""

    encoding: str | None = None
    """Encoding of all inputs; without one it is what they say, or detected where that is sure."""
    fields: FieldMap = FieldMap()
    """Which field of a record is which field of an article."""
    fields_file: SettingsPath | None = None
    """A file with the same, instead of `fields`; what `--fields` gives."""
    max_record_bytes: int = Field(default=_DEFAULTS.record_bytes, gt=0)
    """A longer record is a dead letter."""
    max_html_bytes: int = Field(default=_DEFAULTS.html_bytes, gt=0)
    """A longer page is a dead letter."""
    max_unpacked_bytes: int = Field(default=_DEFAULTS.unpacked_bytes, gt=0)
    """Of a packed file, no more than this is unpacked."""
    max_ratio: int = Field(default=_DEFAULTS.ratio, gt=0)
    """A packed file that unpacks to more than so many times its size is taken for a bomb."""
    max_members: int = Field(default=_DEFAULTS.members, gt=0)
    """Files in one archive."""
    max_depth: int = Field(default=_DEFAULTS.depth, gt=0, le=20)
    """Archives and packed files within each other."""
    max_directory_bytes: int = Field(default=_DEFAULTS.directory_bytes, gt=0)
    """Of the table of contents of a zip archive, which is read whole."""

    def limits(self) -> Limits:
        """Return the limits."""
        return Limits(
            self.max_record_bytes,
            self.max_html_bytes,
            self.max_unpacked_bytes,
            self.max_ratio,
            self.max_members,
            self.max_depth,
            self.max_directory_bytes,
        )


def reading_hash(settings: Settings) -> str:
    """Return a hash of what `[plugins.readers]` says, its file of fields by its content.

    With another one, records that were read are not those that would be read now. Raises `SettingsError`, `InputError`.
    """
    own = settings.for_plugin("readers", ReaderSettings)
    fields = load_fields(own.fields_file) if own.fields_file else own.fields
    text = own.model_copy(update={"fields": fields, "fields_file": None}).model_dump_json()
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


@hookimpl
def musnad_settings() -> type[PluginSettings]:
    """Return the settings of the bundled readers."""
    return ReaderSettings


@hookimpl
def musnad_readers(settings: ReaderSettings) -> Iterable[Reader]:
    """Return the readers of all formats that need no plugin."""
    encoding = known(settings.encoding) if settings.encoding else None
    fields = load_fields(settings.fields_file) if settings.fields_file else settings.fields
    limits = settings.limits()
    return [
        TextReader(encoding, limits.record_bytes, fields),
        JsonLinesReader(encoding, limits.record_bytes, fields),
        *(
            kind(encoding, limits, fields)
            for kind in (JsonReader, TableReader, HtmlReader, WarcReader)
        ),
        *(kind(limits) for kind in (ZipReader, TarReader, PackedReader)),
    ]
