"""Dead letters: records that could not go in, kept whole on disk so that they can be tried again."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from musnad.components import BYTES_AS_SURROGATES, Reader, Record, Rejected
from musnad.errors import InputError
from musnad.model import Article, Source
from musnad.readers.formats import reader_of_record

FOLDER = "dead-letters"


class DeadLetters:
    """The dead letters of one run: a file of JSON Lines, made with the first of them.

    Each line has `code`, `message`, `component` (or null), `source`, and the record whole: `article` where it
    could be read, `raw` (see `BYTES_AS_SURROGATES`) where not.
    """

    def __init__(self, state_dir: Path, run_id: str) -> None:
        self.path = state_dir / FOLDER / f"{run_id}.jsonl"
        self._stream: io.TextIOWrapper | None = None

    def add_rejected(self, rejected: Rejected) -> None:
        """Keep a record that could not be read."""
        self._add(
            code=rejected.code,
            message=rejected.message,
            component=None,
            source=rejected.source.model_dump(mode="json"),
            article=rejected.article.model_dump(mode="json") if rejected.article else None,
            raw=None if rejected.article else rejected.raw,
        )

    def add_article(
        self, article: Article, code: str, message: str, component: str | None = None
    ) -> None:
        """Keep an article that could not be enriched or stored."""
        self._add(
            code=code,
            message=message,
            component=component,
            source=article.source.model_dump(mode="json") if article.source else None,
            article=article.model_dump(mode="json"),
            raw=None,
        )

    def close(self) -> None:
        """Close the file."""
        if self._stream is not None:
            self._stream.close()

    def _add(self, **line: Any) -> None:
        if self._stream is None:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                # What is no UTF-8 (bytes kept as surrogates) is written as the JSON escape that it reads as.
                self._stream = self.path.open("a", encoding="utf-8", errors="backslashreplace")
            except OSError as error:
                raise InputError(
                    f"{self.path}: cannot be written ({error.strerror}); set state_dir to a folder of yours"
                ) from error
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._stream.flush()


def read_dead_letters(
    paths: Iterable[Path], readers: Mapping[str, Reader]
) -> Iterator[Record | Rejected]:
    """Yield the records of files of dead letters, read again (`readers` by file suffix).

    A record that several runs refused comes once. Raises `InputError` where a file is none.
    """
    seen: set[tuple[str, int, str]] = set()
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
            place = (refused.source.file, refused.source.position, refused.source.sha256)
            if place in seen:
                continue
            seen.add(place)
            if article is not None:
                yield Record(article, number)
            else:
                yield from _read_again(refused, readers)


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
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    for number, text in enumerate(lines, 1):
        if not text:
            continue
        try:
            line = json.loads(text)
        except ValueError as error:
            raise InputError(f"{path}, line {number}: not a dead letter of Musnad") from error
        yield number, line
