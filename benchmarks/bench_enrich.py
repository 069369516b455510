"""How fast articles are enriched: one process, no Elasticsearch."""

from __future__ import annotations

import cProfile
import io
import pstats
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from musnad.archive.build import build
from musnad.model import Article
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings

BATCH = 64
"""As many as an ingest gives to a worker at a time."""


@dataclass(frozen=True, slots=True)
class EnrichResult:
    """What was measured; seconds are medians of the rounds."""

    articles: int
    characters: int
    open_seconds: float
    """Loading the plugins and opening their components, once a process."""
    cpu_seconds: float
    """Of the process, for all articles: what other programs do at the same time is not in it."""
    wall_seconds: float
    build_seconds: float
    """Making the documents for Elasticsearch of what was found (CPU)."""
    components: dict[str, float]
    """Milliseconds (wall) an article by component, slowest first; `(core)` is the rest."""

    def extraction_ratio(self) -> float:
        """Return what statements cost for each unit that the plugin `arabic` (normalizing, segmenting) costs."""
        arabic = sum(ms for name, ms in self.components.items() if name.startswith("arabic."))
        return self.components.get("claims.statements", 0.0) / arabic if arabic else 0.0

    def as_dict(self) -> dict[str, object]:
        """Return it for programs."""
        return {
            "articles": self.articles,
            "characters": self.characters,
            "open_seconds": round(self.open_seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "wall_seconds": round(self.wall_seconds, 3),
            "build_seconds": round(self.build_seconds, 3),
            "articles_per_second": round(self.articles / self.cpu_seconds, 1),
            "characters_per_second": round(self.characters / self.cpu_seconds),
            "extraction_to_arabic": round(self.extraction_ratio(), 2),
            "milliseconds_by_component": {k: round(v, 3) for k, v in self.components.items()},
        }


def profile_enrich(settings: Settings, articles: Sequence[Article], count: int) -> str:
    """Return the `count` functions that take most CPU time of their own, as a table.

    Profiling makes every call slower: functions that call many others look worse than they are.
    """
    with Pipeline(Plugins.load(settings), linking=False) as pipeline:
        # By the clock other programs would be in it.
        profile = cProfile.Profile(time.process_time)
        profile.enable()
        for i in range(0, len(articles), BATCH):
            pipeline.enrich_batch(articles[i : i + BATCH])
        profile.disable()
    text = io.StringIO()
    pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(count)
    return text.getvalue()


def measure_enrich(settings: Settings, articles: Sequence[Article], rounds: int) -> EnrichResult:
    """Enrich `articles` `rounds` times with all plugins of `settings`."""
    started = time.perf_counter()
    plugins = Plugins.load(settings)
    # As an ingest does it: an archive links statements when it settles its claims.
    with Pipeline(plugins, linking=False) as pipeline:
        opened = time.perf_counter() - started
        cpu, wall, building = [], [], []
        by_component: dict[str, list[float]] = {}
        for _ in range(rounds):
            begin, begin_cpu = time.perf_counter(), time.process_time()
            done = [
                enriched
                for i in range(0, len(articles), BATCH)
                for enriched in pipeline.enrich_batch(articles[i : i + BATCH])
            ]
            cpu.append(time.process_time() - begin_cpu)
            wall.append(time.perf_counter() - begin)
            spent: dict[str, float] = defaultdict(float)
            for enriched in done:
                for run in enriched.enrichment.components:
                    spent[f"{run.plugin}.{run.name}"] += run.seconds or 0.0
            spent["(core)"] = max(0.0, wall[-1] - sum(spent.values()))
            for name, seconds in spent.items():
                by_component.setdefault(name, []).append(seconds * 1000 / len(articles))
            begin_cpu = time.process_time()
            at = datetime.now(UTC)
            for enriched in done:
                build(enriched, keys=enriched.keys, fingerprint="f", run_id="bench", at=at)
            building.append(time.process_time() - begin_cpu)
    medians = {name: median(values) for name, values in by_component.items()}
    return EnrichResult(
        articles=len(articles),
        characters=sum(len(article.title) + len(article.body) for article in articles),
        open_seconds=opened,
        cpu_seconds=median(cpu),
        wall_seconds=median(wall),
        build_seconds=median(building),
        components=dict(sorted(medians.items(), key=lambda item: -item[1])),
    )
