"""Settings of the plugin: the table `[plugins.camel]`."""

from __future__ import annotations

from musnad.settings import PluginSettings, SettingsPath
from pydantic import Field, TypeAdapter, field_validator

_PATH: TypeAdapter[SettingsPath] = TypeAdapter(SettingsPath)


class CamelSettings(PluginSettings):
    """Which data is used."""

    morphology: bool = True
    """False switches morphology off though its database is installed."""
    database: str = "calima-msa-r13"
    """Name of the morphological database, as camel-tools' catalogue has it."""
    cache_words: int = Field(default=200_000, ge=1_000)
    """So many different words are kept analysed in a process (about 0.4 kB each)."""
    ner: str | None = None
    """The neural tagger's model: a folder (as `./model`), or its name in camel-tools' catalogue (`arabert`); without one it is not run."""
    ner_int8: bool = False
    """True takes its weights in 8 bits: faster, with slightly other labels."""

    @field_validator("ner")
    @classmethod
    def _beside_the_settings(cls, value: str | None) -> str | None:
        # Paths in settings are relative to their file; a bare word is a name.
        return str(_PATH.validate_python(value)) if value and "/" in value else value
