"""Settings of the plugin `names`."""

from __future__ import annotations

from musnad.settings import PluginSettings
from pydantic import Field


class NamesSettings(PluginSettings):
    """`[plugins.names]`."""

    min_score: float = Field(default=0.5, ge=0, le=1)
    """Names of which the tagger is less sure are not proposed."""
