"""A stream in any encoding as a stream of text or of UTF-8, without reading it whole."""

from __future__ import annotations

import codecs
import io
from typing import IO, cast

from musnad.readers.encoding import detect

SAMPLE_BYTES = 1 << 16


def looked_into(
    stream: IO[bytes], source: str, declared: str | None
) -> tuple[io.BufferedReader, str]:
    """Return the stream, nothing of it consumed, and its encoding: `declared`, else what is sure.

    Raises `InputError` where none is.
    """
    buffered = (
        stream
        if isinstance(stream, io.BufferedReader)
        else io.BufferedReader(cast("io.RawIOBase", stream), SAMPLE_BYTES)
    )
    sample = buffered.peek(SAMPLE_BYTES)[:SAMPLE_BYTES]
    return buffered, declared or detect(sample, source, whole=False)


class AsUtf8:
    """Gives a stream of another encoding as UTF-8. Raises `UnicodeDecodeError` where it does not fit."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self.stream = stream
        self._plain = encoding == "utf-8"
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def read(self, size: int = -1) -> bytes:
        """Return some bytes of UTF-8, none at the end."""
        if self._plain:
            return self.stream.read(size)
        while data := self.stream.read(size):
            if text := self._decoder.decode(data):
                return text.encode("utf-8", "surrogatepass")
        return self._decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
