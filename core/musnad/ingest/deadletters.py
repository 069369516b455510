"""Dead letters: records that could not go in, kept whole on disk so that they can be tried again."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from musnad.components import Reader, Record, Rejected
from musnad.errors import InputError
from musnad.model import Article, Source

FOLDER = "dead-letters"


class DeadLetters:
    """The dead letters of one run: a file of JSON Lines, made with the first of them.

    Each line has `code`, `message`, `component` (or null), `source`, and the record whole: `article` where it
    could be read, `raw` (the text as far as it could be decoded) where not.
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
                # Half a surrogate pair has no UTF-8: such a record is a dead letter for that very reason.
                self._stream = self.path.open("a", encoding="utf-8", errors="backslashreplace")
            except OSError as error:
                raise InputError(
                    f"{self.path}: cannot be written ({error.strerror}); set state_dir to a folder of yours"
                ) from error
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._stream.flush()


def read_dead_letters(path: Path, readers: dict[str, Reader]) -> Iterator[Record | Rejected]:
    """Yield the records of a file of dead letters, read again (`readers` by file suffix).

    Raises `InputError` where the file is none.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    for number, text in enumerate(lines, 1):
        try:
            line = json.loads(text)
            source = Source.model_validate(line["source"]) if line["source"] else None
            if line["article"] is not None:
                yield Record(Article.model_validate(line["article"]), number)
                continue
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path}, line {number}: not a dead letter of Musnad: {error}"
            ) from error
        source = source or Source(file=str(path), position=number, sha256="")
        reader = readers.get(Path(source.file).suffix.casefold())
        raw = str(line["raw"] or "")
        found: list[Record | Rejected] = []
        if reader is not None and raw.strip():
            found = list(reader.read(io.BytesIO(raw.encode("utf-8")), source.file))
        yield from found or [Rejected(source, line["code"], line["message"], raw, number)]
