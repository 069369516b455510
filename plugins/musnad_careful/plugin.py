"""The hooks of plugin `careful`."""

from __future__ import annotations

from collections.abc import Iterable

import musnad
from musnad.components import Tagger

from musnad_careful.config import CarefulSettings
from musnad_careful.tagger import CarefulTagger


@musnad.hookimpl
def musnad_settings() -> type[CarefulSettings]:
    """Return the settings model."""
    return CarefulSettings


@musnad.hookimpl
def musnad_taggers(settings: CarefulSettings) -> Iterable[Tagger]:
    """Return the tagger of names that nobody listed."""
    return [CarefulTagger(settings)]
