"""The time zone in which the archive counts and shows days."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from musnad.model import Precision

UTC_NAME = "UTC"


def zone_of(name: str) -> tzinfo:
    """Return the time zone of an IANA name (`Asia/Baghdad`). Raises `ValueError` for one that does not fit.

    What is dated to the day is kept as midnight UTC, so west of UTC it would be counted with the day before: such
    zones are refused.
    """
    if name == UTC_NAME:
        return UTC
    try:
        zone = ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ValueError(
            f"there is no time zone {name!r}: write its IANA name, as Asia/Baghdad"
        ) from None
    year = datetime.now(UTC).year
    for month in (1, 7):
        at = datetime(year, month, 1, tzinfo=zone)
        offset = at.utcoffset()
        if offset is not None and offset.total_seconds() < 0:
            raise ValueError(
                f"{name} is west of UTC: articles dated to the day would be counted with the day before"
            )
    return zone


def local(at: datetime, zone: tzinfo) -> datetime:
    """Return a point in time (UTC where it names no zone) in `zone`."""
    known = at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        return known.astimezone(zone)
    except OverflowError:
        # Within hours of the years 1 and 9999.
        return known


def end_of(at: datetime, precision: Precision) -> datetime:
    """Return the last moment of the day, month or year that begins at `at`; `at` itself where it is more exact."""
    if precision not in ("day", "month", "year"):
        return at
    month = 12 if precision == "year" else at.month
    day = at.day if precision == "day" else monthrange(at.year, month)[1]
    # Not the moment before the next one begins: after the year 9999 none does.
    return at.replace(month=month, day=day, hour=23, minute=59, second=59, microsecond=999_999)
