"""A whole run: plugins, workers, engine, settling, report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import Elasticsearch

from musnad.archive.authority import apply_authority, filled_with
from musnad.archive.decisions import DecisionStore
from musnad.components import Record, Rejected
from musnad.errors import ArchiveError
from musnad.ingest.account import Account, new_run_id
from musnad.ingest.deadletters import DeadLetters
from musnad.ingest.engine import Engine, run_accounted
from musnad.ingest.progress import Progress
from musnad.ingest.standing import decisions_of
from musnad.ingest.workers import Enricher, HereEnricher, Job, ProcessEnricher
from musnad.pipeline import OnError
from musnad.plugins import Plugins
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
    account: Account | None = None,
) -> Account:
    """Take `records` into the archive and return the account.

    `inputs` are named in the report, `size` is their size in bytes as far as known. An `account` that is given
    tells how far it came, whatever is raised. Raises `ArchiveError`,
    `PluginError`, `WorkerDiedError`, `EnrichmentAborted`; the account up to then is in the archive's runs.
    """
    options = options or Options()
    account = account or Account(new_run_id("ingest"), tuple(inputs))
    decisions = decisions_of(
        DecisionStore(client, settings.prefix).all(
            kinds=["delete", "wrong_mention", "wrong_statement", "withdraw"]
        )
    )
    job = Job(
        settings,
        options.plugin_files,
        options.on_error,
        account.run_id,
        account.started_at,
        decisions,
    )
    count = workers_for(size, options.workers)
    enricher: Enricher = ProcessEnricher(job, count) if count > 1 else HereEnricher(job)
    state = enricher.state()
    account.off = state.off
    if filled_with(client, settings.prefix) != state.authority:
        # Only where nobody has done it before, or files changed since.
        apply_authority(client, settings.prefix, Plugins.load(settings, options.plugin_files))
        if filled_with(client, settings.prefix) != state.authority:
            enricher.close()
            raise ArchiveError(
                "the authority files were changed at this moment: run the same command again"
            )
    with Progress(account, quiet=options.quiet) as progress:
        engine = Engine(
            client,
            settings.prefix,
            enricher,
            state.fingerprint,
            account,
            DeadLetters(settings.state_dir, account.run_id),
            decisions=decisions,
            authority=state.authority,
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


def workers_for(size: int, wanted: int) -> int:
    """Return how many processes enrich an input of `size` bytes: those wanted, else as fits its size."""
    return wanted or (1 if size < SMALL_INPUT_BYTES else os.cpu_count() or 1)
