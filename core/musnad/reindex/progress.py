"""How far each step of a reindex is: plain lines, at the beginning, every few seconds and at the end of a step."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS = 10.0


class Progress:
    """Tells the steps through `say` (one line each); `check` is called with every count, and may raise."""

    def __init__(
        self,
        say: Callable[[str], None] = lambda line: None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self.say = say
        self.check = check
        self.steps: list[tuple[str, int, float]] = []
        """What was done: the step, how many things, seconds."""
        self._what = ""
        self._of = 0
        self._done = 0
        self._started = self._told = time.monotonic()

    def begin(self, what: str, of: int = 0) -> None:
        """Begin a step of `of` things, as far as known."""
        self.check()
        self._what, self._of, self._done = what, of, 0
        self._started = self._told = time.monotonic()

    def add(self, count: int) -> None:
        """Count things that are done."""
        self.check()
        self._done += count
        now = time.monotonic()
        if now - self._told >= SECONDS:
            self._told = now
            rate = self._done / max(now - self._started, 1e-9)
            of = f" of {self._of}" if self._of else ""
            left = max(self._of - self._done, 0) / max(rate, 1e-9)
            self.say(
                f"{self._what}: {self._done}{of}, {rate:.0f}/s"
                + (f", about {_span(left)} left" if self._of else "")
            )

    def working(self, part: str) -> None:
        """Tell, every few seconds, which part of a step goes on whose things cannot be counted."""
        self.check()
        now = time.monotonic()
        if now - self._told >= SECONDS:
            self._told = now
            self.say(f"{self._what}: {part}, {_span(now - self._started)} so far")

    def end(self, what: str = "") -> None:
        """End the step; `what` came of it (default: the count)."""
        seconds = time.monotonic() - self._started
        rate = f", {self._done / seconds:.0f}/s" if seconds >= 1 and self._done else ""
        self.steps.append((self._what, self._done, seconds))
        self.say(f"{self._what}: {what or self._done} ({seconds:.1f} s{rate})")


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min" if minutes else f"{rest} s"
