"""Keeps an eye on the component that is at work: ends one that takes too long, and tells others what it was."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Sequence
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

from musnad.errors import ComponentError


class ComponentTimeout(ComponentError):  # noqa: N818 - says what happened
    """A component took longer on an article than it may."""


class Watcher(Protocol):
    """Is told which component works on which articles: for whoever has to explain why a process died."""

    def begins(self, component: str, articles: Sequence[str], until: float) -> None:
        """A component begins; by `until` (seconds of `time.monotonic`) it has to be done."""

    def ends(self) -> None:
        """It is done."""


class _TooLong(BaseException):
    """Raised inside of a component; not an `Exception`, which it may well catch."""


class Guard:
    """Around each call of a component: `with guard.on("plugin.component", ids): …`.

    In the main thread (where worker processes work) a component that takes longer than `seconds` for each of its
    articles (0: no limit) is interrupted: `ComponentTimeout` is raised from the `with`. Code that does not return to
    Python cannot be interrupted so; for that the watcher knows the time.
    """

    def __init__(self, seconds: float = 0.0, watcher: Watcher | None = None) -> None:
        """Keep a time limit and a watcher."""
        self.seconds = seconds
        self.watcher = watcher
        self._component = ""
        self._limit = 0.0
        self._before: Any = None
        self._armed = False

    def open(self) -> None:
        """Catch the alarm, where this can be done: in the main thread, on systems that have one."""
        usable = threading.current_thread() is threading.main_thread()
        if self.seconds and usable and hasattr(signal, "setitimer"):
            self._before = signal.signal(signal.SIGALRM, _alarm)
            self._armed = True

    def close(self) -> None:
        """Give the alarm back."""
        if self._armed:
            self._armed = False
            signal.signal(signal.SIGALRM, self._before)

    def on(self, component: str, articles: Sequence[str]) -> Self:
        """Say what the next `with` is about."""
        self._component = component
        self._limit = self.seconds * max(1, len(articles))
        if self.watcher is not None:
            until = time.monotonic() + self._limit if self._limit else float("inf")
            self.watcher.begins(component, articles, until)
        return self

    def __enter__(self) -> Self:
        if self._armed:
            signal.setitimer(signal.ITIMER_REAL, self._limit)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        late = False
        if self._armed:
            try:
                signal.setitimer(signal.ITIMER_REAL, 0)
            except _TooLong:
                # It rang between the component's last step and this one.
                late = kind is None
        if self.watcher is not None:
            self.watcher.ends()
        if late or isinstance(error, _TooLong):
            raise ComponentTimeout(
                f"took longer than {self._limit:g} seconds (component_seconds)"
            ) from None


def _alarm(number: int, frame: FrameType | None) -> None:
    raise _TooLong
