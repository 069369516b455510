"""Tables for spreadsheets: CSV that a spreadsheet program can neither misread nor be made to run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

BOM = "\ufeff"
"""First character of a CSV file: without it Excel takes Arabic in UTF-8 for another encoding."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with: spreadsheet programs run it (OWASP, "CSV Injection")."""
_LISTED = " | "


def csv_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return `rows` as CSV with a header, in the order of `columns`; lists are joined by « | ».

    Text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    return "".join(csv_lines(columns, rows))


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the same row by row, for any number of them."""
    yield BOM + _csv_row(columns)
    for row in rows:
        yield _csv_row([cell(row.get(column)) for column in columns])


def _csv_row(cells: Sequence[Any]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(cells)
    return stream.getvalue()


def cell(value: Any) -> str | int | float:
    """Return one value as it may stand in a cell."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        value = _LISTED.join(str(item) for item in value)
    text = str(value)
    return f"'{text}" if text.lstrip(" \n\ufeff").startswith(_FORMULA) else text
