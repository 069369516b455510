"""What differs between the records that the index of actors was filled with and those of today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from musnad.archive.documents import ActorDocument
from musnad.model import Actor, Alias

_NAMES = frozenset({"names", "aliases", "all_names"})
_SILENT = frozenset({"schema_version", "note", "identifiers", "former_ids", "all_names", "sounds"})
"""Fields that no mention depends on: an article is the same after they changed."""

_DERIVED = frozenset({"schema_version", "all_names", "sounds"})


@dataclass(frozen=True, slots=True)
class Change:
    """One record that was added, removed or changed."""

    old: ActorDocument | None
    new: ActorDocument | None

    @property
    def id(self) -> str:
        """Id of the record."""
        return self._one.id

    @property
    def name(self) -> str:
        """Its name, today's if there is one."""
        return self._one.name

    @property
    def _one(self) -> ActorDocument:
        record = self.new or self.old
        if record is None:
            raise ValueError("a change of no record")
        return record

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that differ; none for a record that is new or gone."""
        if self.old is None or self.new is None:
            return ()
        old, new = dict(self.old), dict(self.new)
        return tuple(field for field in new if old[field] != new[field])

    @property
    def matters(self) -> bool:
        """Whether what is found in an article may depend on it."""
        return not self.fields or bool(set(self.fields) - _SILENT)

    def keys(self) -> frozenset[Alias]:
        """Return the names that were added, removed or changed: all of them where another field changed."""
        old, new = _names(self.old), _names(self.new)
        if set(self.fields) <= _NAMES | _SILENT and self.fields:
            return old ^ new
        return old | new

    def told(self) -> str:
        """Return the change in a few words."""
        if self.old is None:
            return "new"
        if self.new is None:
            return "gone"
        gone = {alias.text for alias in _names(self.old)} - (texts := _texts(self.new))
        added = texts - _texts(self.old)
        parts = [f"+ «{text}»" for text in sorted(added)] + [f"− «{text}»" for text in sorted(gone)]
        others = [f for f in self.fields if f not in _NAMES | _DERIVED] or [
            "names" if not parts else ""
        ]
        return ", ".join([*parts, *(f"{field} changed" for field in others if field)])

    def probes(self) -> Iterator[Actor]:
        """Yield records with the changed names only, to search for: of the old one and of the new."""
        keys = self.keys()
        for record in (self.old, self.new):
            if record is not None:
                own = tuple(alias for alias in sorted(_names(record), key=_order) if alias in keys)
                if own:
                    values: dict[str, Any] = {"names": {}, "aliases": own}
                    yield record.model_copy(update=values)


def compare(old: Mapping[str, ActorDocument], new: Iterable[ActorDocument]) -> list[Change]:
    """Return what changed from the records `old` (by id) to `new`, in order of ids."""
    today = {record.id: record for record in new}
    return [
        Change(old.get(actor_id), today.get(actor_id))
        for actor_id in sorted(old.keys() | today.keys())
        if old.get(actor_id) != today.get(actor_id)
    ]


def _names(record: ActorDocument | None) -> frozenset[Alias]:
    if record is None:
        return frozenset()
    return frozenset(
        {Alias(text=text, kind="full") for text in record.names.values()} | {*record.aliases}
    )


def _texts(record: ActorDocument) -> set[str]:
    return {alias.text for alias in _names(record)}


def _order(alias: Alias) -> tuple[str, str]:
    return alias.text, alias.kind
