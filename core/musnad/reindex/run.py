"""A whole reindex: copy, enrich again, settle, catch up, compare, ask, swap, finish. Killed anywhere, it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.authority import filled_with, refresh_authority
from musnad.archive.client import errors_explained
from musnad.archive.lock import locked
from musnad.errors import ArchiveError, MusnadError
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.reindex.beginning import store_run
from musnad.reindex.beside import (
    SHARED,
    searchable,
)
from musnad.reindex.building import build, finish
from musnad.reindex.catchup import CatchUp, Document
from musnad.reindex.compare import compare
from musnad.reindex.copying import Copier
from musnad.reindex.differences import Fate, forwards
from musnad.reindex.keeping import kept
from musnad.reindex.opening import begun, unfinished
from musnad.reindex.progress import Progress
from musnad.reindex.report import Report
from musnad.reindex.resuming import follow_plugins
from musnad.reindex.selection import Selection
from musnad.reindex.swap import TooMuchWrittenError, swap
from musnad.reindex.verify import FALL, verify
from musnad.reindex.work import How, Work

WORK = "reindex"


@contextmanager
def alone(client: Elasticsearch, prefix: str, say: Callable[[str], None]) -> Iterator[Progress]:
    """Hold the lock of reindexing; yields what tells the steps, and stops the work where the lock is lost.

    Raises `LockTakenError` naming who holds it since when.
    """
    with locked(client, prefix, WORK) as keep, kept(keep) as lock:
        yield Progress(say, lock.check)


def reindex(client: Elasticsearch, settings: Any, plugins: Plugins, how: How) -> Report:
    """Build a new set of indices, compare it, and swap it in if `how.ask` says so; return the report.

    An unfinished one (killed, interrupted, not swapped) is gone on with. Raises `ArchiveError`, `LockTakenError`,
    `InputError`, `PluginError`, `WorkerDiedError`, `Interrupted`: the live set is as it was then.
    """
    with alone(client, settings.prefix, how.say) as progress:
        for line in refresh_authority(client, settings.prefix, plugins):
            how.say(line)
        with Pipeline(plugins) as pipeline:
            work = Work(client, settings, plugins, pipeline, how, progress)
            with _accounted(work):
                return _run(work)


def _run(work: Work) -> Report:
    """Do what is left to do."""
    work.go_on(unfinished(work) or begun(work))
    state = work.state
    work.report.run_id, work.report.options = state.id, state.options.told()
    work.report.new, work.report.former = state.new, state.live
    if state.phase != "swapped":
        selection = work.selection()
        again = follow_plugins(
            work.client, work.prefix, state, work.pipeline.fingerprint, selection
        )
        if again:
            work.how.say(f"plugins changed since it was begun: {again} articles are enriched again")
        copier = Copier(work.client, work.prefix, state, selection, work.progress)
        catch_up = _catch_up(work, selection)
        if state.phase == "copying":
            copier.run()
        # Also of one that was killed right after copying.
        searchable(work.client, state.new.values())
        build(work, catch_up)
        _compare(work)
        if not work.how.ask(work.report):
            return work.told()
        _swap(work, catch_up, copier)
    finish(work)
    return work.told()


def _catch_up(work: Work, selection: Selection) -> CatchUp:
    authority: str | None = None

    def look() -> None:
        # Empty as soon as somebody begins to mark articles stale: no mark of the round is older than what is read.
        nonlocal authority
        authority = filled_with(work.client, work.prefix)

    def decide(live: Document, there: Document | None) -> Fate:
        run = there.get("run_id") if there else None
        fresh = authority is not None and work.state.runs.get(run or "") == authority
        return forwards(live, there, fresh=fresh)

    return CatchUp(work.client, work.prefix, work.state, decide, selection, work.progress, look)


def _compare(work: Work) -> None:
    work.report.reenriched = work.state.reenriched
    work.report.diff = compare(work.client, work.prefix, work.state, work.progress)
    work.progress.begin("verifying")
    work.report.verification = verify(work.client, work.prefix, work.state, work.how.golden)
    work.report.articles = work.report.verification.counts["articles"][1]
    problems = work.report.verification.problems
    # What a component that is off had found is gone from what was enriched again.
    problems += [f"{key} was off: {reason}" for key, reason in work.report.off.items()]
    for component, count in work.report.failures.items():
        if count > FALL * work.state.reenriched:
            problems.append(f"{component} failed on {count} articles")
    if work.report.not_reenriched:
        work.report.verification.remarks.append(
            f"{len(work.report.not_reenriched)} articles could not be enriched again"
        )
    work.progress.end(f"{len(work.report.verification.problems)} problems")


def _swap(work: Work, catch_up: CatchUp, copier: Copier) -> None:
    for name in SHARED:
        if name in work.state.new:
            copier.copy_shared(name)
    while True:
        try:
            work.report.swapped = swap(
                work.client,
                work.prefix,
                work.state,
                catch_up,
                copier,
                work.how.who,
                work.progress,
            )
        except TooMuchWrittenError as error:
            work.how.say(str(error))
            catch_up.round()
            continue
        break
    work.how.say(
        f"swapped: nothing could be written for {work.report.swapped.seconds:.2f} s, the aliases moved in "
        f"{work.report.swapped.alias_seconds:.3f} s"
    )


@contextmanager
def _accounted(work: Work) -> Iterator[None]:
    """Leave an account among the runs of the archive, however it ends."""
    outcome, message = "failed", ""
    try:
        yield
        outcome = "done" if work.state.phase == "swapped" else "interrupted"
        message = "" if outcome == "done" else "built and not swapped in"
    except KeyboardInterrupt:
        outcome = "interrupted"
        raise
    except MusnadError as error:
        message = str(error)
        raise
    finally:
        if work.has_begun:
            with suppress(ArchiveError), errors_explained():
                store_run(work.client, work.prefix, work.state, outcome, message)
