"""Enriching in this process or in several: each opens the plugins once."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from musnad.archive.authority import hash_of
from musnad.archive.build import Built, build
from musnad.components import Record
from musnad.errors import MusnadError
from musnad.ingest.problems import with_problems
from musnad.ingest.standing import Decisions, result_fingerprint
from musnad.pipeline import Enriched, OnError, Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings


@dataclass(frozen=True, slots=True)
class Job:
    """What all workers of a run share."""

    settings: Settings
    plugin_files: tuple[Path, ...]
    on_error: OnError
    run_id: str
    at: datetime
    decisions: Decisions


@dataclass(frozen=True, slots=True)
class Enrichment:
    """One record after enriching: its documents, or why it is a dead letter."""

    record: Record
    built: Built | None
    dead: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What a pipeline is made of, as it was opened."""

    fingerprint: str
    off: dict[str, str]
    """Components that are missed, with the reason."""
    authority: str
    """Hash of the authority records (`musnad.archive.authority.hash_of`)."""


class WorkerDiedError(MusnadError):
    """A worker process ended without a word."""


class Enricher(Protocol):
    """Enriches batches of records, here or elsewhere."""

    def state(self) -> State:
        """Return what the pipeline is made of."""

    def submit(self, records: Sequence[Record]) -> Future[list[Enrichment]]:
        """Start on a batch."""

    def close(self) -> None:
        """End the work."""


class Worker:
    """The plugins of one process, opened, and what to do with a batch."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.plugins = Plugins.load(job.settings, job.plugin_files)
        self.pipeline = Pipeline(self.plugins, on_error=job.on_error)
        self.pipeline.__enter__()
        self.linkers = [registered.component for registered in self.pipeline.linkers]
        self.fingerprint = self.pipeline.fingerprint

    def state(self) -> State:
        """Return what the pipeline is made of."""
        return State(self.fingerprint, self.pipeline.missed, hash_of(self.pipeline.actors))

    def enrich(self, records: Sequence[Record]) -> list[Enrichment]:
        """Return the records enriched, in the same order."""
        found = self.pipeline.enrich_batch([record.article for record in records])
        return [self._one(record, one) for record, one in zip(records, found, strict=True)]

    def _one(self, record: Record, enriched: Enriched) -> Enrichment:
        if enriched.dead is not None:
            return Enrichment(record, None, enriched.dead)
        article = record.article
        built = build(
            with_problems(enriched, record),
            linkers=self.linkers,
            fingerprint=result_fingerprint(self.fingerprint, article, self.job.decisions),
            run_id=self.job.run_id,
            at=self.job.at,
            wrong_mentions=self.job.decisions.wrong_mentions.get(article.id, ()),
            wrong_statements=self.job.decisions.wrong_statements,
        )
        return Enrichment(record, built)

    def close(self) -> None:
        """Close the components."""
        self.pipeline.__exit__(None, None, None)


class HereEnricher:
    """Enriches in this process: for few articles, and where processes cannot be had."""

    def __init__(self, job: Job) -> None:
        self.worker = Worker(job)

    def state(self) -> State:
        """Return what the pipeline is made of."""
        return self.worker.state()

    def submit(self, records: Sequence[Record]) -> Future[list[Enrichment]]:
        """Enrich a batch at once."""
        future: Future[list[Enrichment]] = Future()
        try:
            future.set_result(self.worker.enrich(records))
        except BaseException as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        """Close the components."""
        self.worker.close()


_worker: Worker | None = None


def _start(job: Job) -> None:
    global _worker
    # Ctrl-C goes to the whole process group: the parent decides what is finished, workers go on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = Worker(job)


def _work(records: Sequence[Record]) -> list[Enrichment]:
    if _worker is None:
        raise RuntimeError("the worker process was not started")
    return _worker.enrich(records)


def _state() -> State:
    if _worker is None:
        raise RuntimeError("the worker process was not started")
    return _worker.state()


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Hold a Ctrl-C back for a moment: a process that is started meanwhile inherits that, and starts in peace."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class ProcessEnricher:
    """Enriches in worker processes, started once."""

    def __init__(self, job: Job, workers: int) -> None:
        # spawn: a fork of a process with threads (the client's, a library's) may hang.
        context = multiprocessing.get_context("spawn")
        self.pool = ProcessPoolExecutor(
            workers, mp_context=context, initializer=_start, initargs=(job,)
        )

    def state(self) -> State:
        """Return what the workers' pipeline is made of, once one is started.

        Raises `WorkerDiedError` where none could be started.
        """
        try:
            with _interrupt_held():
                started = self.pool.submit(_state)
            return started.result()
        except BrokenProcessPool as error:
            raise WorkerDiedError(DIED) from error

    def submit(self, records: Sequence[Record]) -> Future[list[Enrichment]]:
        """Give a batch to the next free worker."""
        try:
            with _interrupt_held():
                return self.pool.submit(_work, records)
        except BrokenProcessPool as error:
            raise WorkerDiedError(DIED) from error

    def close(self) -> None:
        """Wait for what is under way and end the workers."""
        self.pool.shutdown(wait=True, cancel_futures=True)


DIED = (
    "a worker process died (out of memory, or crashed by a plugin): what was finished is stored; run the same "
    "command again to go on, with --workers 1 to find the article"
)
