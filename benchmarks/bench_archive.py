"""How fast articles go into Elasticsearch, beside `parallel_bulk` on the same node in the same run."""

from __future__ import annotations

import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk, scan
from musnad.archive.authority import refresh_authority
from musnad.archive.client import connect
from musnad.archive.indices import alias, init
from musnad.archive.mappings import INDICES, index_body
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.ingest.account import Account
from musnad.ingest.run import Options, ingest
from musnad.node import Node
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records
from musnad.settings import Settings

CHUNK = 500
THREADS = 2
SETTLED = 200
"""Articles of the first round: the claims of these are settled, and nothing else of it is counted."""
Document = dict[str, Any]
Seconds = dict[str, list[float]]


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
    settings: Settings, blocked: Settings, file: Path, rounds: int, workers: int
) -> dict[str, float]:
    """Return the median seconds of each measurement on the articles of `file`.

    Settling is measured once, on the first `SETTLED` of them, and scaled to all: it takes far longer than all
    else, and longer for each statement the more there are.

    `blocked` are settings that block all enrichment. The measurements take turns, so that a machine that is
    busy for a while is the same to all. Everything made is removed.
    """
    with tempfile.TemporaryDirectory(prefix="musnad-bench-") as folder:
        small = Path(folder) / file.name
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        small.write_text("".join(lines[:SETTLED]), encoding="utf-8")
        # A node that was just started is slow at everything it does for the first time.
        first: Seconds = {}
        _round(settings, blocked, small, 0, workers, first)
        settling = first["settle"][0] * len(lines) / min(len(lines), SETTLED)
    seconds: Seconds = {}
    for number in range(1, rounds + 1):
        _round(settings, blocked, file, number, workers, seconds)
    return {"settle": settling, **{name: median(values) for name, values in seconds.items()}}


def _round(
    settings: Settings, blocked: Settings, file: Path, number: int, workers: int, found: Seconds
) -> None:
    settings = settings.model_copy(update={"prefix": f"{settings.prefix}-{number}"})
    blocked = blocked.model_copy(update={"prefix": f"{settings.prefix}-none"})
    with connect(settings) as client, _removed(client, settings.prefix):
        plugins = Plugins.load(settings)
        init(client, settings.prefix, plugins)
        refresh_authority(client, settings.prefix, plugins)

        def run(own: Settings) -> Account:
            return _ingest(client, own, plugins, file, workers)

        with _timed(found, "ingest"):
            account = run(settings)
        _expect(account.indexed > 0 and account.adds_up, "the ingest does not add up")
        documents = _stored(client, settings.prefix)
        if number == 0:
            with _timed(found, "settle"), opened_linkers(plugins) as linkers:
                settle_archive(client, settings.prefix, linkers)
        with _timed(found, "again"):
            again = run(settings)
        _expect(again.unchanged == account.indexed, _changed(again))
        raw = [_raw(document) for document in documents]
        for name, batch in (("bulk_same", documents), ("bulk_raw", raw)):
            _bulk(
                client, f"{settings.prefix}-{name.replace('_', '-')}", plugins, batch, found, name
            )
        init(client, blocked.prefix, plugins)
        with _timed(found, "blocked"):
            run(blocked)


def _ingest(
    client: Elasticsearch, settings: Settings, plugins: Plugins, file: Path, workers: int
) -> Account:
    (item,) = find_inputs([str(file)], plugins.readers())
    return ingest(
        client,
        settings,
        read_records(item, max_chars=settings.max_article_chars),
        [str(file)],
        file.stat().st_size,
        Options(quiet=True, workers=workers),
    )


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
    with _timed(found, name):
        deque(parallel_bulk(client, actions, thread_count=THREADS, chunk_size=CHUNK), maxlen=0)
    client.indices.delete(index=index)


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
        for own in (prefix, f"{prefix}-none"):
            for name in INDICES:
                client.options(ignore_status=404).indices.delete_index_template(
                    name=alias(own, name)
                )


def _changed(again: Account) -> str:
    report = "\n".join(again.lines())
    return f"the second ingest found changes (was a file of a plugin edited?)\n{report}\n"


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SystemExit(f"bench: {otherwise}: the measurement would mean nothing")
