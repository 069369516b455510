"""CSV and TSV: a row is an article, the first row names the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from typing import BinaryIO, ClassVar, Literal

from musnad.components import BYTES_AS_SURROGATES, Record, Rejected
from musnad.errors import InputError
from musnad.readers.configured import ConfiguredReader
from musnad.readers.records import Place, to_record
from musnad.readers.transcode import looked_into

_DELIMITERS = ",;\t|"


class TableReader(ConfiguredReader):
    """Reads one article from each row; a row that does not fit the columns is rejected, the others go in.

    Quotation marks must be as RFC 4180 says: a row in which they are not is rejected, since nobody knows
    where it ends. An empty cell is a field that the article does not have.
    """

    name = "table"
    version = "1"
    suffixes: ClassVar[Collection[str]] = (".csv", ".tsv", ".tab")

    def read(self, stream: BinaryIO, source: str, after: int = 0) -> Iterator[Record | Rejected]:
        """Yield the records behind row number `after`; positions are numbers of rows, blank ones apart.

        Raises `InputError` where the encoding is not sure or the first row does not name the columns.
        """
        for found in self.read_on(stream, source, after):
            if found is not None:
                yield found

    def read_on(
        self, stream: BinaryIO, source: str, skip: int
    ) -> Iterator[Record | Rejected | None]:
        """Yield the records, None for each of the first `skip`."""
        buffered, encoding = looked_into(stream, source, self.encoding)
        # Bytes that do not fit are kept as surrogates, so that they cost their row only.
        text = io.TextIOWrapper(buffered, encoding, errors=BYTES_AS_SURROGATES, newline="")
        lines = _Lines(text, self.limits.record_bytes)
        try:
            yield from self._rows(lines, source, encoding, skip)
        finally:
            text.detach()

    def _rows(
        self, lines: _Lines, source: str, encoding: str, skip: int
    ) -> Iterator[Record | Rejected | None]:
        how = self.fields.format
        # The limit is one for the whole program; it is the largest that any reader of this kind was given.
        csv.field_size_limit(max(csv.field_size_limit(), self.limits.record_bytes))
        delimiter = how.delimiter or self._delimiter(lines.first(source, encoding), source)
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if how.quotes else csv.QUOTE_NONE
        rows = csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)
        columns: list[str] | None = list(how.columns) if how.columns else None
        header = ""
        number = 0
        while True:
            lines.taken.clear()
            row: list[str] | None = None
            fault: tuple[str, str] | None = None
            try:
                row = next(rows)
            except StopIteration:
                if not lines.too_long:
                    break
            except csv.Error as error:
                fault = ("bad_row", f"{error}; mend its quotation marks")
            except UnicodeDecodeError as error:
                fault = ("encoding", f"not {encoding} ({error.reason}); declare it with --encoding")
            if row is not None and not any(cell.strip() for cell in row):
                continue
            raw = "".join(lines.taken)
            if columns is None:
                columns, header = _checked(row, source, fault), raw
                continue
            number += 1
            if number <= skip:
                yield None
                continue
            label = f"{source}, line {lines.number - len(lines.taken) + 1}"
            kept = (header + raw).encode("utf-8", BYTES_AS_SURROGATES)
            if lines.too_long:
                message = (
                    f"longer than {lines.limit} characters (max_record_bytes), most likely for a quotation "
                    "mark that is never closed; nothing behind it is read"
                )
                fault, kept = ("too_long", message), b""
            place = Place.of(source, number, number, kept, label)
            if fault is not None:
                yield place.rejected(*fault)
            else:
                yield self._record(row or [], columns, place, encoding, raw)
            if lines.stopped:
                break
        if columns is None and skip == 0:
            yield Place.of(source, 0, 1, b"").rejected("empty", "the file is empty")

    def _record(
        self, row: list[str], columns: list[str], place: Place, encoding: str, raw: str
    ) -> Record | Rejected:
        if len(row) != len(columns):
            return place.rejected(
                "bad_row",
                f"{len(row)} cells where the first row names {len(columns)} columns; a delimiter or a "
                "quotation mark is missing or too many",
            )
        try:
            raw.encode()
        except UnicodeEncodeError:
            return place.rejected("encoding", f"not {encoding}; mend it or declare it (--encoding)")
        values = {name: cell for name, cell in zip(columns, row, strict=True) if cell.strip()}
        return to_record(values, place, self.fields)

    @staticmethod
    def _delimiter(first: str, source: str) -> str:
        if source.casefold().endswith((".tsv", ".tab")):
            return "\t"
        return max(_DELIMITERS, key=first.count)


class _Lines:
    """Lines of a text for the row parser, and what they were; a row without end is cut off at `limit`."""

    def __init__(self, text: io.TextIOWrapper, limit: int) -> None:
        self.text = text
        self.limit = limit
        self.number = 0
        self.taken: list[str] = []
        """The lines of the row that is being parsed."""
        self.too_long = False
        self.stopped = False
        self._waiting: str | None = None
        self._length = 0

    def first(self, source: str, encoding: str) -> str:
        """Return the first line without taking it. Raises `InputError` where it cannot be read."""
        try:
            self._waiting = self.text.readline(self.limit)
        except UnicodeDecodeError:
            raise InputError(f"{source}: not {encoding}; declare it with --encoding") from None
        return self._waiting

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.stopped:
            raise StopIteration
        if not self.taken:
            self._length = 0
        line = self._waiting if self._waiting is not None else self.text.readline(self.limit + 1)
        self._waiting = None
        self._length += len(line)
        if self._length > self.limit:
            self.too_long = self.stopped = True
            raise StopIteration
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        return line


def _checked(row: list[str] | None, source: str, fault: tuple[str, str] | None) -> list[str]:
    """Return the names of the columns. Raises `InputError` where the first row does not name each once."""
    if row is None:
        raise InputError(f"{source}: the first row must name the columns: {(fault or ('', ''))[1]}")
    names = [cell.strip().removeprefix("\ufeff") for cell in row]
    columns = [name or f"column {number}" for number, name in enumerate(names, 1)]
    twice = {name for name in columns if columns.count(name) > 1} if len(columns) < 10_000 else ()
    if twice:
        raise InputError(
            f'{source}: the first row names the column "{sorted(twice)[0]}" twice: rename one, or name '
            "them with columns = […] under [format] of the field map (--fields)"
        )
    return columns
