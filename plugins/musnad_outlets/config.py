"""Settings of plugin `outlets`, and the registry that they name."""

from __future__ import annotations

from pathlib import Path

from musnad.settings import PluginSettings, Settings, SettingsPath

from musnad_outlets.registry import Registry, load_registry, starter_files

PLUGIN = "outlets"


class OutletsSettings(PluginSettings):
    """`[plugins.outlets]`."""

    files: tuple[SettingsPath, ...] = ()
    """Registry files of your own (YAML, JSON, JSON Lines, CSV): they add to the starter registry and
    override its records."""
    starter: bool = True
    """Whether the registry that ships with Musnad is used."""

    def all_files(self) -> tuple[Path, ...]:
        """Return all files, the starter's first."""
        return (*(starter_files() if self.starter else ()), *self.files)


def load(settings: OutletsSettings) -> Registry:
    """Return the registry: the starter's records, the user's own over them. Raises `AuthorityError`."""
    return load_registry(starter_files() if settings.starter else (), settings.files)


def configured(settings: Settings) -> Registry:
    """Return the registry that these settings of the core name.

    Raises `AuthorityError`, `SettingsError`.
    """
    return load(settings.for_plugin(PLUGIN, OutletsSettings))
