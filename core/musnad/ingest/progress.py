"""How far a run is: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from musnad.ingest.account import Account

PLAIN_SECONDS = 10.0


class Progress:
    """Shows the counts of a run on standard error."""

    def __init__(
        self,
        account: Account,
        share: Callable[[], float | None] = lambda: None,
        *,
        quiet: bool = False,
    ) -> None:
        """Show `account`; `share` says how much of the input is read (0 to 1, None for unknown)."""
        self.account = account
        self.share = share
        self._first: float | None = None
        self._told = float("-inf")
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

    def waiting(self, reason: str, pause: float) -> None:
        """Say that Elasticsearch is waited for; may be called from any thread."""
        now = time.monotonic()
        if now - self._told < PLAIN_SECONDS:
            return
        self._told = now
        line = f"musnad: waiting {pause:.0f} s, then trying again: {reason}"
        if self._bar is not None:
            self._bar.console.print(line, markup=False, highlight=False)
        else:
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    def _line(self, now: float) -> str:
        a = self.account
        seconds = max(now - self._started, 1e-9)
        rate = (a.accounted - a.before) / seconds
        return (
            f"read {a.read}, indexed {a.indexed}, unchanged {a.unchanged}, dead letters "
            f"{a.dead_letters}, deleted {a.deleted}, {rate:.0f}/s{self._left(seconds)}"
        )

    def _left(self, seconds: float) -> str:
        """Return how far it is and how long it will take, as far as that can be known."""
        share = self.share()
        if share is None:
            return ""
        if self._first is None:
            # A run that was taken up again has not read what lies before.
            self._first = share if self.account.before else 0.0
        told = f", {share:.0%}"
        done = share - self._first
        if done < 0.001 or share >= 1:
            return told
        left = timedelta(seconds=round(seconds * (1 - share) / done))
        return f"{told}, {left} left"
