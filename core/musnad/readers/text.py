"""Plain text: a file is an article; its first line is the title, everything after that line's break the body."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import BinaryIO, ClassVar

from musnad.components import Reader, Record, Rejected
from musnad.errors import InputError
from musnad.readers.encoding import detect
from musnad.readers.fieldmap import DEFAULT_FIELDS, FieldMap
from musnad.readers.limits import Limits
from musnad.readers.records import Place, to_record


class TextReader(Reader):
    """Reads one article from a text file."""

    name = "text"
    version = "1"
    suffixes: ClassVar[Collection[str]] = (".txt", ".text")

    def __init__(
        self,
        encoding: str | None = None,
        max_bytes: int = Limits.record_bytes,
        fields: FieldMap = DEFAULT_FIELDS,
    ) -> None:
        """Read in `encoding` (a Python codec), or in what is sure; no more than `max_bytes`."""
        self.encoding = encoding
        self.max_bytes = max_bytes
        # A text has no names of fields; what the map says of all records holds for it too.
        self.fields = FieldMap(defaults=fields.defaults, format=fields.format)

    def read(self, stream: BinaryIO, source: str, after: int = 0) -> Iterator[Record | Rejected]:
        """Yield the article, or why it cannot be read, unless it was read already (`after` > 0)."""
        if after > 0:
            return
        data = stream.read(self.max_bytes + 1)
        end = max(1, len(data))
        place = Place.of(source, 0, end, data)
        if len(data) > self.max_bytes:
            message = f"longer than {self.max_bytes} bytes (max_record_bytes): split it"
            yield place.rejected("too_long", message)
            return
        if not data.strip():
            yield place.rejected("empty", "the file is empty")
            return
        try:
            text = data.decode(self.encoding or detect(data, source, whole=True))
        except InputError as error:
            yield place.rejected("encoding", str(error).removeprefix(f"{source}: "))
            return
        except UnicodeDecodeError as error:
            yield place.rejected("encoding", f"not {self.encoding}: {error.reason}")
            return
        if not text.strip("\ufeff \t\r\n"):
            yield place.rejected("empty", "the file is empty")
            return
        title, body = split_title(text)
        yield to_record({"title": title, "body": body}, place, self.fields)

    def read_on(
        self, stream: BinaryIO, source: str, skip: int
    ) -> Iterator[Record | Rejected | None]:
        """Yield the article, None without looking at it where it is skipped."""
        if skip > 0:
            yield None
        else:
            yield from self.read(stream, source)


def split_title(text: str) -> tuple[str, str]:
    """Return (first line without its break, everything after the break)."""
    for i, character in enumerate(text):
        if character == "\n":
            return text[:i], text[i + 1 :]
        if character == "\r":
            return text[:i], text[i + (2 if text[i + 1 : i + 2] == "\n" else 1) :]
    return text, ""
