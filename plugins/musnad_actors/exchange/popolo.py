"""Popolo (https://www.popoloproject.com/specs/): people and organizations with their memberships.

People become records of type person, organizations such of type organization; a membership says what a person is
part of (the body on behalf of which, as a party, before the body itself; the latest first). Areas, posts and events
are no actors.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from musnad.errors import InputError

from musnad_actors.exchange.found import Found, LeftOut, Refused, Wanted, named
from musnad_actors.ids import PREFIX, slug

_UUID = re.compile(r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.IGNORECASE)
_NO_NAMES = frozenset({"unknown", "independent", "n/a", "none", "غير معروف"})
"""Parties of those who have none."""


def read(path: Path, wanted: Wanted) -> Iterator[Found | Refused | LeftOut]:
    """Yield what becomes of each record of a Popolo file. Raises `InputError` where it is none."""
    try:
        text = path.read_text(encoding=wanted.encoding or "utf-8-sig")
        root = json.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start}): give its --encoding") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not valid JSON: {error.msg}") from error
    if not isinstance(root, dict) or not any(
        isinstance(root.get(key), list) for key in ("persons", "organizations")
    ):
        raise InputError(f'{path}: no Popolo: expected lists under "persons" and "organizations"')
    lines = _Lines(text)
    reader = _Reader(root, wanted)
    for kind, key in (("organization", "organizations"), ("person", "persons")):
        for record in root.get(key) or ():
            line = lines.of(record)
            if not isinstance(record, dict) or not isinstance(record.get("id"), str | int):
                yield Refused(line, f"{key}: without an id", record)
            else:
                yield reader.one(kind, record, line)


class _Reader:
    def __init__(self, root: Mapping[str, Any], wanted: Wanted) -> None:
        self.wanted = wanted
        self.bodies = {
            str(one["id"]): one
            for one in root.get("organizations") or ()
            if isinstance(one, dict) and one.get("id") and not _is_nobody(one.get("name"))
        }
        self.part_of: dict[str, str] = {}
        memberships = [m for m in root.get("memberships") or () if isinstance(m, dict)]
        for one in sorted(memberships, key=lambda m: str(m.get("end_date") or "9999")):
            for key in ("organization_id", "on_behalf_of_id"):
                if str(one.get(key)) in self.bodies:
                    self.part_of[str(one.get("person_id"))] = str(one[key])

    def one(self, kind: str, record: Mapping[str, Any], line: int) -> Found | Refused | LeftOut:
        source_id = str(record["id"])
        name = record.get("name")
        if not isinstance(name, str) or not name.strip():
            return Refused(line, "name: is missing", record)
        if _is_nobody(name):
            return LeftOut("bodies that stand for none («unknown»)")
        others = [
            (one.get("lang"), one["name"])
            for one in record.get("other_names") or ()
            if isinstance(one, dict) and isinstance(one.get("name"), str)
        ]
        values: dict[str, Any] = {
            "id": self.id_of(kind, source_id),
            "type": kind,
            **named(kind, [(None, name), *others]),
            "country": self.wanted.default_country,
            "identifiers": {
                **({"popolo": source_id} if _UUID.match(source_id) else {}),
                **_identifiers(record),
            },
        }
        if kind == "person":
            prefix = record.get("honorific_prefix")
            values["titles"] = [prefix] if isinstance(prefix, str) and prefix.strip() else []
            parent = self.part_of.get(source_id)
        else:
            parent = str(record.get("parent_id")) if record.get("parent_id") else None
        if parent in self.bodies and parent != source_id:
            values["part_of"] = self.id_of("organization", parent)
        reason = self.wanted.refuses(values)
        return LeftOut(reason) if reason else Found(line, values, source_id)

    def id_of(self, kind: str, source_id: str) -> str:
        """Return the id of ours: a UUID is unique anywhere, «legislature» in its file only."""
        own = source_id.lower() if _UUID.match(source_id) else slug(source_id.rpartition("/")[2])
        middle = [] if _UUID.match(source_id) else [slug(self.wanted.namespace)]
        return "-".join(part for part in (PREFIX[kind], *middle, own) if part)  # type: ignore[index]


def _is_nobody(name: object) -> bool:
    return not isinstance(name, str) or name.strip().casefold() in _NO_NAMES


def _identifiers(record: Mapping[str, Any]) -> dict[str, str]:
    return {
        slug(str(one["scheme"])): str(one["identifier"])
        for one in record.get("identifiers") or ()
        if isinstance(one, dict) and one.get("scheme") and one.get("identifier")
    }


class _Lines:
    """Where records stand in the text; they are asked for in any order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def of(self, record: object) -> int:
        own = record.get("id") if isinstance(record, dict) else record
        quoted = re.escape(json.dumps(own, ensure_ascii=False))
        match = re.search(rf'"id"\s*:\s*{quoted}', self._text)
        return bisect_left(self._ends, match.start()) + 1 if match else 1
