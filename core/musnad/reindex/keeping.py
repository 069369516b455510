"""Keeping a lock alive in a thread of its own: settling a large archive takes longer than a lock may go unrenewed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from musnad.archive.lock import STALE
from musnad.errors import ArchiveBusyError, MusnadError

EVERY = 30.0
"""Seconds between two signs of life; a lock goes to another after ten minutes without one."""


class Kept:
    """Says whether the lock is still held."""

    def __init__(self) -> None:
        self.lost: MusnadError | None = None

    def check(self) -> None:
        """Raise the `ArchiveError` with which the lock was lost, if it was."""
        if self.lost is not None:
            raise self.lost


@contextmanager
def kept(keep: Callable[[], None], every: float = EVERY) -> Iterator[Kept]:
    """Call `keep` now and then until the end; yields what is to be asked before each step of the work.

    While Elasticsearch is busy or out of reach it is tried again, as long as the lock can be nobody else's.
    """
    ended = threading.Event()
    result = Kept()

    def beat() -> None:
        alive = time.monotonic()
        while not ended.wait(every):
            at = time.monotonic()
            try:
                keep()
                alive = at
            except ArchiveBusyError as error:
                if at - alive > STALE.total_seconds():
                    result.lost = error
                    return
            except MusnadError as error:
                result.lost = error
                return

    thread = threading.Thread(target=beat, name="musnad-reindex-lock", daemon=True)
    thread.start()
    try:
        yield result
    finally:
        ended.set()
        thread.join()
