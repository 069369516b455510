"""Laying a journal over records: what each decision makes of them.

Decisions are kept as what was decided, not as its outcome, so that one that is undone simply does not take part:
the others give the same as if it had never been made. A decision that can no longer be carried out (its record
is gone from the files) is a problem that names the journal's line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from musnad.errors import MusnadError
from musnad.model import Actor, Alias

from musnad_actors.files import Problem
from musnad_actors.fold import ARABIC_LETTERS, fold
from musnad_actors.journal import Added, Edited, Entry, Journal, Merged, Split, Torn, Undone
from musnad_actors.records import checked

Records = dict[str, Actor]


class Impossible(MusnadError):  # noqa: N818 - says what is so, not that the program failed
    """A decision cannot be carried out on these records; says why."""


def in_force(entries: Iterable[Entry]) -> list[Entry]:
    """Return the decisions that hold, in order: those that nobody undid."""
    listed = list(entries)
    undone: set[str] = set()
    # The last word counts, so that an undone undo is found before what it undid.
    for entry in reversed(listed):
        if isinstance(entry, Undone) and entry.id not in undone:
            undone.add(entry.undoes)
    return [e for e in listed if not isinstance(e, Undone | Torn) and e.id not in undone]


def replay(records: Mapping[str, Actor], journal: Journal) -> tuple[Records, list[Problem]]:
    """Return the records with the journal's decisions carried out, and what could not be."""
    changed = dict(records)
    problems = list(journal.problems)
    former = former_ids(changed.values())
    for entry in in_force(journal.entries):
        try:
            carry_out(changed, entry, former)
        except Impossible as error:
            problems.append(
                Problem(
                    str(journal.path),
                    journal.line_of(entry.id),
                    None,
                    f"{entry.action} of {entry.at:%Y-%m-%d} by {entry.who}: {error}; mend the files, or take it "
                    f"back: musnad actors undo {entry.id}",
                )
            )
    return changed, problems


def former_ids(records: Iterable[Actor]) -> dict[str, str]:
    """Return where ids of merged records lead."""
    return {old: record.id for record in records for old in record.former_ids}


def carry_out(records: Records, entry: Entry, former: dict[str, str]) -> None:
    """Change `records` and `former` (merged ids, where they lead) as `entry` says. Raises `Impossible`."""
    if isinstance(entry, Added):
        _add(records, entry.actor, entry.record, former)
    elif isinstance(entry, Edited):
        _edit(records, entry, former)
    elif isinstance(entry, Merged):
        _merge(records, entry, former)
    elif isinstance(entry, Split):
        _split(records, entry, former)


def _the(records: Records, actor_id: str, former: Mapping[str, str]) -> Actor:
    record = records.get(former.get(actor_id, actor_id))
    if record is None:
        raise Impossible(f'there is no record "{actor_id}"')
    return record


def _add(
    records: Records, actor_id: str, values: Mapping[str, Any], former: Mapping[str, str]
) -> None:
    if actor_id in records:
        raise Impossible(f'there is a record "{actor_id}" already ({records[actor_id].name})')
    if actor_id in former:
        raise Impossible(f'"{actor_id}" was merged into "{former[actor_id]}": choose another id')
    records[actor_id] = _made({**values, "id": actor_id}, records, former)


def _edit(records: Records, entry: Edited, former: Mapping[str, str]) -> None:
    record = _the(records, entry.actor, former)
    values = as_values(record)
    for key, value in entry.values.items():
        values[key] = value
    for field, changes in (("names", entry.names), ("identifiers", entry.identifiers)):
        values[field] = _without_none({**values.get(field, {}), **changes})
    gone = set(entry.remove_aliases)
    values["aliases"] = [
        *(a for a in values.get("aliases", ()) if a["text"] not in gone
          and not any(a["text"] == new.text for new in entry.add_aliases)),
        *(alias.model_dump() for alias in entry.add_aliases),
    ]  # fmt: skip
    dropped = set(entry.remove_titles)
    titles = [*values.get("titles", ()), *entry.add_titles]
    values["titles"] = [title for title in dict.fromkeys(titles) if title not in dropped]
    records[record.id] = _made(values, records, former)


def _merge(records: Records, entry: Merged, former: dict[str, str]) -> None:
    kept = _the(records, entry.actor, former)
    other = records.get(entry.other)
    if other is None:
        raise Impossible(f'there is no record "{entry.other}"')
    if kept.id == other.id:
        raise Impossible(f'"{other.id}" is the same record')
    if kept.type != other.type:
        raise Impossible(
            f'"{kept.id}" is of type {kept.type}, "{other.id}" of type {other.type}: only records of one type '
            "can be one actor (change a type with `musnad actors edit --type`)"
        )
    values = as_values(kept)
    values["names"] = {**other.names, **kept.names}
    values["identifiers"] = {**other.identifiers, **kept.identifiers}
    known = {*kept.names.values(), *(alias.text for alias in kept.aliases)}
    own = [
        Alias(text=text, kind="full" if _is_arabic(text) else "transliteration")
        for text in other.names.values()
    ]
    values["aliases"] = [
        *values.get("aliases", ()),
        *(a.model_dump() for a in [*own, *other.aliases]
          if a.text not in known and a.text not in values["names"].values()),
    ]  # fmt: skip
    values["titles"] = list(dict.fromkeys([*kept.titles, *other.titles]))
    for field in ("country", "part_of", "valid_from", "valid_to", "note"):
        if values.get(field) is None and (value := getattr(other, field)) is not None:
            values[field] = value
    if values.get("part_of") in (kept.id, other.id):
        del values["part_of"]
    values["former_ids"] = [*kept.former_ids, other.id, *other.former_ids]
    del records[other.id]
    for old in (other.id, *other.former_ids):
        former[old] = kept.id
    records[kept.id] = _made(values, records, former)
    for record in list(records.values()):
        if record.part_of == other.id:
            records[record.id] = record.model_copy(update={"part_of": kept.id})


def _split(records: Records, entry: Split, former: dict[str, str]) -> None:
    record = _the(records, entry.actor, former)
    if former.get(entry.other) == record.id:
        # A merged record comes back under its own id.
        del former[entry.other]
    new = dict(entry.record)
    taken = {*new.get("names", {}).values(), *(a["text"] for a in new.get("aliases", ()))}
    values = as_values(record)
    names = {code: name for code, name in record.names.items() if name not in taken}
    if not names:
        raise Impossible(f'"{record.id}" would have no name left')
    values["names"] = names
    values["aliases"] = [a for a in values.get("aliases", ()) if a["text"] not in taken]
    identifiers = new.get("identifiers", {})
    values["identifiers"] = {k: v for k, v in record.identifiers.items() if identifiers.get(k) != v}
    values["former_ids"] = [old for old in record.former_ids if old != entry.other]
    _add(records, entry.other, new, former)
    records[record.id] = _made(values, records, former)


def as_values(record: Actor) -> dict[str, Any]:
    """Return a record as an authority file gives it: plain JSON, without what is empty."""
    return {
        key: value
        for key, value in record.model_dump(mode="json").items()
        if value not in (None, [], {}, False)
    }


def _made(values: Mapping[str, Any], records: Records, former: Mapping[str, str]) -> Actor:
    """Return the record of these values, checked like one of a file."""
    values = {key: value for key, value in values.items() if value not in (None, [], {})}
    record, problems = checked(values)
    if record is None:
        raise Impossible(
            "; ".join(f"{p.field}: {p.message}" if p.field else p.message for p in problems)
        )
    target = record.part_of
    if target == record.id:
        raise Impossible("part_of: a record is no part of itself")
    if target is not None and target not in records:
        if target not in former:
            raise Impossible(f'part_of: there is no record "{target}"')
        record = record.model_copy(update={"part_of": former[target]})
    return record


def _without_none(values: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in values.items() if value is not None}


def _is_arabic(text: str) -> bool:
    return any(character in ARABIC_LETTERS for character in fold(text))


def touched(entry: Entry) -> Sequence[str]:
    """Return the ids of the records that an entry is about."""
    ids = [getattr(entry, "actor", None), getattr(entry, "other", None)]
    return [actor_id for actor_id in ids if actor_id]
