"""Days, months and years of four calendars as Gregorian days.

Hijri by Umm al-Qura (`hijridate`, 1343 to 1500: 1924 to 2077), solar Hijri by `persiantools`. Earlier Hijri dates
are found and have no Gregorian day: which day it was depended on the place.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from hijridate import Gregorian, Hijri
from musnad.dates import FIRST_YEAR, LAST_YEAR, Calendar
from persiantools.jdatetime import JalaliDate

Span = tuple[date, date]
"""First and last day."""
_COPTIC_EPOCH = 103_604
"""Proleptic Gregorian ordinal of the day before 1 Tut of the year 1 (29 August 284 in the Julian calendar):
Reingold and Dershowitz, "Calendrical Calculations", ch. 4."""
_COPTIC_MONTHS = 13
_RANGES: dict[Calendar, tuple[int, int]] = {
    "gregorian": (FIRST_YEAR, LAST_YEAR),
    "hijri": (1343, 1500),
    "solar_hijri": (1200, 1500),
    "coptic": (1500, 1900),
}


def day(calendar: Calendar, year: int, month: int, number: int) -> date | None:
    """Return the Gregorian day; None for one that there is not, or that cannot be computed."""
    low, high = _RANGES[calendar]
    if not low <= year <= high:
        return None
    try:
        if calendar == "gregorian":
            return date(year, month, number)
        if calendar == "hijri":
            return _hijri(year, month, number)
        if calendar == "solar_hijri":
            return _solar(year, month, number)
        return _coptic(year, month, number)
    except (ValueError, OverflowError):
        return None


def _hijri(year: int, month: int, number: int) -> date:
    found = Hijri(year, month, min(number, 29)).to_gregorian()
    # The 30th of a month that Umm al-Qura gives 29 days: where the moon was seen a day later.
    return date(found.year, found.month, found.day) + timedelta(days=max(0, number - 29))


def _solar(year: int, month: int, number: int) -> date:
    found: date = JalaliDate(year, month, number).to_gregorian()  # type: ignore[no-untyped-call]
    return found


def _solar_year(when: date) -> int:
    return int(JalaliDate(when).year)  # type: ignore[no-untyped-call]


def _coptic(year: int, month: int, number: int) -> date | None:
    last = 30 if month < _COPTIC_MONTHS else 6 if year % 4 == 3 else 5
    if not 1 <= month <= _COPTIC_MONTHS or not 1 <= number <= last:
        return None
    leap_days = year // 4
    return date.fromordinal(
        _COPTIC_EPOCH + 365 * (year - 1) + leap_days + 30 * (month - 1) + number
    )


def month_span(calendar: Calendar, year: int, month: int) -> Span | None:
    """Return the first and the last day of a month."""
    first = day(calendar, year, month, 1)
    if first is None:
        return None
    if calendar == "gregorian":
        return first, first.replace(day=monthrange(year, month)[1])
    after = day(calendar, *((year, month + 1) if month < months(calendar) else (year + 1, 1)), 1)
    return None if after is None else (first, after - timedelta(days=1))


def year_span(calendar: Calendar, year: int) -> Span | None:
    """Return the first and the last day of a year."""
    first, after = day(calendar, year, 1, 1), day(calendar, year + 1, 1, 1)
    return None if first is None or after is None else (first, after - timedelta(days=1))


def months(calendar: Calendar) -> int:
    """Return how many months a year has."""
    return _COPTIC_MONTHS if calendar == "coptic" else 12


def longest_month(calendar: Calendar, month: int) -> int:
    """Return how many days the month has at most."""
    if calendar == "gregorian":
        return (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    if calendar == "solar_hijri":
        return 31 if month <= 6 else 30
    return 6 if calendar == "coptic" and month == _COPTIC_MONTHS else 30


def year_of(calendar: Calendar, when: date) -> int | None:
    """Return the year of a calendar on a Gregorian day; None where it cannot be computed."""
    if calendar == "gregorian":
        return when.year
    if calendar == "hijri":
        try:
            return Gregorian(when.year, when.month, when.day).to_hijri().year
        except (ValueError, OverflowError):
            return None
    if calendar == "solar_hijri":
        return _solar_year(when)
    year = when.year - 283
    return year if (begins := day("coptic", year, 1, 1)) and begins <= when else year - 1
