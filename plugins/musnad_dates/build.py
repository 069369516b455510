"""From a match to a date as it is written: month names, numeric order, years, calendars."""

from __future__ import annotations

import re
from datetime import date

from musnad.dates import Calendar

from musnad_dates.atoms import Written
from musnad_dates.calendars import longest_month, year_of
from musnad_dates.rules import MonthName, fold, names, said

_FIRST_GREGORIAN = 1600
"""From this year on an unmarked year is Gregorian, whatever the month."""
_HIJRI_YEARS = range(1380, 1461)
"""An unmarked year among these is a Hijri one: 1960 to 2038."""
_FAR = 20
"""A Hijri year so far from the day of publication, where the solar one is near, is a solar one."""
_NEAR = 5


def month_of(match: re.Match[str], normalized: str, rule: str) -> Written | None:
    """Return the month and year of a match, None where the words are no month here."""
    groups = match.groupdict()
    name = _name(groups["month"])
    found = Written(*match.span(), rule, name.calendar, "named", month=name.month)
    dual = False
    if groups.get("month2"):
        other = _name(groups["month2"])
        dual = _joined(found, name, other, str(groups["dual"]))
        if not dual:
            return None
    found.modifier, found.yearly = _modifier(groups)
    if groups.get("year"):
        found.year = int(str(groups["year"]))
        _settle_calendar(found, found.year, groups.get("mark"))
    day = groups.get("day") is not None
    if (
        name.rare
        and not dual
        and not (found.year and day and _fits(found, found.year, groups.get("mark")))
    ):
        return None
    if fold(groups["month"]) == "اب" and not dual and not (found.year and day):
        start = match.start("month")
        if normalized[start : start + 1] != "آ":
            return None  # «أب» is a father
    return found


def _name(words: str) -> MonthName:
    return names().months[said(words)]


def _joined(found: Written, name: MonthName, other: MonthName, between: str) -> bool:
    """Take two names as one month, or as the months of a range; False where they are neither."""
    if name.calendar != "gregorian" or other.calendar != "gregorian":
        return False
    if not name.sets & other.sets:
        if name.month != other.month:
            if between.strip() not in {"/", "("}:
                return False
            found.conflicts.add("month_names")
            if name.rare:
                found.month = other.month
        return True
    if between.strip() in {"/", "-"} and name.month < other.month:
        found.last_month = other.month
        return True
    return False


def _modifier(groups: dict[str, str | None]) -> tuple[int | None, bool]:
    modifier = groups.get("mod")
    if modifier:
        return names().modifiers[modifier], bool(groups.get("yearly"))
    return (0, True) if groups.get("this") else (None, False)


def _settle_calendar(found: Written, year: int, mark: str | None) -> None:
    marked = names().marks[said(mark)] if mark else None
    if found.calendar == "gregorian":
        if marked in {"hijri", "solar_hijri"}:
            found.conflicts.add("calendar")
    elif found.calendar == "hijri":
        if year >= _FIRST_GREGORIAN:
            if marked == "hijri":
                found.conflicts.add("calendar")
            else:
                found.gregorian_year = True
        elif marked == "gregorian":
            found.conflicts.add("calendar")


def _fits(found: Written, year: int, mark: str | None) -> bool:
    """Tell whether the year of a month whose name is a common word is one of its calendar."""
    if found.calendar == "gregorian":
        return 1969 <= year <= 2011 and mark in {None, "م"}
    if mark and names().marks[said(mark)] not in {found.calendar, "hijri"}:
        return False
    low, high = (1300, 1450) if found.calendar == "solar_hijri" else (1500, 1800)
    return low <= year <= high


def numeric(rule: str, match: re.Match[str], published: date | None) -> Written | None:
    """Return a numeric date, None where the numbers are none."""
    groups = match.groupdict()
    day, month = int(groups["a"]), int(groups["b"])
    mark = groups.get("mark")
    marked = names().marks[said(mark)] if mark else None
    year: int | None = None
    calendar: Calendar = marked or "gregorian"
    if groups.get("year"):
        year = int(groups["year"])
        calendar = marked or _calendar_of(year, published)
        if calendar == "gregorian" and year < _FIRST_GREGORIAN:
            return None
    elif groups.get("short"):
        year, calendar = _short_year(int(groups["short"]), marked, published)
    swapped = day != month and day <= 12 and month <= 12
    if month > 12 and day <= 12:
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= day <= longest_month(calendar, month)):
        return None
    last: int | None = None
    if rule == "numeric_days":
        day, last = int(groups["day"]), day
        if day >= last:
            return None
    return Written(
        *match.span(), rule, calendar, "numeric", year=year, month=month, day=day, last_day=last,
        # Two days of one month, and a year that stands first, leave no doubt of the order.
        swapped=swapped and rule not in {"numeric_year_first", "numeric_days"},
    )  # fmt: skip


def _calendar_of(year: int, published: date | None) -> Calendar:
    """Return the calendar of an unmarked year of four digits."""
    if year >= _FIRST_GREGORIAN:
        return "gregorian"
    if year not in range(1300, 1500):
        return "gregorian"
    if published is not None:
        hijri, solar = year_of("hijri", published), year_of("solar_hijri", published)
        if hijri and solar and abs(year - hijri) > _FAR and abs(year - solar) <= _NEAR:
            return "solar_hijri"
    return "hijri"


def _short_year(
    short: int, marked: Calendar | None, published: date | None
) -> tuple[int, Calendar]:
    """Return the year and calendar of a year of two digits."""
    if marked in {"hijri", "solar_hijri"}:
        return (1400 if short < 60 else 1300) + short, marked
    if marked is None and published is not None and year_of("hijri", published) == 1400 + short:
        return 1400 + short, "hijri"
    return (2000 if short < 50 else 1900) + short, "gregorian"


def written_year(rule: str, match: re.Match[str]) -> Written | None:
    """Return a year, or years from one to another."""
    groups = match.groupdict()
    year = int(groups["year"])
    last = int(groups["year2"]) if groups.get("year2") else None
    if last is not None and last < 100:
        last += year // 100 * 100
    mark = groups.get("mark")
    if mark:
        calendar: Calendar = names().marks[said(mark)]
    else:
        calendar = "hijri" if year in _HIJRI_YEARS else "gregorian"
    if last is not None:
        year, last = min(year, last), max(year, last)
        if not 0 < last - year <= 100:
            return None
        if "وعام" in match[0] and last - year > 1:
            return None  # two years, not those between
    return Written(*match.span(), rule, calendar, "named", year=year, last_year=last)
