"""The registry: which outlets there are, by id, by name and by domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from musnad.model import Alias, Outlet
from musnad_actors.authority import AuthorityError, load_authority
from musnad_actors.files import Problem
from musnad_actors.fold import fold
from musnad_actors.patterns import names_of
from musnad_actors.spellings import spellings

DATA = Path(__file__).parent / "data"
_WEB = ("www.", "m.", "amp.")


def is_code(alias: Alias) -> bool:
    """Tell whether an alias is a source code («aawsat»): it resolves metadata, and stands in no text."""
    return alias.kind == "acronym" and alias.text.isascii() and alias.text == alias.text.lower()


@dataclass(frozen=True)
class Registry:
    """All outlets by id, in the order of the files."""

    records: Mapping[str, Outlet] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """Index names and domains."""
        names: dict[str, dict[str, None]] = {}
        domains: dict[str, str] = {}
        for record in self.records.values():
            for text, _ in names_of(record):
                for form in {fold(text), *spellings(text)}:
                    names.setdefault(form, {})[record.id] = None
            for domain in record.domains:
                # Of two outlets on one domain the first in the files has it: a later one is a part of it.
                domains.setdefault(domain.lower(), record.id)
        object.__setattr__(self, "_names", names)
        object.__setattr__(self, "_domains", domains)

    _names: Mapping[str, Mapping[str, None]] = field(init=False, repr=False, compare=False)
    _domains: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Outlet]:
        return iter(self.records.values())

    def get(self, outlet_id: str) -> Outlet | None:
        """Return the outlet with this id, None where there is none."""
        return self.records.get(outlet_id)

    def named(self, text: str) -> list[Outlet]:
        """Return the outlets that have exactly this name, alias or source code, in any spelling of it."""
        return [self.records[i] for i in self._names.get(fold(text), ())]

    def on_domain(self, url: str) -> Outlet | None:
        """Return the outlet whose site `url` (or a bare host name) lies on; the longest domain wins."""
        host = _host(url)
        while "." in host:
            known = self._domains.get(host)
            if known is not None:
                return self.records[known]
            host = host.partition(".")[2]
        return None


def _host(url: str) -> str:
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    host = host.lower().rstrip(".")
    for prefix in _WEB:
        host = host.removeprefix(prefix)
    return host


def starter_files() -> tuple[Path, ...]:
    """Return the files of the registry that ships with this plugin."""
    return tuple(sorted((DATA / "registry").glob("*.yaml")))


def load_registry(*sets: Sequence[Path]) -> Registry:
    """Return the outlets of all sets of files; a later set adds to and overrides the earlier ones.

    Raises `AuthorityError` naming file, line and field of what is wrong, a record that is no outlet too.
    """
    stamps = tuple((path, _stamp(path)) for paths in sets for path in paths)
    return _load(tuple(tuple(paths) for paths in sets), stamps)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=2)
def _load(sets: tuple[tuple[Path, ...], ...], _stamps: object) -> Registry:
    """Load once for both components of the plugin; a file that has changed since is read again."""
    authority = load_authority(*sets)
    outlets = {record.id: record for record in authority if isinstance(record, Outlet)}
    others = [record for record in authority if not isinstance(record, Outlet)]
    if others:
        raise AuthorityError(
            [
                Problem(
                    ", ".join(str(path) for path in sets[-1]),
                    None,
                    "type",
                    f'"{record.id}" is of type {record.type}: outlets only here; list actors under '
                    "`files` of [plugins.actors]",
                )
                for record in others
            ]
        )
    return Registry(outlets, authority.files)
