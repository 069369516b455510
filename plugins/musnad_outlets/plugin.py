"""The hooks of plugin `outlets`."""

from __future__ import annotations

from collections.abc import Iterable

import musnad
import typer
from musnad.components import Annotator, Tagger

from musnad_outlets.config import OutletsSettings
from musnad_outlets.publisher import PublisherAnnotator
from musnad_outlets.tagger import OutletTagger


@musnad.hookimpl
def musnad_settings() -> type[OutletsSettings]:
    """Return the settings model."""
    return OutletsSettings


@musnad.hookimpl
def musnad_annotators(settings: OutletsSettings) -> Iterable[Annotator]:
    """Return the annotator that recognizes who published an article."""
    return [PublisherAnnotator(settings)]


@musnad.hookimpl
def musnad_taggers(settings: OutletsSettings) -> Iterable[Tagger]:
    """Return the tagger of cited outlets."""
    return [OutletTagger(settings)]


@musnad.hookimpl
def musnad_commands(app: typer.Typer) -> None:
    """Add `musnad outlets`."""
    from musnad_outlets.commands import app as outlets

    app.add_typer(outlets, name="outlets")
