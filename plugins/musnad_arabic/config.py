"""Settings of the plugin: the table `[plugins.arabic]`."""

from __future__ import annotations

from musnad.components import Component
from musnad.errors import NotConfigured
from musnad.settings import PluginSettings
from pydantic import Field, field_validator

STEPS = (
    "unicode",
    "controls",
    "marks",
    "letters",
    "digits",
    "punctuation",
    "alef",
    "alef_maksura",
    "teh_marbuta",
    "case",
    "segments",
    "quality",
)
"""Names of all components of this plugin."""


class ArabicSettings(PluginSettings):
    """What is switched off, and limits."""

    skip: tuple[str, ...] = ()
    """Names of components that are not to run."""
    max_notes: int = Field(default=100, ge=0)
    """Quality notes kept per article and kind; the text is not repaired, so more say nothing new."""

    @field_validator("skip")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in STEPS:
                raise ValueError(f'there is no step "{name}"; take of: {", ".join(STEPS)}')
        return names


class Step(Component):
    """Base of the plugin's components: one named in `skip` declines when it is opened."""

    def __init__(self, settings: ArabicSettings | None = None) -> None:
        """Make the component; without `settings` with the defaults."""
        self.settings = settings or ArabicSettings()

    def open(self) -> None:
        """Raise `NotConfigured` if the settings switch this step off."""
        if self.name in self.settings.skip:
            raise NotConfigured('switched off by "skip" in [plugins.arabic]')
