"""Reads claims to look for: JSON Lines, compressed or not, each line with `id` and `text`."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from musnad.errors import InputError
from musnad.matching import ClaimText

ALSO_READ = {"id": ("id", "claim_id"), "text": ("text", "claim")}
"""The names under which a field is read, the first one present wins; other fields are left alone."""


def read_claim_texts(path: Path) -> list[ClaimText]:
    """Return the claims of a file, in its order.

    Raises `InputError` naming file and line for what cannot be read, a missing field, and an id given twice.
    """
    found: dict[str, ClaimText] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        claim = _claim(line, f"{path}, line {number}")
        if claim.id in found:
            raise InputError(
                f'{path}, line {number}: claim "{claim.id}" is on line {lines[claim.id]} too: ids must be unique'
            )
        found[claim.id], lines[claim.id] = claim, number
    if not found:
        raise InputError(
            f"{path}: holds no claims: each line must be a JSON object with id and text"
        )
    return list(found.values())


def _lines(path: Path) -> Iterable[str]:
    try:
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
        return data.decode("utf-8-sig").split("\n")
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}: convert it first") from None
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None


def _claim(line: str, place: str) -> ClaimText:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: not valid JSON: {error}") from None
    if not isinstance(row, dict):
        raise InputError(f"{place}: must be a JSON object, not {type(row).__name__}")
    return ClaimText(id=_text(row, "id", place), text=_text(row, "text", place))


def _text(row: dict[str, Any], field: str, place: str) -> str:
    value = next((row[name] for name in ALSO_READ[field] if row.get(name) is not None), None)
    if field == "id" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f'{place}: field "{field}" must be text that is not empty')
    return value
