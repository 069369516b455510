"""Dead letters: records that could not go in, kept whole on disk so that they can be tried again."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from musnad.components import BYTES_AS_SURROGATES, Reader, Record, Rejected
from musnad.errors import InputError
from musnad.ingest.protocol import Dead
from musnad.model import Article, Source
from musnad.readers.formats import reader_of_record

FOLDER = "dead-letters"
Letter = Rejected | tuple[Article, Dead]
"""A record that could not be read, or an article and why it could not be enriched or stored."""


class DeadLetters:
    """The dead letters of one run: a file of JSON Lines, made with the first of them.

    Each line has `code`, `message`, `component` (or null), `source`, and the record whole: `article` where it
    could be read, `raw` (see `BYTES_AS_SURROGATES`) where not. With `keep`, what a killed run wrote up to that
    size stays and the rest goes: those records are read again. The file is held (`lock_of`) until `close`: raises
    `InputError` where another process has it.
    """

    def __init__(self, state_dir: Path, run_id: str, keep: int | None = None) -> None:
        self.path = state_dir / FOLDER / f"{run_id}.jsonl"
        self._stream: io.FileIO | None = None
        self._lock = lock_of(self.path)
        if self.path.exists():
            self._hold()
            if keep is not None:
                with self._explained():
                    os.truncate(self.path, min(keep, self.path.stat().st_size))

    def add(self, letter: Letter) -> None:
        """Keep a record that could not be read, enriched or stored."""
        if isinstance(letter, Rejected):
            self._add(
                code=letter.code,
                message=letter.message,
                component=None,
                source=letter.source.model_dump(mode="json"),
                article=letter.article.model_dump(mode="json") if letter.article else None,
                raw=None if letter.article else letter.raw,
            )
            return
        article, dead = letter
        self._add(
            code=dead.code,
            message=dead.message,
            component=dead.component,
            source=article.source.model_dump(mode="json") if article.source else None,
            article=article.model_dump(mode="json"),
            raw=None,
        )

    def size(self) -> int:
        """Return the size of the file in bytes."""
        return self.path.stat().st_size if self.path.exists() else 0

    def durable(self) -> int:
        """Have all that was added on the disk; return the size of the file in bytes."""
        if self._stream is not None:
            with self._explained():
                os.fsync(self._stream.fileno())
        return self.size()

    def close(self) -> None:
        """Close the file and let others have it."""
        if self._stream is not None:
            self._stream.close()
        let_go(self._lock)

    def _add(self, **line: Any) -> None:
        # What is no UTF-8 (bytes kept as surrogates) is written as the JSON escape that it reads as.
        text = json.dumps(line, ensure_ascii=False) + "\n"
        data = text.encode("utf-8", "backslashreplace")
        with self._explained():
            if self._stream is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._hold()
                self._stream = self.path.open("ab", buffering=0)
            before = self.size()
            try:
                written = 0
                while written < len(data):
                    written += self._stream.write(data[written:])
            except BaseException:
                # Half a line would spoil the file.
                with suppress(OSError):
                    self._stream.truncate(before)
                raise

    def _hold(self) -> None:
        if not hold(self._lock):
            raise InputError(
                f"{self.path}: another process is at these dead letters: wait until it is done"
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise InputError(
                f"{self.path}: cannot be written ({error.strerror}); set state_dir to a folder of yours"
            ) from error


def lock_of(path: Path) -> FileLock:
    """Return the lock of a file of dead letters: whoever writes it, or moves it away, holds it."""
    return FileLock(path.with_suffix(".lock"), thread_local=False)


def hold(lock: FileLock) -> bool:
    """Take a lock; return False where another process has it. Raises `OSError` where it cannot be made."""
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


def let_go(lock: FileLock) -> None:
    """Give a lock back, if it is held, and leave no file of it."""
    if lock.is_locked:
        with suppress(OSError):
            Path(lock.lock_file).unlink()
        lock.release()


def read_dead_letters(
    paths: Iterable[Path], readers: Mapping[str, Reader]
) -> Iterator[Record | Rejected]:
    """Yield the records of files of dead letters, read again (`readers` by file suffix).

    A record that several runs refused comes once. Raises `InputError` where a file is none.
    """
    seen: set[bytes] = set()
    for path in paths:
        for number, line in _lines(path):
            try:
                source = Source.model_validate(line["source"]) if line["source"] else None
                article = Article.model_validate(line["article"]) if line["article"] else None
                refused = Rejected(
                    source or Source(file=str(path), position=number, sha256=""),
                    line["code"],
                    line["message"],
                    line["raw"] or "",
                    number,
                )
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{path}, line {number}: not a dead letter of Musnad") from error
            place = _place(refused.source)
            if place in seen:
                continue
            seen.add(place)
            if article is not None:
                yield Record(article, number)
            else:
                yield from _read_again(refused, readers)


def _place(source: Source) -> bytes:
    text = f"{source.file}\x1f{source.position}\x1f{source.sha256}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def _read_again(refused: Rejected, readers: Mapping[str, Reader]) -> Iterator[Record | Rejected]:
    reader = reader_of_record(refused.source.file, readers)
    if reader is None or not refused.raw:
        yield refused
        return
    stream = io.BytesIO(refused.raw.encode("utf-8", BYTES_AS_SURROGATES))
    try:
        for found in reader.read(stream, refused.source.file):
            # The same refusal again: the message of the first time knows the line.
            same = isinstance(found, Rejected) and found.code == refused.code
            yield refused if same else found
    except InputError as error:
        yield replace(refused, message=str(error))


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        # One by one: a night can leave a million of them.
        with path.open(encoding="utf-8", newline="\n") as stream:
            for number, text in enumerate(stream, 1):
                if not text.strip():
                    continue
                try:
                    line = json.loads(text)
                except ValueError as error:
                    raise InputError(
                        f"{path}, line {number}: not a dead letter of Musnad"
                    ) from error
                yield number, line
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
