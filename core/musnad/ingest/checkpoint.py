"""The checkpoint of a run: how far every record has an outcome that lasts, so that a killed run goes on there.

A file in the state folder, replaced as a whole: `<state>/runs/<name>.json`. It is there while a run is under way and
after one that was killed or interrupted; a run that is done removes it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from musnad.errors import InputError
from musnad.ingest.account import Account, Tally, tally_of
from musnad.ingest.protocol import Mark

FOLDER = "runs"
SECONDS = 2.0
"""A checkpoint is written at most so often: what was done since is compared again by the run that goes on, not lost."""


class Checkpoint(Protocol):
    """Where the engine notes how far it is. Called from one thread."""

    def reached(self, mark: Mark, counts: Tally, letters: int) -> None:
        """Note that all records up to `mark` have an outcome that lasts.

        `counts` are those of the run up to there, `letters` is the size of its file of dead letters in bytes.
        """

    def due(self) -> bool:
        """Return whether noting is worth the while now."""


class NoCheckpoint:
    """For what cannot be taken up again: standard input, dead letters."""

    def reached(self, mark: Mark, counts: Tally, letters: int) -> None:
        """Note nothing."""

    def due(self) -> bool:
        """Return False."""
        return False


@dataclass(frozen=True, slots=True)
class Point:
    """A checkpoint as it was found."""

    run_id: str
    started_at: datetime
    resumed: int
    made_of: Mapping[str, Any]
    """What the run depends on: taken up again only where all of it is the same."""
    command: Mapping[str, Any]
    """What the user gave: inputs and options."""
    mark: Mark
    counts: Tally
    letters: int


@dataclass(slots=True)
class FileCheckpoint:
    """The checkpoint of one run in a file. Hold it (`with`) while the run is under way: a second run is refused.

    `made_of`: see `Point`; `command` is kept for whoever goes on without naming the inputs again.
    """

    path: Path
    account: Account
    command: Mapping[str, Any] = field(default_factory=dict)
    made_of: Mapping[str, Any] = field(default_factory=dict)
    every: float = SECONDS
    _last: float = 0.0
    _lock: FileLock = field(init=False)

    def __post_init__(self) -> None:
        self._lock = FileLock(self.path.with_suffix(".lock"))

    def __enter__(self) -> FileCheckpoint:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise InputError(
                f"another process is at the same work ({self.path}): wait until it is done"
            ) from None
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    def __exit__(self, *error: object) -> None:
        self._lock.release()

    def reached(self, mark: Mark, counts: Tally, letters: int) -> None:
        """Write it down, durably."""
        account = self.account
        point = {
            "run_id": account.run_id,
            "started_at": account.started_at.isoformat(),
            "resumed": account.resumed,
            "command": dict(self.command),
            "made_of": dict(self.made_of),
            "mark": dict(mark),
            "counts": counts.counts(),
            "letters": letters,
        }
        new = self.path.with_suffix(".new")
        try:
            with new.open("w", encoding="utf-8") as stream:
                json.dump(point, stream, ensure_ascii=False)
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(self.path)
        except OSError as error:
            raise self._unwritable(error) from error
        self._last = time.monotonic()

    def due(self) -> bool:
        """Return whether the last one is old enough."""
        return time.monotonic() - self._last >= self.every

    def found(self) -> Point | None:
        """Return what a run that was killed or interrupted left, None where there is nothing (readable)."""
        return read_point(self.path)

    def remove(self) -> None:
        """Take it away: the run is done, or is begun anew."""
        with suppress(OSError):
            self.path.unlink()

    def _unwritable(self, error: OSError) -> InputError:
        return InputError(
            f"{self.path}: cannot be written ({error.strerror}); set state_dir to a folder of yours"
        )


def read_point(path: Path) -> Point | None:
    """Return the checkpoint in a file; None where there is none, or nothing that can be read."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Point(
            run_id=values["run_id"],
            started_at=datetime.fromisoformat(values["started_at"]),
            resumed=int(values["resumed"]),
            made_of=values["made_of"],
            command=values["command"],
            mark=values["mark"],
            counts=tally_of(values["counts"]),
            letters=int(values["letters"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # Damaged: the run begins at the beginning, where what is done is found unchanged.
        return None
