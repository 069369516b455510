"""Alerts on disk: `<state_dir>/alerts/<name>.json`, each with what it has told already."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from musnad.alerts.model import Alert
from musnad.errors import InputError
from musnad.model import Model

WAIT_SECONDS = 10.0


class State(Model):
    """An alert with what it has told."""

    alert: Alert
    known: Mapping[str, str] = Field(default_factory=dict)
    last_run: datetime | None = None


class AlertStore:
    """The alerts of one archive (`prefix`) in one state folder. Raises `InputError` for files it cannot use."""

    def __init__(self, state_dir: Path, prefix: str) -> None:
        self.folder = state_dir / "alerts" / prefix

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock, so that two runs do not tell the same things twice. Raises `InputError`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock", timeout=WAIT_SECONDS):
                yield
        except Timeout:
            raise InputError(
                f"{self.folder}: another process is running alerts: try again when it is done"
            ) from None
        except PermissionError as error:
            raise InputError(f"{self.folder}: cannot be written: {error.strerror}") from error

    def all(self) -> list[State]:
        """Return all alerts, by name."""
        found = [_read(path) for path in self.folder.glob("*.json")]
        return sorted(found, key=lambda state: state.alert.name)

    def get(self, name: str) -> State:
        """Return one alert. Raises `InputError` where there is none of that name."""
        path = self._path(name)
        if not path.is_file():
            raise InputError(f"there is no alert «{name}» (see `musnad alerts list`)")
        return _read(path)

    def exists(self, name: str) -> bool:
        """Tell whether there is an alert of that name."""
        return self._path(name).is_file()

    def put(self, state: State) -> None:
        """Write an alert, at once or not at all."""
        path = self._path(state.alert.name)
        self.folder.mkdir(parents=True, exist_ok=True)
        # mkstemp makes it readable for its owner only: the URL it posts to may hold a secret.
        descriptor, temporary = tempfile.mkstemp(dir=self.folder, prefix=".new-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(state.model_dump_json(indent=1))
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Remove an alert. Raises `InputError` where there is none of that name."""
        self.get(name)
        self._path(name).unlink()

    def _path(self, name: str) -> Path:
        # A name is free text in any script; a file name is not.
        return self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"


def _read(path: Path) -> State:
    try:
        return State.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise InputError(f'{path}: field "{field}": {first["msg"]}: remove the file') from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
