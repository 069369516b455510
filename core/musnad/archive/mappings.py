"""The mapping files, and what the plugins add to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from musnad.errors import PluginError
from musnad.plugins import Plugins

INDICES = (
    "articles",
    "statements",
    "claims",
    "copies",
    "reviews",
    "actors",
    "decisions",
    "runs",
)
MAPPING_META = "musnad_mapping"
"""Key under `_meta` of an index: the hash of the mapping it was made with."""


def mappings_folder() -> Traversable:
    """Return the folder of the mapping files: inside the package (wheel) or beside it (checkout)."""
    packaged = files("musnad").joinpath("mappings")
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[3] / "mappings"


def load(name: str) -> dict[str, Any]:
    """Return the file `<name>.json` of the mappings folder."""
    content: dict[str, Any] = json.loads(
        mappings_folder().joinpath(f"{name}.json").read_text(encoding="utf-8")
    )
    return content


def index_body(name: str, plugins: Plugins) -> dict[str, Any]:
    """Return settings and mappings of index `name`, with the fields of the plugins in it.

    Raises `PluginError` for a plugin's fragment that is no mapping.
    """
    body = load(name)
    body["settings"] = {**load("analysis"), **body["settings"]}
    if name == "articles":
        body["mappings"]["properties"]["ext"]["properties"] = _ext(plugins)
    body["mappings"]["_meta"] = {MAPPING_META: mapping_hash(body)}
    return body


def mapping_hash(body: Mapping[str, Any]) -> str:
    """Return a hash of settings and properties."""
    relevant = {"settings": body["settings"], "properties": body["mappings"]["properties"]}
    return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()[:16]


def _ext(plugins: Plugins) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for plugin, fragment in plugins.fields().items():
        for field, definition in fragment.items():
            if not isinstance(definition, Mapping) or not (
                "type" in definition or "properties" in definition
            ):
                raise PluginError(
                    f'plugin "{plugin}": musnad_fields: field "{field}" is no mapping (give it a "type")'
                )
        properties[plugin] = {"dynamic": "strict", "properties": dict(fragment)}
    return properties


def used_analysis(
    analysis: Mapping[str, Any], properties: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return of the `analysis` settings what the fields of `properties` make use of, by kind and name.

    A change of anything else changes nothing that an index holds.
    """
    found: dict[str, dict[str, Any]] = {}

    def take(kind: str, name: object) -> None:
        definition = analysis.get(kind, {}).get(name)
        # What is not defined here is Elasticsearch's own, and the same for all.
        if isinstance(name, str) and definition is not None and name not in found.get(kind, {}):
            found.setdefault(kind, {})[name] = definition
            for part in ("char_filter", "tokenizer", "filter", "filters"):
                named = definition.get(part, ())
                for one in [named] if isinstance(named, str) else named:
                    # `filters` are those of a multiplexer.
                    take(part.removesuffix("s"), one)

    def walk(fields: Mapping[str, Any]) -> None:
        for field in fields.values():
            for key in ("analyzer", "search_analyzer", "search_quote_analyzer"):
                take("analyzer", field.get(key))
            take("normalizer", field.get("normalizer"))
            walk(field.get("properties", {}))
            walk(field.get("fields", {}))

    walk(properties)
    return found


def with_kept_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `properties` of `new` with those that only `old` has: of a plugin that is off, say."""
    together = dict(new)
    for field, definition in old.items():
        if field not in together:
            together[field] = definition
        elif "properties" in definition and "properties" in together[field]:
            inner = with_kept_fields(definition["properties"], together[field]["properties"])
            together[field] = {**together[field], "properties": inner}
    return together


def changes(
    old: Mapping[str, Any], new: Mapping[str, Any], path: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    """Yield (field, old definition, new definition) for each difference between two `properties`.

    An old definition of None is an addition. Fields that only the old one has are no difference: they
    stay (of a plugin that is off, say). Labels and `ignore_above` may change freely.
    """
    for field, definition in new.items():
        name = f"{path}{field}"
        before = old.get(field)
        if before is None:
            yield name, None, definition
            continue
        # Elasticsearch lets these be changed in place.
        skip = {"properties", "fields", "meta", "ignore_above"}
        mine = {k: v for k, v in definition.items() if k not in skip}
        theirs = {k: v for k, v in before.items() if k not in skip}
        # Elasticsearch leaves out `type: object` and gives every number and boolean back as it likes.
        for side in (mine, theirs):
            if side.get("type") == "object":
                side.pop("type")
        if _plain(mine) != _plain(theirs):
            yield name, theirs, mine
        yield from changes(
            before.get("properties", {}), definition.get("properties", {}), f"{name}."
        )
        yield from changes(before.get("fields", {}), definition.get("fields", {}), f"{name}.")


def _plain(definition: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value).lower() for key, value in definition.items()}
