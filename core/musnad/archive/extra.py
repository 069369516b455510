"""Unknown fields of a record, made to fit the one Elasticsearch field that holds them all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

MAX_DEPTH = 20
"""Objects within objects that a `flattened` field takes (`depth_limit` of the mapping)."""
MAX_PATH_BYTES = 8_000
"""All keys on the way to a value. With the value (cut off by `ignore_above`) they must stay below 32,766."""


CAPTURE = ("warc_date", "warc_record_id", "warc_truncated")
"""Keys that say when and how a page was fetched, nothing of the page: fetched again, it is the same article."""
MAX_NESTING = 100
"""Objects and lists within each other: what pydantic and Elasticsearch write and read with ease."""
_SURROGATES = re.compile("[\ud800-\udfff]")


def fit_extra(extra: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return `extra` such that Elasticsearch takes it, and one sentence for each thing that was changed.

    Objects too deep are kept as JSON text; keys too long or with a NUL in them are shortened or freed of
    it; half a surrogate pair, which no encoding can hold, becomes U+FFFD. Values of any size go in as
    they are: what is too long to be searched is still stored.
    """
    notes: dict[str, None] = {}
    fitted = _object(extra, 1, 1, 0, notes)
    return fitted, tuple(notes)


def _fit(value: Any, objects: int, levels: int, path: int, notes: dict[str, None]) -> Any:
    """Return `value`, which stands in `objects` objects and `levels` objects or lists."""
    if isinstance(value, str):
        return _sound(value, notes)
    if not isinstance(value, Mapping | list | tuple):
        return value
    if levels >= MAX_NESTING or (isinstance(value, Mapping) and objects >= MAX_DEPTH):
        notes[f'"extra" is nested deeper than {MAX_DEPTH} objects: the rest is kept as text'] = None
        return _sound(json.dumps(value, ensure_ascii=False, default=str), notes)
    if isinstance(value, Mapping):
        return _object(value, objects + 1, levels + 1, path, notes)
    return [_fit(item, objects, levels + 1, path, notes) for item in value]


def _object(
    value: Mapping[str, Any], objects: int, levels: int, path: int, notes: dict[str, None]
) -> dict[str, Any]:
    fitted: dict[str, Any] = {}
    for key, item in value.items():
        name = _key(key, MAX_PATH_BYTES - path, notes)
        while name in fitted:
            name += "_"
        here = path + len(name.encode()) + 1
        fitted[name] = _fit(item, objects, levels, here, notes)
    return fitted


def _key(key: str, room: int, notes: dict[str, None]) -> str:
    name = _sound(key, notes).replace("\0", "")
    raw = name.encode()
    if len(raw) > max(room, 1):
        name = raw[: max(room, 1)].decode("utf-8", "ignore") or "_"
        notes[f'a key of "extra" is longer than can be stored: {key[:40]!r}… is shortened'] = None
    elif "\0" in key:
        notes[f'a key of "extra" has a NUL in it, which cannot be stored: {key[:40]!r}'] = None
    return name


def _sound(text: str, notes: dict[str, None]) -> str:
    if not _SURROGATES.search(text):
        return text
    notes['"extra" has half a surrogate pair in it, kept as U+FFFD: mend the export'] = None
    return _SURROGATES.sub("\ufffd", text)
