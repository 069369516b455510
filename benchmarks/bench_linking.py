"""How fast statements are compared and settled, in memory, without Elasticsearch.

    python benchmarks/bench_linking.py [--articles N] [--data FILE] [--profile]

The articles are those of `make bench`. Prints seconds of CPU time, which other programs are not in.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench_data import prepare
from musnad.claims import ArticleFacts, MemoryClaimRegistry, settle
from musnad.components import ClaimLinker
from musnad.pipeline import Enriched, Pipeline
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records
from musnad.settings import Settings


def enriched(pipeline: Pipeline, file: Path) -> list[Enriched]:
    """Return the articles of a file with their statements."""
    (item,) = find_inputs([str(file)], pipeline.plugins.readers())
    records = read_records(item, max_chars=10**6)
    return [pipeline.enrich(record.article) for record in records if record.article is not None]


def measure(articles: Sequence[Enriched], linkers: Sequence[ClaimLinker]) -> dict[str, float]:
    """Return the CPU seconds of each step, and how much came of it."""
    statements = [statement for one in articles for statement in one.statements]
    began = time.process_time()
    registry = MemoryClaimRegistry.of(statements, linkers)
    keyed = time.process_time()
    links = [
        link
        for one in articles
        for linker in linkers
        for link in linker.link(one.statements, registry)
    ]
    linked = time.process_time()
    facts = {one.article.id: ArticleFacts(one.article.published_at) for one in articles}
    settlement = settle(statements, links, articles=facts)
    done = time.process_time()
    return {
        "statements": len(statements),
        "seconds for blocking keys": round(keyed - began, 2),
        "seconds for pairs": round(linked - keyed, 2),
        "seconds for settling": round(done - linked, 2),
        "links": len(links),
        "claims": len(settlement.claims),
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--articles", type=int, default=250)
    parser.add_argument("--data", type=Path, help="articles, JSON Lines (also .gz)")
    parser.add_argument("--profile", action="store_true", help="show the slowest functions too")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Pipeline(Plugins.load(Settings())) as pipeline,
    ):
        articles = enriched(pipeline, prepare(options.data, options.articles, Path(folder)))
        linkers = [registered.component for registered in pipeline.linkers]
        with cProfile.Profile() as profile:
            if not options.profile:
                profile.disable()
            found = measure(articles, linkers)
        for name, value in found.items():
            print(f"{value:>10}  {name}")
        if options.profile:
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
