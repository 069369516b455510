"""An authority ready for use: its records and the tables of its names, kept as one file between runs.

Checking a hundred thousand records and working out all spellings of their names takes half a minute. What
comes of it is kept (see `cache`), and opened in well under a second: the tables are read whole, a record
only when it is asked for.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import overload

import musnad.sounds
from musnad.model import Actor, Outlet

from musnad_actors import cache
from musnad_actors.authority import Authority
from musnad_actors.config import ActorsSettings, load
from musnad_actors.lexicon import FILES, lexicon
from musnad_actors.patterns import PatternTable
from musnad_actors.sounding import SoundTable

_MAGIC = b"musnad authority 1\n"
_CODE = (
    "compiled.py", "config.py", "journal.py", "lexicon.py", "patterns.py", "replay.py", "sounding.py",
    "spellings.py",
)  # fmt: skip
_KEPT = 4


@dataclass(frozen=True)
class Compiled:
    """Records and the tables of their names."""

    authority: Authority
    patterns: PatternTable
    sounds: SoundTable


def compiled(settings: ActorsSettings) -> Compiled:
    """Return the authority that the settings name, from the cache where it is there. Raises `AuthorityError`."""
    files = settings.all_files()
    key = _key(settings, files)
    if key is None:
        return compile_records(load(settings))
    kept = _opened.get(key)
    if kept is None:
        content = cache.read(f"{key}.names")
        kept = None if content is None else opened(content, files)
    if kept is None:
        kept = compile_records(load(settings))
        # Asked again, because a file may have been changed while it was read.
        if _key(settings, settings.all_files()) == key:
            cache.write(f"{key}.names", to_bytes(kept))
    _opened[key] = kept
    while len(_opened) > _KEPT:
        del _opened[next(iter(_opened))]
    return kept


_opened: dict[str, Compiled] = {}
"""Of this process by key: several components ask for the same files."""


def compile_records(authority: Authority) -> Compiled:
    """Return an authority with the tables of its names."""
    records = list(authority)
    return Compiled(
        authority, PatternTable.compiled(records, lexicon()), SoundTable.compiled(records)
    )


def _key(settings: ActorsSettings, files: Sequence[Path]) -> str | None:
    key = cache.key_of([files])
    return None if key is None else f"{key[:40]}-{_code()[:20]}-{int(settings.starter)}"


@lru_cache(maxsize=1)
def _code() -> str:
    here = Path(__file__).parent
    return cache.hash_of([Path(musnad.sounds.__file__), *(here / name for name in _CODE), *FILES])


class _Listed(Sequence[Actor]):
    """Records as lines of JSON by number, each parsed when it is asked for."""

    def __init__(self, outlets: bytes, ends: array[int], lines: bytes) -> None:
        self._outlets = outlets
        self._ends = ends
        self._lines = lines
        self._parsed: dict[int, Actor] = {}

    def __len__(self) -> int:
        return len(self._outlets)

    @overload
    def __getitem__(self, number: int) -> Actor: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Actor]: ...
    def __getitem__(self, number: int | slice) -> Actor | Sequence[Actor]:
        if isinstance(number, slice):
            return [self[i] for i in range(*number.indices(len(self)))]
        record = self._parsed.get(number)
        if record is None:
            line = self._lines[self._ends[number] : self._ends[number + 1]]
            model = Outlet if self._outlets[number] else Actor
            record = self._parsed[number] = model.model_validate_json(line)
        return record


class _ById(Mapping[str, Actor]):
    """The same by id, in their order."""

    def __init__(self, ids: Sequence[str], listed: _Listed) -> None:
        self._numbers = {actor_id: number for number, actor_id in enumerate(ids)}
        self._listed = listed

    def __getitem__(self, actor_id: str) -> Actor:
        return self._listed[self._numbers[actor_id]]

    def __contains__(self, actor_id: object) -> bool:
        return actor_id in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def to_bytes(compiled: Compiled) -> bytes:
    """Return a compiled authority as bytes that `opened` takes."""
    records = list(compiled.authority)
    lines = [record.model_dump_json(exclude_unset=True).encode() for record in records]
    head = {"ids": [record.id for record in records], "former": dict(compiled.authority.former)}
    sections = [
        json.dumps(head).encode(),
        bytes(isinstance(record, Outlet) for record in records),
        array("Q", accumulate(map(len, lines), initial=0)).tobytes(),
        b"".join(lines),
        *compiled.patterns.sections(),
        *compiled.sounds.sections(),
    ]
    body = b"".join(sections)
    sizes = {"sizes": [len(section) for section in sections], "crc": zlib.crc32(body)}
    return _MAGIC + json.dumps(sizes).encode() + b"\n" + body


def opened(content: bytes, files: Sequence[Path]) -> Compiled | None:
    """Return the compiled authority that `to_bytes` made these bytes of, None for damaged ones."""
    if not content.startswith(_MAGIC):
        return None
    end = content.find(b"\n", len(_MAGIC))
    try:
        sizes = json.loads(content[len(_MAGIC) : end])
        body = memoryview(content)[end + 1 :]
        if zlib.crc32(body) != sizes["crc"]:
            return None
        ends = list(accumulate(sizes["sizes"], initial=0))
        sections = [bytes(body[a:b]) for a, b in pairwise(ends)]
        head = json.loads(sections[0])
        ids = head["ids"]
        lines = array("Q")
        lines.frombytes(sections[2])
        if not len(ids) == len(sections[1]) == len(lines) - 1:
            return None
        listed = _Listed(sections[1], lines, sections[3])
        authority = Authority(_ById(ids, listed), tuple(files))
        # What would take all records to find out.
        vars(authority)["former"] = head["former"]
        return Compiled(
            authority,
            PatternTable.from_sections(listed, sections[4:7]),
            SoundTable.from_sections(listed, sections[7:]),
        )
    except (ValueError, KeyError, IndexError, TypeError):
        return None
