"""From what the user names (files, folders, globs, `-`) to records."""

from __future__ import annotations

import glob
import io
import logging
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from musnad.components import Reader, Record, Rejected
from musnad.errors import InputError, describe
from musnad.model import Source
from musnad.plugins import Registered
from musnad.readers.archives import Container
from musnad.readers.formats import reader_of
from musnad.readers.limits import Counted, LimitError

log = logging.getLogger(__name__)
STDIN = "-"
BUFFER_BYTES = 1 << 18


@dataclass(slots=True)
class Input:
    """A file to read, and with what."""

    path: str
    reader: Reader
    size: int = 0
    """Bytes of the file; 0 for standard input, which does not know."""
    _counted: Counted | None = None

    @property
    def bytes_read(self) -> int:
        """Bytes of the file taken so far, never more than `size`: for the time that is left."""
        return min(self._counted.count, self.size) if self._counted is not None else 0

    def open(self) -> BinaryIO:
        """Return the open file. Raises `InputError` naming it."""
        if self.path == STDIN:
            return sys.stdin.buffer
        try:
            file = Path(self.path).open("rb", buffering=0)  # noqa: SIM115 - closed with what reads it
        except OSError as error:
            raise InputError(f"{self.path}: cannot be read: {error.strerror}") from error
        self._counted = CountedFile(file)
        return io.BufferedReader(self._counted, BUFFER_BYTES)


class CountedFile(Counted):
    """A counted file that is closed with what reads it."""

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self.inner.close()
        super().close()


def find_inputs(
    names: Iterable[str], readers: Mapping[str, Registered[Reader]], stdin_suffix: str = ".jsonl"
) -> list[Input]:
    """Return the files that `names` mean, in a fixed order, each once.

    A folder means all files below it whose ending a reader knows. Raises `InputError` for a name that
    means nothing, and for a file (named itself) that no reader takes.
    """
    by_suffix = {suffix: registered.component for suffix, registered in readers.items()}
    found: dict[str, Input] = {}
    for name in names:
        if name == STDIN:
            found[name] = Input(name, by_suffix[stdin_suffix])
            continue
        path = Path(name)
        if path.is_dir():
            below = sorted(p for p in path.rglob("*") if p.is_file())
            files = [p for p in below if reader_of(p.name, by_suffix) is not None]
            if not files:
                raise InputError(
                    f"{name}: no file in this folder has a known ending ({', '.join(sorted(readers))})"
                )
        elif path.exists():
            files = [path]
        else:
            # Path.glob takes no absolute pattern, which a user may well type.
            matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207
            files = [Path(match) for match in matches if Path(match).is_file()]
            if not files:
                raise InputError(f"{name}: no such file or folder")
        for file in files:
            reader = reader_of(file.name, by_suffix)
            if reader is None:
                raise InputError(
                    f"{file}: no reader for this ending; known are {', '.join(sorted(readers))}"
                )
            found.setdefault(str(file), Input(str(file), reader, file.stat().st_size))
    return list(found.values())


def passed_over(inputs: Iterable[Input]) -> Counter[str]:
    """Return what in these inputs was no record, counted by reason, as far as they were read."""
    readers: dict[int, Reader] = {}
    for item in inputs:
        inner = item.reader.readers.values() if isinstance(item.reader, Container) else ()
        for reader in (item.reader, *inner):
            readers[id(reader)] = reader
    return sum((reader.passed_over for reader in readers.values()), Counter())


def read_records(
    item: Input, *, max_chars: int, after: int = 0, collection: str | None = None
) -> Iterator[Record | Rejected]:
    """Yield the records of one input behind position `after`.

    A file that cannot be read as a whole, or not from some place on, is one rejected record; so is an article
    over `max_chars`.
    """
    position = after
    try:
        with item.open() as stream:
            for record in item.reader.read(stream, item.path, after):
                position = record.position
                yield within_limit(record, max_chars, collection)
    except LimitError as error:
        yield _rest_of(item, position, "limit", str(error))
    except InputError as error:
        yield _rest_of(item, position, "unreadable", str(error))
    except Exception as error:
        # A plugin's reader, or a library under one, raised what it should not: the other files go on.
        message = f"{item.path}: the reader {item.reader.name} failed: {describe(error)}"
        log.debug("%s", message, exc_info=True)
        yield _rest_of(item, position, "unreadable", message)


def _rest_of(item: Input, position: int, code: str, message: str) -> Rejected:
    source = Source(file=item.path, position=position, sha256="")
    return Rejected(source, code, message, "", position + 1)


def within_limit(
    record: Record | Rejected, limit: int, collection: str | None = None
) -> Record | Rejected:
    """Return the record (in `collection` if it is in none), rejected if it is over `limit` characters."""
    if isinstance(record, Rejected):
        return record
    article = record.article
    length = len(article.title) + len(article.body)
    if length > limit:
        source = article.source or Source(file="", position=0, sha256="")
        message = (
            f"{source.file}: an article of {length} characters is over the limit of {limit} "
            "(max_article_chars): split it or raise the limit"
        )
        return Rejected(source, "too_long", message, article.text, record.position, article)
    if collection is not None and article.collection is None:
        article = article.model_copy(update={"collection": collection})
        return Record(article, record.position, record.problems)
    return record
