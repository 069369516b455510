"""The hooks of plugin `camel`."""

from __future__ import annotations

from collections.abc import Iterable

import musnad
import typer
from musnad.components import Annotator, Tagger

from musnad_camel.config import CamelSettings
from musnad_camel.morphology import MorphologyAnnotator
from musnad_camel.ner.tagger import CamelTagger


@musnad.hookimpl
def musnad_settings() -> type[CamelSettings]:
    """Return the settings model."""
    return CamelSettings


@musnad.hookimpl
def musnad_annotators(settings: CamelSettings) -> Iterable[Annotator]:
    """Return the annotator of lemmas, parts of speech and clitics."""
    return [MorphologyAnnotator(settings)]


@musnad.hookimpl
def musnad_taggers(settings: CamelSettings) -> Iterable[Tagger]:
    """Return the tagger of names, where the settings name its model."""
    return [CamelTagger(settings)] if settings.ner else []


@musnad.hookimpl
def musnad_commands(app: typer.Typer) -> None:
    """Add `musnad camel`."""
    from musnad_camel.commands import app as camel

    app.add_typer(camel, name="camel")
