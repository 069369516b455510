"""Settings of plugin `actors`, and the authority that they name."""

from __future__ import annotations

from pathlib import Path

from musnad.settings import PluginSettings, Settings, SettingsPath

from musnad_actors.authority import Authority, load_authority, starter_files

PLUGIN = "actors"


class ActorsSettings(PluginSettings):
    """`[plugins.actors]`."""

    files: tuple[SettingsPath, ...] = ()
    """Authority files of your own (YAML, JSON, JSON Lines, CSV): they add to the starter file and
    override its records."""
    starter: bool = True
    """Whether the authority that ships with Musnad is used."""

    def all_files(self) -> tuple[Path, ...]:
        """Return all files, the starter's first."""
        return (*(starter_files() if self.starter else ()), *self.files)


def load(settings: ActorsSettings) -> Authority:
    """Return the authority: the starter's records, the user's own over them. Raises `AuthorityError`."""
    return load_authority(starter_files() if settings.starter else (), settings.files)


def configured(settings: Settings) -> Authority:
    """Return the authority that these settings of the core name. Raises `AuthorityError`, `SettingsError`."""
    return load(settings.for_plugin(PLUGIN, ActorsSettings))
