"""Which field of a record is which field of an article: the small TOML that `--fields FILE` names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from musnad.errors import SettingsError
from musnad.settings import PluginSettings

ALSO_READ: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "body": ("body", "text", "content"),
    "outlet": ("outlet", "source"),
    "byline": ("byline", "author"),
    "published_at": ("published_at", "date", "date_extracted"),
    "url": ("url",),
    "id": ("id",),
    "language": ("language",),
    "collection": ("collection",),
}
"""The names under which a field is read, the first one present wins (design §2, "As JSON")."""

Names = Annotated[
    tuple[str, ...] | None,
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
]


class Format(PluginSettings):
    """`[format]`: how the records stand in their file."""

    records: str | None = None
    """JSON: the name of the list of articles within an object, with dots for objects within objects."""
    columns: tuple[str, ...] | None = None
    """Tables: the names of the columns, for a file whose first line is a record already."""
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    """Tables: what stands between columns; without one it is seen from the first line."""
    quotes: bool = True
    """Tables: False where a quotation mark at the beginning of a cell is part of the text."""
    date_format: str | None = None
    """Of `published_at`, as of Python's strptime (`%d/%m/%Y`), for dates that are written in no known way."""
    character_references: bool = False
    """Read `&quot;` and `&#1605;` in titles and texts as the characters they stand for. (In HTML always.)"""


class FieldMap(PluginSettings):
    """`[plugins.readers.fields]`, or the file that `--fields` names.

    The names under which each field of an article is read, instead of those of `ALSO_READ`: one, or several
    of which the first one present wins. Dots lead into objects within objects (`publisher.name`).
    """

    title: Names = None
    body: Names = None
    outlet: Names = None
    byline: Names = None
    published_at: Names = None
    url: Names = None
    id: Names = None
    language: Names = None
    collection: Names = None
    defaults: Mapping[str, str] = Field(default_factory=dict)
    """What a field is where the record does not have it."""
    format: Format = Format()

    @cached_property
    def sources(self) -> Mapping[str, tuple[str, ...]]:
        """The names under which each field is read."""
        return {field: getattr(self, field) or names for field, names in ALSO_READ.items()}

    def model_post_init(self, context: Any) -> None:
        """Check the defaults. Raises `ValueError` for a field that articles do not have."""
        for field in self.defaults:
            if field not in ALSO_READ:
                raise ValueError(
                    f'defaults: articles have no field "{field}"; they have {", ".join(ALSO_READ)}'
                )


def load_fields(path: Path) -> FieldMap:
    """Return the field map of a TOML file. Raises `SettingsError` naming file and key."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    try:
        return FieldMap.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        what = f'"{key}": {first["msg"]}' if key else first["msg"]
        raise SettingsError(f"{path}: {what}; see docs/inputs.md") from error


def look_up_first(record: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, Any]:
    """Return the first of `names` that has a value, and the value; None where none has one."""
    for name in names:
        value = record.get(name)
        if value is None and "." in name:
            value = _look_up(record, name)
        if value is not None:
            return name, value
    return "", None


def _look_up(record: Mapping[str, Any], name: str) -> Any:
    """Return the value under keys with dots between them, None where there is none."""
    value: Any = record
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def without(record: dict[str, Any], name: str) -> None:
    """Take `name` (a key, or keys with dots between them) out of `record`, copying the objects on the way, never changing them."""
    if name in record:
        del record[name]
        return
    if "." not in name:
        return
    *way, last = name.split(".")
    for part in way:
        inner = record.get(part)
        if not isinstance(inner, Mapping):
            return
        record[part] = inner = dict(inner)
        record = inner
    record.pop(last, None)


DEFAULT_FIELDS = FieldMap()
