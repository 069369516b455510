"""From a record's fields to an article."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any

from musnad.archive.extra import fit_extra
from musnad.dates import FIRST_YEAR, LAST_YEAR
from musnad.model import Article, Precision, Source, article_id
from musnad.readers.fieldmap import DEFAULT_FIELDS, FieldMap, look_up_first, without

LONGEST_ID = 512
"""Characters; `Article.id` takes no more."""
_TEXTS = frozenset({"title", "body", "outlet", "byline"})
_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})")
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")


_PRECISIONS: tuple[tuple[tuple[str, ...], Precision], ...] = (
    (("%S", "%c", "%X", "%T"), "second"),
    (("%H", "%I", "%M"), "minute"),
    (("%d", "%j", "%x"), "day"),
    (("%m", "%b", "%B"), "month"),
)


class BadField(ValueError):  # noqa: N818 - says what the record has
    """A field whose value cannot be used; the message names it."""


def parse_date(value: str, zone: tzinfo = UTC) -> tuple[datetime, Precision]:
    """Return the point in time that a metadata field names, in `zone` where it names none, and how exact.

    Reads ISO 8601, `2015-07-21 02:51:32`, `2015/07/21`, a month, a year, and the dates of mail and RSS.
    Raises `ValueError` for anything else.
    """
    value = value.strip()
    if _YEAR.fullmatch(value):
        return datetime(int(value), 1, 1, tzinfo=zone), "year"
    if match := _MONTH.fullmatch(value):
        return datetime(int(match[1]), int(match[2]), 1, tzinfo=zone), "month"
    if match := _DAY.fullmatch(value):
        return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=zone), "day"
    iso = value.replace("/", "-")
    with suppress(ValueError):
        # «20260115», and the days of numbered weeks.
        return datetime.combine(date.fromisoformat(iso), time(tzinfo=zone)), "day"
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        try:
            when = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            raise ValueError(f"{value!r} is not a date") from None
    seconds: Precision = "second" if value.count(":") > 1 or "T" not in value else "minute"
    return (when if when.tzinfo else when.replace(tzinfo=zone)), seconds


def _date(value: str, written: str | None) -> tuple[datetime, Precision]:
    if written is None:
        return parse_date(value)
    try:
        when = datetime.strptime(value.strip(), written)
    except ValueError:
        return parse_date(value)
    precision: Precision = next(
        (how for mark, how in _PRECISIONS if any(m in written for m in mark)), "year"
    )
    return (when if when.tzinfo else when.replace(tzinfo=UTC)), precision


def make_article(
    record: Mapping[str, Any],
    source: Source,
    collection: str | None = None,
    fields: FieldMap = DEFAULT_FIELDS,
) -> tuple[Article, tuple[str, ...]]:
    """Return the article of a record, and what did not fit (each one sentence naming the field).

    A field of the wrong kind that an article can do without is kept in `extra` and reported; raises
    `BadField` for a title or body that is no text, for a record with neither, and for text that no
    encoding can hold.
    """
    rest = dict(record)
    references = fields.format.character_references
    problems: list[str] = []
    values: dict[str, Any] = {}
    for field, names in fields.sources.items():
        name, value = look_up_first(rest, names)
        if value is None:
            for name in names:
                without(rest, name)
            continue
        if (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and field in {"id", "title"}
        ):
            value = str(value)
        if not isinstance(value, str):
            if field in {"title", "body", "id"}:
                raise BadField(f'field "{name}" must be text, not {type(value).__name__}')
            problems.append(f'field "{name}" must be text, not {type(value).__name__}: left out')
            continue
        without(rest, name)
        values[field] = html.unescape(value) if references and field in _TEXTS else value
    for field, value in fields.defaults.items():
        if not values.get(field, "").strip():
            values[field] = value
    title, body = values.pop("title", ""), values.pop("body", "")
    if not title.strip() and not body.strip():
        raise BadField('there is neither a "title" nor a "body" with text in it')
    published: datetime | None = None
    precision: Precision | None = None
    raw = values.pop("published_at", None)
    if raw is not None and raw.strip():
        try:
            when, how = _date(raw, fields.format.date_format)
            if not FIRST_YEAR <= when.year <= LAST_YEAR:
                # «0001-01-01», «9999-12-31»: what programs write for a date that nobody knows.
                raise ValueError
            published, precision = when, how
        except ValueError:
            problems.append(f'field "published_at": {raw[:60]!r} is not a date: left out')
            rest["published_at"] = raw
    given = values.pop("id", None)
    if given is not None and len(given) > LONGEST_ID:
        raise BadField(f'field "id" has {len(given)} characters: {LONGEST_ID} are the most')
    try:
        extra, notes = fit_extra(rest)
        problems.extend(notes)
        (title + body + "".join(values.values())).encode()
        article = Article(
            id=given
            or article_id(
                outlet=values.get("outlet"),
                url=values.get("url"),
                title=title,
                body=body,
                published_at=published,
            ),
            title=title,
            body=body,
            published_at=published,
            published_precision=precision,
            published_source="metadata" if published else None,
            source=source,
            extra=extra,
            **{"collection": collection, **values},
        )
    except RecursionError:
        raise BadField("an unknown field is nested too deep to be kept: flatten it") from None
    except UnicodeEncodeError as error:
        raise BadField(
            f"there is half a surrogate pair (U+{ord(error.object[error.start]):04X}) in the text: mend the "
            "export that wrote it"
        ) from None
    return article, tuple(problems)
