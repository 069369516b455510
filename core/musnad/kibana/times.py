"""Time ranges in Kibana's date math, and the intervals that it parts them into."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta
from typing import Any

from musnad.errors import InputError

_MATH = re.compile(r"now(?:([+-])(\d+)([yMwdhm]))?(?:/([yMwd]))?")
_STEPS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_TARGET = 50
"""Intervals that Kibana aims at (its setting `histogram:barTarget`)."""
_DAY = 86_400.0
_INTERVALS = (
    (365 * _DAY, {"calendar_interval": "1y"}),
    (21 * _DAY, {"calendar_interval": "1M"}),
    (7 * _DAY, {"calendar_interval": "1w"}),
    (_DAY, {"calendar_interval": "1d"}),
    (6 * 3600.0, {"fixed_interval": "12h"}),
    (2 * 3600.0, {"fixed_interval": "3h"}),
    (0.0, {"fixed_interval": "30m"}),
)
"""From so many seconds an interval on: what `auto` becomes (Kibana's calc_auto_interval, its finer steps left out)."""


def resolve(math: str, now: datetime, *, end: bool = False) -> datetime:
    """Return the moment that `now-7d/d` means; at the `end` of a range rounding goes up. Raises `InputError`."""
    match = _MATH.fullmatch(math)
    if match is None:
        raise InputError(
            f'"{math}" is no time that the pack may use: write it as now, now-10y, now-7d/d'
        )
    sign, count, unit, rounded = match.groups()
    moment = now
    if count:
        moment = _moved(moment, int(count) * (1 if sign == "+" else -1), unit)
    if not rounded:
        return moment
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if rounded == "w":
        # Kibana's weeks start on Sunday.
        start -= timedelta(days=(start.weekday() + 1) % 7)
    elif rounded in "yM":
        start = start.replace(day=1, month=1 if rounded == "y" else start.month)
    return _moved(start, 1, rounded) - timedelta(milliseconds=1) if end else start


def _moved(moment: datetime, count: int, unit: str) -> datetime:
    if unit in _STEPS:
        return moment + timedelta(**{_STEPS[unit]: count})
    months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def auto_interval(start: datetime, end: datetime) -> dict[str, Any]:
    """Return the interval of a date histogram over a range, as Elasticsearch takes it."""
    seconds = (end - start).total_seconds() / _TARGET
    return dict(next(interval for least, interval in _INTERVALS if seconds >= least))
