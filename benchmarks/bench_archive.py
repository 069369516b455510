"""How fast articles go into Elasticsearch, beside `parallel_bulk` on the same node in the same run."""

from __future__ import annotations

import os
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk, scan
from musnad.archive.authority import refresh_authority
from musnad.archive.client import connect
from musnad.archive.indices import alias, init
from musnad.archive.mappings import INDICES, index_body
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.ingest.account import Account
from musnad.ingest.run import Options, ingest
from musnad.ingest.sources import Files
from musnad.node import Node
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs
from musnad.settings import Settings

CHUNK = 500
THREADS = 2
SETTLED = 200
"""Articles of the first round: the claims of these are settled, and nothing else of it is counted."""
Document = dict[str, Any]
Seconds = dict[str, list[float]]
"""By measurement; `<name>_cpu` is the CPU time of all processes: ours, those that enrich, and the server's if it is here."""


@contextmanager
def node_for(settings: Settings) -> Iterator[None]:
    """Have an Elasticsearch: the one of the settings, the private node, else one started for this run."""
    node = Node()
    if settings.es_url is not None or node.connection() is not None:
        yield
        return
    node.start()
    try:
        yield
    finally:
        node.stop()


def measure_archive(
    sets: Mapping[str, Settings], main: str, file: Path, rounds: int, workers: int | None
) -> dict[str, float]:
    """Return the median seconds of each measurement on the articles of `file`.

    `sets` are settings with more or fewer plugins, by name: each is ingested. Of the one called `main` it is measured too
    how long its documents take alone, and the same ingest again. Opening the plugins is not counted. Settling is measured
    once, on the first `SETTLED` articles, and scaled to all: it takes far longer than all else, and longer for each
    statement the more there are. The measurements take turns, so that a machine that is busy for a while is the same to
    all. Everything made is removed.
    """
    with tempfile.TemporaryDirectory(prefix="musnad-bench-") as folder:
        small = Path(folder) / file.name
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        small.write_text("".join(lines[:SETTLED]), encoding="utf-8")
        # A node that was just started is slow at everything it does for the first time.
        first: Seconds = {}
        _round(sets, main, small, 0, 0, first)
        settling = first["settle"][0] * len(lines) / min(len(lines), SETTLED)
    seconds: Seconds = {}
    for number in range(1, rounds + 1):
        _round(sets, main, file, number, workers, seconds)
    return {"settle": settling, **{name: median(values) for name, values in seconds.items()}}


def _round(
    sets: Mapping[str, Settings],
    main: str,
    file: Path,
    number: int,
    workers: int | None,
    found: Seconds,
) -> None:
    documents: list[Document] = []
    for name, settings in sets.items():
        own = settings.model_copy(update={"prefix": f"{settings.prefix}-{number}-{name}"})
        with connect(own) as client, _removed(client, own.prefix):
            plugins = Plugins.load(own)
            init(client, own.prefix, plugins)
            refresh_authority(client, own.prefix, plugins)
            # Of one article: what opening the plugins takes is not counted in what follows.
            opening = _ingest(client, own, plugins, _first(file), workers, {}, name).cpu
            run = _ingest(client, own, plugins, file, workers, found, name, opening)
            account = run.account
            _expect(account.indexed > 0 and account.adds_up, "the ingest does not add up")
            if name != main:
                continue
            documents = _stored(client, own.prefix)
            if number == 0:
                with _timed(found, "settle"), opened_linkers(plugins) as linkers:
                    settle_archive(client, own.prefix, linkers)
            again = _ingest(client, own, plugins, file, workers, found, "again", opening).account
            _expect(again.unchanged == again.read == account.read, _changed(again))
            raw = [_raw(document) for document in documents]
            for kind, batch in (("bulk_same", documents), ("bulk_raw", raw)):
                index = f"{own.prefix}-{kind.replace('_', '-')}"
                _bulk(client, index, plugins, batch, found, kind)


def _ingest(
    client: Elasticsearch,
    settings: Settings,
    plugins: Plugins,
    file: Path,
    workers: int | None,
    found: Seconds,
    name: str,
    opening: float = 0.0,
) -> _Run:
    """Ingest a file; `opening` seconds of CPU time are not counted, and no time by the clock before the work begins."""
    files = Files(find_inputs([str(file)], plugins.readers()), max_chars=settings.max_article_chars)
    clock = _Clock(client)
    account = ingest(
        client, settings, files, [str(file)], files.size, Options(quiet=True, workers=workers)
    )
    return _Run(account, clock.stop(found, name, account.opening, opening))


@dataclass(frozen=True, slots=True)
class _Run:
    account: Account
    cpu: float


def _first(file: Path) -> Path:
    """Return a file with the first article of `file` only."""
    first = file.with_suffix(".first.jsonl")
    with file.open(encoding="utf-8") as stream:
        first.write_text(next(stream), encoding="utf-8")
    return first


def _stored(client: Elasticsearch, prefix: str) -> list[Document]:
    hits = scan(client, index=alias(prefix, "articles"), size=CHUNK)
    return [hit["_source"] for hit in hits]


def _raw(document: Document) -> Document:
    """Return the article as its reader gave it: title, body and metadata."""
    fields = ("id", "title", "body", "outlet", "url", "byline", "published_at", "language")
    return {field: document.get(field) for field in fields}


def _bulk(
    client: Elasticsearch,
    index: str,
    plugins: Plugins,
    documents: Sequence[Document],
    found: Seconds,
    name: str,
) -> None:
    """Time `parallel_bulk` of `documents` into a new index with the mapping of articles, refresh off."""
    body = index_body("articles", plugins)
    settings = {**body["settings"], "refresh_interval": "-1"}
    client.indices.create(index=index, settings=settings, mappings=body["mappings"])
    actions = [{"_index": index, "_id": one["id"], "_source": one} for one in documents]
    clock = _Clock(client)
    deque(parallel_bulk(client, actions, thread_count=THREADS, chunk_size=CHUNK), maxlen=0)
    clock.stop(found, name)
    client.indices.delete(index=index)


class _Clock:
    """Seconds by the clock, and of CPU time."""

    def __init__(self, client: Elasticsearch) -> None:
        self._server = _server(client)
        self._cpu = self._used()
        self._started = time.perf_counter()

    def stop(self, found: Seconds, name: str, apart: float = 0.0, cpu_apart: float = 0.0) -> float:
        """Note what passed, without `apart` seconds by the clock, `cpu_apart` of CPU time; return all CPU time."""
        seconds = time.perf_counter() - self._started - apart
        cpu = self._used() - self._cpu
        found.setdefault(name, []).append(seconds)
        found.setdefault(f"{name}_cpu", []).append(max(0.0, cpu - cpu_apart))
        return cpu

    def _used(self) -> float:
        own = sum(os.times()[:4])
        if self._server is None:
            return own
        times = self._server.cpu_times()
        return own + times.user + times.system


def _server(client: Elasticsearch) -> psutil.Process | None:
    """Return the process of the server, None where it is not on this machine."""
    (node,) = client.transport.node_pool.all()
    if node.host not in {"127.0.0.1", "localhost", "::1"}:
        return None
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == node.port:
            return psutil.Process(connection.pid) if connection.pid else None
    return None


@contextmanager
def _timed(found: Seconds, name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    found.setdefault(name, []).append(time.perf_counter() - started)


@contextmanager
def _removed(client: Elasticsearch, prefix: str) -> Iterator[None]:
    """Remove all indices and templates of `prefix` (and of prefixes that begin with it) at the end."""
    try:
        yield
    finally:
        for index in list(client.indices.get(index=f"{prefix}-*")):
            client.indices.delete(index=index)
        for name in INDICES:
            client.options(ignore_status=404).indices.delete_index_template(
                name=alias(prefix, name)
            )


def _changed(again: Account) -> str:
    report = "\n".join(again.lines())
    return f"the second ingest found changes (was a file of a plugin edited?)\n{report}\n"


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SystemExit(f"bench: {otherwise}: the measurement would mean nothing")
