"""Peak memory of ingests of different sizes: it is not to grow with the number of articles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from bench_data import prepare
from musnad.archive.client import connect
from musnad.settings import Settings

CHARACTERS = 500
"""Of an article, about: short ones, so that a hundred thousand are done in minutes."""
EVERY = 0.5
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The most memory that an ingest had (resident, in megabytes)."""

    articles: int
    program_mb: float
    """The process that reads and writes."""
    worker_mb: float
    """The largest of those that enrich."""
    seconds: float

    def as_dict(self) -> dict[str, float]:
        """Return it for programs."""
        return {key: round(value, 1) for key, value in asdict(self).items()}


def measure_memory(
    settings: Settings, data: Path | None, counts: Sequence[int], workers: int, folder: Path
) -> list[Peak]:
    """Ingest so many articles, each time into an empty archive (claims not settled), with `musnad ingest`."""
    peaks = []
    for count in counts:
        file = prepare(data, count, folder, CHARACTERS)
        own = settings.model_copy(update={"prefix": f"{settings.prefix}-{count}"})
        try:
            peaks.append(_ingest(own, file, count, workers))
        finally:
            with connect(own) as client:
                for index in list(client.indices.get(index=f"{own.prefix}-*")):
                    client.indices.delete(index=index)
                client.indices.delete_index_template(name=f"{own.prefix}-*")
    return peaks


def _ingest(settings: Settings, file: Path, count: int, workers: int) -> Peak:
    environment = {
        **os.environ,
        "MUSNAD_PREFIX": settings.prefix,
        "MUSNAD_STATE_DIR": str(settings.state_dir),
        "MUSNAD_BLOCKED_PLUGINS": json.dumps(settings.blocked_plugins),
        **{
            f"MUSNAD_PLUGINS__{name.upper()}__{key.upper()}": json.dumps(value)
            for name, table in settings.plugins.items()
            for key, value in table.items()
        },
    }
    report = file.with_suffix(".report")
    started = time.monotonic()
    process = subprocess.Popen(
        [
            *(str(Path(sys.executable).with_name("musnad")), "ingest", "--init", "--no-settle"),
            *("--workers", str(workers), "--report", str(report), str(file)),
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    program = worker = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            program = max(program, watched.memory_info().rss)
            for child in watched.children():
                worker = max(worker, child.memory_info().rss)
        time.sleep(EVERY)
    account = json.loads(report.read_text(encoding="utf-8"))
    if process.returncode or account["indexed"] != count:
        raise SystemExit(f"bench: the ingest of {count} articles failed: {account}")
    return Peak(count, program / 1e6, worker / 1e6, time.monotonic() - started)


def memory_lines(peaks: Sequence[Peak]) -> list[str]:
    """Return a table; the growth is from the first line to the last."""
    lines = ["  articles   program MB   worker MB   seconds"]
    lines += [
        f"  {peak.articles:>8} {peak.program_mb:>12.1f} {peak.worker_mb:>11.1f} {peak.seconds:>9.0f}"
        for peak in peaks
    ]
    first, last = peaks[0], peaks[-1]
    program = last.program_mb / first.program_mb - 1
    worker = last.worker_mb / first.worker_mb - 1
    return [*lines, f"  {'growth':>8} {program:>11.1%} {worker:>11.1%}"]
