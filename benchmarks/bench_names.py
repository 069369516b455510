"""Measures name matching alone, at the size of a large authority: start-up, speed, memory, questions.

    python benchmarks/bench_names.py [--records N] [--data FILE] [--megabytes X] [--json]

The authority is made of the project's own lists of names (`names_data.py`), always the same one. The text is
FILE (JSON Lines, `.jsonl` or `.jsonl.gz`), else made from the sample archive, with names of the authority put
in. All times are CPU seconds of one process; each start is a process of its own, with a cache of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import names_data
from bench_data import prepare
from musnad.document import Document
from musnad.model import Article
from musnad.text import NormalizedText
from musnad_actors.compiled import compiled
from musnad_actors.config import ActorsSettings
from musnad_actors.lookup import Lookup
from musnad_actors.matching import NameIndex
from musnad_actors.tagger import ActorTagger
from musnad_arabic.plugin import ArabicSettings, musnad_normalizers

QUESTIONS = 20
_WORD = re.compile(r"\bال[^\W\d_]{3,}\b")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000, help="default: 100000")
    parser.add_argument("--data", type=Path, help="articles (.jsonl, .jsonl.gz)")
    parser.add_argument("--megabytes", type=float, default=4.0, help="of text (default: 4)")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--in-process", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.in_process is not None:
        print(json.dumps(_measure(options.in_process, options)))
        return 0
    with tempfile.TemporaryDirectory(prefix="musnad-bench-") as name:
        folder = Path(name)
        names_data.write(folder / "authority.jsonl", options.records)
        cold, cached = _process(folder, options), _process(folder, options)
    keys = ("start_seconds", "start_wall_seconds")
    report = {"records": options.records, **cached, **{f"cold_{key}": cold[key] for key in keys}}
    print(json.dumps(report) if options.json else _table(report))
    return 0


def _process(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, __file__, "--in-process", str(folder)]
    command += ["--records", str(options.records), "--megabytes", str(options.megabytes)]
    if options.data is not None:
        command += ["--data", str(options.data)]
    environment = {**os.environ, "MUSNAD_CACHE": str(folder / "cache")}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    settings = ActorsSettings(
        files=(folder / "authority.jsonl",), starter=False, journal=folder / "none"
    )
    documents = _documents(folder, options)
    before = _resident()
    started, clock = time.process_time(), time.perf_counter()
    tagger = ActorTagger(settings)
    tagger.open()
    start, start_wall = time.process_time() - started, time.perf_counter() - clock
    size = sum(len(document.text.encode("utf-8", "surrogatepass")) for document in documents)
    ready = compiled(settings)
    index = NameIndex(table=ready.patterns)
    started = time.process_time()
    names = sum(len(index.find(document).names) for document in documents)
    found = time.process_time() - started
    started = time.process_time()
    mentions = sum(len(list(tagger.tag(document))) for document in documents)
    tagged = time.process_time() - started
    memory = _resident() - before
    lookup = Lookup(ready)
    lookup.resolve("Nobody Whosoever")  # The table of sounds is read at the first question.
    asked = list(names_data.records(QUESTIONS))
    started = time.process_time()
    answered = sum(bool(lookup.resolve(record["names"]["ar"])) for record in asked)
    exact = time.process_time() - started
    started = time.process_time()
    for record in asked:
        lookup.resolve(names_data.romanized(record["names"]["ar"]))
    across = time.process_time() - started
    started = time.process_time()
    for record in asked:
        lookup.suggest(record["names"]["ar"][:-1] + "ظ")
    near = time.process_time() - started
    return {
        "forms": len(ready.patterns),
        "start_seconds": round(start, 3),
        "start_wall_seconds": round(start_wall, 3),
        "megabytes_of_memory": round(memory),
        "megabytes_of_text": round(size / 1e6, 2),
        "names": names,
        "mentions": mentions,
        "matching_megabytes_per_second": round(size / 1e6 / found, 2),
        "tagging_megabytes_per_second": round(size / 1e6 / tagged, 2),
        "answered": answered,
        "milliseconds_a_question": round(1000 * exact / QUESTIONS, 2),
        "milliseconds_a_question_in_latin": round(1000 * across / QUESTIONS, 2),
        "milliseconds_for_near_names": round(1000 * near / QUESTIONS, 2),
    }


def _documents(folder: Path, options: argparse.Namespace) -> list[Document]:
    """Return documents of about so much text, as the default normalization makes them."""
    steps = list(musnad_normalizers(settings=ArabicSettings()))
    chance = random.Random(names_data.SEED)
    people = [record["names"]["ar"] for record in names_data.records(min(options.records, 2000))]
    file = prepare(options.data, 100_000 if options.data else 1500, folder)
    documents: list[Document] = []
    size = 0.0
    with file.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream):
            record = json.loads(line)
            body = record.get("body") or record.get("content") or record.get("text") or ""
            if options.data is None:
                body = _WORD.sub(
                    lambda m: chance.choice(people) if chance.random() < 0.02 else m[0], body
                )
            article = Article(id=str(number), title=record.get("title") or "", body=body)
            view = NormalizedText.of(article.text)
            for step in steps:
                if step.stage != "key":
                    view = step.normalize(view)
            key = view
            for step in steps:
                if step.stage == "key":
                    key = step.normalize(key)
            documents.append(Document(article, view, key, {}))
            size += len(article.text.encode("utf-8", "surrogatepass")) / 1e6
            if size >= options.megabytes:
                break
    return documents


def _resident() -> float:
    """Return the memory of this process in megabytes (Linux; 0 elsewhere)."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0.0
    match = re.search(r"VmRSS:\s+(\d+) kB", status.read_text(encoding="ascii"))
    return int(match[1]) / 1000 if match else 0.0


def _table(report: dict[str, Any]) -> str:
    rows = [
        ("records", "records"),
        ("forms", "written forms of their names"),
        ("cold_start_seconds", "CPU seconds to start, nothing cached"),
        ("start_seconds", "CPU seconds to start from the cache"),
        ("start_wall_seconds", "  of them by the clock"),
        ("megabytes_of_memory", "MB of memory"),
        ("megabytes_of_text", "MB of text (UTF-8)"),
        ("matching_megabytes_per_second", "MB a second a core: names alone"),
        ("tagging_megabytes_per_second", "MB a second a core: names and decisions"),
        ("names", "names found"),
        ("mentions", "mentions"),
        ("milliseconds_a_question", "ms a question (Arabic, as in the records)"),
        ("milliseconds_a_question_in_latin", "ms a question in Latin letters"),
        ("milliseconds_for_near_names", "ms for near names where there is none"),
    ]
    return "\n".join(f"  {report[key]:>12}  {title}" for key, title in rows)


if __name__ == "__main__":
    sys.exit(main())
