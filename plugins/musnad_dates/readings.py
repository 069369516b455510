"""Which Gregorian days a written date may mean, its year supplied where it has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from musnad_dates.atoms import Written
from musnad_dates.calendars import Span, day, month_span, year_of, year_span

_FUTURE_COST = 2
"""A date without a year is rather past: a day after publication counts as so many before it."""


@dataclass(frozen=True, slots=True)
class Readings:
    """The days that a date may mean, the likeliest first."""

    spans: Sequence[Span]
    inferred: bool = False


def readings(written: Written, reference: date | None, *, exact: bool = False) -> Readings:
    """Return what a date may mean; none where nothing tells its year.

    `reference` is the day of publication, or (`exact`) a date beside it: then the nearest day is meant.
    """
    if "calendar" in written.conflicts and not written.swapped:
        return Readings(())
    if written.this_month:
        return _this_month(written, reference)
    if written.gregorian_year:
        return _in_gregorian_year(written)
    if written.year is not None:
        spans = [_span(written, written.year)]
        if written.swapped:
            spans.append(_day_span(written, written.year, month=written.day, number=written.month))
        return Readings([span for span in spans if span is not None])
    if reference is None:
        return Readings(())
    return _without_year(written, reference, exact)


def _span(written: Written, year: int) -> Span | None:
    if written.month is None:
        first = year_span(written.calendar, year)
        last = year_span(written.calendar, written.last_year) if written.last_year else first
        return (first[0], last[1]) if first and last else None
    if written.day is None:
        first = month_span(written.calendar, year, written.month)
        last = (
            month_span(written.calendar, year, written.last_month) if written.last_month else first
        )
        return (first[0], last[1]) if first and last else None
    return _day_span(written, year, written.month, written.day)


def _day_span(written: Written, year: int, month: int | None, number: int | None) -> Span | None:
    if month is None or number is None:
        return None
    first = day(written.calendar, year, month, number)
    last = day(written.calendar, year, month, written.last_day) if written.last_day else first
    return (first, last) if first and last else None


def _in_gregorian_year(written: Written) -> Readings:
    """«رمضان 2015»: the Hijri months that begin in a Gregorian year, or the day of one."""
    in_year = written.year or 0
    begins, ends = (year_of("hijri", date(in_year, *day)) for day in ((1, 1), (12, 31)))
    if begins is None or ends is None:
        return Readings(())
    spans = [_span(written, year) for year in range(begins, ends + 1)]
    return Readings([s for s in spans if s and s[0].year == in_year], inferred=True)


def _this_month(written: Written, reference: date | None) -> Readings:
    if reference is None or written.day is None:
        return Readings(())
    year, month = moved(reference, written.modifier or 0)
    span = _day_span(written, year, month, written.day)
    return Readings([span] if span else (), inferred=True)


def moved(reference: date, by: int) -> tuple[int, int]:
    """Return (year, month) of the month so many after that of `reference`."""
    number = reference.year * 12 + reference.month - 1 + by
    return number // 12, number % 12 + 1


def _without_year(written: Written, reference: date, exact: bool) -> Readings:
    base = year_of(written.calendar, reference)
    if base is None:
        return Readings(())
    if written.yearly:
        span = _span(written, base + (written.modifier or 0))
        return Readings([span] if span else (), inferred=True)
    spans = [span for y in range(base - 2, base + 3) if (span := _span(written, y))]
    if written.swapped:
        other = [
            _day_span(written, y, written.day, written.month) for y in range(base - 1, base + 2)
        ]
        best = _nearest([s for s in other if s], reference, exact)
        return Readings([*_nearest(spans, reference, exact), *best], inferred=True)
    if written.modifier == -1:
        spans = [span for span in spans if span[1] < reference][-1:]
    elif written.modifier == 1:
        spans = [span for span in spans if span[0] > reference][:1]
    else:
        spans = _nearest(spans, reference, exact or written.modifier == 0)
    return Readings(spans, inferred=True)


def _nearest(spans: Sequence[Span], reference: date, exact: bool) -> list[Span]:
    def cost(span: Span) -> int:
        if span[0] <= reference <= span[1]:
            return 0
        after = (span[0] - reference).days
        if after > 0:
            return after * (1 if exact else _FUTURE_COST)
        return (reference - span[1]).days

    return [min(spans, key=cost)] if spans else []


def as_written(written: Written, first: date | None) -> str:
    """Return a date in its own calendar, as ISO 8601 writes one: `1436-10-05`, `--10-05` without a year."""
    year = written.year
    if written.gregorian_year:
        year = year_of("hijri", first) if first else None
    if written.this_month:
        days = [written.day, *([written.last_day] if written.last_day else [])]
        return "/".join(f"---{day:02d}" for day in days)

    def one(number: int | None, month: int | None, of: int | None) -> str:
        parts = [f"{of:04d}" if of is not None else "-"]
        parts += [f"{part:02d}" for part in (month, number) if part is not None]
        return "-".join(parts)

    text = one(written.day, written.month, year)
    if written.last_day or written.last_month or written.last_year:
        text += "/" + one(
            written.last_day, written.last_month or written.month, written.last_year or year
        )
    return text


def near_weekday(expected: date, number: int, within: int) -> date | None:
    """Return the day of the week `number` nearest to `expected`, None where none is `within` so many days."""
    by = (number - expected.weekday() + 3) % 7 - 3
    return expected + timedelta(days=by) if abs(by) <= within else None
