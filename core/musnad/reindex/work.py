"""What the steps of one reindex share: how it is done, its state, its report."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.decisions import DecisionStore
from musnad.ingest.account import Account
from musnad.ingest.run import OnRay
from musnad.ingest.standing import decisions_of
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.reindex.golden import GoldenQuery
from musnad.reindex.progress import Progress
from musnad.reindex.report import Report
from musnad.reindex.selection import Selection, selection_for
from musnad.reindex.state import Options, State


@dataclass(frozen=True, slots=True)
class How:
    """How a reindex is done."""

    who: str
    options: Options = field(default_factory=Options)
    golden: Sequence[GoldenQuery] = ()
    workers: int | None = None
    ray: OnRay | None = None
    """Enrich on Ray; None: on this machine."""
    say: Callable[[str], None] = lambda line: None
    ask: Callable[[Report], bool] = lambda report: True
    """Is asked before the swap, when all is known."""


@dataclass(slots=True)
class Work:
    """One reindex, under its lock, with the plugins open."""

    client: Elasticsearch
    settings: Any
    plugins: Plugins
    pipeline: Pipeline
    how: How
    progress: Progress
    report: Report = field(default_factory=lambda: Report(""))
    _began: float = field(default_factory=time.monotonic)
    _state: State | None = None

    @property
    def prefix(self) -> str:
        """The prefix of the archive."""
        return str(self.settings.prefix)

    @property
    def has_begun(self) -> bool:
        """Whether there is a state."""
        return self._state is not None

    @property
    def state(self) -> State:
        """The state, once it is known."""
        if self._state is None:
            raise RuntimeError("the reindex has not begun")
        return self._state

    def go_on(self, state: State) -> None:
        """Take a state for that of this reindex."""
        self._state = state

    def selection(self) -> Selection:
        """Return what is enriched again, by the options it was begun with and by what people have decided until now."""
        return self.selection_of(self.state.options)

    def selection_of(self, options: Options) -> Selection:
        """Return what is enriched again under `options`. Raises `InputError` for an unknown plugin or date."""
        store = DecisionStore(self.client, self.prefix)
        decisions = decisions_of(
            store.all(kinds=["delete", "wrong_mention", "wrong_statement", "withdraw"])
        )
        return selection_for(options, self.pipeline, decisions)

    def count(self, account: Account | None, dead: Sequence[str]) -> None:
        """Take into the report what came of enriching articles again."""
        self.report.not_reenriched += dead
        if account is not None:
            for component, count in account.failures.items():
                self.report.failures[component] = self.report.failures.get(component, 0) + count
            self.report.off |= account.off

    def told(self) -> Report:
        """Return the report as of now."""
        self.report.seconds = time.monotonic() - self._began
        self.report.steps = self.progress.steps
        return self.report
