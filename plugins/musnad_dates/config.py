"""Settings of the plugin: the table `[plugins.dates]`."""

from __future__ import annotations

from typing import Literal

from musnad.settings import PluginSettings
from pydantic import Field


class DatesSettings(PluginSettings):
    """How dates are read and compared."""

    hijri_tolerance_days: int = Field(default=2, ge=0, le=3)
    """So far a Hijri date may lie from the Gregorian one beside it: months begin with the sighting of the moon,
    and Umm al-Qura, which is computed, may be one or two days from what a country followed."""
    published_tolerance_days: int = Field(default=2, ge=0)
    """So far the dateline may lie from the date in the metadata without being noted."""
    week_starts: Literal["saturday", "sunday", "monday"] = "sunday"
    """For «الأسبوع الماضي»."""
    max_dates: int = Field(default=500, ge=0)
    """Dates kept of an article."""
