"""Waiting for an Elasticsearch that is busy or gone for a while: with growing pauses, not for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_delay,
    stop_when_event_set,
    wait_random_exponential,
)
from tenacity.nap import sleep_using_event

from musnad.errors import ArchiveBusyError, ArchiveHeldError

SWAP_SECONDS = 300.0
"""So long one waits for a reindex that is being swapped in: nothing is written then, for seconds as a rule."""
LONGEST_PAUSE = 30.0
"""Seconds between two tries."""
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Patience:
    """Calls again what failed because Elasticsearch is busy (429, 502, 503, 504), full, or out of reach.

    `seconds` is how long one call may be tried in all; `on_wait(reason, pause)` is told of each pause. What is called
    must do no harm when it is done twice. Once `give_up` is set nothing is tried again.
    """

    seconds: float
    on_wait: Callable[[str, float], None] = lambda reason, pause: None
    give_up: threading.Event = field(default_factory=threading.Event)
    of: type[ArchiveBusyError] = ArchiveBusyError
    """Only this is waited for."""

    def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what `function` returns. Raises what it raises, `ArchiveBusyError` where it stays so."""
        retrying = Retrying(
            retry=retry_if_exception_type(self.of),
            wait=wait_random_exponential(multiplier=1, max=LONGEST_PAUSE),
            stop=stop_after_delay(self.seconds) | stop_when_event_set(self.give_up),
            sleep=sleep_using_event(self.give_up),
            before_sleep=self._told,
            reraise=True,
        )
        return retrying(function, *args, **kwargs)

    def _told(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        self.on_wait(str(error), state.next_action.sleep if state.next_action else 0.0)


def while_swapped() -> Patience:
    """Return the patience of a person's command: it waits for a reindex that is being swapped in, and for nothing else."""
    return Patience(SWAP_SECONDS, of=ArchiveHeldError)
