"""Days on the command line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer

from musnad.commands.context import context
from musnad.errors import InputError
from musnad.readers.fields import parse_date

as_of_option = Annotated[
    str | None,
    typer.Option(metavar="DAY", help="As things stood at the end of this day (month, year)."),
]


def check_day(value: str | None) -> None:
    """Raise `InputError` for what is no date."""
    if value is not None:
        _parsed(value)


def moment(value: str) -> datetime:
    """Return the last moment of a day, month or year, or the point in time named (in the time zone of the settings).

    Raises `InputError` for what is no date.
    """
    at, precision = _parsed(value)
    if precision == "year":
        after = at.replace(year=at.year + 1)
    elif precision == "month":
        after = (at.replace(day=28) + timedelta(days=4)).replace(day=1)
    elif precision == "day":
        after = at + timedelta(days=1)
    else:
        return at
    return after - timedelta(microseconds=1)


def _parsed(value: str) -> tuple[datetime, str]:
    try:
        return parse_date(value, context.settings.zone)
    except ValueError:
        raise InputError(f'"{value}" is not a date: write it as 2026-01-31') from None
