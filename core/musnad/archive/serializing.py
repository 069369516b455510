"""How bodies of requests become JSON and answers objects: by what pydantic has for it, faster than the client's own."""

from __future__ import annotations

from typing import Any

from elasticsearch.serializer import (
    CompatibilityModeJsonSerializer,
    CompatibilityModeNdjsonSerializer,
    JsonSerializer,
    NdjsonSerializer,
    Serializer,
)
from pydantic_core import from_json, to_json


class _Fast(JsonSerializer):
    def json_dumps(self, data: Any) -> bytes:
        try:
            return to_json(data)
        except (ValueError, TypeError):
            # Half a surrogate pair, an object that it does not know: as the client does it, or says why not.
            return super().json_dumps(data)

    def json_loads(self, data: bytes) -> Any:
        try:
            # Values are not worth remembering: ids and texts do not come again.
            return from_json(data, cache_strings="keys")
        except ValueError:
            return super().json_loads(data)


class _Json(_Fast):
    pass


class _Ndjson(_Fast, NdjsonSerializer):
    pass


class _CompatibleJson(_Fast, CompatibilityModeJsonSerializer):
    pass


class _CompatibleNdjson(_Fast, CompatibilityModeNdjsonSerializer):
    pass


def serializers() -> dict[str, Serializer]:
    """Return what an `Elasticsearch` client takes as `serializers`, by content type."""
    kinds = (_Json, _Ndjson, _CompatibleJson, _CompatibleNdjson)
    return {kind.mimetype: kind() for kind in kinds}
