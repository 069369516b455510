"""Opening files as they come: plain, .gz, .bz2 or .xz; text in a known encoding."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, TextIO, cast

from musnad.errors import InputError

_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """Yield the file's content, unpacked as it is read. Raises `InputError`."""
    opener = _OPENERS.get(path.suffix.lower())
    try:
        with cast(IO[bytes], opener(path, "rb") if opener else path.open("rb")) as stream:
            yield cast(BinaryIO, stream)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: the compressed file is damaged or cut off ({error})") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error


@contextmanager
def open_text(path: Path, encoding: str | None = None) -> Iterator[TextIO]:
    """Yield the file's text, unpacked as it is read. Raises `InputError`."""
    with open_bytes(path) as stream:
        try:
            text = io.TextIOWrapper(stream, encoding=encoding or "utf-8-sig", newline="")
        except LookupError:
            raise InputError(f'there is no encoding "{encoding}"') from None
        try:
            yield text
        except UnicodeDecodeError as error:
            raise InputError(
                f"{path}: not {error.encoding} (byte {error.start} of a block): give its --encoding"
            ) from error
