"""Ctrl-C and SIGTERM: the first finishes what is under way, the second stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopReading(BaseException):
    """Ends the wait for a record; no component's `except Exception` may swallow it."""


class Interruptible:
    """What is to be known of an interruption; `stop` is called from the signal handler."""

    def __init__(self, on_stop: Callable[[], None] = lambda: None) -> None:
        self.stopping = False
        """Set by the first signal: nothing more is read, what is under way is finished."""
        self.reading = False
        """A record is being waited for, perhaps for long."""
        self.on_stop = on_stop

    def stop(self) -> None:
        """Take note of a signal. Raises `KeyboardInterrupt` at the second one."""
        if self.stopping:
            raise KeyboardInterrupt
        self.stopping = True
        self.on_stop()
        if self.reading:
            raise StopReading

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Catch the signals meanwhile (in the main thread; elsewhere there is nothing to catch)."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, frame: object) -> None:
            self.stop()

        before = {number: signal.signal(number, stop) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
