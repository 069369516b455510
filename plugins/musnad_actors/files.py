"""Reading authority files: YAML, JSON, JSON Lines and CSV, each record with the lines it stands on.

YAML and JSON hold a list of records, or a table with the one key `actors`, `outlets` or `records` that
holds the list. JSON Lines holds one record a line. CSV has a header line with the columns

    id, type, name_ar, name_en (name_<language>), aliases, titles, country, part_of, wikidata, identifiers,
    valid_from, valid_to, note, former_ids, and for outlets: kind, domains, needs_context

where `aliases`, `titles`, `domains`, `identifiers` and `former_ids` separate their items by `|` (one that belongs to
an item is written `\\|`), an alias may say its kind before a colon: `short:حفتر|kunya:أبو صدام|Haftar` (without one
it is `full`), and an identifier says its scheme (`viaf:123`). Empty cells are left out.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml
from musnad.model import AliasKind

Path_ = tuple[str | int, ...]
"""Where in a record: field name, then keys or numbers of items."""
_ROOTS = ("actors", "outlets", "records")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_KINDS = frozenset(get_args(AliasKind))
_LISTS = frozenset({"aliases", "titles", "domains", "former_ids"})
CSV_COLUMNS = (
    "id", "type", "aliases", "titles", "country", "part_of", "wikidata", "identifiers",
    "valid_from", "valid_to", "note", "former_ids", "kind", "domains", "needs_context",
)  # fmt: skip
"""Beside `name_<language>`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an authority file that a person has to mend."""

    file: str
    line: int | None
    field: str | None
    message: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return (
            f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"
        )


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as the file gives it, not checked yet."""

    file: str
    line: int
    values: dict[str, Any]
    line_of: Callable[[Path_], int]
    """Returns the line on which a field (or an item of it) stands; the record's own line if unknown."""


class UnreadableFile(Exception):  # noqa: N818 - carries a problem, is no error of the program
    """The file as a whole cannot be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_records(path: Path) -> Iterator[RawRecord | Problem]:
    """Yield the records of a file, and a problem for each that is no record.

    Raises `UnreadableFile` where nothing of it can be read.
    """
    name = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UnreadableFile(Problem(name, None, None, "no such file")) from None
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            Problem(name, None, None, f"not UTF-8 (byte {error.start}): save the file as UTF-8")
        ) from error
    except OSError as error:
        raise UnreadableFile(
            Problem(name, None, None, f"cannot be read: {error.strerror}")
        ) from error
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(
            Problem(
                name, None, None, f"unknown file type: use one of {', '.join(sorted(_READERS))}"
            )
        )
    return reader(name, text)


# YAML.


def _read_yaml(file: str, text: str) -> Iterator[RawRecord | Problem]:
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise UnreadableFile(
            Problem(file, line, None, f"not valid YAML: {error.problem}")
        ) from error
    except yaml.YAMLError as error:
        raise UnreadableFile(Problem(file, None, None, f"not valid YAML: {error}")) from error
    if root is None:
        return
    if isinstance(root, yaml.MappingNode):
        keys = [key.value for key, _ in root.value]
        if len(keys) != 1 or keys[0] not in _ROOTS:
            raise UnreadableFile(Problem(file, 1, None, _NO_LIST))
        root = root.value[0][1]
    if not isinstance(root, yaml.SequenceNode):
        raise UnreadableFile(Problem(file, 1, None, _NO_LIST))
    for node in root.value:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            yield Problem(
                file, line, None, "not a record: expected fields such as `id:` and `type:`"
            )
            continue
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                yield Problem(file, key.start_mark.line + 1, key.value, "this field is given twice")
            seen.add(key.value)
        yield RawRecord(file, line, _yaml_value(node), _yaml_lines(node))


_NO_LIST = (
    "expected a list of records (each item starting with `- id:`), or one of the keys actors, outlets, "
    "records with that list"
)


def _yaml_value(node: yaml.Node) -> Any:
    """Return a node's value with all scalars as text: `NO` is Norway, not false; the model converts."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _yaml_value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_yaml_value(item) for item in node.value]
    plain = isinstance(node, yaml.ScalarNode) and node.style is None
    return None if plain and node.value in _NULLS else node.value


def _yaml_lines(record: yaml.MappingNode) -> Callable[[Path_], int]:
    def line_of(path: Path_) -> int:
        node: yaml.Node = record
        line = int(record.start_mark.line)
        for part in path:
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == str(part)), None)
                if pair is None:
                    break
                line, node = pair[0].start_mark.line, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
                if part >= len(node.value):
                    break
                node = node.value[part]
                line = node.start_mark.line
            else:
                break
        return line + 1

    return line_of


# JSON and JSON Lines.


def _read_json(file: str, text: str) -> Iterator[RawRecord | Problem]:
    decoder = json.JSONDecoder()
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            Problem(file, error.lineno, None, f"not valid JSON: {error.msg} (column {error.colno})")
        ) from error
    if isinstance(whole, dict):
        if len(whole) != 1 or next(iter(whole)) not in _ROOTS:
            raise UnreadableFile(Problem(file, 1, None, _NO_LIST))
        whole = next(iter(whole.values()))
    if not isinstance(whole, list):
        raise UnreadableFile(Problem(file, 1, None, _NO_LIST))
    # Read again item by item, because only so the place of each record is known.
    at = text.index("[") + 1
    for item in whole:
        while text[at] in " \t\r\n,":
            at += 1
        _, end = decoder.raw_decode(text, at)
        yield _json_record(file, item, text[at:end], text.count("\n", 0, at) + 1)
        at = end


def _read_jsonl(file: str, text: str) -> Iterator[RawRecord | Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except json.JSONDecodeError as error:
            yield Problem(file, number, None, f"not valid JSON: {error.msg} (column {error.colno})")
            continue
        yield _json_record(file, item, line, number)


def _json_record(file: str, item: Any, text: str, line: int) -> RawRecord | Problem:
    if not isinstance(item, dict):
        return Problem(file, line, None, 'not a record: expected {"id": …, "type": …, …}')

    def line_of(path: Path_) -> int:
        at = 0
        for part in path:
            if isinstance(part, str):
                found = text.find(json.dumps(part, ensure_ascii=False), at)
                if found < 0:
                    break
                at = found
        return line + text.count("\n", 0, at)

    return RawRecord(file, line, item, line_of)


# CSV.


def _read_csv(file: str, text: str) -> Iterator[RawRecord | Problem]:
    reader = csv.reader(io.StringIO(text))
    header = [cell.strip() for cell in next(reader, [])]
    unknown = [column for column in header if not is_csv_column(column)]
    if unknown or "id" not in header or "type" not in header:
        message = (
            f'unknown column "{unknown[0]}"' if unknown else "the header line must name id and type"
        )
        raise UnreadableFile(
            Problem(
                file,
                1,
                unknown[0] if unknown else None,
                f"{message}; columns: id, type, name_ar, name_en, aliases, titles, country, part_of, "
                "wikidata, identifiers, valid_from, valid_to, note, former_ids, kind, domains, needs_context",
            )
        )
    line = reader.line_num
    try:
        for row in reader:
            first, line = line + 1, reader.line_num
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                yield Problem(
                    file, first, None, f"{len(row)} cells in a table of {len(header)} columns"
                )
                continue
            yield RawRecord(file, first, csv_values(header, row), lambda _, at=first: at)  # type: ignore[misc]
    except csv.Error as error:
        yield Problem(file, reader.line_num, None, f"not valid CSV: {error}")


def is_csv_column(name: str) -> bool:
    """Tell whether a CSV authority file may have this column."""
    return name in CSV_COLUMNS or (name.startswith("name_") and len(name) > len("name_"))


def csv_values(header: Sequence[str], row: Sequence[str]) -> dict[str, Any]:
    """Return the values of a row, as the other formats give them."""
    values: dict[str, Any] = {"names": {}}
    for column, cell in zip(header, row, strict=True):
        cell = cell.strip()
        if not cell:
            continue
        if column.startswith("name_"):
            values["names"][column[5:]] = cell
        elif column == "wikidata":
            values.setdefault("identifiers", {})["wikidata"] = cell
        elif column == "identifiers":
            pairs = (item.partition(":") for item in csv_items(cell))
            values.setdefault("identifiers", {}).update({k.strip(): v.strip() for k, _, v in pairs})
        elif column == "aliases":
            values["aliases"] = [parse_alias(item) for item in csv_items(cell)]
        elif column in _LISTS:
            values[column] = csv_items(cell)
        else:
            values[column] = cell
    return values


_BAR = re.compile(r"(?<!\\)\|")


def csv_items(cell: str) -> list[str]:
    """Return the items of a cell, which `|` separates."""
    return [item.strip().replace(r"\|", "|") for item in _BAR.split(cell)]


def parse_alias(item: str) -> dict[str, str]:
    """Return the alias that `short:حفتر` means; without a kind before it, a name is a full one."""
    kind, colon, name = item.partition(":")
    if colon and kind.strip() in _KINDS:
        return {"text": name.strip(), "kind": kind.strip()}
    if colon and kind.strip().isascii() and kind.strip().islower():
        # Meant as a kind, but none: let the model name the field and what there is.
        return {"text": name.strip(), "kind": kind.strip()}
    return {"text": item, "kind": "full"}


_READERS: dict[str, Callable[[str, str], Iterator[RawRecord | Problem]]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".json": _read_json,
    ".jsonl": _read_jsonl,
    ".csv": _read_csv,
}
