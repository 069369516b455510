"""Writing records: as authority files (JSON Lines, YAML, CSV) and as FollowTheMoney entities."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

import yaml
from musnad.errors import InputError
from musnad.exports.ftm import entities
from musnad.model import Actor

from musnad_actors.exchange import tables
from musnad_actors.replay import as_values

Writer = Callable[[Iterable[Actor], TextIO], None]


def _jsonl(records: Iterable[Actor], stream: TextIO) -> None:
    for record in records:
        stream.write(json.dumps(as_values(record), ensure_ascii=False) + "\n")


def _yaml(records: Iterable[Actor], stream: TextIO) -> None:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    for record in records:
        # One at a time: a dump of all would hold all in memory.
        yaml.dump(
            [as_values(record)], stream, dumper, allow_unicode=True, sort_keys=False, width=120
        )


def _csv(records: Iterable[Actor], stream: TextIO) -> None:
    csv.writer(stream, lineterminator="\n").writerows(tables.rows(records))


def _ftm(records: Iterable[Actor], stream: TextIO) -> None:
    for entity in entities(records):
        stream.write(json.dumps(entity, ensure_ascii=False) + "\n")


FILES: dict[str, Writer] = {".jsonl": _jsonl, ".yaml": _yaml, ".yml": _yaml, ".csv": _csv}
FORMATS: dict[str, Writer] = {"jsonl": _jsonl, "yaml": _yaml, "csv": _csv, "ftm": _ftm}


def writer(path: Path) -> Writer:
    """Return what writes an authority file of this name. Raises `InputError` for a type that is none."""
    found = FILES.get(path.suffix.lower())
    if found is None:
        raise InputError(
            f"{path}: unknown type of authority file: use one of {', '.join(sorted(FILES))}"
        )
    return found
