"""Wikidata's JSON dumps (https://www.wikidata.org/wiki/Wikidata:Database_download): one entity a line, or one array.

People, bodies, states and places with an Arabic label are taken; type and country are told by data/wikidata.yaml and,
for countries, by the entities of states that came before (P297). Lines without an Arabic label are passed over before
they are parsed: they are most of a dump. Memory does not grow with the size of the dump.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import ijson
import yaml
from musnad.errors import InputError

from musnad_actors.exchange.found import Found, LeftOut, Refused, Wanted, named
from musnad_actors.exchange.streams import open_bytes

FILE = Path(__file__).parents[1] / "data" / "wikidata.yaml"
_ARABIC = re.compile(rb'"ar"\s*:\s*\{')
_NO_LABEL = "without an Arabic label"
_BETWEEN = frozenset({b"[", b"]", b""})
_NOTED = 300


@lru_cache(maxsize=1)
def tables() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Return (class -> type, class -> kind of outlet, country -> code), by Q-numbers."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    # What is said first wins: a state is a place, too.
    types: dict[str, str] = {}
    for kind, classes in data["types"].items():
        for one in classes:
            types.setdefault(one, kind)
    return types, data["outlet_kinds"], data["countries"]


def read(path: Path, wanted: Wanted) -> Iterator[Found | Refused | LeftOut]:
    """Yield what becomes of each entity of a dump. Raises `InputError` where it cannot be read."""
    reader = _Reader(wanted)
    with open_bytes(path) as stream:
        first = stream.read(1 << 16)
    if _is_by_lines(first):
        with open_bytes(path) as stream:
            for number, line in enumerate(stream, 1):
                whole = line.strip().rstrip(b",")
                if whole in _BETWEEN:
                    continue
                if not _ARABIC.search(whole):
                    yield LeftOut(_NO_LABEL)
                    continue
                try:
                    entity = json.loads(whole)
                except ValueError as error:
                    text = whole.decode("utf-8", "backslashreplace")
                    yield Refused(number, f"not valid JSON: {error}", text)
                else:
                    yield reader.one(number, entity)
        return
    with open_bytes(path) as stream:
        try:
            for number, entity in enumerate(_entities(stream, first), 1):
                yield reader.one(number, entity)
        except ijson.JSONError as error:
            raise InputError(f"{path}: not valid JSON: {error}") from error


def _is_by_lines(first: bytes) -> bool:
    """Tell whether each line is an entity: as in the dumps, not in an array printed otherwise."""
    for line in first.split(b"\n"):
        whole = line.strip().rstrip(b",")
        if whole in (b"[", b""):
            continue
        return whole.startswith(b'{"') and not whole.startswith(b'{"entities"')
    return True


def _entities(stream: BinaryIO, first: bytes) -> Iterator[Any]:
    if first.lstrip().startswith(b"{"):
        # As Special:EntityData gives it.
        yield from (entity for _, entity in ijson.kvitems(stream, "entities", use_float=True))
    else:
        yield from ijson.items(stream, "item", use_float=True)


class _Reader:
    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.types, self.kinds, countries = tables()
        self.countries = dict(countries)

    def one(self, line: int, entity: Any) -> Found | Refused | LeftOut:
        if not isinstance(entity, dict) or not isinstance(entity.get("id"), str):
            return Refused(line, 'no entity: expected {"id": "Q…", "labels": …}', entity)
        own = entity["id"]
        claims = entity.get("claims") or {}
        code = next(iter(_strings(claims, "P297")), None)
        if code:
            self.countries.setdefault(own, code.upper())
        label = _text(entity, "labels", "ar")
        if not own.startswith("Q") or label is None:
            return LeftOut(_NO_LABEL)
        classes = _items(claims, "P31")
        found = {self.types[one]: one for one in reversed(classes) if one in self.types}
        kind = next((kind for kind in self.types_in_order() if kind in found), None)
        if kind is None:
            return LeftOut("of another class")
        values: dict[str, Any] = {
            "id": own,
            "type": kind,
            **named(kind, _names(entity, label)),
            "country": code or self._country(claims, kind),
            "identifiers": {"wikidata": own, **_viaf(claims)},
            "note": (_text(entity, "descriptions", "ar") or "")[:_NOTED] or None,
        }
        if kind == "outlet":
            values["kind"] = self.kinds[found[kind]]
            hosts = (urlsplit(url).hostname or "" for url in _strings(claims, "P856"))
            values["domains"] = list(dict.fromkeys(h.removeprefix("www.") for h in hosts if h))
        reason = self.wanted.refuses(values)
        return LeftOut(reason) if reason else Found(line, values, own)

    def types_in_order(self) -> dict[str, None]:
        """Return the types, the more telling first: a city-state is a state, an army no mere organization."""
        return dict.fromkeys(self.types.values())

    def _country(self, claims: Mapping[str, Any], kind: str) -> str | None:
        for statement in ("P27", "P17") if kind == "person" else ("P17", "P495"):
            for one in _items(claims, statement):
                if one in self.countries:
                    return self.countries[one]
        return self.wanted.default_country


def _names(entity: Mapping[str, Any], label: str) -> Iterator[tuple[str, str]]:
    yield "ar", label
    english = _text(entity, "labels", "en")
    if english:
        yield "en", english
    for language in ("ar", "en"):
        for alias in (entity.get("aliases") or {}).get(language) or ():
            if isinstance(alias, dict) and isinstance(alias.get("value"), str):
                yield language, alias["value"]


def _text(entity: Mapping[str, Any], part: str, language: str) -> str | None:
    value = ((entity.get(part) or {}).get(language) or {}).get("value")
    return value if isinstance(value, str) and value.strip() else None


def _values(claims: Mapping[str, Any], statement: str) -> Iterator[Any]:
    """Yield the values of a statement, preferred ones first, deprecated ones never."""
    ranked = {"preferred": 0, "normal": 1}
    listed = [one for one in claims.get(statement) or () if one.get("rank", "normal") in ranked]
    for one in sorted(listed, key=lambda one: ranked[one.get("rank", "normal")]):
        snak = one.get("mainsnak") or {}
        if snak.get("snaktype", "value") == "value":
            yield (snak.get("datavalue") or {}).get("value")


def _items(claims: Mapping[str, Any], statement: str) -> list[str]:
    return [
        str(value.get("id") or f"Q{value.get('numeric-id')}")
        for value in _values(claims, statement)
        if isinstance(value, dict)
    ]


def _strings(claims: Mapping[str, Any], statement: str) -> list[str]:
    return [value for value in _values(claims, statement) if isinstance(value, str)]


def _viaf(claims: Mapping[str, Any]) -> dict[str, str]:
    found = _strings(claims, "P214")
    return {"viaf": found[0]} if found else {}
