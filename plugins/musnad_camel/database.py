"""Loading the morphological database: once a process, and only what is used of it.

The database as camel-tools has it takes 4 s and 375 MB to load, most of it for spellings of segments and
pronunciations that nobody here reads. A copy without them is made once, beside it, and read by camel-tools like
any other (half the time and half the memory). It is named after the original's content, so that a new original
gets a new one.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from musnad.errors import NotConfigured

from musnad_camel import store

FILE = "morphology.db"
KEPT = frozenset(
    {"diac", "lex", "gloss", "pos", "source", "root", "bw"}
    | {"prc3", "prc2", "prc1", "prc0", "enc0"}
    | {"asp", "vox", "per", "cas", "gen", "num", "form_gen", "form_num"}
    | {"pos_logprob", "lex_logprob", "pos_lex_logprob"}
)
"""Features that the copy keeps: those that `choice` reads, and those without which camel-tools' analyzer fails."""
BACKOFF = "NOAN"
"""The stem that stands for unknown words; only there does the analyzer read `bw`."""
_FORMAT = "3"
"""Changed with `KEPT`: copies of another format are not taken."""


def database_file(name: str) -> Path:
    """Return the path of the database `name`. Raises `NotConfigured` where it is not installed."""
    path = store.dataset("MorphologyDB", name) / FILE
    if not path.is_file():
        raise NotConfigured(f"{path} is not there: {store.INSTALL_HINT}")
    return path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def analyzer(path: Path, sha256: str) -> Any:
    """Return camel-tools' analyzer over the database at `path`, loaded once in a process.

    Unknown words come back as proper nouns. Raises `NotConfigured` where the file is no database.
    """
    return _analyzer(path, sha256)


@lru_cache(maxsize=1)
def _analyzer(path: Path, sha256: str) -> Any:
    store.require_catalogue()
    from camel_tools.morphology.analyzer import Analyzer
    from camel_tools.morphology.database import MorphologyDB
    from camel_tools.morphology.errors import DatabaseError

    try:
        return Analyzer(MorphologyDB(str(slim_copy(path, sha256) or path), "a"), "NOAN_PROP")
    except (DatabaseError, UnicodeDecodeError, IndexError, KeyError) as error:
        raise NotConfigured(
            f"{path} is no database of camel-tools ({error}): run `musnad camel install --force`"
        ) from error


def slim_copy(path: Path, sha256: str) -> Path | None:
    """Return the copy with the features in `KEPT`, made now if need be; None where it cannot be made."""
    copy = path.with_name(f"musnad-{_FORMAT}-{sha256[:16]}.db")
    if copy.is_file():
        return copy
    with suppress(OSError, UnicodeDecodeError):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".musnad-")
        try:
            with (
                open(descriptor, "w", encoding="utf-8", newline="\n") as out,  # noqa: PTH123 - of a descriptor
                path.open(encoding="utf-8") as lines,
            ):
                out.writelines(_slim(lines))
            Path(name).chmod(0o644)
            # At once or not at all: several processes may do this at the same moment.
            Path(name).replace(copy)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(name)  # noqa: PTH108 - a name, not a Path
        for old in path.parent.glob("musnad-*.db"):
            if old != copy:
                old.unlink(missing_ok=True)
        return copy
    return None


def _slim(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        head = line.split(" ", 1)[0]
        if head in {"DEFINE", "DEFAULT", "ORDER", "TOKENIZATION"}:
            features = [f for f in line.split()[1:] if f.split(":", 1)[0] in KEPT]
            # A DEFINE names its feature first and then each value with it; nothing left means none of ours.
            if features:
                yield f"{head} {' '.join(features)}\n"
            continue
        parts = line.rstrip("\n").split("\t")
        if len(parts) == 3:
            unknown = parts[0] == BACKOFF
            parts[2] = " ".join(
                feature
                for feature in parts[2].split(" ")
                if (name := feature.split(":", 1)[0]) in KEPT and (name != "bw" or unknown)
            )
            yield "\t".join(parts) + "\n"
        else:
            yield line
