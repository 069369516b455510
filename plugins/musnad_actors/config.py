"""Settings of plugin `actors`, and the authority that they name."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from musnad.settings import PluginSettings, Settings, SettingsPath
from pydantic import Field

from musnad_actors.authority import Authority, load_authority, starter_files

PLUGIN = "actors"


class ActorsSettings(PluginSettings):
    """`[plugins.actors]`."""

    authority_fields: ClassVar[frozenset[str]] = frozenset({"files", "starter", "journal"})
    files: tuple[SettingsPath, ...] = ()
    """Authority files of your own (YAML, JSON, JSON Lines, CSV): they add to the starter file and
    override its records."""
    starter: bool = True
    """Whether the authority that ships with Musnad is used."""
    journal: SettingsPath = Field(default=Path("actors.journal.jsonl"), validate_default=True)
    """Where `musnad actors add`, `edit`, `merge`, `split` and `undo` keep what people decide."""

    resolve_above: float = Field(default=0.7, ge=0, le=1)
    """A name is given an actor where the score is at least this, else it stays open, with candidates. The
    default was measured: `benchmarks/eval_ambiguity.py`."""

    def all_files(self) -> tuple[Path, ...]:
        """Return all files, the starter's first, and the journal where there is one."""
        journal = (self.journal,) if self.journal.is_file() else ()
        return (*(starter_files() if self.starter else ()), *self.files, *journal)


def load(settings: ActorsSettings) -> Authority:
    """Return the authority: the starter's records, the user's own over them. Raises `AuthorityError`."""
    return load_authority(
        starter_files() if settings.starter else (), settings.files, journal=settings.journal
    )


def configured(settings: Settings) -> Authority:
    """Return the authority that these settings of the core name. Raises `AuthorityError`, `SettingsError`."""
    return load(settings.for_plugin(PLUGIN, ActorsSettings))
