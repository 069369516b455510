"""Limits against bombs: what unpacks to much more than it is, or nests without end."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from musnad.errors import InputError

if TYPE_CHECKING:
    from typing_extensions import Buffer

RATIO_FROM_BYTES = 16_000_000
"""Unpacked bytes below which the ratio is not looked at: a small file of blanks is no bomb."""
DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError)
"""What the standard library raises for packed data that is damaged (or packed in a way it does not know)."""


@dataclass(frozen=True)
class Limits:
    """How much is read before it is refused. Each is a setting of `[plugins.readers]`: `max_` and its name."""

    record_bytes: int = 64_000_000
    """Of one record, as it stands in its file."""
    html_bytes: int = 10_000_000
    """Of one HTML page: taking a tree of more apart takes minutes."""
    unpacked_bytes: int = 500_000_000_000
    """That may come out of one packed file, all its members together."""
    ratio: int = 200
    """Unpacked bytes to packed bytes. News text packs to a tenth; a bomb is beyond a thousand."""
    members: int = 5_000_000
    """Files in one packed file, those of archives within it included."""
    depth: int = 6
    """Layers: `.tar.gz` are two, and a `.jsonl.gz` within it a third."""
    directory_bytes: int = 64_000_000
    """Of the table of contents of a zip archive, which is kept whole: about half a million files."""


class LimitError(InputError):
    """A limit is passed; nothing more is read of the packed file that the user named."""


class Counted(io.RawIOBase):
    """A stream that counts the bytes taken from `inner`, and leaves it open."""

    def __init__(self, inner: IO[bytes]) -> None:
        self.inner = inner
        self.count = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Read into `buffer`; return how many bytes."""
        view = memoryview(buffer)
        data = self.inner.read(len(view))
        view[: len(data)] = data
        self.count += len(data)
        return len(data)

    def seekable(self) -> bool:
        """Return whether the inner stream is."""
        return self.inner.seekable()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move in the inner stream."""
        return self.inner.seek(offset, whence)

    def tell(self) -> int:
        """Return the place in the inner stream, or the bytes read where it has none."""
        return self.inner.tell() if self.inner.seekable() else self.count


class Budget:
    """What has been taken from one packed file, and what came out of it, in all layers."""

    def __init__(self, limits: Limits, packed: Counted) -> None:
        self.limits = limits
        self.packed = packed
        self.members = 0
        self._size = _size(packed.inner)
        self._unpacked: dict[int, int] = {}

    @property
    def taken(self) -> int:
        """Bytes taken, those that are read again (as by zip entries that share them) counted once at most."""
        count = self.packed.count
        return count if self._size is None else min(count, self._size)

    def unpack(self, count: int, layer: int, name: str) -> None:
        """Account for bytes that came out of `name`. Raises `LimitError` naming it and the limit."""
        total = self._unpacked[layer] = self._unpacked.get(layer, 0) + count
        if total > self.limits.unpacked_bytes:
            raise LimitError(
                f"{name}: more than {self.limits.unpacked_bytes} bytes come out of this file "
                "(max_unpacked_bytes): nothing more of it is read; split it or raise the limit"
            )
        if total > RATIO_FROM_BYTES and total > self.limits.ratio * max(1, self.taken):
            raise LimitError(
                f"{name}: it unpacks to more than {self.limits.ratio} times its size (max_ratio), as a bomb "
                "does: nothing more of this file is read; if it is sound, raise the limit"
            )

    def add_member(self, name: str) -> None:
        """Account for a member. Raises `LimitError` naming it and the limit."""
        self.members += 1
        if self.members > self.limits.members:
            raise LimitError(
                f"{name}: this is file number {self.members} in the archive, over the limit of "
                f"{self.limits.members} (max_members): nothing more of it is read; split it or raise the limit"
            )


class BoundedReads:
    """A seekable file of which no single piece over `most` bytes is read: `LimitError`, which names the file.

    `ZipFile` reads a table of contents in one piece as large as the archive says, before anything can be asked of it.
    """

    def __init__(self, inner: IO[bytes], most: int, name: str) -> None:
        self.inner = inner
        self.most = most
        self.name = name

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes, or all that are left. Raises `LimitError`."""
        data = b"" if size > self.most else self.inner.read(self.most + 1 if size < 0 else size)
        if max(size, len(data)) > self.most:
            size = max(size, len(data))
            raise LimitError(
                f"{self.name}: its table of contents has {size} bytes, over the limit of {self.most} "
                "(max_directory_bytes): nothing of it is read; split it, make it a .tar.gz, or raise the limit"
            )
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to an offset."""
        return self.inner.seek(offset, whence)

    def tell(self) -> int:
        """Return the offset."""
        return self.inner.tell()

    def seekable(self) -> bool:
        """Return True."""
        return True


class Metered(io.RawIOBase):
    """What comes out of a decompressor, counted against the budget; damage is an `InputError` naming `name`."""

    def __init__(self, inner: IO[bytes], budget: Budget, layer: int, name: str) -> None:
        self.inner = inner
        self.budget = budget
        self.layer = layer
        self.name = name
        self.count = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Read into `buffer`; return how many bytes. Raises `LimitError`, `InputError`."""
        view = memoryview(buffer)
        try:
            data = self.inner.read(len(view))
        except InputError:
            raise
        except Exception as error:
            # Each unpacker has errors of its own, and on nonsense those of what it uses.
            reason = str(error) or type(error).__name__
            raise InputError(
                f"{self.name}: damaged at unpacked byte {self.count} ({reason}): what stands behind it "
                "cannot be read; get a sound copy"
            ) from error
        view[: len(data)] = data
        self.count += len(data)
        self.budget.unpack(len(data), self.layer, self.name)
        return len(data)

    def tell(self) -> int:
        """Return the bytes read so far: it cannot go back."""
        return self.count


def _size(stream: IO[bytes]) -> int | None:
    """Return the bytes of a stream in all; None where it cannot be told."""
    try:
        if not stream.seekable():
            return None
        at = stream.tell()
        size = stream.seek(0, io.SEEK_END)
        stream.seek(at)
    except OSError:
        return None
    return size
