"""The journal: decisions of people about the authority, one JSON object a line, never rewritten.

Files of records stay as they are; what commands change is appended here, with who, when and why, and is laid
over the files whenever the authority is loaded (`musnad_actors.replay`). To take a decision back is a decision
too (`undo`). Several processes may append at once: a lock beside the file (`<journal>.lock`) lets one in at a
time. A line that a crash or a full disk cut off was never confirmed to anybody: it is passed over by readers, and
the next decision keeps it as an entry `torn`.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from filelock import FileLock, Timeout
from musnad.errors import InputError
from musnad.model import Alias, Model
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from musnad_actors.files import Problem

LOCK_SECONDS = 30.0
"""So long a command waits for another one that is writing."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Decision(Model):
    id: str
    at: datetime
    who: Text
    why: Text


class Added(_Decision):
    """A new record."""

    action: Literal["add"] = "add"
    actor: str
    record: dict[str, Any]
    """As in an authority file."""


class Edited(_Decision):
    """Changes of a record; what is null is taken away."""

    action: Literal["edit"] = "edit"
    actor: str
    values: dict[str, Any] = Field(default_factory=dict)
    """Fields of one value: type, country, part_of, valid_from, valid_to, note."""
    names: dict[str, str | None] = Field(default_factory=dict)
    identifiers: dict[str, str | None] = Field(default_factory=dict)
    add_aliases: tuple[Alias, ...] = ()
    remove_aliases: tuple[str, ...] = ()
    add_titles: tuple[str, ...] = ()
    remove_titles: tuple[str, ...] = ()


class Merged(_Decision):
    """Two records are one: `other` ends, its names go to `actor`, its id leads there."""

    action: Literal["merge"] = "merge"
    actor: str
    other: str


class Split(_Decision):
    """A record was two: `other` is new, and takes the names that are in `record` from `actor`."""

    action: Literal["split"] = "split"
    actor: str
    other: str
    record: dict[str, Any]


class Undone(_Decision):
    """An earlier decision does not hold (an undone `undo`: it holds again)."""

    action: Literal["undo"] = "undo"
    actor: str
    undoes: str


class Torn(_Decision):
    """What was left of a line that was not written to its end."""

    action: Literal["torn"] = "torn"
    text: str


Entry: TypeAlias = Annotated[
    Added | Edited | Merged | Split | Undone | Torn, Field(discriminator="action")
]
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal as it was read."""

    path: Path
    entries: tuple[Entry, ...] = ()
    lines: tuple[int, ...] = ()
    """On which line each entry stands."""
    problems: tuple[Problem, ...] = ()
    torn: bytes = b""
    """What stands after the last whole line, and is no entry."""
    whole: int = 0
    """Length in bytes of what is whole."""

    def line_of(self, entry_id: str) -> int | None:
        """Return the line on which an entry stands."""
        return next(
            (line for e, line in zip(self.entries, self.lines, strict=True) if e.id == entry_id),
            None,
        )


def new_id(at: datetime) -> str:
    """Return an id for a decision: its time, and letters that tell decisions of one second apart."""
    return f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def read_journal(path: Path) -> Journal:
    """Return the journal at `path`; an empty one where there is no file.

    Lines that are no entries are its `problems`. Raises `InputError` where the file cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Journal(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    entries: list[Entry] = []
    lines: list[int] = []
    problems: list[Problem] = []
    whole = 0
    torn = b""
    for number, line in enumerate(content.splitlines(keepends=True), 1):
        ended = line.endswith(b"\n")
        if line.strip():
            try:
                entry = _ENTRY.validate_json(line)
            except ValidationError as error:
                if not ended:
                    torn = line
                    break
                problems.append(_problem(path, number, error))
            else:
                entries.append(entry)
                lines.append(number)
        whole += len(line)
    return Journal(path, tuple(entries), tuple(lines), tuple(problems), torn, whole)


def _problem(path: Path, number: int, error: ValidationError) -> Problem:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"] if part not in _ACTIONS)
    message = first["msg"]
    return Problem(
        str(path),
        number,
        where or None,
        f"no entry of a journal: {message[0].lower()}{message[1:]}",
    )


_ACTIONS = frozenset({"add", "edit", "merge", "split", "undo", "torn"})


def append(path: Path, decide: Callable[[Journal], Sequence[Entry]]) -> Sequence[Entry]:
    """Append what `decide` returns for the journal as it is now, while nobody else writes; return that.

    What `decide` raises leaves the journal as it was. The entries are on the disk when this returns. Raises
    `InputError` where the file cannot be written, or another process holds it for long.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=LOCK_SECONDS):
            journal = read_journal(path)
            entries = decide(journal)
            _write(journal, entries)
            return entries
    except Timeout:
        raise InputError(
            f"{path}: another command has been writing for {LOCK_SECONDS:.0f} seconds: try again"
        ) from None
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written: {error.strerror} (another place: `journal` under [plugins.actors])"
        ) from error


def _write(journal: Journal, entries: Sequence[Entry]) -> None:
    if journal.torn:
        at = datetime.now(UTC)
        text = journal.torn.decode("utf-8", "backslashreplace")
        kept = Torn(id=new_id(at), at=at, who="musnad", why="the line was cut off", text=text)
        entries = [kept, *entries]
    lines = "".join(
        json.dumps(e.model_dump(mode="json", exclude_defaults=True) | {"action": e.action},
                   ensure_ascii=False) + "\n"
        for e in entries
    )  # fmt: skip
    with journal.path.open("ab") as stream:
        if journal.torn:
            stream.truncate(journal.whole)
        elif journal.whole and not _ends_with_newline(journal.path):
            lines = "\n" + lines
        stream.write(lines.encode())
        stream.flush()
        os.fsync(stream.fileno())


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"
