"""Checked records kept between runs, so that a process need not read the same YAML again.

Reading and checking the starter files takes half a second, in every process that enriches. What came of it
is kept as JSON in the user's cache folder, under a hash of the files' content and of the code that read
them: a changed file or another version never finds it. It holds nothing that the files do not, so that a
cache that is gone, damaged, not ours or not writable only means reading the files.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
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
"""So many entries stay: each change of a file makes a new one."""
_CODE = ("authority.py", "cache.py", "files.py", "fold.py", "records.py")
"""The modules of this package that decide what comes of a file."""
Sets = Sequence[Sequence[Path]]


class _Entry(BaseModel):
    """What a file of the cache holds."""

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
    digest = hashlib.sha256(version("pydantic").encode())
    here = Path(__file__).parent
    for path in (Path(musnad.model.__file__), *(here / name for name in _CODE)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def folder() -> Path:
    """Return the folder of the cache: in `MUSNAD_CACHE`, else in this user's own cache."""
    chosen = os.environ.get("MUSNAD_CACHE")
    root = Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("musnad"))
    return root / "authority"


def load(key: str) -> dict[str, Actor] | None:
    """Return the records kept under `key` in their order; None where there are none that can be trusted."""
    try:
        descriptor = os.open(_path(key), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(descriptor, "rb") as stream:  # noqa: PTH123 - of a descriptor
            status = os.fstat(stream.fileno())
            # Records written by somebody else could put names into this user's archive.
            if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
                return None
            entry = _Entry.model_validate_json(stream.read())
        records = {record.id: record for record in (*entry.actors, *entry.outlets)}
        return {actor_id: records[actor_id] for actor_id in entry.order}
    except (OSError, ValidationError, KeyError):
        return None


def store(key: str, records: Mapping[str, Actor]) -> None:
    """Keep `records` under `key`, where that can be done."""
    with suppress(OSError):
        path = _path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        entry = _Entry(
            order=list(records),
            actors=[record for record in records.values() if not isinstance(record, Outlet)],
            outlets=[record for record in records.values() if isinstance(record, Outlet)],
        )
        # What was not given is left out: the records come back equal in every respect.
        content = entry.model_dump_json(exclude_unset=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with open(descriptor, "w", encoding="utf-8") as stream:  # noqa: PTH123 - of a descriptor
                stream.write(content)
            # At once or not at all: another process may read it at this moment.
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
        entries = sorted(path.parent.glob("*.json"), key=lambda one: one.stat().st_mtime)
        for old in entries[:-KEPT]:
            old.unlink(missing_ok=True)


def _path(key: str) -> Path:
    return folder() / f"{key}.json"
