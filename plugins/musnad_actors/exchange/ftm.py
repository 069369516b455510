"""FollowTheMoney (https://followthemoney.tech): entities as JSON lines, and the simple CSV of OpenSanctions.

| FollowTheMoney | ours |
|---|---|
| Person | person |
| Organization, Company, PublicBody, LegalEntity | organization |
| Territory | state |
| Address | place |
| name, alias | names, aliases of the kinds full, kunya, transliteration |
| weakAlias, abbreviation | aliases of the kinds short, acronym |
| position (of a person) | alias of the kind title |
| title | titles |
| country, nationality, jurisdiction | country (the first with two letters) |
| wikidataId; idNumber with a scheme before a colon | identifiers |
| Membership, Employment, Directorship | part_of |
| referents | former_ids |
| notes | note |

What FollowTheMoney has no place for goes into `keywords` (`musnad:armed_group`); languages, other kinds of aliases,
and the dates of offices are lost.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from musnad.exports.ftm import KEYWORD

from musnad_actors.exchange.found import Found, LeftOut, Refused, Wanted, is_arabic, named
from musnad_actors.exchange.streams import open_text
from musnad_actors.ids import slug

SCHEMATA = {
    "Person": "person",
    "Organization": "organization",
    "Company": "organization",
    "PublicBody": "organization",
    "LegalEntity": "organization",
    "Territory": "state",
    "Address": "place",
}
_EDGES = {
    "Membership": ("member", "organization"),
    "Employment": ("employee", "employer"),
    "Directorship": ("director", "organization"),
}
_BODIES = frozenset({"Organization", "Company", "PublicBody", "LegalEntity"})
_COUNTRIES = ("country", "nationality", "citizenship", "jurisdiction", "mainCountry")


def read(path: Path, wanted: Wanted) -> Iterator[Found | Refused | LeftOut]:
    """Yield what becomes of each entity of a file. Raises `InputError` where it cannot be read."""
    if ".csv" in path.suffixes:
        yield from _read_csv(path, wanted)
        return
    part_of, bodies = _edges(path, wanted)
    for number, line in _lines(path, wanted):
        try:
            entity = json.loads(line)
        except json.JSONDecodeError as error:
            yield Refused(number, f"not valid JSON: {error.msg} (column {error.colno})", line)
            continue
        if not isinstance(entity, dict) or not isinstance(entity.get("schema"), str):
            yield Refused(
                number, 'no entity: expected {"id": …, "schema": …, "properties": …}', line
            )
            continue
        if entity["schema"] not in SCHEMATA:
            yield LeftOut(f"schema {entity['schema']}")
            continue
        yield _one(number, entity, part_of, bodies, wanted)


def _lines(path: Path, wanted: Wanted) -> Iterator[tuple[int, str]]:
    with open_text(path, wanted.encoding) as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield number, line.rstrip("\n")


def _edges(path: Path, wanted: Wanted) -> tuple[dict[str, str], set[str]]:
    """Return who is part of what, and which entities are bodies: entities may stand in any order."""
    part_of: dict[str, str] = {}
    bodies: set[str] = set()
    for _, line in _lines(path, wanted):
        if not any(f'"{schema}"' in line for schema in (*_EDGES, *_BODIES)):
            continue
        try:
            entity = json.loads(line)
            schema, properties = entity["schema"], entity.get("properties", {})
            if schema in _BODIES:
                bodies.add(entity["id"])
            elif schema in _EDGES:
                member, body = (_ids(properties.get(name)) for name in _EDGES[schema])
                for one in member:
                    if body:
                        part_of.setdefault(one, body[0])
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    return part_of, bodies


def _ids(values: Any) -> list[str]:
    """Return the ids of entities in a property: plain, or nested whole."""
    listed = values if isinstance(values, list) else [values]
    return [str(one.get("id")) if isinstance(one, dict) else str(one) for one in listed if one]


def _one(
    line: int,
    entity: Mapping[str, Any],
    part_of: Mapping[str, str],
    bodies: set[str],
    wanted: Wanted,
) -> Found | Refused | LeftOut:
    source_id = str(entity.get("id") or "")
    if not source_id:
        return Refused(line, "id: is missing", entity)
    properties = entity.get("properties")
    if not isinstance(properties, dict):
        return Refused(line, "properties: are missing", entity)

    def values_of(*names: str) -> list[str]:
        found: list[str] = []
        for name in names:
            value = properties.get(name) or []
            listed = value if isinstance(value, list) else [value]
            found += [str(one) for one in listed if isinstance(one, str | int | float)]
        return found

    keywords = values_of("keywords")
    kind = next(
        (k.removeprefix(KEYWORD) for k in keywords if k.startswith(KEYWORD)),
        SCHEMATA[str(entity["schema"])],
    )
    names = values_of("name") or values_of("full") or [str(entity.get("caption") or "")]
    # Arabic first: it is what articles are searched for.
    names.sort(key=lambda name: not is_arabic(name))
    record: dict[str, Any] = {
        "id": record_id(source_id),
        "type": kind,
        **named(kind, [(None, name) for name in [*names, *values_of("alias")]]),
        "titles": values_of("title"),
        "country": _country(values_of(*_COUNTRIES)) or wanted.default_country,
        "identifiers": _identifiers(values_of("wikidataId"), values_of("idNumber")),
        "note": " ".join(values_of("notes")) or None,
        "former_ids": [record_id(str(one)) for one in entity.get("referents") or ()
                       if one != source_id],
    }  # fmt: skip
    if not record["names"]:
        return Refused(line, "name: is missing", entity)
    weak = [*((text, "short") for text in values_of("weakAlias")),
            *((text, "acronym") for text in values_of("abbreviation")),
            *((text, "title") for text in (values_of("position") if kind == "person" else ()))]  # fmt: skip
    known = {*record["names"].values(), *(alias["text"] for alias in record["aliases"])}
    record["aliases"] += [
        {"text": text.strip(), "kind": weak_kind}
        for text, weak_kind in dict(weak).items()
        if text.strip() and text not in known
    ]
    body = part_of.get(source_id)
    if body in bodies and body != source_id:
        record["part_of"] = record_id(str(body))
    reason = wanted.refuses(record)
    return LeftOut(reason) if reason else Found(line, record, source_id)


def record_id(source_id: str) -> str:
    """Return an id of ours for an entity's: the same wherever it can be one."""
    allowed = source_id.isascii() and all(c.isalnum() or c in "._:-" for c in source_id)
    return source_id if allowed and source_id[:1].isalnum() else f"ftm-{slug(source_id)}"


def _country(codes: Iterable[str]) -> str | None:
    return next((code.upper() for code in codes if len(code) == 2 and code.isalpha()), None)


def _identifiers(wikidata: list[str], numbers: list[str]) -> dict[str, str]:
    found = {"wikidata": wikidata[0]} if wikidata else {}
    for number in numbers:
        scheme, colon, value = number.partition(":")
        if colon and scheme.isidentifier():
            found.setdefault(scheme, value)
    return found


def _read_csv(path: Path, wanted: Wanted) -> Iterator[Found | Refused | LeftOut]:
    """Yield what becomes of each row of `targets.simple.csv`."""
    with open_text(path, wanted.encoding) as stream:
        rows = csv.DictReader(stream)
        for row in rows:
            schema = row.get("schema") or ""
            if schema not in SCHEMATA:
                yield LeftOut(f"schema {schema}")
                continue
            entity = {
                "id": row.get("id"),
                "schema": schema,
                "properties": {
                    "name": [row.get("name") or ""],
                    "alias": [a.strip() for a in (row.get("aliases") or "").split(";")],
                    "country": [c.strip() for c in (row.get("countries") or "").split(";")],
                },
            }
            yield _one(rows.line_num, entity, {}, set(), wanted)
