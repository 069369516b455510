"""Dates in a text: the data `dates`, and `published` for the article's own.

They live in the core because several parts read them: the plugin `dates` that ships provides both.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from musnad.model import Model, Precision, Span

Calendar = Literal["gregorian", "hijri", "solar_hijri", "coptic"]
DateKind = Literal["named", "numeric", "relative", "weekday"]
DatePrecision = Literal["day", "week", "month", "year"]
Conflict = Literal["calendar", "weekday", "month_names", "published"]
FIRST_YEAR, LAST_YEAR = 1000, 2200
"""Gregorian years between which a date is taken for one; outside are misprints, and what programs write for no date."""


class DateMention(Span):
    """A date as it stands in the text, and the Gregorian days that it means."""

    calendar: Calendar
    kind: DateKind
    precision: DatePrecision
    written: str | None = None
    """In its own calendar, as ISO 8601 writes it: `1436-10-05`, `2015-07`, `--07-21` without a year; a range has
    a slash. Null for relative dates and weekdays."""
    first: date | None = None
    """The first day meant; null where the text does not tell and nothing else does."""
    last: date | None = None
    """The last day meant, included; of a single day the same."""
    inferred: bool = False
    """True where a part that the text leaves out (the year, the week) was taken from the day of publication."""
    ambiguous: bool = False
    """True where it may be read otherwise (5/7/2015); `other` has that reading."""
    other: str | None = None
    conflicts: tuple[Conflict, ...] = ()
    """What disagrees with it: the date in another `calendar` beside it, the `weekday`, the other of two
    `month_names`, or the day of publication from which a relative date counts (`published`)."""
    rule: str

    @property
    def value(self) -> str | None:
        """The Gregorian date in ISO 8601: a day, a month, a year, or first and last day with a slash."""
        return iso(self.first, self.last)


class Published(Model):
    """When an article was published, as its text tells: taken where its record does not say."""

    at: datetime
    precision: Precision = "day"
    source: Literal["dateline"] = "dateline"


def iso(first: date | None, last: date | None) -> str | None:
    """Return days as ISO 8601, as short as says the same: `2015-07-21`, `2015-07`, `2015`, `2015-07-01/2015-07-05`."""
    if first is None or last is None:
        return None
    if first == last:
        return first.isoformat()
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"{first.year:04d}"
    after = last.toordinal() + 1
    whole = first.day == 1 and (first.year, first.month) == (last.year, last.month)
    if whole and date.fromordinal(after).day == 1:
        return f"{first.year:04d}-{first.month:02d}"
    return f"{first.isoformat()}/{last.isoformat()}"
