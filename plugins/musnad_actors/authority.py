"""The authority: who there is. Loaded from files, checked, with errors that name file, line and field.

    authority = load_authority(starter_files(), [Path("our-actors.yaml")], journal=Path("actors.journal.jsonl"))

Each argument is a *set* of files: an id may stand only once in a set; a record of a later set replaces the
whole record of the same id in an earlier one. Over them the journal lays what people decided by command.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from musnad.errors import MusnadError
from musnad.model import Actor

from musnad_actors import cache
from musnad_actors.files import Problem, RawRecord, UnreadableFile, read_records
from musnad_actors.journal import read_journal
from musnad_actors.records import check, did_you_mean
from musnad_actors.replay import former_ids, replay

DATA = Path(__file__).parent / "data"
_SHOWN = 5
_KEPT = 4


class AuthorityError(MusnadError):
    """Authority files have problems; the message shows the first few, `problems` has all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = "\n".join(str(problem) for problem in self.problems[:_SHOWN])
        rest = len(self.problems) - _SHOWN
        more = f"\n… and {rest} more: run `musnad actors validate FILE…`" if rest > 0 else ""
        super().__init__(shown + more)


@dataclass(frozen=True)
class Authority:
    """All records by id, in the order of the files."""

    records: Mapping[str, Actor] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    """What it was read from, the journal last, where there is one."""

    @cached_property
    def former(self) -> Mapping[str, str]:
        """Ids of merged records, and where they lead."""
        return former_ids(self.records.values())

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Actor]:
        return iter(self.records.values())

    def __contains__(self, actor_id: object) -> bool:
        return actor_id in self.records

    def get(self, actor_id: str) -> Actor | None:
        """Return the record with this id, or the one that it was merged into; None where there is none."""
        return self.records.get(self.former.get(actor_id, actor_id))


def starter_files() -> tuple[Path, ...]:
    """Return the files of the authority that ships with this plugin."""
    return tuple(sorted((DATA / "authority").glob("*.yaml")))


def load_authority(
    *sets: Sequence[Path], known: Collection[str] = (), journal: Path | None = None
) -> Authority:
    """Return the records of all sets of files; a later set adds to and overrides the earlier ones.

    `known` names ids of records elsewhere that `part_of` may point to (outlets know the actors). What the
    `journal` has (no file: nothing) is laid over the records.
    Raises `AuthorityError` with all problems.
    """
    files = tuple(path for paths in sets for path in paths)
    records = _of_files(sets, known)
    if journal is None:
        return Authority(records, files)
    decided = read_journal(journal)
    records, problems = replay(records, decided)
    if problems:
        raise AuthorityError(problems)
    return Authority(records, (*files, journal) if decided.entries else files)


def _of_files(sets: Sequence[Sequence[Path]], known: Collection[str]) -> dict[str, Actor]:
    # What `known` names is not in the files, so that their content alone does not tell what is wrong.
    key = None if known else cache.key_of(sets)
    if key is not None and (kept := _remembered.get(key) or cache.load(key)) is not None:
        _remember(key, kept)
        return dict(kept)
    records, problems = _read(sets, known)
    if problems:
        raise AuthorityError(problems)
    # Asked again, because a file may have been changed while it was read.
    if key is not None and cache.key_of(sets) == key:
        cache.store(key, records)
        _remember(key, records)
    return records


_remembered: dict[str, Mapping[str, Actor]] = {}
"""Records of this process by key: several components ask for the same files."""


def _remember(key: str, records: Mapping[str, Actor]) -> None:
    _remembered[key] = dict(records)
    while len(_remembered) > _KEPT:
        del _remembered[next(iter(_remembered))]


def validate(*sets: Sequence[Path], known: Collection[str] = ()) -> list[Problem]:
    """Return all problems of these files, in the order of files and lines; none where all is well."""
    return _read(sets, known)[1]


def _read(
    sets: Sequence[Sequence[Path]], known: Collection[str]
) -> tuple[dict[str, Actor], list[Problem]]:
    records: dict[str, Actor] = {}
    places: dict[str, RawRecord] = {}
    problems: list[Problem] = []
    for paths in sets:
        here: dict[str, RawRecord] = {}
        for path in paths:
            try:
                for raw in read_records(path):
                    if isinstance(raw, Problem):
                        problems.append(raw)
                        continue
                    record = check(raw, problems)
                    own = str(raw.values.get("id") or "")
                    if own in here:
                        first = here[own]
                        problems.append(
                            Problem(
                                raw.file,
                                raw.line_of(("id",)),
                                "id",
                                f'"{own}" is taken already at {first.file}:{first.line_of(("id",))}: '
                                "give one of the two another id, or merge them",
                            )
                        )
                        continue
                    if own:
                        here[own] = raw
                    if record is not None:
                        records[record.id] = record
            except UnreadableFile as error:
                problems.append(error.problem)
        places.update(here)
    problems.extend(_dangling(records, places, known))
    problems.extend(_taken(records, places))
    return records, problems


def _dangling(
    records: Mapping[str, Actor], places: Mapping[str, RawRecord], known: Collection[str]
) -> Iterator[Problem]:
    former = former_ids(records.values())
    for record in records.values():
        target = record.part_of
        if target is None or target in known or target in former:
            continue
        raw = places[record.id]
        if target == record.id:
            yield Problem(
                raw.file, raw.line_of(("part_of",)), "part_of", "a record is no part of itself"
            )
        elif target not in places:
            hint = did_you_mean(target, places)
            yield Problem(
                raw.file,
                raw.line_of(("part_of",)),
                "part_of",
                f'there is no record "{target}"{hint}',
            )


def _taken(records: Mapping[str, Actor], places: Mapping[str, RawRecord]) -> Iterator[Problem]:
    for old, owner in former_ids(records.values()).items():
        if old in places:
            raw = places[owner]
            yield Problem(
                raw.file,
                raw.line_of(("former_ids",)),
                "former_ids",
                f'"{old}" is the id of a record: delete that record, or take the id off here',
            )
