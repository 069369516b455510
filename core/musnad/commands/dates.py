"""Days on the command line."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from musnad.commands.context import context
from musnad.errors import InputError
from musnad.model import Precision
from musnad.readers.fields import parse_date
from musnad.timezone import end_of

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
    return end_of(*_parsed(value))


def _parsed(value: str) -> tuple[datetime, Precision]:
    try:
        return parse_date(value, context.settings.zone)
    except ValueError:
        raise InputError(f'"{value}" is not a date: write it as 2026-01-31') from None
