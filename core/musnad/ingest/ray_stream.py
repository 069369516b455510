"""The part of `--engine ray` that runs on a Ray cluster: a Ray Data pipeline that batches are fed into one by one.

    feed (an actor) -> read task (a generator) -> actors that enrich -> results, as they are done

Ray Data streams: it holds back reading while the actors are busy, starts an actor anew that dies, and gives it its batch again.
This is the only module that imports Ray; it comes with the extra `ray`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import socket
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pyarrow
import ray
import ray.data
from ray.data.block import BlockMetadata
from ray.data.datasource import Datasource, ReadTask

from musnad.errors import describe
from musnad.ingest.limits import worker_bytes
from musnad.ingest.pool import ProcessEnricher
from musnad.ingest.workers import Job, WorkerDiedError

OBJECT_STORE_BYTES = 512_000_000
"""Of a Ray that is started here. What is under way is bounded by the engine to far less."""
LOOK_SECONDS = 10
READING_CPUS = 1
"""What Ray Data's read task takes; with all of them given to actors it would wait for ever."""


def connect(address: str | None, workers: int | None) -> int:
    """Connect to the Ray at `address`, or start one on this machine; return how many workers there are to be.

    `workers` None: all processors but the one for reading. Raises what `ray.init` raises.
    """
    # Ray tells its makers about its use otherwise.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    # A dataset that is begun, and progress bars that are off, are no news to an operator.
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    if address:
        _look_whether_there(address)
        ray.init(address=address, **quiet)
    else:
        count = workers or max(1, (os.cpu_count() or 1) - READING_CPUS)
        ray.init(
            address="local",
            num_cpus=count + READING_CPUS,
            object_store_memory=OBJECT_STORE_BYTES,
            include_dashboard=False,
            # Without it Ray asks the network which address this machine has.
            _node_ip_address="127.0.0.1",
            **quiet,
        )
    there = max(1, int(ray.cluster_resources().get("CPU", 1)) - READING_CPUS)
    return min(workers or there, there)


def _look_whether_there(address: str) -> None:
    """Raise `OSError` where nobody listens at host:port: Ray itself would try for many minutes."""
    place = urlsplit(address if "://" in address else f"//{address}")
    if place.hostname and place.port:
        socket.create_connection((place.hostname, place.port), LOOK_SECONDS).close()


def disconnect() -> None:
    """Leave Ray; one that was started here ends."""
    ray.shutdown()


class Stream:
    """One run of the pipeline with `workers` actors: numbered batches in, numbered results out, in any order."""

    def __init__(self, job: Job, workers: int) -> None:
        self._feed = ray.remote(num_cpus=0)(_Feed).remote()
        context = ray.data.DataContext.get_current().copy()
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        # Each batch is a block of its own: blocks are otherwise filled up before they are handed on.
        context.target_max_block_size = 1
        with ray.data.DataContext.current(context), warnings.catch_warnings():
            # The only way to give `max_retries` as yet (Ray 2.60); it goes with 2.64 (see pyproject.toml).
            warnings.simplefilter("ignore", DeprecationWarning)
            self._data = ray.data.read_datasource(
                _Fed(self._feed),
                override_num_blocks=1,
                num_cpus=READING_CPUS,
                # Begun anew, it would be given what was fed later, and Ray would drop that as what it has already:
                # it is to fail, and the whole pipeline is begun anew with what is not back.
                ray_remote_args={"max_retries": 0},
            ).map_batches(
                _Enriching,
                fn_constructor_args=(job,),
                batch_size=1,
                compute=ray.data.ActorPoolStrategy(size=workers),
                num_cpus=1,
            )

    def put(self, number: int, work: bytes) -> None:
        """Feed a batch: pickled records, or nothing to ask what the pipeline is made of."""
        self._feed.put.remote((number, work))

    def end(self) -> None:
        """Say that there is no more."""
        self._feed.put.remote(None)

    def results(self) -> Iterator[tuple[int, bytes]]:
        """Yield results as they are done: number of the batch, pickled `Answer`. Raises what Ray raises."""
        for bundle in self._data.iter_internal_ref_bundles():
            for block in bundle.block_refs:
                table = ray.get(block)
                yield from zip(
                    table["number"].to_pylist(), table["payload"].to_pylist(), strict=True
                )


class _Feed:
    """An actor that hands batches from the process that reads to the read task."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[tuple[int, bytes] | None] = asyncio.Queue()

    async def put(self, item: tuple[int, bytes] | None) -> None:
        await self.waiting.put(item)

    async def get(self) -> tuple[int, bytes] | None:
        return await self.waiting.get()


class _Fed(Datasource):  # type: ignore[misc]
    """Ray Data's view of the feed: one read task that yields a block for each batch."""

    def __init__(self, feed: Any) -> None:
        super().__init__()
        self.feed = feed

    def estimate_inmemory_data_size(self) -> int | None:
        return None

    def get_read_tasks(self, *_: Any, **__: Any) -> list[Any]:
        feed = self.feed

        def read() -> Iterator[Any]:
            while (item := ray.get(feed.get.remote())) is not None:
                yield pyarrow.table({"number": [item[0]], "payload": [item[1]]})

        unknown = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ReadTask(read, unknown)]


class _Enriching:
    """What an actor does: it keeps one worker process, as the local engine does, for which a crash is no matter."""

    def __init__(self, job: Job) -> None:
        # Other actors may be on the same machine.
        memory = worker_bytes(os.cpu_count() or 1, job.settings.worker_memory_mb)
        update = {"worker_memory_mb": (memory or 0) // 1_000_000}
        self.enricher = ProcessEnricher(
            replace(job, settings=job.settings.model_copy(update=update)), 1
        )

    def __call__(self, batch: Any) -> dict[str, list[Any]]:
        return {
            "number": list(batch["number"]),
            "payload": [self._answer(work) for work in batch["payload"]],
        }

    def _answer(self, work: bytes) -> bytes:
        try:
            state = self.enricher.state()
            # Made by the other side of this very run.
            found = self.enricher.submit(pickle.loads(work)).result() if work else []  # noqa: S301
            return pickle.dumps((state, found))
        except Exception as error:
            try:
                pickle.loads(told := pickle.dumps(error))  # noqa: S301
            except Exception:
                told = pickle.dumps(WorkerDiedError(describe(error)))
            return told
