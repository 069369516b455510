"""A document as the JSON text that is sent to Elasticsearch.

Workers make it, so that the writing process passes on bytes: objects of a million articles made, sent between processes and
written as JSON there would be most of its work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Packed:
    """A document: its id, and the whole of it as UTF-8 JSON."""

    id: str
    json: bytes

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Packed:
        """Pack a document with an `id`; values may be models. Raises `ValueError` for what no JSON can hold."""
        return cls(document["id"], to_json(document))

    def read(self) -> Json:
        """Return the document as plain objects."""
        document: Json = from_json(self.json)
        return document

    def changed(self, values: Mapping[str, Any]) -> Packed:
        """Return it with other values of some of its fields, and new fields."""
        return Packed.of({**self.read(), **values}) if values else self
