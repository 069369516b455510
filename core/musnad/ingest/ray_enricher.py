"""`--engine ray`: enriching on the machines of a Ray cluster, for the same engine, account and checkpoint.

Reading, comparing and writing stay in this process. Whatever happens on the cluster, a batch that was not given back is
kept here and sent again.
"""

from __future__ import annotations

import importlib.util
import itertools
import pickle
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from musnad.components import Record
from musnad.errors import ArchiveError, InputError, describe
from musnad.ingest.protocol import Enrichment, State
from musnad.ingest.workers import Job, WorkerDiedError

if TYPE_CHECKING:
    from musnad.ingest.ray_stream import Stream

BATCHES_A_WORKER = 4
"""Under way at once: a batch takes about 0.4 s from here to an actor and back, beside its own work."""
TRIES = 3
"""So often the pipeline is started anew without a single batch coming back."""


class RayEnricher:
    """Enriches in `workers` Ray actors (None: as many as the cluster has processors for). See `protocol.Enricher`.

    `address` is that of a Ray cluster as `ray.init` takes it ("auto", "host:6379", "ray://…"); without one, Ray is started on
    this machine and ended with the run. Raises `InputError` where Ray is missing or not reached.
    """

    def __init__(self, job: Job, workers: int | None = None, address: str | None = None) -> None:
        if importlib.util.find_spec("ray") is None:
            raise InputError(
                "--engine ray needs Ray: pip install 'musnad[ray]' (or `make setup-ray`)"
            )
        from musnad.ingest import ray_stream

        self._ray = ray_stream
        self._job = job
        self._address = address
        try:
            self.workers = ray_stream.connect(address, workers)
        except Exception as error:
            where = f"at {address}" if address else "on this machine"
            raise InputError(f"Ray {where} cannot be used: {describe(error)}") from None
        self.in_flight = BATCHES_A_WORKER * self.workers
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._pending: dict[int, tuple[bytes, Future[Any]]] = {}
        """What was fed and is not back, by number."""
        self._back = 0
        self._closed = False
        self._lost: WorkerDiedError | None = None
        self._stream: Stream = ray_stream.Stream(job, self.workers)
        self._opened: Future[State] = self._send(b"")
        self._thread = threading.Thread(target=self._serve, name="musnad-ray", daemon=True)
        self._thread.start()

    def state(self) -> State:
        """Return what the pipeline is made of, once an actor has opened it. Raises what opening raises."""
        return self._opened.result()

    def submit(self, records: Sequence[Record]) -> Future[list[Enrichment]]:
        """Send a batch to the cluster."""
        return self._send(pickle.dumps(list(records)))

    def close(self, *, at_once: bool = False) -> None:
        """Wait for what is under way (`at_once`: break it off) and leave Ray."""
        with self._lock:
            self._closed = True
            self._stream.end()
        if at_once:
            self._ray.disconnect()
        self._thread.join()
        self._ray.disconnect()

    def _send(self, work: bytes) -> Future[Any]:
        future: Future[Any] = Future()
        with self._lock:
            if self._lost is not None:
                future.set_exception(self._lost)
                return future
            number = next(self._numbers)
            self._pending[number] = work, future
            self._stream.put(number, work)
        return future

    def _serve(self) -> None:
        """Give results to those who wait for them; where the pipeline breaks, begin another with what is not back."""
        tries = 0
        while True:
            before = self._back
            reason = "the pipeline ended early"
            try:
                for number, answer in self._stream.results():
                    self._give(number, answer)
            except Exception as error:
                reason = describe(error)
            with self._lock:
                if self._closed:
                    self._fail(WorkerDiedError("the run was stopped"))
                    return
                tries = tries + 1 if self._back == before else 0
                # In the same lock: a stream that is begun after `close` would never be ended.
                if tries == TRIES or not self._begin_again():
                    self._lost = WorkerDiedError(
                        f"the Ray cluster gives nothing back, the last reason: {reason}; see `ray status`, then run the "
                        "same command again: it goes on from here"
                    )
                    self._fail(self._lost)
                    return

    def _begin_again(self) -> bool:
        with suppress(Exception):
            # A pipeline that broke may leave its actors behind, and these the processors that the next one needs: with
            # this program's connection they all end.
            self._ray.disconnect()
            self._ray.connect(self._address, self.workers)
            self._stream = self._ray.Stream(self._job, self.workers)
            for number, (work, _) in sorted(self._pending.items()):
                self._stream.put(number, work)
            return True
        return False

    def _give(self, number: int, answer: bytes) -> None:
        with self._lock:
            work, future = self._pending.pop(number, (b"", None))
        if future is None:  # given back twice: an actor died after its work was done
            return
        self._back += 1
        # Made by our own actor.
        found = pickle.loads(answer)  # noqa: S301
        if isinstance(found, BaseException):
            future.set_exception(found)
            return
        state, enriched = found
        if not work:
            future.set_result(state)
        elif state.fingerprint != self._opened.result().fingerprint:
            future.set_exception(
                ArchiveError(
                    "the machines of the cluster have different plugins or files: `musnad plugins` on each of them "
                    "says what it has"
                )
            )
        else:
            future.set_result(enriched)

    def _fail(self, error: WorkerDiedError) -> None:
        for _, future in self._pending.values():
            future.set_exception(error)
        self._pending.clear()
