"""A whole run: plugins, workers, engine, settling, report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from elasticsearch import Elasticsearch

from musnad.archive.decisions import DecisionStore
from musnad.claims import Decision
from musnad.components import Record, Rejected
from musnad.ingest.account import Account, new_run_id
from musnad.ingest.deadletters import DeadLetters
from musnad.ingest.engine import Engine, run_accounted
from musnad.ingest.progress import Progress
from musnad.ingest.workers import Enricher, HereEnricher, Job, ProcessEnricher
from musnad.pipeline import OnError
from musnad.settings import Settings

SMALL_INPUT_BYTES = 4_000_000
"""Below this, starting worker processes takes longer than the work."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is done."""

    plugin_files: tuple[Path, ...] = ()
    on_error: OnError = "record"
    workers: int = 0
    """Processes that enrich; 0: as many as there are cores, or this process alone for a small input."""
    quiet: bool = False
    on_dead_letter: Callable[[str], None] = lambda message: None


def ingest(
    client: Elasticsearch,
    settings: Settings,
    records: Iterable[Record | Rejected],
    inputs: Iterable[str],
    size: int,
    options: Options | None = None,
) -> Account:
    """Take `records` into the archive and return the account.

    `inputs` are named in the report, `size` is their size in bytes as far as known. Raises `ArchiveError`,
    `PluginError`, `WorkerDiedError`, `EnrichmentAborted`; the account up to then is in the archive's runs.
    """
    options = options or Options()
    account = Account(new_run_id("ingest"), tuple(inputs))
    decisions = DecisionStore(client, settings.prefix).all(
        kinds=["delete", "wrong_mention", "wrong_statement"]
    )
    job = Job(
        settings,
        options.plugin_files,
        options.on_error,
        account.run_id,
        datetime.now(UTC),
        _by_article(decisions),
    )
    count = options.workers or (1 if size < SMALL_INPUT_BYTES else os.cpu_count() or 1)
    enricher: Enricher
    if count > 1:
        enricher = processes = ProcessEnricher(job, count)
        fingerprint = processes.fingerprint()
    else:
        enricher = here = HereEnricher(job)
        fingerprint = here.fingerprint
    with Progress(account, quiet=options.quiet) as progress:
        engine = Engine(
            client,
            settings.prefix,
            enricher,
            fingerprint,
            account,
            DeadLetters(settings.state_dir, account.run_id),
            deleted=frozenset(
                d.article_id for d in decisions if d.kind == "delete" and d.article_id
            ),
            # Two batches a worker: one under way, one waiting; in this process just the one.
            in_flight=2 * count if count > 1 else 1,
            on_progress=progress.update,
            on_dead_letter=options.on_dead_letter,
        )
        try:
            run_accounted(engine, records)
        finally:
            enricher.close()
    return account


def _by_article(decisions: Iterable[Decision]) -> dict[str, tuple[Decision, ...]]:
    found: dict[str, tuple[Decision, ...]] = {}
    for decision in decisions:
        if decision.article_id and decision.kind != "delete":
            found[decision.article_id] = (*found.get(decision.article_id, ()), decision)
    return found
