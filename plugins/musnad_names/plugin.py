"""The hooks of plugin `names`."""

from __future__ import annotations

from collections.abc import Iterable

import musnad
from musnad.components import Tagger

from musnad_names.config import NamesSettings
from musnad_names.tagger import NameTagger


@musnad.hookimpl
def musnad_settings() -> type[NamesSettings]:
    """Return the settings model."""
    return NamesSettings


@musnad.hookimpl
def musnad_taggers(settings: NamesSettings) -> Iterable[Tagger]:
    """Return the tagger of names that no authority knows."""
    return [NameTagger(settings)]
