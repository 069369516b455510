"""How far a run is: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from musnad.ingest.account import Account

PLAIN_SECONDS = 10.0


class Progress:
    """Shows the counts of a run on standard error."""

    def __init__(self, account: Account, *, quiet: bool = False) -> None:
        self.account = account
        self.quiet = quiet
        self._last = self._started = time.monotonic()
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        if not self.quiet and sys.stderr.isatty():
            console = Console(stderr=True)
            self._bar = Bar(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                TimeElapsedColumn(),
                console=console,
            )
            self._bar.start()
            self._bar.add_task("reading …")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self) -> None:
        """Show the counts as they are now."""
        now = time.monotonic()
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], description=self._line(now))
        elif not self.quiet and now - self._last >= PLAIN_SECONDS:
            self._last = now
            sys.stderr.write(self._line(now) + "\n")
            sys.stderr.flush()

    def _line(self, now: float) -> str:
        a = self.account
        rate = a.accounted / max(now - self._started, 1e-9)
        return (
            f"read {a.read}, indexed {a.indexed}, unchanged {a.unchanged}, dead letters "
            f"{a.dead_letters}, deleted {a.deleted}, {rate:.0f}/s"
        )
