"""What an address asks for: checked, with a clear message for what does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import get_args

from flask import g, request

from musnad.model import Precision, Status
from musnad.readers.fields import parse_date
from musnad.timezone import end_of, local

PAGE_SIZE = 20
MOST_RESULTS = 10_000
"""Elasticsearch's `index.max_result_window`."""
MOST_PAGES = MOST_RESULTS // PAGE_SIZE - 1
LONGEST_TEXT = 500
MOST_VALUES = 20
STATUSES: tuple[str, ...] = get_args(Status)


class BadRequest(Exception):  # noqa: N818 - the name of the answer
    """A parameter does not fit; `key` and `values` are those of the message."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a search as they were typed."""

    text: str | None
    actors: tuple[str, ...]
    outlets: tuple[str, ...]
    cited: tuple[str, ...]
    statuses: tuple[str, ...]
    since: str | None
    until: str | None
    maybe: bool
    apart: bool
    page: int

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for at all."""
        return bool(
            self.text
            or self.actors
            or self.outlets
            or self.cited
            or self.statuses
            or self.since
            or self.until
        )


def asked() -> Asked:
    """Return what a search asks for. Raises `BadRequest`."""
    since, until = date("since"), date("until")
    if since and until and _moment(since) > _moment(until) and not until_covers(since, until):
        raise BadRequest("error.bad.order")
    return Asked(
        text=one("q", LONGEST_TEXT),
        actors=several("actor"),
        outlets=several("outlet"),
        cited=several("cited"),
        statuses=statuses(),
        since=since,
        until=until,
        maybe=request.args.get("maybe") == "1",
        apart=request.args.get("apart") == "1",
        page=page_number(),
    )


def one(name: str, most: int = 200) -> str | None:
    """Return a parameter without space around it, None where it is empty. Raises `BadRequest`."""
    value = request.args.get(name, "").replace("\0", "").strip()
    if len(value) > most:
        raise BadRequest("error.bad.long", name=name, most=most)
    return value or None


def several(name: str, most: int = 200) -> tuple[str, ...]:
    """Return all values of a parameter, each once. Raises `BadRequest`."""
    values = [v.replace("\0", "").strip() for v in request.args.getlist(name)]
    if any(len(value) > most for value in values):
        raise BadRequest("error.bad.long", name=name, most=most)
    found = tuple(dict.fromkeys(value for value in values if value))
    if len(found) > MOST_VALUES:
        raise BadRequest("error.bad.many", name=name, most=MOST_VALUES)
    return found


def statuses() -> tuple[str, ...]:
    """Return the statuses asked for. Raises `BadRequest` for one that there is not."""
    found = several("status")
    for value in found:
        if value not in STATUSES:
            raise BadRequest("error.bad.status", value=value)
    return found


def date(name: str) -> str | None:
    """Return a day, month or year as typed. Raises `BadRequest` for what is no date."""
    value = one(name)
    if value is not None:
        try:
            parse_date(value)
        except ValueError:
            raise BadRequest("error.bad.date", value=value) from None
    return value


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day, month or year at whose end things are looked at."""

    typed: str
    begins: datetime
    precision: Precision

    @property
    def ends(self) -> datetime:
        """Its last moment."""
        return end_of(self.begins, self.precision)


def as_of(zone: tzinfo) -> AsOf | None:
    """Return the day (month, year) of `as_of`, which begins and ends in `zone`. Raises `BadRequest` for none."""
    typed = date("as_of")
    return AsOf(typed, *parse_date(typed, zone)) if typed else None


def until_covers(since: str, until: str) -> bool:
    """Return whether the day, month or year `until` contains the point in time `since`."""
    last, precision = parse_date(until)
    at = local(parse_date(since)[0], last.tzinfo or UTC)
    if precision == "year":
        return at.year == last.year
    if precision == "month":
        return (at.year, at.month) == (last.year, last.month)
    return precision == "day" and at.date() == last.date()


def page_number(name: str = "page") -> int:
    """Return the page asked for, from 1 on. Raises `BadRequest`."""
    value = request.args.get(name, "1")
    number = _number(value)
    if number is None or not 1 <= number <= MOST_PAGES:
        raise BadRequest("error.bad.page", value=value[:40], most=MOST_PAGES)
    return number


def passed_over(most: int, name: str = "after") -> int:
    """Return how many are passed over, 0 where it is not said. Raises `BadRequest` for more than `most`."""
    value = request.args.get(name, "0")
    number = _number(value)
    if number is None or number > most:
        raise BadRequest("error.bad.after", value=value[:40], most=most)
    return number


def _number(value: str) -> int | None:
    """Return a number of up to nine digits, None for anything else."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else None


def choice(name: str, known: tuple[str, ...], message: str) -> str | None:
    """Return one of the values that are known, None where none is asked for. Raises `BadRequest`."""
    value = one(name)
    if value is not None and value not in known:
        raise BadRequest(message, value=value[:40])
    return value


def _moment(value: str) -> datetime:
    return parse_date(value)[0]


def reason(error: BadRequest) -> str:
    """Return the sentence for a reader."""
    return str(g.words(error.key, **error.values))
