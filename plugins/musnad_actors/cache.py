"""What is made of files, kept between runs, so that a process need not make it again.

Things are kept in the user's cache folder, under a hash of the files' content and of the code that made
them: a changed file or another version never finds them. They hold nothing that the files do not, so that a
cache that is gone, damaged, not ours or not writable only means making them again.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import musnad.model
import platformdirs
from musnad.model import Actor, Outlet
from pydantic import BaseModel, ValidationError

WORTH_BYTES = 50_000
"""Smaller files are read as fast as the cache."""
KEPT = 8
"""So many entries of one kind stay: each change of a file makes a new one."""
_CODE = ("authority.py", "cache.py", "files.py", "fold.py", "records.py")
"""The modules of this package that decide what comes of a file."""
Sets = Sequence[Sequence[Path]]


class _Entry(BaseModel):
    """What a file of records holds."""

    order: list[str]
    actors: list[Actor]
    outlets: list[Outlet]


def key_of(sets: Sets) -> str | None:
    """Return the key of these files as they are now; None where they are not worth it or cannot be read."""
    digest = hashlib.sha256(_code().encode())
    total = 0
    try:
        for number, paths in enumerate(sets):
            for path in paths:
                content = path.read_bytes()
                total += len(content)
                name = f"{number}\0{path.suffix.lower()}\0{len(content)}\0"
                digest.update(name.encode("utf-8", "surrogateescape"))
                digest.update(content)
    except OSError:
        return None
    return digest.hexdigest() if total >= WORTH_BYTES else None


@lru_cache(maxsize=1)
def _code() -> str:
    """Return a hash of the code that makes records of files."""
    here = Path(__file__).parent
    return hash_of([Path(musnad.model.__file__), *(here / name for name in _CODE)])


def hash_of(paths: Iterable[Path]) -> str:
    """Return a hash of the content of these files of the program, and of the libraries that they build on."""
    digest = hashlib.sha256(version("pydantic").encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def folder() -> Path:
    """Return the folder of the cache: in `MUSNAD_CACHE`, else in this user's own cache."""
    chosen = os.environ.get("MUSNAD_CACHE")
    root = Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("musnad"))
    return root / "authority"


def read(name: str) -> bytes | None:
    """Return what is kept under the file name `name`; None where there is nothing that can be trusted."""
    try:
        descriptor = os.open(folder() / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(descriptor, "rb") as stream:  # noqa: PTH123 - of a descriptor
            status = os.fstat(stream.fileno())
            # Records written by somebody else could put names into this user's archive.
            if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
                return None
            return stream.read()
    except OSError:
        return None


def write(name: str, content: bytes) -> None:
    """Keep `content` under the file name `name`, where that can be done; old files of its kind go."""
    with suppress(OSError):
        path = folder() / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, new = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with open(descriptor, "wb") as stream:  # noqa: PTH123 - of a descriptor
                stream.write(content)
            # At once or not at all: another process may read it at this moment.
            Path(new).replace(path)
        finally:
            Path(new).unlink(missing_ok=True)
        entries = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda one: one.stat().st_mtime)
        for old in entries[:-KEPT]:
            old.unlink(missing_ok=True)


def load(key: str) -> dict[str, Actor] | None:
    """Return the records kept under `key` in their order; None where there are none that can be trusted."""
    content = read(f"{key}.json")
    if content is None:
        return None
    try:
        entry = _Entry.model_validate_json(content)
        records = {record.id: record for record in (*entry.actors, *entry.outlets)}
        return {actor_id: records[actor_id] for actor_id in entry.order}
    except (ValidationError, KeyError):
        return None


def store(key: str, records: Mapping[str, Actor]) -> None:
    """Keep `records` under `key`, where that can be done."""
    entry = _Entry(
        order=list(records),
        actors=[record for record in records.values() if not isinstance(record, Outlet)],
        outlets=[record for record in records.values() if isinstance(record, Outlet)],
    )
    # What was not given is left out: the records come back equal in every respect.
    write(f"{key}.json", entry.model_dump_json(exclude_unset=True).encode())
