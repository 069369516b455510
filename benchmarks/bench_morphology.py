"""What morphology costs: `make bench-morphology [DATA=articles.jsonl[.gz]]`, with camel-tools' data installed.

Loading is measured in fresh processes, with the database as camel-tools has it and with the copy that Musnad makes of it;
speed on the words of articles (as the pipeline's tokens), first all words new, then all of them known.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from bench_data import prepare
from musnad_arabic.tokens import tokenize
from musnad_camel import database
from musnad_camel.config import CamelSettings
from musnad_camel.morphology import MorphologyAnnotator

_LOAD = """
import resource, sys, time
start = time.perf_counter()
import camel_tools.morphology.analyzer
from camel_tools.morphology.database import MorphologyDB
imported = time.perf_counter()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
MorphologyDB(sys.argv[1], "a")
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(imported - start, time.perf_counter() - imported, (after - before) / 1024)
"""


def loading(path: Path) -> tuple[float, float, float]:
    """Return seconds of importing camel-tools, seconds of loading `path`, and the MB that it takes."""
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(path)], capture_output=True, text=True, check=True
    )
    imported, loaded, megabytes = map(float, done.stdout.split())
    return imported, loaded, megabytes


def words(data: Path | None, number: int) -> Iterator[str]:
    """Yield the words of `number` articles."""
    with tempfile.TemporaryDirectory() as folder:
        lines = prepare(data, number, Path(folder)).read_text(encoding="utf-8").splitlines()
    for line in lines:
        article = json.loads(line)
        text = f"{article['title']}\n{article.get('body') or article.get('content') or ''}"
        for token in tokenize(text):
            if token.kind == "word":
                yield text[token.start : token.end]


def rate(annotator: MorphologyAnnotator, found: list[str]) -> float:
    """Return words a second."""
    start = time.process_time()
    for word in found:
        annotator.analyse(word)
    return len(found) / (time.process_time() - start)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    path = database.database_file(CamelSettings().database)
    sha256 = database.sha256_of(path)
    copy = database.slim_copy(path, sha256) or path
    whole, slim = loading(path), loading(copy)
    annotator = MorphologyAnnotator(CamelSettings(cache_words=10_000_000))
    annotator.open()
    text = list(words(arguments.data, arguments.articles))
    types = sorted(set(text))
    new, known = rate(annotator, types), rate(annotator, text)
    found = [annotator.analyse(word) for word in text]
    told = {
        "import_seconds": round(slim[0], 2),
        "load_seconds": round(slim[1], 2),
        "load_megabytes": round(slim[2]),
        "load_seconds_whole_database": round(whole[1], 2),
        "load_megabytes_whole_database": round(whole[2]),
        "tokens": len(text),
        "types": len(types),
        "new_words_per_second": round(new),
        "known_words_per_second": round(known),
        "unknown_share": round(sum(f is None or not f.known for f in found) / len(found), 4),
        "process_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    if arguments.json:
        print(json.dumps(told))
    else:
        for name, value in told.items():
            print(f"{name:30} {value}")


if __name__ == "__main__":
    main()
