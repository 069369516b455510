"""Plain text: a file is an article; its first line is the title, everything after that line's break the body."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from typing import BinaryIO, ClassVar

from musnad.components import BYTES_AS_SURROGATES, Reader, Record, Rejected
from musnad.errors import InputError
from musnad.model import Source
from musnad.readers.encoding import detect
from musnad.readers.fields import BadField, make_article


class TextReader(Reader):
    """Reads one article from a text file."""

    name = "text"
    version = "1"
    suffixes: ClassVar[Collection[str]] = (".txt", ".text")

    def __init__(self, encoding: str | None = None, max_bytes: int = 64_000_000) -> None:
        """Read in `encoding` (a Python codec), or in what is sure; no more than `max_bytes`."""
        self.encoding = encoding
        self.max_bytes = max_bytes

    def read(self, stream: BinaryIO, source: str, after: int = 0) -> Iterator[Record | Rejected]:
        """Yield the article, or why it cannot be read, unless it was read already (`after` > 0)."""
        if after > 0:
            return
        data = stream.read(self.max_bytes + 1)
        end = max(1, len(data))
        where = Source(file=source, position=0, sha256=hashlib.sha256(data).hexdigest())

        def rejected(code: str, message: str) -> Rejected:
            raw = data.decode("utf-8", BYTES_AS_SURROGATES)
            return Rejected(where, code, message, raw, end)

        if len(data) > self.max_bytes:
            message = f"{source}: longer than {self.max_bytes} bytes (max_record_bytes): split it"
            yield rejected("too_long", message)
            return
        if not data.strip():
            yield rejected("empty", f"{source}: the file is empty")
            return
        try:
            text = data.decode(self.encoding or detect(data, source, whole=True))
        except InputError as error:
            yield rejected("encoding", str(error))
            return
        except UnicodeDecodeError as error:
            yield rejected("encoding", f"{source}: not {self.encoding}: {error.reason}")
            return
        if not text.strip("\ufeff \t\r\n"):
            yield rejected("empty", f"{source}: the file is empty")
            return
        title, body = split_title(text)
        try:
            article, problems = make_article({"title": title, "body": body}, where)
        except BadField as error:
            yield rejected("bad_field", f"{source}: {error}")
            return
        yield Record(article, end, problems)


def split_title(text: str) -> tuple[str, str]:
    """Return (first line without its break, everything after the break)."""
    for i, character in enumerate(text):
        if character == "\n":
            return text[:i], text[i + 1 :]
        if character == "\r":
            return text[:i], text[i + (2 if text[i + 1 : i + 2] == "\n" else 1) :]
    return text, ""
