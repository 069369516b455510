"""Archives and packed files: `.zip`, `.tar`, and `.gz`, `.bz2`, `.xz` around any other format.

They are streams: nothing is ever written under a name that an archive gives. Every layer is counted against the
limits of the file that the user named. The position in an archive is the number of the record in it, over all
members; in a packed file it is that of the reader within.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import IO, BinaryIO, ClassVar, cast

from musnad.components import Reader, Record, Rejected
from musnad.errors import InputError
from musnad.model import Source
from musnad.readers.formats import WITHIN, reader_of, shown
from musnad.readers.limits import (
    DAMAGED,
    BoundedReads,
    Budget,
    Counted,
    LimitError,
    Limits,
    Metered,
)
from musnad.readers.tar_headers import bounded_headers

SMALLEST_PIECE = 1 << 17
"""Bytes that a limit of the table of contents leaves for the other parts of a zip archive."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive."""

    name: str
    open: Callable[[], IO[bytes]]
    fault: str = ""
    """Why it cannot be read, empty where it can."""


class Container(Reader):
    """Base of the readers of archives and packed files."""

    version = "1"

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.readers: Mapping[str, Reader] = {}

    def given(self, readers: Mapping[str, Reader]) -> None:
        """Take the readers of what is inside."""
        self.readers = readers

    def read(self, stream: BinaryIO, source: str, after: int = 0) -> Iterator[Record | Rejected]:
        """Yield the records of all members behind record number `after`; positions are numbers of records.

        Raises `InputError` where the archive is damaged, `LimitError` where it is over a limit.
        """
        counted = Counted(stream)
        budget = Budget(self.limits, counted)
        for found in self.walk(_buffered(counted), source, after, budget, 1):
            if found is not None:
                yield found

    def read_on(
        self, stream: BinaryIO, source: str, skip: int
    ) -> Iterator[Record | Rejected | None]:
        """Yield the records, None for each of the first `skip`."""
        counted = Counted(stream)
        yield from self.walk(_buffered(counted), source, skip, Budget(self.limits, counted), 1)

    def walk(
        self, stream: io.BufferedReader, source: str, skip: int, budget: Budget, depth: int
    ) -> Iterator[Record | Rejected | None]:
        """Yield the records of this layer, None for each of the first `skip`."""
        raise NotImplementedError


class ArchiveReader(Container):
    """Base of the readers of files with members."""

    def members(
        self, stream: io.BufferedReader, source: str, budget: Budget, depth: int
    ) -> Iterator[Member]:
        """Yield the members in their order. Raises `InputError` where the archive is damaged."""
        raise NotImplementedError

    def walk(
        self, stream: io.BufferedReader, source: str, skip: int, budget: Budget, depth: int
    ) -> Iterator[Record | Rejected | None]:
        """Yield the records of the members that a reader takes; the others are counted."""
        position = 0
        for member in self.members(stream, source, budget, depth):
            name = f"{source}{WITHIN}{shown(member.name)}"
            budget.add_member(name)
            reader = None if _hidden(member.name) else reader_of(member.name, self.readers)
            if reader is None:
                self.passed_over["file in an archive that no reader takes"] += 1
                continue
            for found in self._read_member(reader, member, name, skip - position, budget, depth):
                position += 1
                if found is None or position <= skip:
                    yield None
                else:
                    yield replace(found, position=position)

    def _read_member(
        self, reader: Reader, member: Member, name: str, skip: int, budget: Budget, depth: int
    ) -> Iterator[Record | Rejected | None]:
        """Yield the records of one member; what is wrong with it alone is one rejected record."""
        if member.fault:
            yield _whole(name, "unreadable", f"{name}: {member.fault}")
            return
        if isinstance(reader, Container) and depth >= budget.limits.depth:
            yield _whole(name, "limit", _too_deep(name, budget.limits))
            return
        try:
            with member.open() as inner:
                if isinstance(reader, Container):
                    yield from reader.walk(_buffered(inner), name, skip, budget, depth + 1)
                else:
                    yield from reader.read_on(cast("BinaryIO", inner), name, skip)
        except LimitError:
            raise
        except InputError as error:
            yield _whole(name, "unreadable", str(error))
        except DAMAGED as error:
            yield _whole(name, "unreadable", f"{name}: cannot be unpacked: {error}")


class ZipReader(ArchiveReader):
    """Reads the files in a zip archive, whatever formats they are in."""

    name = "zip"
    suffixes: ClassVar[Collection[str]] = (".zip",)

    def members(
        self, stream: io.BufferedReader, source: str, budget: Budget, depth: int
    ) -> Iterator[Member]:
        """Yield the files of the archive in its order."""
        import zipfile

        with tempfile.TemporaryFile() as spool:
            # The table of contents is at the end: what comes out of another archive must be put down first.
            seekable = stream if stream.seekable() else _put_down(stream, spool)
            try:
                bounded = BoundedReads(
                    seekable, max(SMALLEST_PIECE, budget.limits.directory_bytes), source
                )
                archive = zipfile.ZipFile(cast("IO[bytes]", bounded))
                entries = archive.infolist()
            except LimitError:
                raise
            except (*DAMAGED, ValueError, IndexError, KeyError, OverflowError) as error:
                raise InputError(f"{source}: not a sound zip archive: {error}") from error
            except Exception as error:
                # struct.error and the like: the table of contents is nonsense.
                raise InputError(f"{source}: not a sound zip archive: {error}") from error
            for entry in entries:
                if entry.is_dir():
                    continue
                fault = (
                    "encrypted: unpack it with its password first" if entry.flag_bits & 1 else ""
                )
                name = f"{source}{WITHIN}{shown(entry.filename)}"

                def opened(entry: zipfile.ZipInfo = entry, name: str = name) -> IO[bytes]:
                    try:
                        member = archive.open(entry)
                    except DAMAGED:
                        raise
                    except Exception as error:
                        raise InputError(f"{name}: cannot be unpacked: {error}") from error
                    return io.BufferedReader(Metered(member, budget, depth, name))

                yield Member(entry.filename, opened, fault)


class TarReader(ArchiveReader):
    """Reads the files in a tar archive as they come, whatever formats they are in."""

    name = "tar"
    suffixes: ClassVar[Collection[str]] = (".tar",)

    def members(
        self, stream: io.BufferedReader, source: str, budget: Budget, depth: int
    ) -> Iterator[Member]:
        """Yield the files of the archive; links and devices are counted and passed over."""
        import tarfile

        try:
            with tarfile.open(fileobj=stream, mode="r|", tarinfo=bounded_headers()) as archive:
                while (entry := archive.next()) is not None:
                    # The library keeps every header it has seen; there may be millions.
                    archive.members = []  # type: ignore[attr-defined]
                    if entry.isdir():
                        continue
                    if not entry.isreg():
                        self.passed_over["link or device in an archive"] += 1
                        continue
                    name = f"{source}{WITHIN}{shown(entry.name)}"

                    def opened(entry: tarfile.TarInfo = entry, name: str = name) -> IO[bytes]:
                        member = archive.extractfile(entry)
                        if member is None:
                            raise InputError(f"{name}: not a file")
                        return io.BufferedReader(Metered(member, budget, depth, name))

                    # Of a sparse file only the holes' sizes are there: terabytes of nothing.
                    fault = "a sparse file: unpack it first" if entry.issparse() else ""
                    yield Member(entry.name, opened, fault)
        except (InputError, GeneratorExit):
            raise
        except Exception as error:
            # tarfile raises its own errors, and what int() and struct raise on headers of nonsense.
            raise InputError(
                f"{source}: not a sound tar archive ({error}): what stands behind cannot be read"
            ) from error


class PackedReader(Container):
    """Reads a packed file: what is inside is read by the reader of the name without the ending."""

    name = "packed"
    suffixes: ClassVar[Collection[str]] = (
        ".gz", ".bz2", ".xz", ".tgz", ".tbz2", ".txz",
    )  # fmt: skip

    def unpacked_name(self, name: str) -> str:
        """Return the name without the ending (`.tgz` is `.tar.gz`)."""
        stem, _, suffix = name.rpartition(".")
        return f"{stem}.tar" if suffix.casefold().startswith("t") else stem

    def takes(self, name: str, readers: Mapping[str, Reader]) -> bool:
        """Return whether there is a reader for what is inside."""
        return reader_of(self.unpacked_name(name), readers) is not None

    def read(self, stream: BinaryIO, source: str, after: int = 0) -> Iterator[Record | Rejected]:
        """Yield the records behind position `after`, which is one of the reader of what is inside."""
        inner = self._reader(source)
        if isinstance(inner, Container):
            yield from super().read(stream, source, after)
            return
        counted = Counted(stream)
        unpacked = self._unpack(_buffered(counted), source, Budget(self.limits, counted), 1)
        yield from inner.read(cast("BinaryIO", unpacked), source, after)

    def walk(
        self, stream: io.BufferedReader, source: str, skip: int, budget: Budget, depth: int
    ) -> Iterator[Record | Rejected | None]:
        """Yield the records of what is inside, None for each of the first `skip`."""
        inner = self._reader(source)
        unpacked = self._unpack(stream, source, budget, depth)
        if not isinstance(inner, Container):
            yield from inner.read_on(cast("BinaryIO", unpacked), source, skip)
        elif depth >= budget.limits.depth:
            yield _whole(source, "limit", _too_deep(source, budget.limits))
        else:
            yield from inner.walk(unpacked, source, skip, budget, depth + 1)

    def _reader(self, source: str) -> Reader:
        inner = reader_of(self.unpacked_name(source), self.readers)
        if inner is None:
            raise InputError(f"{source}: no reader for what is packed in it")
        return inner

    @staticmethod
    def _unpack(
        stream: io.BufferedReader, source: str, budget: Budget, layer: int
    ) -> io.BufferedReader:
        import bz2
        import gzip
        import lzma

        suffix = source.rpartition(".")[2].casefold()
        opened: IO[bytes]
        if suffix in {"gz", "tgz"}:
            opened = cast("IO[bytes]", gzip.GzipFile(fileobj=stream, mode="rb"))
        elif suffix in {"bz2", "tbz2"}:
            opened = bz2.BZ2File(stream)
        else:
            opened = lzma.LZMAFile(stream)  # noqa: SIM115 - closed by its reader
        return io.BufferedReader(Metered(opened, budget, layer, source), 1 << 17)


def _buffered(stream: IO[bytes] | Counted) -> io.BufferedReader:
    return io.BufferedReader(cast("Counted", stream), 1 << 17)


def _put_down(stream: IO[bytes], spool: IO[bytes]) -> IO[bytes]:
    """Copy a stream into a file without a name; what it may hold is bounded by the layers around it."""
    while data := stream.read(1 << 20):
        spool.write(data)
    spool.seek(0)
    return spool


def _hidden(name: str) -> bool:
    """Return whether a file is what systems leave in archives (`__MACOSX/`, `._name`), no content."""
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or parts[-1].startswith("._")


def _whole(name: str, code: str, message: str) -> Rejected:
    """Return a member that cannot be read, rejected as a whole."""
    return Rejected(Source(file=name, position=0, sha256=""), code, message, "", 0)


def _too_deep(name: str, limits: Limits) -> str:
    return (
        f"{name}: an archive within archives, over the limit of {limits.depth} layers (max_depth): unpack "
        "the outer ones or raise the limit"
    )
