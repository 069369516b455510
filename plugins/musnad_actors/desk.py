"""Deciding: a change of the authority is tried on the records as they are now, and only then written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from musnad.model import Actor

from musnad_actors.authority import Authority, load_authority, starter_files
from musnad_actors.config import ActorsSettings
from musnad_actors.journal import Entry, Journal, Undone, append, new_id
from musnad_actors.replay import Impossible, carry_out, former_ids, in_force, replay


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who decides, and why."""

    who: str
    why: str

    def new(self) -> dict[str, Any]:
        """Return the fields that every entry has, for one that is made now."""
        at = datetime.now(UTC).replace(microsecond=0)
        return {"id": new_id(at), "at": at, "who": self.who, "why": self.why}


@dataclass(frozen=True, slots=True)
class Decided:
    """What was written down, and the authority after it."""

    entry: Entry
    before: Authority
    after: Authority


def files_only(settings: ActorsSettings) -> Authority:
    """Return the authority without its journal. Raises `AuthorityError`."""
    return load_authority(starter_files() if settings.starter else (), settings.files)


def decide(settings: ActorsSettings, make: Callable[[Authority], Entry]) -> Decided:
    """Write down the decision that `make` returns for the authority as it is, if it can be carried out.

    Nobody else decides meanwhile. Raises `Impossible` with the reason, `AuthorityError` for files with problems,
    `InputError` for a journal that cannot be written, and what `make` raises.
    """
    files = files_only(settings)
    outcome: list[Decided] = []

    def one(journal: Journal) -> Sequence[Entry]:
        records, problems = replay(files.records, journal)
        if problems:
            raise Impossible("\n".join(str(problem) for problem in problems))
        before = Authority(records, files.files)
        entry = make(before)
        changed = dict(records)
        carry_out(changed, entry, former_ids(changed.values()))
        outcome.append(Decided(entry, before, Authority(changed, files.files)))
        return [entry]

    append(settings.journal, one)
    return outcome[0]


def take_back(settings: ActorsSettings, entry_id: str, stamp: Stamp) -> Undone:
    """Write down that an earlier decision does not hold. Raises `Impossible` where later ones rest on it."""
    files = files_only(settings)

    def one(journal: Journal) -> Sequence[Undone]:
        target = next((entry for entry in journal.entries if entry.id == entry_id), None)
        if target is None:
            raise Impossible(f'there is no decision "{entry_id}" (see `musnad actors history`)')
        undo = Undone(**stamp.new(), undoes=entry_id, actor=getattr(target, "actor", ""))
        after = Journal(
            journal.path, (*journal.entries, undo), (*journal.lines, 0), journal.problems
        )
        if in_force(after.entries) == in_force(journal.entries):
            raise Impossible(f"decision {entry_id} is taken back already")
        _, before = replay(files.records, journal)
        _, problems = replay(files.records, after)
        told = {problem.line for problem in before}
        if new := [problem for problem in problems if problem.line not in told]:
            raise Impossible(f"later decisions rest on {entry_id}: {new[0].message}")
        return [undo]

    return append(settings.journal, one)[0]  # type: ignore[return-value]


def differences(before: Actor | None, after: Actor | None) -> list[str]:
    """Return in words what differs between two states of a record, one phrase for each change."""
    if before is None or after is None:
        return []
    told: list[str] = []
    for field in type(after).model_fields:
        old, new = getattr(before, field, None), getattr(after, field)
        if old == new or field == "id":
            continue
        if isinstance(new, tuple):
            old = old or ()
            told += [f"+ {_one(field)} {_shown(item)}" for item in new if item not in old]
            told += [f"− {_one(field)} {_shown(item)}" for item in old if item not in new]
        elif isinstance(new, dict):
            old = old or {}
            told += [
                f"{_one(field)} {key}: {_arrow(old.get(key), new.get(key))}"
                for key in dict.fromkeys([*old, *new])
                if old.get(key) != new.get(key)
            ]
        else:
            told.append(f"{field}: {_arrow(old, new)}")
    return told


def _one(field: str) -> str:
    return {"aliases": "alias", "former_ids": "merged id"}.get(field, field.removesuffix("s"))


def _shown(item: Any) -> str:
    return f"«{item.text}» ({item.kind})" if hasattr(item, "kind") else f"«{item}»"


def _arrow(old: object, new: object) -> str:
    if old is None:
        return f"{new}"
    return f"{old} → {'nothing' if new is None else new}"
