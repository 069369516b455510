"""How `--engine ray` grows from one worker to two, beside worker processes of the local engine; no Elasticsearch.

What it times is what the engine waits for: batches submitted as fast as `in_flight` lets it, until the last is back.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import UTC, datetime
from pathlib import Path

from bench_data import prepare
from musnad.components import Record
from musnad.ingest.engine import BATCH_RECORDS
from musnad.ingest.pool import ProcessEnricher
from musnad.ingest.protocol import Enricher, Enrichment
from musnad.ingest.ray_enricher import RayEnricher
from musnad.ingest.standing import NO_DECISIONS
from musnad.ingest.workers import Job
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records
from musnad.settings import Settings


def batches(path: Path, settings: Settings) -> list[list[Record]]:
    """Return the records of a file in batches as the engine makes them."""
    (item,) = find_inputs([str(path)], Plugins.load(settings).readers())
    records = [
        found
        for found in read_records(item, max_chars=settings.max_article_chars)
        if isinstance(found, Record)
    ]
    return [records[i : i + BATCH_RECORDS] for i in range(0, len(records), BATCH_RECORDS)]


def timed(enricher: Enricher, work: list[list[Record]]) -> tuple[float, float]:
    """Return seconds until plugins are open, and seconds for all batches after that."""
    began = time.perf_counter()
    enricher.state()
    # The pipeline is full only when every worker has opened its plugins: not counted with the rate.
    for future in [enricher.submit(work[0][:1]) for _ in range(enricher.in_flight)]:
        future.result()
    opened = time.perf_counter()
    under_way: set[Future[list[Enrichment]]] = set()
    for batch in work:
        while len(under_way) >= enricher.in_flight:
            _, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        under_way.add(enricher.submit(batch))
    wait(under_way)
    return opened - began, time.perf_counter() - opened


def enrichers(job: Job) -> Iterator[tuple[str, int, Enricher]]:
    """Yield what is compared: name, workers, enricher (closed by who takes it)."""
    for workers in (1, 2):
        yield "local", workers, ProcessEnricher(job, workers)
        yield "ray", workers, RayEnricher(job, workers)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="Articles, .jsonl or .jsonl.gz; default: made.")
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    settings = Settings()
    now = datetime.now(UTC)
    job = Job(settings, (), "record", "bench", now, NO_DECISIONS)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        work = batches(prepare(options.data, options.articles, Path(folder)), settings)
        count = sum(map(len, work))
        for name, workers, enricher in enrichers(job):
            try:
                opening, seconds = timed(enricher, work)
            finally:
                enricher.close()
            rows.append((name, workers, opening, count / seconds))
    rates = {(name, workers): rate for name, workers, _, rate in rows}
    scaling = {name: rates[name, 2] / rates[name, 1] for name in ("local", "ray")}
    if options.json:
        print(json.dumps({"articles": count, "rows": rows, "scaling": scaling}))
        return
    print(
        f"{count} articles in {len(work)} batches, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print("engine  workers  start, s  articles/s")
    for name, workers, opening, rate in rows:
        print(f"{name:6}  {workers:7}  {opening:8.1f}  {rate:10.1f}")
    for name, ratio in scaling.items():
        print(f"{name}: {ratio:.2f} times as fast with 2 workers as with 1")


if __name__ == "__main__":
    main()
