"""Tables for spreadsheets: CSV that a spreadsheet program can neither misread nor be made to run."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

BOM = "\ufeff"
"""First character of a CSV file: without it Excel takes Arabic in UTF-8 for another encoding."""
_FORMULA = ("=", "+", "-", "@")
"""What a cell must not begin with, nor in other widths («＝»): spreadsheet programs run it (OWASP, "CSV Injection")."""
_BLANK = ("\t", "\r")
"""Nor these, which some programs drop, and run what follows."""
_PART = re.compile(r"([;\t\r\n](?:[^\S\t\r\n]|\ufeff)*)(?=(\S))")
"""Where another cell begins for programs that part them by semicolons or tabs too, and where another row does."""
_QUOTED = re.compile(r'[,;\t\r\n"]')
_BEGIN = re.compile(r"[\s\ufeff]*(\S?)")
_LISTED = " | "


def csv_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return `rows` as CSV with a header, in the order of `columns`; lists are joined by « | ».

    Text that a spreadsheet would take for a formula gets an apostrophe before it, also within a cell behind a
    semicolon or tab.
    """
    return "".join(csv_lines(columns, rows))


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the same row by row, for any number of them."""
    yield BOM + _csv_row(columns)
    for row in rows:
        yield _csv_row([cell(row.get(column)) for column in columns])


def _csv_row(cells: Sequence[Any]) -> str:
    return ",".join(_quoted(str(one)) for one in cells) + "\r\n"


def _quoted(text: str) -> str:
    # More than RFC 4180 asks (and `csv.writer` does): programs are set to part cells by semicolons or tabs too.
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def cell(value: Any) -> str | int | float:
    """Return one value as it may stand in a cell."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        value = _LISTED.join(str(item) for item in value)
    text = str(value)
    safe = _PART.sub(lambda at: f"{at[1]}'" if _runs(at[2]) else at[1], text)
    return f"'{safe}" if text.startswith(_BLANK) or _runs(text) else safe


def _runs(text: str) -> bool:
    """Return whether a spreadsheet would take it for a formula."""
    begin = _BEGIN.match(text)
    return begin is not None and unicodedata.normalize("NFKC", begin[1]).startswith(_FORMULA)
