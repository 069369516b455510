"""Where an ingest's records come from: files in a fixed order, or anything that can be gone through once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from musnad.components import Record, Rejected
from musnad.ingest.protocol import Mark, Read
from musnad.readers.inputs import STDIN, Input, read_records

BREAKS_OFF = frozenset({"unreadable", "limit"})
"""Codes of `read_records` for a file that cannot be read from some place on."""


class Once:
    """Records that can be gone through once only: standard input, dead letters, stale articles."""

    def __init__(self, found: Iterable[Record | Rejected]) -> None:
        self.found = found

    def read(self, after: Mark | None = None) -> Iterator[Read]:
        """Yield all of them, without marks."""
        for found in self.found:
            yield Read(found)

    def share(self) -> float | None:
        """Return None: nobody knows how much there is."""
        return None


class Files:
    """The records of files, in the order of `inputs`.

    A mark tells the file, the reader's position in it, and a hash of names, sizes and times of all files up to that one:
    where these changed since, it leads nowhere (`leads_on`).
    """

    def __init__(
        self, inputs: Sequence[Input], *, max_chars: int, collection: str | None = None
    ) -> None:
        self.inputs = inputs
        self.max_chars = max_chars
        self.collection = collection
        self.size = sum(item.size for item in inputs)
        """Bytes of all files as far as known."""
        self.markable = all(item.path != STDIN for item in inputs)
        """Whether reading can be gone on with: not from standard input."""
        self._before = 0
        """Bytes of the files before the one that is being read."""
        self._reading: Input | None = None

    def leads_on(self, mark: Mark) -> bool:
        """Return whether the files up to the mark are the same as when it was made."""
        number = mark.get("input")
        if not isinstance(number, int) or not 0 <= number < len(self.inputs):
            return False
        return bool(mark.get("files") == self._signature(number))

    def read(self, after: Mark | None = None) -> Iterator[Read]:
        """Yield the records behind `after`."""
        first = int(after["input"]) if after else 0
        files = hashlib.blake2b(digest_size=12)
        for number, item in enumerate(self.inputs):
            files.update(_identity(item))
            position: Any = after["position"] if after and number == first else 0
            # No position: nothing is left of this one.
            if number >= first and position is not None:
                self._reading = item
                for found, where in self._records(item, position):
                    mark = {"input": number, "position": where, "files": files.hexdigest()}
                    yield Read(found, mark if self.markable else None)
                self._reading = None
            self._before += item.size

    def share(self) -> float | None:
        """Return the share of the bytes that has been read."""
        if not self.size or not self.markable:
            return None
        here = self._reading.bytes_read if self._reading is not None else 0
        return min(1.0, (self._before + here) / self.size)

    def _records(self, item: Input, position: Any) -> Iterator[tuple[Record | Rejected, Any]]:
        """Yield the records of a file, each with the position behind it; None behind the last of a broken file.

        There the reader would break again. Whether it was the last is known only when there is no other.
        """
        held: Rejected | None = None
        for found in read_records(
            item, max_chars=self.max_chars, after=position, collection=self.collection
        ):
            if held is not None:
                yield held, held.position
                held = None
            if isinstance(found, Rejected) and found.code in BREAKS_OFF:
                held = found
            else:
                yield found, found.position
        if held is not None:
            yield held, None

    def _signature(self, number: int) -> str:
        files = hashlib.blake2b(digest_size=12)
        for item in self.inputs[: number + 1]:
            files.update(_identity(item))
        return files.hexdigest()


def _identity(item: Input) -> bytes:
    size = changed = 0
    with suppress(OSError):
        status = Path(item.path).stat()
        size, changed = status.st_size, status.st_mtime_ns
    return f"{item.path}\x1f{size}\x1f{changed}\x1e".encode("utf-8", "surrogateescape")
