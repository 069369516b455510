"""What all readers do with a record once they have its fields."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from musnad.components import BYTES_AS_SURROGATES, Record, Rejected
from musnad.errors import InputError
from musnad.model import Source
from musnad.readers.fieldmap import DEFAULT_FIELDS, FieldMap
from musnad.readers.fields import BadField, make_article


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: `label` for people (file, line or number), `end` where reading goes on after it."""

    source: Source
    label: str
    end: int
    raw: bytes
    """The record whole, for the dead letter; empty where it is too long to be kept."""

    @classmethod
    def of(cls, file: str, position: int, end: int, raw: bytes, label: str = "") -> Place:
        """Return the place of the record `raw`, which begins at `position` of `file`."""
        source = Source(file=file, position=position, sha256=hashlib.sha256(raw).hexdigest())
        return cls(source, label or file, end, raw)

    def rejected(self, code: str, message: str) -> Rejected:
        """Return this record rejected; `message` says why, without the place."""
        raw = self.raw.decode("utf-8", BYTES_AS_SURROGATES)
        return Rejected(self.source, code, f"{self.label}: {message}", raw, self.end)


def to_record(
    values: Mapping[str, Any],
    place: Place,
    fields: FieldMap = DEFAULT_FIELDS,
    problems: tuple[str, ...] = (),
) -> Record | Rejected:
    """Return the record with these field values, rejected where they make no article."""
    try:
        article, more = make_article(values, place.source, fields=fields)
    except (BadField, InputError) as error:
        return place.rejected("bad_field", str(error))
    except ValueError as error:
        return place.rejected("bad_field", str(error).split("\n")[0])
    return Record(article, place.end, (*problems, *more))
