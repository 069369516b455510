"""The authority: who there is. Loaded from files, checked, with errors that name file, line and field.

    authority = load_authority(starter_files(), [Path("our-actors.yaml")])

Each argument is a *set* of files: an id may stand only once in a set; a record of a later set replaces the
whole record of the same id in an earlier one.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from musnad.errors import MusnadError
from musnad.model import Actor, Outlet
from pydantic import ValidationError

from musnad_actors import cache
from musnad_actors.files import Path_, Problem, RawRecord, UnreadableFile, read_records
from musnad_actors.fold import fold

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

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Actor]:
        return iter(self.records.values())

    def __contains__(self, actor_id: object) -> bool:
        return actor_id in self.records

    def get(self, actor_id: str) -> Actor | None:
        """Return the record with this id, None where there is none."""
        return self.records.get(actor_id)


def starter_files() -> tuple[Path, ...]:
    """Return the files of the authority that ships with this plugin."""
    return tuple(sorted((DATA / "authority").glob("*.yaml")))


def load_authority(*sets: Sequence[Path], known: Collection[str] = ()) -> Authority:
    """Return the records of all sets of files; a later set adds to and overrides the earlier ones.

    `known` names ids of records elsewhere that `part_of` may point to (outlets know the actors).
    Raises `AuthorityError` with all problems.
    """
    files = tuple(path for paths in sets for path in paths)
    # What `known` names is not in the files, so that their content alone does not tell what is wrong.
    key = None if known else cache.key_of(sets)
    if key is not None and (kept := _remembered.get(key) or cache.load(key)) is not None:
        _remember(key, kept)
        return Authority(dict(kept), files)
    records, problems = _read(sets, known)
    if problems:
        raise AuthorityError(problems)
    # Asked again, because a file may have been changed while it was read.
    if key is not None and cache.key_of(sets) == key:
        cache.store(key, records)
        _remember(key, records)
    return Authority(records, files)


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
                    record = _check(raw, problems)
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
    return records, problems


def _dangling(
    records: Mapping[str, Actor], places: Mapping[str, RawRecord], known: Collection[str]
) -> Iterator[Problem]:
    for record in records.values():
        target = record.part_of
        if target is None or target in known:
            continue
        raw = places[record.id]
        if target == record.id:
            yield Problem(
                raw.file, raw.line_of(("part_of",)), "part_of", "a record is no part of itself"
            )
        elif target not in places:
            hint = _did_you_mean(target, places)
            yield Problem(
                raw.file,
                raw.line_of(("part_of",)),
                "part_of",
                f'there is no record "{target}"{hint}',
            )


def _check(raw: RawRecord, problems: list[Problem]) -> Actor | None:
    """Return the record if it is right, else add what is wrong with it to `problems`."""
    values = dict(raw.values)
    aliases = values.get("aliases")
    if isinstance(aliases, list):
        # The short form: a bare name is a full one.
        values["aliases"] = [{"text": a} if isinstance(a, str) else a for a in aliases]
    values = {key: value for key, value in values.items() if value is not None}
    model = Outlet if values.get("type") == "outlet" else Actor
    before = len(problems)
    record: Actor | None = None
    try:
        record = model.model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(detail["loc"])
            problems.append(
                Problem(raw.file, raw.line_of(path), _dotted(path), _explain(detail, model))
            )
    problems.extend(_more(raw, values))
    return record if len(problems) == before else None


def _more(raw: RawRecord, values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what the model cannot see: names that are nothing once folded, years in the wrong order."""
    names = values.get("names")
    named: list[tuple[Path_, Any]] = []
    if isinstance(names, Mapping):
        named += [(("names", key), value) for key, value in names.items()]
    aliases = values.get("aliases")
    if isinstance(aliases, list):
        named += [
            (("aliases", i, "text"), alias.get("text"))
            for i, alias in enumerate(aliases)
            if isinstance(alias, Mapping)
        ]
    titles = values.get("titles")
    if isinstance(titles, list):
        named += [(("titles", i), title) for i, title in enumerate(titles)]
    for path, text in named:
        # The model itself refuses an alias of no characters; blanks and marks alone are refused here.
        empty_alias = text == "" and path[0] == "aliases"
        if isinstance(text, str) and not fold(text) and not empty_alias:
            yield Problem(
                raw.file, raw.line_of(path), _dotted(path), "is empty: write a name or leave it out"
            )
    first, last = values.get("valid_from"), values.get("valid_to")
    if isinstance(first, str) and isinstance(last, str) and last < first:
        yield Problem(
            raw.file, raw.line_of(("valid_to",)), "valid_to", f"{last} is before valid_from {first}"
        )


def _dotted(path: Path_) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).lstrip(".")


def _explain(detail: Any, model: type[Actor]) -> str:
    """Return what pydantic found in the words of somebody who edits a file."""
    kind, given = detail["type"], detail.get("input")
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        fields = list(model.model_fields) if len(detail["loc"]) == 1 else ["text", "kind"]
        hint = _did_you_mean(name, fields) or f": there are {', '.join(fields)}"
        return f"unknown field{hint}"
    if kind == "literal_error":
        return f'"{given}" is none of {detail["ctx"]["expected"].replace(" or ", ", ")}'
    if kind.startswith("date"):
        return f'"{given}" is no date: write it as 2011-02-17'
    if kind == "string_pattern_mismatch" and name == "country":
        return f'"{given}" is no country code: two capital letters, as LY (ISO 3166-1)'
    if kind == "string_pattern_mismatch":
        return f'"{given}" does not fit: Latin letters, digits and . _ : - only'
    if kind == "string_too_short":
        return "is empty: write a name or leave it out"
    if kind == "too_short":
        return "is empty: write a name"
    message: str = detail["msg"]
    return f"{message[0].lower()}{message[1:]}, not {given!r}"


def _did_you_mean(name: str, there_are: Collection[str]) -> str:
    close = difflib.get_close_matches(name, list(there_are), 1, 0.7)
    return f': did you mean "{close[0]}"?' if close else ""
