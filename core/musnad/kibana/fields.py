"""The fields of an index as Kibana sees them: leaves of the mapping, with what each can be used for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from musnad.archive.mappings import index_body
from musnad.kibana.source import Text
from musnad.plugins import Plugins

Kind = Literal["string", "number", "date", "boolean"]
_KINDS: Mapping[str, Kind] = {
    "keyword": "string",
    "text": "string",
    "flattened": "string",
    "date": "date",
    "boolean": "boolean",
}
_NUMBERS = ("long", "integer", "short", "byte", "float", "double", "half_float")


@dataclass(frozen=True, slots=True)
class FieldUse:
    """What Kibana can do with a field."""

    name: str
    type: str
    """Elasticsearch's: `keyword`."""
    label: Text | None
    searchable: bool
    aggregatable: bool
    """Can be counted by: has doc values, and is not inside of a nested object."""
    subfield: str | None = None
    """`fold`, where this is `actor_names.fold`."""

    @property
    def kind(self) -> Kind:
        """Return Kibana's word for the type."""
        return "number" if self.type in _NUMBERS else _KINDS.get(self.type, "string")


def fields_of(index: str, plugins: Plugins) -> dict[str, FieldUse]:
    """Return the fields of `articles` (or another index) by name, with those of the plugins."""
    properties = index_body(index, plugins)["mappings"]["properties"]
    return {field.name: field for field in _leaves(properties, "", nested=False)}


def _leaves(properties: Mapping[str, Any], path: str, *, nested: bool) -> Iterator[FieldUse]:
    for key, definition in properties.items():
        if definition.get("enabled") is False:
            continue
        name = f"{path}{key}"
        inside = nested or definition.get("type") == "nested"
        if "properties" in definition:
            yield from _leaves(definition["properties"], f"{name}.", nested=inside)
        if definition.get("type", "object") in ("object", "nested"):
            continue
        field = _field(name, definition, nested=inside)
        yield field
        for sub, more in definition.get("fields", {}).items():
            yield _field(f"{name}.{sub}", more, nested=inside, of=field, subfield=sub)


def _field(
    name: str,
    definition: Mapping[str, Any],
    *,
    nested: bool,
    of: FieldUse | None = None,
    subfield: str | None = None,
) -> FieldUse:
    meta = definition.get("meta") or {}
    label = of.label if of else None
    if "label" in meta:
        label = Text(en=meta["label"], ar=meta.get("label_ar", meta["label"]))
    kind = definition["type"]
    has_values = kind != "text" and definition.get("doc_values", True) is not False
    # What is not indexed is searched by its doc values, slowly.
    searchable = definition.get("index", True) is not False or (has_values and kind != "flattened")
    return FieldUse(name, kind, label, searchable, has_values and not nested, subfield)
