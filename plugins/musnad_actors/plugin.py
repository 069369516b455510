"""The hooks of plugin `actors`."""

from __future__ import annotations

from collections.abc import Iterable

import musnad
import typer
from musnad.components import Tagger

from musnad_actors.config import ActorsSettings
from musnad_actors.tagger import ActorTagger


@musnad.hookimpl
def musnad_settings() -> type[ActorsSettings]:
    """Return the settings model."""
    return ActorsSettings


@musnad.hookimpl
def musnad_taggers(settings: ActorsSettings) -> Iterable[Tagger]:
    """Return the tagger of the authority."""
    return [ActorTagger(settings)]


@musnad.hookimpl
def musnad_commands(app: typer.Typer) -> None:
    """Add `musnad actors`."""
    from musnad_actors.commands import app as actors

    app.add_typer(actors, name="actors")
