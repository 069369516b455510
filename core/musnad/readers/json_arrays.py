"""JSON: an array of articles, an object that holds one, objects one after another, or one article; as a stream."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO, ClassVar

from musnad.components import Record, Rejected
from musnad.errors import InputError
from musnad.readers.configured import ConfiguredReader
from musnad.readers.records import Place, to_record
from musnad.readers.transcode import AsUtf8, looked_into

MAX_NESTING = 500
"""Objects and lists within one record; Python's own JSON gives up at about a thousand."""
_CHUNK = 1 << 16
_LIST = object()


class _TooMuch:
    """In the place of a record over a limit: says which."""

    def __init__(self, message: str) -> None:
        self.message = message


class JsonReader(ConfiguredReader):
    """Reads the objects of a JSON file, of which only one at a time is in memory."""

    name = "json"
    version = "1"
    suffixes: ClassVar[Collection[str]] = (".json",)

    def read(self, stream: BinaryIO, source: str, after: int = 0) -> Iterator[Record | Rejected]:
        """Yield the records behind record number `after`; positions are numbers of records.

        What is no JSON from some point on is one rejected record: nothing behind it can be read. Raises
        `InputError` where the encoding is not sure.
        """
        for found in self.read_on(stream, source, after):
            if found is not None:
                yield found

    def read_on(
        self, stream: BinaryIO, source: str, skip: int
    ) -> Iterator[Record | Rejected | None]:
        """Yield the records, None for each of the first `skip`."""
        from ijson import JSONError

        buffered, encoding = looked_into(stream, source, self.encoding)
        feed = _Feed(AsUtf8(buffered, encoding), self.limits.record_bytes)
        number = 0
        fault = None
        try:
            for value in self._values(feed):
                number += 1
                yield self._record(value, source, number) if number > skip else None
        except InputError:
            raise
        except UnicodeDecodeError as error:
            fault = ("encoding", f"not {encoding} ({error.reason}); declare it with --encoding")
        except _StopFeed:
            limit = self.limits.record_bytes
            fault = (
                "too_long",
                f"longer than {limit} bytes (max_record_bytes) in one text: raise the limit",
            )
        except (JSONError, ValueError, RecursionError, OverflowError) as error:
            if feed.substance:
                fault = ("bad_json", f"not valid JSON: {_first_line(error)}")
        if fault is not None:
            number += 1
            code, message = fault
            place = Place.of(source, number, number, b"", f"{source}, record {number}")
            refused = place.rejected(code, f"{message}; nothing behind it can be read")
            yield refused if number > skip else None
        elif number == 0 and skip == 0:
            wanted = self.fields.format.records
            what = f'there is no list "{wanted}" with' if wanted else "there are no"
            yield Place.of(source, 0, 1, b"").rejected("empty", f"{what} records in this file")

    def _record(self, value: Any, source: str, number: int) -> Record | Rejected:
        label = f"{source}, record {number}"
        if isinstance(value, _TooMuch):
            return Place.of(source, number, number, b"", label).rejected("too_long", value.message)
        try:
            raw = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        except RecursionError:
            return Place.of(source, number, number, b"", label).rejected(
                "bad_json", "nested too deep"
            )
        place = Place.of(source, number, number, raw, label)
        if not isinstance(value, dict):
            return place.rejected("bad_json", f"must be an object, not {type(value).__name__}")
        record = to_record(value, place, self.fields)
        lists = [key for key, inner in value.items() if _holds_objects(inner)]
        if isinstance(record, Rejected) and record.code == "bad_field" and lists:
            return place.rejected(
                "bad_field",
                f'no article, but it holds a list "{lists[0]}"; if those are the articles, say '
                f'records = "{lists[0]}" under [format] of the field map (--fields)',
            )
        return record

    def _values(self, feed: _Feed) -> Iterator[Any]:
        """Yield each record's value. `way` is where parsing is: names in objects, a mark for lists."""
        import ijson
        from ijson.common import ObjectBuilder

        wanted = self.fields.format.records
        names = wanted.split(".") if wanted else None
        limit = self.limits.record_bytes
        way: list[Any] = []
        builder: ObjectBuilder | None = None
        level = begin = 0
        too_much = ""
        for event, value in ijson.basic_parse(
            feed, multiple_values=True, use_float=True, buf_size=_CHUNK
        ):
            feed.seen = feed.total
            opens, closes = event in {"start_map", "start_array"}, event in {"end_map", "end_array"}
            if level:
                level += opens - closes
                if level > MAX_NESTING:
                    too_much = f"nested deeper than {MAX_NESTING} objects and lists: flatten it"
                elif feed.total - begin > limit + 2 * _CHUNK:
                    too_much = (
                        f"longer than {limit} bytes (max_record_bytes): split it or raise the limit"
                    )
                if too_much:
                    builder = None
                elif builder is not None:
                    builder.event(event, value)
                if level == 0:
                    yield _TooMuch(too_much) if builder is None else builder.value
                    builder, too_much = None, ""
            elif closes:
                way.pop()
            elif event == "map_key":
                way[-1] = value
            elif not _is_record(way, event, names):
                if opens:
                    way.append(_LIST if event == "start_array" else "")
            elif opens:
                builder, level, begin = ObjectBuilder(), 1, feed.total
                builder.event(event, value)
            else:
                yield value


class _StopFeed(Exception):  # noqa: N818 - ends reading
    """One text is longer than a record may be."""


class _Feed:
    """What the parser reads from: stops when it swallows more than a record without giving anything."""

    def __init__(self, stream: AsUtf8, limit: int) -> None:
        self.stream = stream
        self.limit = limit
        self.total = 0
        self.seen = 0
        self.substance = False
        """Something but white space was read."""

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.total += len(data)
        self.substance = self.substance or bool(data.strip())
        if self.total - self.seen > self.limit + 4 * _CHUNK:
            raise _StopFeed
        return data


def _is_record(way: list[Any], event: str, names: list[str] | None) -> bool:
    """Return whether the value that begins here is a record."""
    if names is None:
        return way == [_LIST] or (not way and event != "start_array")
    return bool(way) and way[-1] is _LIST and [step for step in way if step is not _LIST] == names


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
