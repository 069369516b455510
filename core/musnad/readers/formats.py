"""Which reader takes a file, by its name."""

from __future__ import annotations

from collections.abc import Mapping

from musnad.components import Reader

WITHIN = "!"
"""Between the name of an archive and that of a file in it: `crawl.zip!2015/july.jsonl`."""


def reader_of(name: str, readers: Mapping[str, Reader]) -> Reader | None:
    """Return the reader that takes a file of this name, None where there is none. Longer endings go first."""
    parts = _file_name(name).casefold().split(".")
    for count in (2, 1):
        if len(parts) > count:
            reader = readers.get("." + ".".join(parts[-count:]))
            if reader is not None and reader.takes(name, readers):
                return reader
    return None


def reader_of_record(name: str, readers: Mapping[str, Reader]) -> Reader | None:
    """Return the reader of a single record that came, unpacked, from the file of this name."""
    reader = reader_of(name, readers)
    while reader is not None and (inner := reader.unpacked_name(name)) is not None:
        name, reader = inner, reader_of(inner, readers)
    return reader


def _file_name(name: str) -> str:
    """Return the last part of a path, whatever the system that wrote it."""
    return name.rsplit(WITHIN, 1)[-1].replace("\\", "/").rsplit("/", 1)[-1]


def shown(name: str) -> str:
    """Return a name out of an archive as it can be printed and stored: on one line, of bounded length."""
    name = name.encode("utf-8", "replace").decode()
    name = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return name if len(name) <= 300 else name[:150] + "…" + name[-149:]
