"""Names of actors and outlets in the language of the page, asked for together."""

from __future__ import annotations

from collections.abc import Iterable

from musnad.archive.documents import ActorDocument
from musnad.archive.read import ArchiveReader


class Names:
    """The records of actors that one page needs. Methods raise `ArchiveError`."""

    def __init__(self, reader: ArchiveReader, language: str) -> None:
        self.reader = reader
        self.language = language
        self.records: dict[str, ActorDocument | None] = {}

    def load(self, ids: Iterable[str | None]) -> None:
        """Fetch the records of all these ids at once."""
        wanted = sorted({i for i in ids if i and len(i) <= 200} - self.records.keys())
        found = self.reader.actors(wanted)
        self.records |= {key: found.get(key) for key in wanted}

    def record(self, identifier: str | None) -> ActorDocument | None:
        """Return the record with this id, None where there is none."""
        if identifier and identifier not in self.records:
            self.load([identifier])
        return self.records.get(identifier or "")

    def of(self, identifier: str | None, fallback: str | None = None) -> str:
        """Return the name to show: in the page's language, else as it stands elsewhere, else the id."""
        record = self.record(identifier)
        if record is None:
            return fallback or identifier or ""
        return record.names.get(self.language) or record.name

    def kind(self, identifier: str | None) -> str | None:
        """Return the type of an actor."""
        record = self.record(identifier)
        return record.type if record else None
