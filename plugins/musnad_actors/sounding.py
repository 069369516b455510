"""The names of an authority by how they sound: for questions in another script or spelling."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence

from musnad.model import Actor
from musnad.sounds import sound_keys

from musnad_actors.patterns import Entry, names_of

_FIELDS = 2
"""Numbers of an entry: record, name in the record."""


class SoundTable:
    """All names of some records by their sound keys (see `musnad.sounds`)."""

    def __init__(
        self, records: Sequence[Actor], keys: bytes, starts: bytes, entries: bytes
    ) -> None:
        """Take what `compiled` made; the keys are only read when something is asked."""
        self._records = records
        self._sections = (keys, starts, entries)
        self._numbers: dict[str, int] | None = None
        self._starts, self._entries = array("I"), array("I")

    @classmethod
    def compiled(cls, records: Iterable[Actor]) -> SoundTable:
        """Return the table of these records' names."""
        listed = list(records)
        found: dict[str, dict[tuple[int, int], None]] = {}
        for number, record in enumerate(listed):
            for place, (text, kind) in enumerate(names_of(record)):
                if kind not in ("title", "acronym"):
                    for key in sound_keys(text):
                        found.setdefault(key, {})[number, place] = None
        starts, flat = array("I", [0]), array("I")
        for entries in found.values():
            for entry in entries:
                flat.extend(entry)
            starts.append(len(flat) // _FIELDS)
        return cls(listed, json.dumps(list(found)).encode(), starts.tobytes(), flat.tobytes())

    def keys(self) -> dict[str, int]:
        """Return all sound keys, with their numbers."""
        if self._numbers is None:
            keys, starts, entries = self._sections
            self._starts.frombytes(starts)
            self._entries.frombytes(entries)
            self._numbers = {key: number for number, key in enumerate(json.loads(keys))}
        return self._numbers

    def named(self, key: str) -> Iterator[Entry]:
        """Yield the names with this sound key."""
        number = self.keys().get(key)
        if number is None:
            return
        for i in range(self._starts[number], self._starts[number + 1]):
            record = self._records[self._entries[_FIELDS * i]]
            text, kind = names_of(record)[self._entries[_FIELDS * i + 1]]
            yield Entry(record.id, text, kind, record.type)

    def sections(self) -> list[bytes]:
        """Return all of the table but the records, as the constructor takes it."""
        return list(self._sections)

    @classmethod
    def from_sections(cls, records: Sequence[Actor], sections: Sequence[bytes]) -> SoundTable:
        """Return the table that `sections` was made of. Raises `ValueError` for what is no such table."""
        keys, starts, entries = sections
        return cls(records, keys, starts, entries)
