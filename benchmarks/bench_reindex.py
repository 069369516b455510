"""Measures reindexing: how fast articles are copied and enriched again, and the swap as readers and writers see it.

    python benchmarks/bench_reindex.py [--data FILE] [--articles N] [--workers N] [--claims] [--json]

Articles as in bench.py. They are ingested and settled, reindexed without need of enriching (all are copied), and reindexed
once more after a plugin has changed (all are copied and enriched again). Meanwhile a reader asks for all of them
through the alias, again and again. Without --claims the claims are left out: settling them takes far longer than all
else, on articles that are made of one another most of all, and bench.py measures it.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench_archive import node_for
from bench_data import SAMPLE, prepare
from elasticsearch import Elasticsearch
from musnad.archive.authority import refresh_authority
from musnad.archive.client import connect
from musnad.archive.indices import alias, init
from musnad.archive.mappings import INDICES
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.errors import MusnadError
from musnad.ingest.run import Options, ingest
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records
from musnad.reindex.report import Report
from musnad.reindex.run import reindex
from musnad.reindex.work import How
from musnad.settings import Settings, load_settings

CHANGED = """
import musnad

class Nothing(musnad.Annotator):
    name, version = "nothing", "1"

    def annotate(self, document):
        return {}

@musnad.hookimpl
def musnad_annotators():
    return [Nothing()]
"""


class Reader:
    """Counts all articles through the alias, again and again, in a thread of its own."""

    def __init__(self, client: Elasticsearch, prefix: str, articles: int) -> None:
        self.client = client
        self.index = alias(prefix, "articles")
        self.articles = articles
        self.asked = 0
        self.missed = 0
        self.longest = 0.0
        self._ended = threading.Event()

    def _look(self) -> None:
        while not self._ended.is_set():
            began = time.perf_counter()
            self.missed += self.client.count(index=self.index)["count"] != self.articles
            self.longest = max(self.longest, time.perf_counter() - began)
            self.asked += 1

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look meanwhile."""
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="articles (.jsonl, .jsonl.gz)")
    parser.add_argument("--articles", type=int, default=300, help="how many (default: 300)")
    parser.add_argument("--workers", type=int, default=None, help="as in `musnad reindex`")
    parser.add_argument("--claims", action="store_true", help="with statements and claims")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args(arguments)
    try:
        report = measure(options)
    except MusnadError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(json.dumps(report) if options.json else table(report))
    return 0 if not any(report[name]["missed"] for name in ("copied", "enriched")) else 1


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was measured. Raises `MusnadError`."""
    with tempfile.TemporaryDirectory(prefix="musnad-bench-") as name:
        folder = Path(name)
        settings = _settings(folder, claims=options.claims)
        file = prepare(options.data, options.articles, folder)
        with node_for(settings), connect(settings) as client:
            try:
                count = _filled(client, settings, file)
                copied = _timed(client, settings, count, options.workers)
                plugin = folder / "nothing.py"
                plugin.write_text(CHANGED, encoding="utf-8")
                changed = settings.model_copy(update={"plugin_files": (plugin,)})
                enriched = _timed(client, changed, count, options.workers)
            finally:
                _remove(client, settings.prefix)
    return {"articles": count, "copied": copied, "enriched": enriched}


def _timed(
    client: Elasticsearch, settings: Settings, articles: int, workers: int | None
) -> dict[str, Any]:
    reader = Reader(client, settings.prefix, articles)
    how = How("bench", workers=workers)
    with reader.looking():
        report = reindex(client, settings, Plugins.load(settings), how)
    return {
        **_steps(report),
        "reenriched": report.reenriched,
        "seconds": round(report.seconds, 2),
        "writers_waited_seconds": round(report.swapped.seconds, 3) if report.swapped else None,
        "aliases_moved_seconds": round(report.swapped.alias_seconds, 3) if report.swapped else None,
        "queries_meanwhile": reader.asked,
        "missed": reader.missed,
        "longest_query_seconds": round(reader.longest, 3),
    }


def _steps(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for step, count, seconds in report.steps:
        known = found.setdefault(step, {"count": 0, "seconds": 0.0})
        known["count"] += count
        known["seconds"] = round(known["seconds"] + seconds, 2)
    return {"steps": found}


def _filled(client: Elasticsearch, settings: Settings, file: Path) -> int:
    plugins = Plugins.load(settings)
    init(client, settings.prefix, plugins)
    refresh_authority(client, settings.prefix, plugins)
    (item,) = find_inputs([str(file)], plugins.readers())
    records = read_records(item, max_chars=settings.max_article_chars)
    account = ingest(
        client, settings, records, [str(file)], file.stat().st_size, Options(quiet=True)
    )
    with opened_linkers(plugins) as linkers:
        settle_archive(client, settings.prefix, linkers)
    return int(client.count(index=alias(settings.prefix, "articles"))["count"] or account.indexed)


def _settings(folder: Path, *, claims: bool) -> Settings:
    files = {"actors": "actors.yaml", "outlets": "outlets.yaml"}
    return load_settings().model_copy(
        update={
            "prefix": f"bench-{secrets.token_hex(4)}",
            "state_dir": folder / "state",
            "blocked_plugins": () if claims else ("claims",),
            "plugins": {plugin: {"files": [str(SAMPLE / name)]} for plugin, name in files.items()},
        }
    )


def _remove(client: Elasticsearch, prefix: str) -> None:
    for index in list(client.indices.get(index=f"{prefix}-*")):
        client.indices.delete(index=index)
    for name in INDICES:
        client.options(ignore_status=404).indices.delete_index_template(name=alias(prefix, name))


def table(report: dict[str, Any]) -> str:
    """Return the measurements for people."""
    lines = [f"{report['articles']} articles"]
    for name, title in (("copied", "nothing to enrich again"), ("enriched", "all enriched again")):
        one = report[name]
        lines += ["", f"{title}: {one['seconds']} s"]
        for step, found in one["steps"].items():
            rate = found["count"] / found["seconds"] if found["seconds"] and found["count"] else 0
            lines.append(
                f"  {step:40} {found['seconds']:>8.2f} s" + (f" {rate:>9.0f}/s" if rate else "")
            )
        lines.append(
            f"  writers waited {one['writers_waited_seconds']} s, the aliases moved in "
            f"{one['aliases_moved_seconds']} s"
        )
        lines.append(
            f"  a reader asked {one['queries_meanwhile']} times, {one['missed']} times an article was "
            f"missing; the longest answer took {one['longest_query_seconds']} s"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
