"""What a worker process is at, in memory that its parent sees too: it can be read when the process is dead."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Sequence
from multiprocessing.context import SpawnContext
from typing import Any

_COMPONENT = 200
_ARTICLE = 2048
"""Bytes; what is longer is cut."""


class _Shared(ctypes.Structure):
    _fields_ = (
        ("pid", ctypes.c_long),
        ("until", ctypes.c_double),
        ("count", ctypes.c_int),
        ("component", ctypes.c_char * _COMPONENT),
        ("article", ctypes.c_char * _ARTICLE),
    )


class Marker:
    """The shared memory of one worker. A `Watcher` in the worker; the parent reads."""

    def __init__(self, context: SpawnContext) -> None:
        self._shared: Any = context.RawValue(_Shared)
        self.clear()

    def clear(self) -> None:
        """Forget what a former process was at."""
        self._shared.pid = 0
        self.ends()
        self._shared.component = b""

    def started(self, pid: int) -> None:
        """Note the process."""
        self._shared.pid = pid

    def begins(self, component: str, articles: Sequence[str], until: float) -> None:
        """Note what is at work; the article where it is one alone."""
        shared = self._shared
        shared.component = component.encode()[: _COMPONENT - 1]
        shared.count = len(articles)
        shared.article = articles[0].encode()[: _ARTICLE - 1] if len(articles) == 1 else b""
        shared.until = until

    def ends(self) -> None:
        """Note that nothing is at work."""
        shared = self._shared
        shared.until = float("inf")
        shared.count = 0
        shared.article = b""

    @property
    def pid(self) -> int:
        """The process, 0 before it is there."""
        return int(self._shared.pid)

    @property
    def component(self) -> str | None:
        """The component that is at work, or was when the process died; None between components."""
        if not self._shared.count:
            return None
        return bytes(self._shared.component).decode("utf-8", "replace") or None

    @property
    def article(self) -> str | None:
        """Id of the one article that it works on; None where there are several."""
        return bytes(self._shared.article).decode("utf-8", "replace") or None

    def overdue(self, grace: float) -> bool:
        """Return whether the component should have been done more than `grace` seconds ago."""
        return time.monotonic() > float(self._shared.until) + grace
