"""CSV: any table with a header line, and the columns of our own CSV authority files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from musnad.errors import InputError
from musnad.model import Actor, Outlet

from musnad_actors.exchange.found import Found, LeftOut, Refused, Wanted
from musnad_actors.exchange.streams import open_text
from musnad_actors.files import CSV_COLUMNS, csv_values, is_csv_column

_SNIFFED = 64 * 1024


def read(path: Path, wanted: Wanted) -> Iterator[Found | Refused | LeftOut]:
    """Yield what becomes of each row; columns that mean nothing to us are passed over.

    Raises `InputError` where no column holds a name.
    """
    with open_text(path, wanted.encoding) as stream:
        rows = csv.reader(stream, delimiter=_delimiter(path, wanted))
        try:
            header = [cell.strip() for cell in next(rows, [])]
            ours = {column: field for field, column in wanted.columns.items()}
            for column in ours:
                if column not in header:
                    raise InputError(
                        f'{path}:1: there is no column "{column}": {", ".join(header)}'
                    )
            fields = [ours.get(cell, cell if is_csv_column(cell) else "") for cell in header]
            if not any(field.startswith("name_") for field in fields):
                raise InputError(
                    f"{path}:1: no column holds a name: name one with --column name_ar=COLUMN "
                    f"(there are {', '.join(header)})"
                )
            last = rows.line_num
            for row in rows:
                first, last = last + 1, rows.line_num
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) != len(header):
                    yield Refused(
                        first, f"{len(row)} cells in a table of {len(header)} columns", row
                    )
                    continue
                yield _one(first, fields, row, wanted)
        except csv.Error as error:
            raise InputError(f"{path}:{rows.line_num}: not valid CSV: {error}") from error


def unknown_columns(path: Path, wanted: Wanted) -> list[str]:
    """Return the columns of a table that are passed over."""
    with open_text(path, wanted.encoding) as stream:
        header = next(csv.reader(stream, delimiter=_delimiter(path, wanted)), [])
    taken = set(wanted.columns.values())
    return [c.strip() for c in header if c.strip() not in taken and not is_csv_column(c.strip())]


def _delimiter(path: Path, wanted: Wanted) -> str:
    """Return what parts the cells: spreadsheets write `;` or tabs in many languages."""
    with open_text(path, wanted.encoding) as stream:
        line = stream.readline(_SNIFFED)
    return max(",;\t", key=line.count)


def _one(line: int, fields: list[str], row: list[str], wanted: Wanted) -> Found | Refused | LeftOut:
    pairs = [(field, cell) for field, cell in zip(fields, row, strict=True) if field]
    values = csv_values([field for field, _ in pairs], [cell for _, cell in pairs])
    if not values["names"]:
        return Refused(line, "name: is missing", row)
    values.setdefault("type", wanted.default_type)
    if "country" in values:
        values["country"] = values["country"].upper()
    elif wanted.default_country:
        values["country"] = wanted.default_country
    reason = wanted.refuses(values)
    return LeftOut(reason) if reason else Found(line, values, str(values.get("id") or ""))


def rows(records: Iterable[Actor]) -> Iterator[list[str]]:
    """Yield the header and a row for each record: a CSV authority file that says the same."""
    listed = list(records)
    languages = dict.fromkeys(["ar", "en", *(code for r in listed for code in r.names)])
    outlets = any(isinstance(record, Outlet) for record in listed)
    columns = [
        column
        for column in CSV_COLUMNS
        if outlets or column not in ("kind", "domains", "needs_context")
    ]
    at = columns.index("type") + 1
    header = [*columns[:at], *(f"name_{code}" for code in languages), *columns[at:]]
    yield header
    for record in listed:
        yield [_cell(record, column) for column in header]


def _cell(record: Actor, column: str) -> str:
    if column.startswith("name_"):
        return record.names.get(column[5:], "")
    if column == "aliases":
        # A full name that looks like `kind:name` says its kind, too.
        return _items(
            a.text if a.kind == "full" and ":" not in a.text else f"{a.kind}:{a.text}"
            for a in record.aliases
        )
    if column == "wikidata":
        return record.identifiers.get("wikidata", "")
    if column == "identifiers":
        return _items(f"{k}:{v}" for k, v in record.identifiers.items() if k != "wikidata")
    value: Any = getattr(record, column, None)
    if isinstance(value, tuple):
        return _items(value)
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value)


def _items(items: Iterable[str]) -> str:
    return "|".join(item.replace("|", r"\|") for item in items)
