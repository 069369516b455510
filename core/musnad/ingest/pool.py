"""Enriching in worker processes, started once: one that dies, hangs or takes too much memory is replaced.

Each worker is a pool of its own with one process in it, and a thread that feeds it: so the death of one concerns nobody else.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from musnad.archive.build import Built
from musnad.component_runs import FAILURES_IN_A_ROW
from musnad.components import Record
from musnad.errors import ArchiveError
from musnad.ingest.interrupt import SIGNALS
from musnad.ingest.limits import collect_rarely, collect_young, settle_in, worker_bytes
from musnad.ingest.marker import Marker
from musnad.ingest.protocol import Dead, Enrichment, State
from musnad.ingest.workers import Job, Worker, WorkerDiedError

T = TypeVar("T")
GRACE_SECONDS = 10.0
"""A component that cannot be interrupted has so long beyond its time before its process is killed."""
OPENING_TRIES = 3
"""So often a process is started that dies while it opens the plugins, where another one has opened them."""
AT_A_TIME = 64
"""Records of a batch that a worker has open together, and after which it looks for garbage."""
LOOK_SECONDS = 1.0
"""So often it is looked whether a component is overdue."""

_worker: Worker | None = None
_job: Job | None = None
_marker: Marker | None = None


def _start(job: Job, marker: Marker, memory: int | None) -> None:
    global _job, _marker
    settle_in(memory)
    # Plugins are opened by the first call, not here: its errors can be told.
    _job, _marker = job, marker
    marker.started(os.getpid())


def _opened() -> Worker:
    global _worker
    if _worker is None:
        if _job is None:
            raise RuntimeError("the worker process was not started")
        _worker = Worker(_job, _marker)
        collect_rarely()
    return _worker


def _state() -> State:
    return _opened().state()


def _close() -> None:
    if _worker is not None:
        _worker.close()


def _work(records: Sequence[Record]) -> list[tuple[Built | None, Dead | None]]:
    """Return what became of the records; these themselves need not come back."""
    found: list[tuple[Built | None, Dead | None]] = []
    for i in range(0, len(records), AT_A_TIME):
        some = records[i : i + AT_A_TIME]
        found += [(one.built, one.dead) for one in _opened().enrich(some)]
        collect_young()
    return found


@dataclass(frozen=True, slots=True)
class _Death:
    """What is known of how a process ended."""

    component: str | None
    article: str | None
    overdue: bool

    def told(self, twice: bool) -> Dead:
        """Return it as the reason of a dead letter."""
        where = f" in {self.component}" if self.component else ""
        again = ", twice" if twice else ""
        if self.overdue:
            message = (
                f"the process that enriched it hung{where} and was ended{again} (component_seconds)"
            )
            return Dead("hung", message, self.component)
        message = (
            f"the process that enriched it died{where}{again} (crashed, or was killed for want of memory): "
            "mend or block the plugin, then `musnad retry`"
        )
        return Dead("crashed", message, self.component)


class _Process:
    """One worker process at a time, in a pool of its own."""

    def __init__(self, job: Job, memory: int | None) -> None:
        self.job = job
        self.memory = memory
        # spawn: a fork of a process with threads (the client's, a library's) may hang.
        self.context = multiprocessing.get_context("spawn")
        self.marker = Marker(self.context)
        self.overdue = False
        self.opened = False
        """Whether its plugins are open."""
        self.pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        self.marker.clear()
        self.overdue = self.opened = False
        return ProcessPoolExecutor(
            1,
            mp_context=self.context,
            initializer=_start,
            initargs=(self.job, self.marker, self.memory),
        )

    def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Return what `function` returns in the process. Raises `BrokenProcessPool` where that dies."""
        return self.pool.submit(function, *arguments).result()

    def replace(self) -> _Death:
        """Have another process; return how the former one ended."""
        death = _Death(self.marker.component, self.marker.article, self.overdue)
        self.pool.shutdown(wait=True)
        self.pool = self._new()
        return death

    def look(self) -> None:
        """Kill it if its component is overdue; called from another thread."""
        if self.marker.overdue(GRACE_SECONDS):
            self.overdue = True
            self.kill()

    def kill(self) -> None:
        """Kill it."""
        pid = self.marker.pid
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class _Task:
    records: Sequence[Record]
    future: Future[list[Enrichment]]


class ProcessEnricher:
    """Enriches in `workers` processes. See `musnad.ingest.protocol.Enricher`."""

    def __init__(self, job: Job, workers: int) -> None:
        self.in_flight = 2 * workers
        """Two batches a worker: one under way, one waiting."""
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._opened: Future[State] = Future()
        self._deaths_in_a_row = 0
        self._closed = threading.Event()
        self._ended = threading.Event()
        memory = worker_bytes(workers, job.settings.worker_memory_mb)
        self._processes = [_Process(job, memory) for _ in range(workers)]
        self._threads = [
            threading.Thread(target=self._serve, args=(process,), name="musnad-enrich", daemon=True)
            for process in self._processes
        ]
        self._watch = threading.Thread(target=self._look, name="musnad-watch", daemon=True)
        for thread in [*self._threads, self._watch]:
            thread.start()

    def state(self) -> State:
        """Return what the workers' pipeline is made of, once one is started.

        Raises `WorkerDiedError` where none could be started, and what opening the plugins raises.
        """
        return self._opened.result()

    def submit(self, records: Sequence[Record]) -> Future[list[Enrichment]]:
        """Give a batch to the next free worker."""
        task = _Task(records, Future())
        self._tasks.put(task)
        return task.future

    def close(self, *, at_once: bool = False) -> None:
        """Wait for what is under way (`at_once`: kill it) and end the workers."""
        self._closed.set()
        for _ in self._threads:
            self._tasks.put(None)
        for process in self._processes:
            # One that is still opening its plugins has no work any more.
            if at_once or not process.opened:
                process.kill()
        for thread in self._threads:
            thread.join()
        self._ended.set()
        self._watch.join()

    def _serve(self, process: _Process) -> None:
        """Feed one process until there is no more; runs in a thread of its own."""
        # A process that is started inherits this: a Ctrl-C does not meet it half-started.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        failure: BaseException | None = None
        try:
            self._open(process)
        except BaseException as error:
            failure = error
            with suppress(Exception):
                self._opened.set_exception(error)
        while (task := self._tasks.get()) is not None:
            if self._closed.is_set():
                task.future.cancel()
                continue
            try:
                if failure is not None:
                    raise failure
                task.future.set_result(self._enrich(process, task.records))
            except BaseException as error:
                task.future.set_exception(error)
        if process.opened:
            # Killed, or its `close` crashes: it is gone either way.
            with suppress(Exception):
                process.call(_close)
        process.pool.shutdown(wait=True)

    def _open(self, process: _Process, tries: int = OPENING_TRIES) -> None:
        """Have the plugins opened, and see that all processes have the same."""
        try:
            state = process.call(_state)
            process.opened = True
        except (BrokenProcessPool, MemoryError):
            if self._closed.is_set():
                raise WorkerDiedError("the run was stopped") from None
            death = process.replace()
            if tries > 1 and self._opened.done() and self._opened.exception() is None:
                # The plugins can be opened, another process did: this one was killed by somebody.
                self._open(process, tries - 1)
                return
            where = f" in {death.component}" if death.component else ""
            raise WorkerDiedError(
                f"a worker process died{where} while it opened the plugins (crashed, or out of memory: "
                "worker_memory_mb): `musnad plugins` lists them, block the one that does it"
            ) from None
        try:
            self._opened.set_result(state)
        except Exception:
            if self._opened.result().fingerprint != state.fingerprint:
                raise ArchiveError(
                    "the plugins or their files were changed at this moment: run the same command again"
                ) from None

    def _enrich(
        self, process: _Process, records: Sequence[Record], died: int = 0
    ) -> list[Enrichment]:
        """Return the records enriched; where the process dies of one, find it by trying fewer and fewer.

        `died` says how often a process died of exactly these records.
        """
        try:
            found = process.call(_work, records)
        except BrokenProcessPool:
            if self._closed.is_set():
                raise WorkerDiedError("the run was stopped") from None
            death = process.replace()
        except MemoryError:
            # What it is at has no room: it is no use any more, though it still answers.
            process.kill()
            death = process.replace()
        else:
            self._deaths_in_a_row = 0
            return [Enrichment(record, *one) for record, one in zip(records, found, strict=True)]
        self._open(process)
        if len(records) == 1 and died:
            self._deaths_in_a_row += 1
            if self._deaths_in_a_row >= FAILURES_IN_A_ROW:
                raise WorkerDiedError(
                    f"worker processes died on {FAILURES_IN_A_ROW} articles in a row, the last time"
                    f"{f' in {death.component}' if death.component else ''}: mend or block that plugin, then "
                    "run the same command again"
                )
            return [Enrichment(records[0], None, death.told(twice=True))]
        if len(records) == 1:
            return self._enrich(process, records, 1)
        enriched: list[Enrichment] = []
        for part, known in _parts(records, death.article):
            enriched += self._enrich(process, part, known)
        return enriched

    def _look(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            for process in self._processes:
                process.look()


def _parts(records: Sequence[Record], suspect: str | None) -> list[tuple[Sequence[Record], int]]:
    """Return the parts in which a batch is tried again, each with how often a process died of it."""
    for i, record in enumerate(records):
        if record.article.id == suspect:
            parts = ((records[:i], 0), (records[i : i + 1], 1), (records[i + 1 :], 0))
            return [part for part in parts if part[0]]
    half = len(records) // 2
    return [(records[:half], 0), (records[half:], 0)]
