"""What became of components: noted with each article, and one that keeps failing is switched off."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from musnad.components import Component
from musnad.errors import EnrichmentAborted, describe
from musnad.fingerprint import on_article
from musnad.model import ComponentRun, EnrichmentError
from musnad.plugins import Registered
from musnad.stamping import one_line
from musnad.work import Work

OnError = Literal["record", "deadletter", "abort"]
FAILURES_IN_A_ROW = 20
"""A component that fails on so many articles in a row is switched off for the run."""
log = logging.getLogger(__name__)


class ComponentRuns:
    """Notes how components fare. Not for several threads."""

    def __init__(
        self, on_error: OnError, declined: dict[str, str], fingerprints: Mapping[str, str]
    ) -> None:
        """Put what is switched off into `declined`, with the reason; `fingerprints` are those of components, by key."""
        self._on_error = on_error
        self._declined = declined
        self._fingerprints = fingerprints
        self._streaks: dict[str, int] = {}
        """So many articles in a row a component failed on."""

    def note_declined(self, registered: Registered[Component], works: Iterable[Work]) -> None:
        """Note of articles that a component is off."""
        for work in works:
            work.runs.append(
                ComponentRun(
                    name=registered.component.name,
                    plugin=registered.plugin,
                    version=registered.component.version,
                    outcome="declined" if registered.key not in self._streaks else "disabled",
                    fingerprint="",
                )
            )

    def succeeded(self, registered: Registered[Any], work: Work, seconds: float) -> None:
        """Note that it did its part of an article, in so many seconds."""
        self._streaks.pop(registered.key, None)
        work.runs.append(self._record(registered, work, "ok", seconds))

    def failed(self, registered: Registered[Any], work: Work, error: Exception) -> None:
        """Note that it failed on an article. Raises `EnrichmentAborted` with `on_error="abort"`."""
        problem = EnrichmentError(
            plugin=registered.plugin,
            component=registered.component.name,
            exception=type(error).__name__,
            message=one_line(error),
            article_id=work.article.id,
        )
        if self._on_error == "abort":
            raise EnrichmentAborted(
                f"{registered.key} failed on article {work.article.id}: {describe(error)}"
            ) from error
        log.debug("%s failed on %s", registered.key, work.article.id, exc_info=error)
        work.errors.append(problem)
        work.runs.append(self._record(registered, work, "failed", None))
        streak = self._streaks[registered.key] = self._streaks.get(registered.key, 0) + 1
        if streak >= FAILURES_IN_A_ROW:
            self._declined[registered.key] = (
                f"failed on {streak} articles in a row: {describe(error)}"
            )
            log.error(
                "%s is off for this run: it %s", registered.key, self._declined[registered.key]
            )

    def _record(
        self,
        registered: Registered[Any],
        work: Work,
        outcome: Literal["ok", "failed"],
        seconds: float | None,
    ) -> ComponentRun:
        return ComponentRun(
            name=registered.component.name,
            plugin=registered.plugin,
            version=registered.component.version,
            outcome=outcome,
            fingerprint=on_article(self._fingerprints[registered.key], work.fingerprint),
            seconds=None if seconds is None else round(seconds, 6),
        )
