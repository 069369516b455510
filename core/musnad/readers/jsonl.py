"""JSON Lines: a line is an article."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection, Iterator
from typing import BinaryIO, ClassVar, cast

from musnad.components import BYTES_AS_SURROGATES, Reader, Record, Rejected
from musnad.errors import InputError
from musnad.model import Source
from musnad.readers.encoding import detect
from musnad.readers.fields import BadField, make_article

_SAMPLE = 1 << 16


class JsonLinesReader(Reader):
    """Reads one article from each line; a line that does not fit is rejected, the others go in."""

    name = "jsonl"
    version = "1"
    suffixes: ClassVar[Collection[str]] = (".jsonl", ".ndjson")

    def __init__(self, encoding: str | None = None, max_bytes: int = 64_000_000) -> None:
        """Read in `encoding` (a Python codec), or in what is sure; no line longer than `max_bytes`."""
        self.encoding = encoding
        self.max_bytes = max_bytes

    def read(self, stream: BinaryIO, source: str, after: int = 0) -> Iterator[Record | Rejected]:
        """Yield the records behind byte `after`; positions are bytes of the stream.

        Raises `InputError` where the encoding of the whole stream is not sure.
        """
        buffered = stream if isinstance(stream, io.BufferedReader) else _buffered(stream)
        sample = buffered.peek(_SAMPLE)[:_SAMPLE]
        encoding = self.encoding or detect(sample, source, whole=False)
        position = number = 0
        for raw, complete in self._lines(buffered, encoding):
            begin, position = position, position + len(raw)
            number += 1
            if position <= after or not raw.strip(b"\x00\t\n\r \xef\xbb\xbf\xfe\xff"):
                continue
            yield self._record(raw, complete, encoding, source, number, begin, position)

    def _lines(self, stream: BinaryIO, encoding: str) -> Iterator[tuple[bytes, bool]]:
        """Yield (bytes, whole?) of each line; of a line over the limit the first part, then the rest."""
        newline = "\n".encode(
            encoding.replace("utf-16", "utf-16-le") if encoding == "utf-16" else encoding
        )
        if len(newline) == 1 or encoding == "utf-8-sig":
            while line := stream.readline(self.max_bytes + 1):
                if len(line) <= self.max_bytes or line.endswith(b"\n"):
                    yield line, True
                    continue
                parts = [line]
                while not parts[-1].endswith(b"\n") and (part := stream.readline(self.max_bytes)):
                    parts.append(part)
                yield b"".join(parts), False
        else:
            # Wide encodings are rare and small: read whole, cut at their own newline.
            data = stream.read()
            text = data.decode(encoding, "replace")
            body = "utf-16-be" if data.startswith(b"\xfe\xff") else "utf-16-le"
            prefix = data[:2] if encoding == "utf-16" else b""
            codec = body if encoding == "utf-16" else encoding
            # StringIO cuts at newlines only; splitlines() would cut at U+2028 inside a string too.
            for row in io.StringIO(text, newline=""):
                yield prefix + row.encode(codec), True
                prefix = b""

    def _record(
        self,
        raw: bytes,
        complete: bool,
        encoding: str,
        source: str,
        number: int,
        begin: int,
        end: int,
    ) -> Record | Rejected:
        place = f"{source}, line {number}"
        where = Source(file=source, position=begin, sha256=hashlib.sha256(raw).hexdigest())
        codec = _codec_of_line(encoding, raw)

        def rejected(code: str, message: str) -> Rejected:
            return Rejected(
                where, code, f"{place}: {message}", raw.decode("utf-8", BYTES_AS_SURROGATES), end
            )

        if not complete:
            return rejected(
                "too_long", f"longer than {self.max_bytes} bytes (max_record_bytes): split it"
            )
        try:
            record = json.loads(raw.decode(codec).lstrip("\ufeff"))
        except UnicodeDecodeError as error:
            return rejected("encoding", f"not {encoding} at byte {error.start} of the line")
        except json.JSONDecodeError as error:
            return rejected("bad_json", f"not valid JSON at column {error.colno}: {error.msg}")
        except (RecursionError, ValueError) as error:
            return rejected("bad_json", f"cannot be read as JSON: {error}")
        if not isinstance(record, dict):
            return rejected("bad_json", f"must be a JSON object, not {type(record).__name__}")
        try:
            article, problems = make_article(record, where)
        except (BadField, InputError) as error:
            return rejected("bad_field", str(error))
        except ValueError as error:
            return rejected("bad_field", str(error).split("\n")[0])
        return Record(article, end, problems)


def _codec_of_line(encoding: str, raw: bytes) -> str:
    if encoding == "utf-16":
        return "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le"
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _buffered(stream: BinaryIO) -> io.BufferedReader:
    """Return a stream that can be looked into without being read on (a decompressor, `BytesIO`)."""
    return io.BufferedReader(cast("io.RawIOBase", stream))
