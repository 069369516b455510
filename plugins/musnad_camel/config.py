"""Settings of the plugin: the table `[plugins.camel]`."""

from __future__ import annotations

from musnad.settings import PluginSettings
from pydantic import Field


class CamelSettings(PluginSettings):
    """Which data is used."""

    morphology: bool = True
    """False switches morphology off though its database is installed."""
    database: str = "calima-msa-r13"
    """Name of the morphological database, as camel-tools' catalogue has it."""
    cache_words: int = Field(default=200_000, ge=1_000)
    """So many different words are kept analysed in a process (about 0.4 kB each)."""
