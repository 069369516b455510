"""The pieces that dates are put together from, as a pattern reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from musnad.dates import Calendar, Conflict, DateKind

Unit = Literal["day", "week", "month", "year"]


@dataclass(slots=True)
class Written:
    """A date with at least a month or a year of its own."""

    start: int
    end: int
    """Offsets into the key view."""
    rule: str
    calendar: Calendar
    kind: DateKind
    year: int | None = None
    month: int | None = None
    day: int | None = None
    last_year: int | None = None
    """Where a range of years ends; the like for the following."""
    last_month: int | None = None
    last_day: int | None = None
    modifier: int | None = None
    """-1: «الماضي», 0: «الجاري», 1: «المقبل»."""
    yearly: bool = False
    """The modifier is of the year: «من العام الماضي»."""
    this_month: bool = False
    """The month is not named: «15 من الشهر الجاري»."""
    swapped: bool = False
    """A numeric date whose day and month may be exchanged."""
    gregorian_year: bool = False
    """A Hijri month with a Gregorian year: «رمضان 2015»."""
    conflicts: set[Conflict] = field(default_factory=set)

    @property
    def has_day(self) -> bool:
        """Tell whether it names a day, or days of one month."""
        return self.day is not None


@dataclass(slots=True)
class Relative:
    """A date that counts from the day of publication."""

    start: int
    end: int
    rule: str
    unit: Unit
    offset: int


@dataclass(slots=True)
class Weekday:
    """A day of the week."""

    start: int
    end: int
    rule: str
    number: int
    """Monday is 0."""
    modifier: int | None = None
    sure: bool = True
    """False where only a date beside it makes it a day."""


Atom = Written | Relative | Weekday
