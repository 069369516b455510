"""Finding the run to go on with: by the same command, or as the only one that was not finished."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from musnad.errors import InputError
from musnad.ingest.checkpoint import FOLDER, read_point


@dataclass(frozen=True, slots=True)
class Command:
    """What makes a command the same one, as JSON."""

    prefix: str
    """Of the archive."""
    folder: str
    """Working directory: inputs may be relative to it."""
    inputs: tuple[str, ...]
    """As they were given."""
    collection: str | None = None
    encoding: str | None = None
    fields: str | None = None
    plugins: tuple[str, ...] = ()
    on_error: str = "record"

    def asdict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)

    def checkpoint(self, state_dir: Path) -> Path:
        """Return where its checkpoint lies."""
        values = {key: value for key, value in asdict(self).items() if key != "on_error"}
        text = json.dumps(values, sort_keys=True).encode("utf-8", "surrogatepass")
        return (
            state_dir / FOLDER / f"ingest-{hashlib.blake2b(text, digest_size=6).hexdigest()}.json"
        )


def command_to_resume(state_dir: Path, prefix: str, folder: Path) -> Command:
    """Return the command of the only run of this archive that was not finished.

    Raises `InputError` where there is none, where there are several, and where it was started in another folder.
    """
    found: list[Command] = []
    for path in sorted((state_dir / FOLDER).glob("ingest-*.json")):
        point = read_point(path)
        if point is None or point.command.get("prefix") != prefix:
            continue
        values: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in point.command.items()
        }
        try:
            found.append(Command(**values))
        except TypeError:
            # Of another version: it is found by the same command only.
            continue
    if not found:
        raise InputError(f"{state_dir / FOLDER}: no run was interrupted: name the files to ingest")
    if len(found) > 1:
        names = "; ".join(" ".join(command.inputs[:3]) for command in found)
        raise InputError(
            f"{len(found)} runs were interrupted ({names}): name the files of the one to go on with"
        )
    (command,) = found
    if Path(command.folder) != folder:
        raise InputError(f"that run was started in {command.folder}: go on with it there")
    return command
