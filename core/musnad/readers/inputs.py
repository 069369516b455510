"""From what the user names (files, folders, globs, `-`) to records."""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from musnad.components import Reader, Record, Rejected
from musnad.errors import InputError
from musnad.model import Source
from musnad.plugins import Registered

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, and with what."""

    path: str
    reader: Reader

    def open(self) -> BinaryIO:
        """Return the open file. Raises `InputError` naming it."""
        if self.path == STDIN:
            return sys.stdin.buffer
        try:
            return Path(self.path).open("rb")
        except OSError as error:
            raise InputError(f"{self.path}: cannot be read: {error.strerror}") from error


def find_inputs(
    names: Iterable[str], readers: Mapping[str, Registered[Reader]], stdin_suffix: str = ".jsonl"
) -> list[Input]:
    """Return the files that `names` mean, in a fixed order, each once.

    A folder means all files below it whose ending a reader knows. Raises `InputError` for a name that
    means nothing, and for a file (named itself) that no reader takes.
    """
    found: dict[str, Input] = {}
    for name in names:
        if name == STDIN:
            found[name] = Input(name, readers[stdin_suffix].component)
            continue
        path = Path(name)
        if path.is_dir():
            files = sorted(p for p in path.rglob("*") if p.is_file() and _suffix(p, readers))
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
            suffix = _suffix(file, readers)
            if suffix is None:
                raise InputError(
                    f"{file}: no reader for this ending; known are {', '.join(sorted(readers))}"
                )
            found.setdefault(str(file), Input(str(file), readers[suffix].component))
    return list(found.values())


def _suffix(path: Path, readers: Mapping[str, Registered[Reader]]) -> str | None:
    suffix = path.suffix.casefold()
    return suffix if suffix in readers else None


def read_records(
    item: Input, *, max_chars: int, after: int = 0, collection: str | None = None
) -> Iterator[Record | Rejected]:
    """Yield the records of one input behind position `after`.

    A file that cannot be read as a whole is one rejected record; so is an article over `max_chars`.
    """
    try:
        with item.open() as stream:
            for record in item.reader.read(stream, item.path, after):
                yield within_limit(record, max_chars, collection)
    except InputError as error:
        source = Source(file=item.path, position=after, sha256="")
        yield Rejected(source, "unreadable", str(error), "", after + 1)


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
