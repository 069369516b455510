"""WARC, as crawlers write it: the HTML pages that were answered with status 200 are articles."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any, BinaryIO, ClassVar

from musnad.components import Record, Rejected
from musnad.errors import InputError
from musnad.readers.configured import ConfiguredReader
from musnad.readers.html import HtmlReader
from musnad.readers.limits import Budget, Counted
from musnad.readers.records import Place

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_PROTOCOLS = ["HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/2", "HTTP/3"]
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
"""Of the content, which are read; `br` needs a library of its own."""
_LONGER = (
    "the record in the WARC file is longer than its Content-Length says: its end may be missing"
)
HEADER_BYTES = 128_000
"""As they stand in the file, of one record; real ones are a few thousand."""


class WarcReader(ConfiguredReader):
    """Reads the pages of a web archive; records that are no pages are counted in `passed_over`."""

    name = "warc"
    version = "1"
    suffixes: ClassVar[Collection[str]] = (".warc", ".warc.gz")

    @cached_property
    def pages(self) -> HtmlReader:
        """What takes the pages apart, set up as this is."""
        return HtmlReader(self.encoding, self.limits, self.fields)

    def read(self, stream: BinaryIO, source: str, after: int = 0) -> Iterator[Record | Rejected]:
        """Yield the pages behind byte `after`; positions are bytes of the stream where a record ends.

        Raises `InputError` where the rest of the file is no WARC.
        """
        for found in self._pages(stream, source, after, 0):
            if found is not None:
                yield found

    def read_on(
        self, stream: BinaryIO, source: str, skip: int
    ) -> Iterator[Record | Rejected | None]:
        """Yield the pages, None for each of the first `skip`, which are not taken apart."""
        yield from self._pages(stream, source, 0, skip)

    def _pages(
        self, stream: BinaryIO, source: str, after: int, skip: int
    ) -> Iterator[Record | Rejected | None]:
        from warcio.archiveiterator import ArchiveIterator

        logging.getLogger("warcio").setLevel(logging.ERROR)
        _pass_over(stream, after)
        number = 0
        rest = _Rest(stream, after, source)
        budget = Budget(self.limits, rest)
        try:
            # The headers of HTTP are parsed here: in the library, bad ones would end the file.
            records = ArchiveIterator(rest, no_record_parse=True)
            records.reader = _unpacker(rest, source)
            # The warning that it would print: it is said of the record instead.
            records.INC_RECORD = ""
            while True:
                rest.expect_headers()
                record = next(records, None)
                if record is None:
                    rest.expect_end(records.offset)
                    return
                rest.expect_content()
                reason = _no_page(record)
                if reason:
                    self.passed_over[reason] += 1
                else:
                    number += 1
                wanted = not reason and number > skip
                begin = records.offset
                data = _content(record, self.limits.html_bytes + 1) if wanted else b""
                budget.unpack(len(data), 1, source)
                # What is left of it is read here, where it is counted, not by the library.
                while left := record.raw_stream.read(1 << 20):
                    budget.unpack(len(left), 1, source)
                if record.raw_stream.limit > 0:
                    raise InputError(
                        f"{source}: the record at byte {begin} is cut off or damaged: nothing behind it can "
                        "be read; get a sound copy"
                    )
                rest.expect_headers()
                faults = records.err_count
                records.read_to_end(record)
                problems = (_LONGER,) if records.err_count > faults else ()
                if wanted:
                    yield self._page(record, data, source, begin, records.offset, problems)
                elif not reason:
                    yield None
        except InputError:
            raise
        except Exception as error:
            # warcio raises its own errors, and whatever its parsers do on nonsense.
            if "non-chunked gzip" in str(error):
                raise InputError(
                    f"{source}: packed as one stream, not record by record as a .warc.gz must be: "
                    "`warcio recompress IN OUT` mends it"
                ) from error
            reason = str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__
            raise InputError(f"{source}: not sound WARC from here on: {reason}") from error

    def _page(
        self,
        record: Any,
        data: bytes,
        source: str,
        begin: int,
        end: int,
        problems: tuple[str, ...],
    ) -> Record | Rejected:
        headers, http = record.rec_headers, record.http_headers
        url = headers.get_header("WARC-Target-URI")
        # As one record of a WARC file, so that a dead letter can be read again.
        raw = _one_record(headers, http, data) if len(data) <= self.limits.html_bytes else b""
        label = f"{source}, byte {begin}" + (f" ({url[:200]})" if url else "")
        place = Place.of(source, begin, end, raw, label)
        encoding = (http.get_header("Content-Encoding") or "").strip().casefold()
        if encoding not in _ENCODINGS:
            return place.rejected("encoding", f"packed as {encoding[:40]}, which is not read")
        known = {
            "url": url,
            "warc_date": headers.get_header("WARC-Date"),
            "warc_record_id": headers.get_header("WARC-Record-ID"),
            "warc_truncated": headers.get_header("WARC-Truncated"),
        }
        found = {name: value for name, value in known.items() if value}
        declared = self.encoding or _charset(http.get_header("Content-Type"))
        return self.pages.record(data, place, declared=declared, known=found, problems=problems)


def _unpacker(rest: _Rest, source: str) -> Any:
    """Return the library's reader of packed streams, which raises where it would print an error and stop."""
    from warcio.bufferedreaders import DecompressingBufferedReader

    class Unpacker(DecompressingBufferedReader):  # type: ignore[misc]
        def _decompress(self, data: bytes) -> bytes:
            if not self.num_block_read or not self.decompressor or not data:
                return bytes(super()._decompress(data))
            try:
                return bytes(self.decompressor.decompress(data))
            except Exception as error:
                raise InputError(
                    f"{source}: damaged before byte {rest.tell()} ({error}): nothing behind it can be read; "
                    "get a sound copy"
                ) from error

    return Unpacker(rest, block_size=16_384)


class _Rest(Counted):
    """What is left of a stream, which counts its bytes from the beginning of the file.

    The library reads headers line by line, however long a line is: here they end.
    """

    def __init__(self, stream: BinaryIO, at: int, source: str) -> None:
        super().__init__(stream)
        self.at = at
        self.source = source
        self._until: int | None = None

    def expect_headers(self) -> None:
        """Let no more than `HEADER_BYTES` be read from here."""
        self._until = self.count + HEADER_BYTES

    def expect_content(self) -> None:
        """Let anything be read from here."""
        self._until = None

    def expect_end(self, known: int) -> None:
        """Make sure that the file ends at `known`, behind its last record: the library is silent about more.

        Raises `InputError`.
        """
        if self.tell() > known or self.inner.read(1):
            raise InputError(
                f"{self.source}: cut off or damaged at byte {known}: nothing behind it can be read; get a "
                "sound copy"
            )

    def read(self, size: int = -1) -> bytes:
        """Return bytes. Raises `InputError` in headers without end."""
        data = self.inner.read(size)
        self.count += len(data)
        if self._until is not None and self.count > self._until:
            raise InputError(
                f"{self.source}: not sound WARC: headers of more than {HEADER_BYTES} bytes before byte "
                f"{self.tell()}"
            )
        return data

    def tell(self) -> int:
        """Return the place in the file."""
        return self.at + self.count

    def seekable(self) -> bool:
        """Return False: it is read from beginning to end."""
        return False


def _no_page(record: Any) -> str:
    """Return why a record is no page, empty where it is one, of which then the HTTP headers are parsed."""
    from warcio.statusandheaders import StatusAndHeadersParser

    if record.rec_type != "response":
        return f"WARC record of type {str(record.rec_type)[:40]}"
    try:
        http = StatusAndHeadersParser(_PROTOCOLS).parse(_Head(record.raw_stream))
    except Exception:
        # Its own error, or one of a parser on nonsense.
        return "WARC response that is not HTTP"
    record.http_headers = http
    status = http.get_statuscode()
    if status != "200":
        return "WARC response with another status than 200"
    kind = (http.get_header("Content-Type") or "").partition(";")[0]
    return "" if kind.strip().casefold() in _HTML else "WARC response that is not HTML"


class _Head:
    """The lines of headers, of which no more than `HEADER_BYTES` are read."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.left = HEADER_BYTES

    def readline(self, size: int | None = None) -> bytes:
        """Return a line. Raises `ValueError` in headers without end."""
        line = bytes(self.stream.readline(self.left))
        self.left -= len(line)
        if self.left <= 0:
            raise ValueError("headers without end")
        return line


def _content(record: Any, most: int) -> bytes:
    """Return the content of a response, unpacked, up to `most` bytes."""
    stream = record.content_stream()
    parts: list[bytes] = []
    while most > 0 and (part := stream.read(min(most, 1 << 20))):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _charset(content_type: str | None) -> str | None:
    for part in (content_type or "").split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().casefold() == "charset":
            return value.strip().strip("\"'") or None
    return None


def _pass_over(stream: BinaryIO, count: int) -> None:
    """Leave out the first `count` bytes."""
    if stream.seekable():
        stream.seek(count)
        return
    while count > 0 and (data := stream.read(min(count, 1 << 20))):
        count -= len(data)


def _one_record(headers: Any, http: Any, data: bytes) -> bytes:
    """Return a page as a WARC file of one record, its content unpacked."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {http.get_header('Content-Type') or 'text/html'}\r\n"
    packed = http.get_header("Content-Encoding") or ""
    if packed.strip().casefold() not in _ENCODINGS:
        head += f"Content-Encoding: {packed}\r\n"
    block = f"{head}\r\n".encode() + data
    lines = ["WARC/1.0", "WARC-Type: response"]
    for name in ("WARC-Target-URI", "WARC-Date", "WARC-Record-ID", "WARC-Truncated"):
        value = headers.get_header(name)
        if value:
            lines.append(f"{name}: {value}")
    lines += ["Content-Type: application/http; msgtype=response", f"Content-Length: {len(block)}"]
    return "\r\n".join([*lines, "\r\n"]).encode() + block + b"\r\n\r\n"
