"""Data views: labels in both languages, links, and which fields come first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from musnad.errors import InputError
from musnad.kibana.fields import FieldUse
from musnad.kibana.source import Source, View

Json = dict[str, Any]
STAMP = "8.0.0"
"""`typeMigrationVersion` of data views in exports of Kibana 8.8 and later, 9.x among them."""


def data_view(
    source: Source, name: str, fields: Mapping[str, FieldUse], prefix: str, pages: str | None
) -> Json:
    """Return the data view `name` as a saved object.

    `pages`: URL of Musnad's reading page, where ids lead to it; without one they lead to Kibana's page of a single
    document. Raises `InputError` for a field that the index has not.
    """
    view = source.views[name]
    for field in (*view.popular, *view.links, *filter(None, [view.time])):
        if field not in fields:
            raise InputError(f'views.yaml: "{name}": there is no field "{field}" in {view.index}')
    return {
        "type": "index-pattern",
        "id": view_id(prefix, name),
        "attributes": {
            # The id of the alias as title, so that it is found where the index is not there yet.
            "title": f"{prefix}-{view.index}",
            "name": view_name(view, prefix),
            **({"timeFieldName": view.time} if view.time else {}),
            "fields": "[]",
            "fieldAttrs": _text(_attributes(source, view, fields)),
            "fieldFormatMap": _text(_formats(source, view, prefix, pages)),
            "runtimeFieldMap": "{}",
            "sourceFilters": _text([{"value": field} for field in view.hide]),
            "typeMeta": "{}",
            "allowNoIndex": True,
        },
        "references": [],
        "managed": False,
        "coreMigrationVersion": "8.8.0",
        "typeMigrationVersion": STAMP,
    }


def view_id(prefix: str, name: str) -> str:
    """Return the id of a data view: `musnad-articles`."""
    return f"{prefix}-{name}"


def view_name(view: View, prefix: str) -> str:
    """Return how a data view is called in Kibana; another archive on the same cluster names its prefix."""
    return str(view.name) if prefix == "musnad" else f"{view.name} ({prefix})"


def label_of(source: Source, field: FieldUse) -> str:
    """Return how a field is called in Kibana: its label, else its name."""
    label = field.name if field.label is None else str(field.label)
    if field.subfield is None:
        return label
    addition = source.subfields.get(field.subfield)
    return f"{label} ({addition or field.subfield})"


def _attributes(source: Source, view: View, fields: Mapping[str, FieldUse]) -> Json:
    attributes: dict[str, Json] = {}
    for name, field in fields.items():
        if field.label is not None:
            attributes[name] = {"customLabel": label_of(source, field)}
    for rank, name in enumerate(view.popular):
        # Discover lists the fields with the highest counts first, as "popular".
        attributes.setdefault(name, {})["count"] = len(view.popular) - rank
    return attributes


def _formats(source: Source, view: View, prefix: str, pages: str | None) -> Json:
    return {
        field: {"id": "url", "params": _link(source, target, prefix, pages)}
        for field, target in view.links.items()
    }


def _link(source: Source, target: str, prefix: str, pages: str | None) -> Json:
    """Return the parameters of a link; Kibana puts the value into `{{value}}`, encoded for URLs."""
    if target == "url":
        return {"type": "a"}
    if target in source.pages:
        page = source.pages[target]
        index = f"{prefix}-{source.views[page.view].index}"
        template = (
            f"{pages.rstrip('/')}/{page.path}"
            if pages
            else f"discover#/doc/{view_id(prefix, page.view)}/{index}?id={{{{value}}}}"
        )
        return {"type": "a", "urlTemplate": template, "labelTemplate": "{{value}}"}
    if "{{value}}" not in target:
        raise InputError(
            f'views.yaml: a link leads to "{target}": neither a page nor a URL with {{{{value}}}}'
        )
    return {"type": "a", "urlTemplate": target, "labelTemplate": "{{value}}"}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
