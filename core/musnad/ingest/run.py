"""A whole run: plugins, workers, engine, report."""

from __future__ import annotations

import importlib.metadata
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import Elasticsearch

from musnad.archive.authority import apply_authority, filled_with
from musnad.archive.bulk import ArticleWriter
from musnad.archive.client import errors_explained
from musnad.archive.decisions import DecisionStore
from musnad.archive.indices import alias
from musnad.archive.patience import Patience
from musnad.component_runs import OnError
from musnad.components import Record, Rejected
from musnad.errors import ArchiveError, MusnadError, describe
from musnad.ingest.account import Account, new_run_id
from musnad.ingest.checkpoint import FileCheckpoint, Point
from musnad.ingest.deadletters import DeadLetters
from musnad.ingest.engine import Engine
from musnad.ingest.interrupt import Interruptible
from musnad.ingest.pool import ProcessEnricher
from musnad.ingest.progress import Progress
from musnad.ingest.protocol import Enricher, Mark, Records, State
from musnad.ingest.ray_enricher import RayEnricher
from musnad.ingest.sink import ArchiveSink
from musnad.ingest.sources import Files, Once
from musnad.ingest.standing import decisions_of
from musnad.ingest.workers import HereEnricher, Job
from musnad.plugins import GROUP, Plugins
from musnad.readers.plugin import reading_hash
from musnad.settings import Settings

SMALL_INPUT_BYTES = 4_000_000
"""Below this, starting worker processes takes longer than the work."""


@dataclass(frozen=True, slots=True)
class OnRay:
    """That a run is enriched on Ray, and where."""

    address: str | None = None
    """Of a cluster, as `ray.init` takes it; None: a Ray of its own on this machine."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is done."""

    plugin_files: tuple[Path, ...] = ()
    on_error: OnError = "record"
    workers: int | None = None
    """Processes that enrich; 0: none but this one; None: as fits the size of the input (`workers_for`)."""
    quiet: bool = False
    on_dead_letter: Callable[[str], None] = lambda message: None
    tell: Callable[[str], None] = lambda message: None
    """Is told, in a sentence, what the user should know while the run goes on."""
    from_start: bool = False
    """Begin at the beginning, whatever a run before this one left."""
    ray: OnRay | None = None
    """Enrich on Ray, in `workers` actors; None: on this machine."""


def ingest(
    client: Elasticsearch,
    settings: Settings,
    records: Iterable[Record | Rejected] | Files,
    inputs: Iterable[str],
    size: int,
    options: Options | None = None,
    account: Account | None = None,
    checkpoint: FileCheckpoint | None = None,
) -> Account:
    """Take `records` into the archive and return the account.

    `inputs` are named in the report, `size` is their size in bytes as far as known. An `account` that is given
    tells how far it came, whatever is raised. With a `checkpoint` (of the same account) a run of the same files
    that was killed is gone on with. Raises `ArchiveError`,
    `PluginError`, `WorkerDiedError`, `EnrichmentAborted`; the account up to then is in the archive's runs.
    """
    options = options or Options()
    account = account or Account(new_run_id("ingest"), tuple(inputs))
    source: Records = records if isinstance(records, Files) else Once(records)
    with checkpoint or nullcontext():
        point = checkpoint.found() if checkpoint and not options.from_start else None
        if point is not None:
            # Whether it can be gone on with is known only when the plugins are open; its name it keeps anyway.
            account.run_id, account.started_at = point.run_id, point.started_at
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
        began = time.monotonic()
        with (
            opened_enricher(job, size, options.workers, options.ray) as enricher,
            Progress(account, source.share, quiet=options.quiet) as progress,
        ):
            state = enricher.state()
            account.opening = time.monotonic() - began
            account.off = state.off
            _bring_in_line(client, settings, options, state)
            start = _start(client, settings, state, source, account, checkpoint, point, options)
            patience = Patience(settings.es_patience, progress.waiting)
            engine = Engine(
                source,
                enricher,
                ArchiveSink(
                    client,
                    settings.prefix,
                    ArticleWriter(client, settings.prefix),
                    state.fingerprint,
                    patience,
                    decisions,
                    state.authority,
                ),
                account,
                DeadLetters(settings.state_dir, account.run_id, start.letters),
                checkpoint=checkpoint,
                interruptible=Interruptible(patience.give_up.set),
                on_progress=progress.update,
                on_dead_letter=options.on_dead_letter,
            )
            run_accounted(engine, client, settings.prefix, start.mark)
        if checkpoint is not None and account.state == "done":
            checkpoint.remove()
    return account


def run_accounted(engine: Engine, client: Elasticsearch, prefix: str, after: Mark | None) -> None:
    """Run the engine, and leave an account in the archive however it ends. Raises what `run` raises."""
    account = engine.account
    with errors_explained():
        if not client.indices.exists_alias(name=alias(prefix, "articles")):
            raise ArchiveError(
                f'there is no archive "{prefix}" yet: run `musnad init`, or ingest with --init'
            )
    account.store(client, prefix)
    try:
        engine.run(after)
        account.state = "interrupted" if engine.stopping else "done"
    except KeyboardInterrupt:
        account.state = "interrupted"
        raise
    except BaseException as error:
        account.state, account.message = "failed", describe(error)
        if isinstance(error, MusnadError):
            account.message = str(error)
        raise
    finally:
        engine.dead_letters.close()
        # With Elasticsearch gone there is nowhere to write it; the report is printed all the same.
        with suppress(ArchiveError):
            account.store(client, prefix)


@contextmanager
def opened_enricher(
    job: Job, size: int, workers: int | None = None, ray: OnRay | None = None
) -> Iterator[Enricher]:
    """Have what enriches an input of `size` bytes in `workers` processes; an interruption does not wait for them.

    `workers` as in `Options`. Raises `InputError` where Ray is wanted and cannot be had.
    """
    enricher: Enricher
    if ray is not None:
        enricher = RayEnricher(job, workers, ray.address)
    elif count := workers_for(size, workers, job):
        enricher = ProcessEnricher(job, count)
    else:
        enricher = HereEnricher(job)
    try:
        yield enricher
    except KeyboardInterrupt:
        enricher.close(at_once=True)
        raise
    except BaseException:
        enricher.close()
        raise
    enricher.close()


def workers_for(size: int, wanted: int | None, job: Job) -> int:
    """Return how many processes enrich an input of `size` bytes: those wanted, else as fits its size.

    A small input is done in this process (0), unless there are plugins that did not come with the installation: one of
    those may crash or hang.
    """
    if wanted is not None:
        return wanted
    if size >= SMALL_INPUT_BYTES:
        return os.cpu_count() or 1
    return 1 if _has_foreign_plugins(job) else 0


def _has_foreign_plugins(job: Job) -> bool:
    found = importlib.metadata.entry_points(group=GROUP)
    foreign = {point.name for point in found if point.dist is None or point.dist.name != "musnad"}
    return bool(
        job.plugin_files or job.settings.plugin_files or foreign - set(job.settings.blocked_plugins)
    )


def _bring_in_line(
    client: Elasticsearch, settings: Settings, options: Options, state: State
) -> None:
    """Fill the index of actors with the records that the workers have, if it is filled with others."""
    if filled_with(client, settings.prefix) == state.authority:
        return
    # Only where nobody has done it before, or files changed since.
    apply_authority(client, settings.prefix, Plugins.load(settings, options.plugin_files))
    if filled_with(client, settings.prefix) != state.authority:
        raise ArchiveError(
            "the authority files were changed at this moment: run the same command again"
        )


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a run begins: behind a mark, with so many bytes of dead letters kept (None: whatever is there)."""

    mark: Mark | None = None
    letters: int | None = None


def _start(
    client: Elasticsearch,
    settings: Settings,
    state: State,
    source: Records,
    account: Account,
    checkpoint: FileCheckpoint | None,
    point: Point | None,
    options: Options,
) -> _Start:
    """Return where to begin, and give the account what was counted before."""
    if checkpoint is None:
        return _Start()
    with errors_explained():
        indices = sorted(client.indices.get_alias(name=alias(settings.prefix, "articles")))
    checkpoint.made_of = {
        "indices": indices,
        "pipeline": state.fingerprint,
        "authority": state.authority,
        "readers": reading_hash(settings),
    }
    if point is None:
        return _Start()
    what = f"run {point.run_id} was not finished"
    if point.made_of != checkpoint.made_of:
        before, now = point.made_of, checkpoint.made_of
        only_fields = {**before, "readers": None} == {**now, "readers": None}
        changed = "how files are read" if only_fields else "plugins, authority or archive"
    elif not isinstance(source, Files) or not source.leads_on(point.mark):
        changed = "files"
    else:
        account.take_up(point.counts, point.resumed + 1)
        options.tell(f"{what}: going on after {account.before} records (--from-start begins anew)")
        return _Start(point.mark, point.letters)
    account.resumed = point.resumed + 1
    options.tell(
        f"{what}, but {changed} changed since: beginning anew (what is up to date is left alone)"
    )
    # What it left as dead letters stays: their files may be among those that changed.
    return _Start()
