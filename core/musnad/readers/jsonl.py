"""JSON Lines: a line is an article."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterator
from typing import BinaryIO, ClassVar

from musnad.components import Reader, Record, Rejected
from musnad.readers.fieldmap import DEFAULT_FIELDS, FieldMap
from musnad.readers.limits import Limits
from musnad.readers.records import Place, to_record
from musnad.readers.transcode import looked_into

KEPT_BYTES = 64_000_000
"""Of a line that is too long, so much is kept (or as much as the limit, where that is more)."""
_UNITS = {"utf-16": 2, "utf-32": 4}


class JsonLinesReader(Reader):
    """Reads one article from each line; a line that does not fit is rejected, the others go in."""

    name = "jsonl"
    version = "1"
    suffixes: ClassVar[Collection[str]] = (".jsonl", ".ndjson")

    def __init__(
        self,
        encoding: str | None = None,
        max_bytes: int = Limits.record_bytes,
        fields: FieldMap = DEFAULT_FIELDS,
    ) -> None:
        """Read in `encoding` (a Python codec), or in what is sure; no line longer than `max_bytes`."""
        self.encoding = encoding
        self.max_bytes = max_bytes
        self.fields = fields

    def read(self, stream: BinaryIO, source: str, after: int = 0) -> Iterator[Record | Rejected]:
        """Yield the records behind byte `after`; positions are bytes of the stream.

        Raises `InputError` where the encoding of the whole stream is not sure.
        """
        buffered, encoding = looked_into(stream, source, self.encoding)
        position = 0
        codec = _codec_of_lines(buffered, encoding)
        lines = lines_of(buffered, codec, max(self.max_bytes, KEPT_BYTES))
        for number, (raw, length) in enumerate(lines, 1):
            begin, position = position, position + length
            if position <= after or not raw.strip(b"\x00\t\n\r \xef\xbb\xbf\xfe\xff"):
                continue
            place = Place.of(source, begin, position, raw, f"{source}, line {number}")
            if len(raw) < length:
                message = f"of it the first {len(raw)} are kept: raise the limit and ingest the file again"
            else:
                message = "split it or raise the limit"
            if length > self.max_bytes + 1:
                limit = f"longer than {self.max_bytes} bytes (max_record_bytes)"
                yield place.rejected("too_long", f"{limit}: {message}")
            else:
                yield self._record(raw, codec, place)

    def _record(self, raw: bytes, codec: str, place: Place) -> Record | Rejected:
        try:
            record = json.loads(raw.decode(codec).lstrip("\ufeff"))
        except UnicodeDecodeError as error:
            return place.rejected("encoding", f"not {codec} at byte {error.start} of the line")
        except json.JSONDecodeError as error:
            return place.rejected(
                "bad_json", f"not valid JSON at column {error.colno}: {error.msg}"
            )
        except (RecursionError, ValueError) as error:
            return place.rejected("bad_json", f"cannot be read as JSON: {error}")
        if not isinstance(record, dict):
            return place.rejected("bad_json", f"must be a JSON object, not {type(record).__name__}")
        return to_record(record, place, self.fields)


def lines_of(stream: io.BufferedReader, codec: str, keep: int) -> Iterator[tuple[bytes, int]]:
    """Yield (bytes, length) of each line with its end; of a longer one than `keep` about so much is kept."""
    unit = _UNITS.get(codec[:6], 1)
    newline = "\n".encode(codec) if unit > 1 else b"\n"
    while True:
        kept: list[bytes] = []
        length = 0
        while part := stream.readline(keep + 1):
            if unit > 1 and (missing := -len(part) % unit):
                part += stream.read(missing)
            if length <= keep:
                kept.append(part)
            length += len(part)
            # The byte of a newline may be half of a letter in UTF-16: then the line goes on.
            if part.endswith(newline):
                break
        if not length:
            return
        yield b"".join(kept) if len(kept) > 1 else kept[0], length


def _codec_of_lines(stream: io.BufferedReader, encoding: str) -> str:
    """Return the codec of the lines behind the first one, which alone has a mark of byte order."""
    if encoding == "utf-8-sig":
        return "utf-8"
    if encoding in _UNITS:
        big = stream.peek(4)[:1] in {b"\xfe", b"\0"}
        return f"{encoding}-{'be' if big else 'le'}"
    return encoding
