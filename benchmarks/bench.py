"""Measures speed: enriching on one core, and ingesting as against plain `parallel_bulk`.

    python benchmarks/bench.py [--data FILE] [--articles N] [--rounds N] [--workers N]
                               [--enrich-only] [--profile] [--memory [N …] [--bare]] [--json]

FILE is JSON Lines (`.jsonl`, `.jsonl.gz`); without it articles are made from the sample archive, always the
same. Elasticsearch is the one of MUSNAD_ES_URL, else the project's private node (started, and stopped again,
if it does not run). What is measured is explained in docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench_archive import CHUNK, SETTLED, THREADS, measure_archive, node_for
from bench_data import SAMPLE, prepare
from bench_enrich import measure_enrich, profile_enrich
from bench_memory import measure_memory, memory_lines
from musnad.components import Record
from musnad.errors import MusnadError
from musnad.model import Article
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records
from musnad.settings import Settings, load_settings

ENRICHED = 400
"""Articles that are enriched without Elasticsearch: more do not change the result."""

MEMORY = (10_000, 100_000)
"""Articles of the ingests whose peak memory is compared."""

PROFILED = 25
"""Functions that --profile shows."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    options = _parsed(arguments)
    try:
        if options.profile:
            print(_profile(options))
            return 0
        if options.memory is not None:
            print(_memory(options))
            return 0
        report = _measure(options)
    except MusnadError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(json.dumps(report) if options.json else _table(report))
    return 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="articles (.jsonl, .jsonl.gz)")
    parser.add_argument("--articles", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--rounds", type=int, default=3, help="medians are of so many (default: 3)")
    parser.add_argument("--workers", type=int, help="as in `musnad ingest` (default: the cores)")
    parser.add_argument("--enrich-only", action="store_true", help="without Elasticsearch")
    parser.add_argument("--profile", action="store_true", help="only show the slowest functions")
    parser.add_argument(
        "--memory",
        type=int,
        nargs="*",
        metavar="N",
        help=f"only the peak memory of ingests of N articles (default: {' '.join(map(str, MEMORY))})",
    )
    parser.add_argument(
        "--bare",
        action="store_true",
        help="with --memory: no plugins, for what the engine itself takes",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args(arguments)
    if min(options.articles, options.rounds) < 1:
        parser.error("--articles and --rounds must be 1 or more")
    return options


def _profile(options: argparse.Namespace) -> str:
    with tempfile.TemporaryDirectory(prefix="musnad-bench-") as name:
        settings = _settings(Path(name), own_data=options.data is not None)
        file = prepare(options.data, options.articles, Path(name))
        return profile_enrich(_sets(settings)[MAIN], _articles(settings, file)[:ENRICHED], PROFILED)


def _memory(options: argparse.Namespace) -> str:
    with tempfile.TemporaryDirectory(prefix="musnad-bench-") as name:
        folder = Path(name)
        sets = _sets(_settings(folder, own_data=options.data is not None))
        settings = sets[NONE if options.bare else MAIN]
        counts = options.memory or MEMORY
        workers = options.workers or os.cpu_count() or 1
        with node_for(settings):
            peaks = measure_memory(settings, options.data, counts, workers, folder)
    if options.json:
        return json.dumps([peak.as_dict() for peak in peaks])
    return "\n".join(memory_lines(peaks))


def _measure(options: argparse.Namespace) -> dict[str, Any]:
    machine = _machine()
    with tempfile.TemporaryDirectory(prefix="musnad-bench-") as name:
        folder = Path(name)
        settings = _settings(folder, own_data=options.data is not None)
        sets = _sets(settings)
        file = prepare(options.data, options.articles, folder)
        articles = _articles(settings, file)
        enriched = measure_enrich(sets.get(MOST, sets[MAIN]), articles[:ENRICHED], options.rounds)
        report: dict[str, Any] = {
            "machine": machine,
            "data": str(options.data or "made from examples/archive"),
            "articles": len(articles),
            "bytes": file.stat().st_size,
            "rounds": options.rounds,
            "enrich": enriched.as_dict(),
        }
        if not options.enrich_only:
            # As for a large archive, whatever the size of this one.
            workers = options.workers if options.workers is not None else os.cpu_count() or 1
            report["workers"] = workers
            report["archive"] = _archive(sets, file, options.rounds, workers, len(articles))
        return report


NONE, MAIN, MOST = "none", "rules", "most"


def _sets(settings: Settings) -> dict[str, Settings]:
    """Return the settings with no enrichment, with all but morphology and trained taggers, and with the fast of these.

    The last only where camel-tools' database is installed.
    """

    def blocked(names: Iterable[str]) -> Settings:
        return settings.model_copy(update={"blocked_plugins": tuple(names)})

    everything = [name for name in Plugins.load(settings).infos if name != "readers"]
    sets = {
        NONE: blocked(everything),
        MAIN: blocked(("camel", "names", "careful", "embeddings")),
        MOST: blocked(("careful", "embeddings")),
    }
    with Pipeline(Plugins.load(sets[MOST])) as pipeline:
        if "camel" in pipeline.idle:
            print(f"bench: without morphology: {pipeline.idle['camel']}", file=sys.stderr)
            del sets[MOST]
    return sets


def _archive(
    sets: Mapping[str, Settings], file: Path, rounds: int, workers: int, articles: int
) -> dict[str, Any]:
    with node_for(sets[NONE]):
        seconds = measure_archive(sets, MAIN, file, rounds, workers)
    seconds["settled"] = seconds[MAIN] + seconds["settle"]
    rows: dict[str, Any] = {}
    for name, value in seconds.items():
        if name.endswith("_cpu"):
            continue
        rows[name] = {
            "seconds": round(value, 3),
            "articles_per_second": round(articles / value, 1),
            "times_bulk_raw": round(value / seconds["bulk_raw"], 2),
            "times_bulk_same": round(value / seconds["bulk_same"], 2),
        }
        if (cpu := seconds.get(f"{name}_cpu")) is not None:
            rows[name]["cpu_seconds"] = round(cpu, 3)
            rows[name]["times_bulk_raw_cpu"] = round(cpu / seconds["bulk_raw_cpu"], 2)
    return rows


def _settings(folder: Path, *, own_data: bool) -> Settings:
    """Return the user's settings with a prefix of our own, and the sample's names for the sample's articles."""
    settings = load_settings()
    values: dict[str, Any] = {
        "prefix": f"bench-{secrets.token_hex(4)}",
        "state_dir": folder / "state",
    }
    if not own_data:
        # On top of the starter authority, not instead of it: an archive has both.
        files = {"actors": "actors.yaml", "outlets": "outlets.yaml"}
        values["plugins"] = {
            **settings.plugins,
            **{plugin: {"files": [str(SAMPLE / name)]} for plugin, name in files.items()},
        }
    return settings.model_copy(update=values)


def _articles(settings: Settings, file: Path) -> list[Article]:
    (item,) = find_inputs([str(file)], Plugins.load(settings).readers())
    found = read_records(item, max_chars=settings.max_article_chars)
    return [record.article for record in found if isinstance(record, Record)]


def _machine() -> str:
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    # Above the number of cores, other programs take time from what is measured by the clock.
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()}, "
        f"Python {platform.python_version()}{load}"
    )


ROWS = {
    "bulk_raw": "parallel_bulk, raw articles",
    "bulk_same": "parallel_bulk, the same documents",
    NONE: "ingest, no plugins",
    MAIN: "ingest, rules (see below)",
    MOST: "ingest, morphology, fast tagger too",
    "again": "ingest again, nothing changed",
    "settle": "settling the claims (scaled)",
    "settled": "ingest (rules) and settling",
}
AIMS = {NONE: 2, MAIN: 6, MOST: 12, "again": 2}
"""So many times as long as `parallel_bulk` of the raw articles an ingest is to take at most."""


def _table(report: Mapping[str, Any]) -> str:
    enrich = report["enrich"]
    lines = [
        f"machine   {report['machine']}",
        f"articles  {report['articles']}, {report['bytes']} bytes; {report['data']}",
        f"medians of {report['rounds']} rounds",
        "",
        f"Enriching, one process, all plugins: {enrich['articles']} articles of "
        f"{enrich['characters']} characters",
        f"  {enrich['articles_per_second']:>10.1f}  articles a second of CPU time",
        f"  {enrich['characters_per_second']:>10}  characters a second of CPU time",
        f"  {enrich['wall_seconds']:>10.2f}  seconds by the clock for all "
        f"({enrich['cpu_seconds']:.2f} of CPU time)",
        f"  {enrich['build_seconds']:>10.2f}  seconds of CPU time for making the documents",
        f"  {enrich['open_seconds']:>10.2f}  seconds to load and open the plugins, once a process",
        "",
        f"  {enrich['extraction_to_arabic']:>10.2f}  times what `arabic` costs (normalizing, segmenting) for statements",
        "  milliseconds an article by the clock, by component",
        *(f"  {ms:>10.3f}  {name}" for name, ms in enrich["milliseconds_by_component"].items()),
    ]
    if "archive" in report:
        lines += [
            "",
            f"Into Elasticsearch, {report['workers']} process(es) enriching, by the clock",
            f"  {'':35} {'seconds':>8} {'articles/s':>11} {'x raw':>7} {'x same':>7} {'cpu':>7} {'aim':>5}",
        ]
        for name, title in ROWS.items():
            row = report["archive"].get(name)
            if row is None:
                continue
            aim = AIMS.get(name)
            met = "" if aim is None else "  met" if row["times_bulk_raw"] <= aim else "  missed"
            cpu = row.get("times_bulk_raw_cpu", "")
            lines.append(
                f"  {title:35} {row['seconds']:>8.2f} {row['articles_per_second']:>11.1f} "
                f"{row['times_bulk_raw']:>7.2f} {row['times_bulk_same']:>7.2f} "
                f"{cpu:>7} {aim or '':>5}{met}"
            )
        lines += [
            "",
            "  x raw:  times as long as parallel_bulk of title, body and metadata of the same articles",
            "  x same: times as long as parallel_bulk of the very documents that the ingest wrote (articles",
            "          with all that was found in them; the ingest also writes an index of statements)",
            "  cpu:    x raw in CPU time of all processes, the server's too: other programs are not in it",
            "  aim:    at most so many times as long as raw; opening the plugins is not counted",
            "  rules:  every bundled plugin but morphology (camel) and the trained taggers (names, careful)",
            f"  parallel_bulk: {THREADS} threads, chunks of {CHUNK}, refresh off, the mapping of articles",
            f"  settling: measured once, on the first {SETTLED} articles, and scaled to all",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
