"""The hooks of plugin `dates`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import musnad
from musnad.components import Annotator

from musnad_dates.annotator import Dates
from musnad_dates.config import DatesSettings
from musnad_dates.fields import FIELDS


@musnad.hookimpl
def musnad_settings() -> type[DatesSettings]:
    """Return the settings model."""
    return DatesSettings


@musnad.hookimpl
def musnad_annotators(settings: DatesSettings) -> Iterable[Annotator]:
    """Return the finder of dates."""
    return [Dates(settings)]


@musnad.hookimpl
def musnad_fields() -> Mapping[str, Any]:
    """Return the fields under `ext.dates`."""
    return FIELDS
