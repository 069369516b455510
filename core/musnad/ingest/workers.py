"""What a process does that enriches: opens the plugins once, then turns batches of records into documents."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from musnad.archive.authority import hash_of
from musnad.archive.build import Built, build
from musnad.component_runs import OnError
from musnad.components import Record
from musnad.errors import EnrichmentAborted, MusnadError, describe
from musnad.guard import Guard, Watcher
from musnad.ingest.problems import with_problems
from musnad.ingest.protocol import Dead, Enrichment, State
from musnad.ingest.standing import Decisions, result_fingerprint
from musnad.pipeline import Enriched, Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings


@dataclass(frozen=True, slots=True)
class Job:
    """What all workers of a run share; it can be pickled."""

    settings: Settings
    plugin_files: tuple[Path, ...]
    on_error: OnError
    run_id: str
    at: datetime
    decisions: Decisions


class WorkerDiedError(MusnadError):
    """Worker processes end without a word, again and again."""


class Worker:
    """The plugins of one process, opened, and what to do with a batch.

    Raises what opening plugins raises (`PluginError`, `SettingsError` …).
    """

    def __init__(self, job: Job, watcher: Watcher | None = None) -> None:
        self.job = job
        self.plugins = Plugins.load(job.settings, job.plugin_files)
        guard = Guard(job.settings.component_seconds, watcher)
        self.pipeline = Pipeline(self.plugins, on_error=job.on_error, guard=guard, linking=False)
        self.pipeline.__enter__()
        self.fingerprint = self.pipeline.fingerprint

    def state(self) -> State:
        """Return what the pipeline is made of."""
        return State(self.fingerprint, self.pipeline.missed, hash_of(self.pipeline.actors))

    def enrich(self, records: Sequence[Record]) -> list[Enrichment]:
        """Return the records enriched, in the same order."""
        found = self.pipeline.enrich_batch([record.article for record in records])
        return [self._one(record, one) for record, one in zip(records, found, strict=True)]

    def _one(self, record: Record, enriched: Enriched) -> Enrichment:
        if enriched.dead is not None:
            first = enriched.enrichment.errors[0]
            component = f"{first.plugin}.{first.component}"
            return Enrichment(record, None, Dead("component_failed", enriched.dead, component))
        try:
            return Enrichment(record, self._built(record, enriched))
        except MemoryError:
            # Nothing is sure in a process that has none left: whoever runs it has another one.
            raise
        except (Exception, SystemExit) as error:
            message = f"the archive failed on it: {describe(error)}"
            if self.job.on_error == "abort":
                raise EnrichmentAborted(f"article {record.article.id}: {message}") from error
            return Enrichment(record, None, Dead("build_failed", message))

    def _built(self, record: Record, enriched: Enriched) -> Built:
        article = record.article
        return build(
            with_problems(enriched, record),
            keys=enriched.keys,
            fingerprint=result_fingerprint(self.fingerprint, article, self.job.decisions),
            run_id=self.job.run_id,
            at=self.job.at,
            wrong_mentions=self.job.decisions.wrong_mentions.get(article.id, ()),
            wrong_statements=self.job.decisions.wrong_statements,
        )

    def close(self) -> None:
        """Close the components."""
        self.pipeline.__exit__(None, None, None)


class HereEnricher:
    """Enriches in this process: for few articles, and for looking into a plugin with a debugger.

    A component that crashes the interpreter takes the run with it; one that is only slow is interrupted.
    """

    in_flight = 1

    def __init__(self, job: Job) -> None:
        self.worker = Worker(job)

    def state(self) -> State:
        """Return what the pipeline is made of."""
        return self.worker.state()

    def submit(self, records: Sequence[Record]) -> Future[list[Enrichment]]:
        """Enrich a batch at once."""
        future: Future[list[Enrichment]] = Future()
        try:
            future.set_result(self.worker.enrich(records))
        except BaseException as error:
            future.set_exception(error)
        return future

    def close(self, *, at_once: bool = False) -> None:
        """Close the components."""
        self.worker.close()
