"""Headers of tar archives, none of them longer than names and attributes need."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tarfile

LONGEST_HEADER = 1_000_000
"""Bytes of a long name or of PAX attributes. `tarfile` reads them whole, whatever size the archive claims."""


class NotKept(list[tuple[int, int]]):
    """The map of a sparse file's holes, which may go on for gigabytes: no such file is read, so it stays empty."""

    def append(self, _: tuple[int, int]) -> None:
        """Drop a hole."""


@cache
def bounded_headers() -> type[tarfile.TarInfo]:
    """Return the class of headers that refuses longer ones with a `ValueError`, before they are read."""
    import tarfile

    read_whole = {
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
    }

    class BoundedHeader(tarfile.TarInfo):
        """A header of bounded length."""

        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> BoundedHeader:
            """Return the header that a block holds."""
            header = super().frombuf(buf, encoding, errors)
            if header.type in read_whole and header.size > LONGEST_HEADER:
                raise ValueError(f"a header of {header.size} bytes, {LONGEST_HEADER} are the most")
            if header.type == tarfile.GNUTYPE_SPARSE:
                _, extended, size = header._sparse_structs  # type: ignore[attr-defined]
                header._sparse_structs = (NotKept(), extended, size)  # type: ignore[attr-defined]
            return header

        def _proc_gnusparse_10(
            self, next: tarfile.TarInfo, pax_headers: object, tarfile: object
        ) -> None:
            """Leave the map of the holes unread: the same in PAX archives."""
            next.sparse = NotKept()  # type: ignore[assignment]

    return BoundedHeader
