"""A whole reindex: copy, enrich again, settle, catch up, compare, ask, swap, finish. Killed anywhere, it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.authority import filled_with, refresh_authority
from musnad.archive.client import errors_explained
from musnad.archive.decisions import DecisionStore
from musnad.archive.indices import alias, beside, misfits, read_meta
from musnad.archive.lock import locked
from musnad.archive.mappings import index_body
from musnad.archive.read import ArchiveReader
from musnad.archive.sending import send
from musnad.archive.settle import META, Linkers, settle_archive
from musnad.components import Encoder
from musnad.encoders import Encoders
from musnad.errors import ArchiveError, InputError, MusnadError
from musnad.fingerprint import combined
from musnad.ingest.account import Account
from musnad.ingest.run import OnRay
from musnad.ingest.standing import decisions_of
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.reindex.beginning import begin, changed_fields, make_set, store_run
from musnad.reindex.beside import (
    RUNS,
    SHARED,
    live_index,
    remove,
    searchable,
)
from musnad.reindex.catchup import CatchUp, Document
from musnad.reindex.compare import compare
from musnad.reindex.copying import Copier
from musnad.reindex.differences import Fate, forwards
from musnad.reindex.enriching import enrich_waiting
from musnad.reindex.golden import GoldenQuery
from musnad.reindex.keeping import kept
from musnad.reindex.progress import Progress
from musnad.reindex.report import Report
from musnad.reindex.resuming import follow_plugins
from musnad.reindex.selection import Selection, selection_for
from musnad.reindex.state import Options, State, load
from musnad.reindex.swap import FEW, TooMuchWrittenError, mend, swap
from musnad.reindex.verify import FALL, verify

WORK = "reindex"
ROUNDS = 5
"""So often at most the new set is caught up, enriched and settled before it is compared."""


@dataclass(frozen=True, slots=True)
class How:
    """How a reindex is done."""

    who: str
    options: Options = field(default_factory=Options)
    golden: Sequence[GoldenQuery] = ()
    workers: int | None = None
    ray: OnRay | None = None
    """Enrich on Ray; None: on this machine."""
    say: Callable[[str], None] = lambda line: None
    ask: Callable[[Report], bool] = lambda report: True
    """Is asked before the swap, when all is known."""


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
            work = _Work(client, settings, plugins, pipeline, how, progress)
            with work.accounted():
                return work.run()


@dataclass(slots=True)
class _Work:
    """One reindex, under its lock, with the plugins open."""

    client: Elasticsearch
    settings: Any
    plugins: Plugins
    pipeline: Pipeline
    how: How
    progress: Progress
    report: Report = field(default_factory=lambda: Report(""))
    _began: float = field(default_factory=time.monotonic)
    _state: State | None = None

    @property
    def prefix(self) -> str:
        """The prefix of the archive."""
        return str(self.settings.prefix)

    @property
    def state(self) -> State:
        """The state, once it is known."""
        if self._state is None:
            raise RuntimeError("the reindex has not begun")
        return self._state

    def run(self) -> Report:
        """Do what is left to do."""
        self._state = self._found() or self._begun()
        state = self.state
        self.report.run_id, self.report.options = state.id, state.options.told()
        self.report.new, self.report.former = state.new, state.live
        if state.phase != "swapped":
            selection = self._selection()
            again = follow_plugins(
                self.client, self.prefix, state, self.pipeline.fingerprint, selection
            )
            if again:
                self.how.say(
                    f"plugins changed since it was begun: {again} articles are enriched again"
                )
            copier = Copier(self.client, self.prefix, state, selection, self.progress)
            catch_up = self._catch_up(selection)
            if state.phase == "copying":
                copier.run()
            # Also of one that was killed right after copying.
            searchable(self.client, state.new.values())
            self._build(catch_up)
            self._compare()
            if not self.how.ask(self.report):
                return self._told()
            self._swap(catch_up, copier)
        self._finish()
        return self._told()

    # Beginning.

    def _found(self) -> State | None:
        """Return the state of an unfinished reindex. Raises `InputError` where it is another one than asked for."""
        state = load(self.client, self.prefix)
        if state is None:
            return None
        mend(self.client, self.prefix, state)
        since = f"{state.started_at:%Y-%m-%d %H:%M} UTC"
        if state.phase == "rolling_back":
            raise ArchiveError(
                f"a rollback begun by {state.who} on {since} is unfinished: go on with `musnad reindex "
                "--rollback`, or `musnad reindex --abort` it"
            )
        if state.options != self.how.options and state.phase != "swapped":
            asked = f"musnad reindex {state.options.told()}".strip()
            raise InputError(
                f"a reindex begun by {state.who} on {since} is unfinished: go on with `{asked}`, or remove "
                "it with `musnad reindex --abort`"
            )
        if state.phase == "making":
            make_set(self.client, self.prefix, self.plugins, state, self.progress)
        self._check_new_set(state)
        self.how.say(f"going on with reindex {state.id}, begun by {state.who} on {since}")
        return state

    def _check_new_set(self, state: State) -> None:
        """Raise `ArchiveError` where the new set is not there, or is not what a new one would be."""
        if state.phase == "swapped":
            return
        for name, index in state.new.items():
            with errors_explained():
                there = self.client.options(ignore_status=404).indices.get(index=index)
                found = there.get(index) if "error" not in there else None
            if found is None or list(misfits(index, found, index_body(name, self.plugins))):
                what = "is gone" if found is None else "has other fields or analyzers than today's"
                raise ArchiveError(
                    f"the index {index} of the unfinished reindex {what}: run `musnad reindex --abort`, then "
                    "`musnad reindex`"
                )

    def _begun(self) -> State:
        self.report.reasons = changed_fields(self.client, self.prefix, self.plugins)
        options = self.how.options
        # Before anything is made: an unknown plugin or date.
        self._selection_of(options)
        narrow: Document | None = (
            {"term": {"enrichment.stale": True}} if options.only_stale else None
        )
        if options.only_failed:
            narrow = {"exists": {"field": "failed_components"}}
        if narrow and not self.report.reasons:
            reader = ArchiveReader(self.client, self.prefix)
            if not reader.count("articles", narrow):
                which = "stale" if options.only_stale else "failed"
                raise InputError(
                    f"there are no {which} articles, and no field or analyzer has changed: there is nothing "
                    "to reindex"
                )
        state = begin(
            self.client,
            self.prefix,
            self.plugins,
            options,
            self.how.who,
            self.pipeline.fingerprint,
            self.progress,
        )
        self.how.say(f"reindex {state.id}: building {', '.join(sorted(state.new.values()))}")
        return state

    def _selection(self) -> Selection:
        return self._selection_of(self.state.options)

    def _selection_of(self, options: Options) -> Selection:
        store = DecisionStore(self.client, self.prefix)
        decisions = decisions_of(
            store.all(kinds=["delete", "wrong_mention", "wrong_statement", "withdraw"])
        )
        return selection_for(options, self.pipeline, decisions)

    def _catch_up(self, selection: Selection) -> CatchUp:
        authority: str | None = None

        def look() -> None:
            # Empty as soon as somebody begins to mark articles stale: no mark of the round is older than what is read.
            nonlocal authority
            authority = filled_with(self.client, self.prefix)

        def decide(live: Document, there: Document | None) -> Fate:
            run = there.get("run_id") if there else None
            fresh = authority is not None and self.state.runs.get(run or "") == authority
            return forwards(live, there, fresh=fresh)

        return CatchUp(self.client, self.prefix, self.state, decide, selection, self.progress, look)

    # Building.

    def _build(self, catch_up: CatchUp) -> None:
        """Catch up, enrich and settle until hardly anything is left to catch up with.

        Where much is ingested all the while, settling cannot keep up: the rest is taken over just before the swap, and
        enriched and settled after it.
        """
        for _ in range(ROUNDS):
            self.progress.begin("catching up")
            caught = catch_up.round()
            self.progress.end(
                f"{caught.articles} articles, {caught.deleted} deletions ({caught.read} writes)"
            )
            account, dead = enrich_waiting(
                self.client,
                self.settings,
                beside(self.prefix),
                self.state,
                self._selection().decisions,
                self.progress,
                self.how.workers,
                self.how.ray,
            )
            self._count(account, dead)
            catch_up.take(dead, stale=True)
            self._settle(beside(self.prefix))
            if catch_up.behind() <= FEW:
                return

    def _count(self, account: Account | None, dead: Sequence[str]) -> None:
        self.report.not_reenriched += dead
        if account is not None:
            for component, count in account.failures.items():
                self.report.failures[component] = self.report.failures.get(component, 0) + count
            self.report.off |= account.off

    def _settle(self, prefix: str, encoder: Encoder | None = None, *, live: bool = False) -> None:
        """Settle the claims of a set; all links are made anew where the linkers are others and all was asked for.

        Vectors are of the claims behind the aliases: they are made, by `encoder`, when the new set is `live`.
        """
        by_key = {r.key: r.component for r in sorted(self.pipeline.linkers, key=lambda r: r.key)}
        fingerprint = combined(self.pipeline.fingerprints[key] for key in by_key)
        linkers = Linkers(by_key, fingerprint, encoder)
        with errors_explained():
            known: Mapping[str, str] = read_meta(self.client, alias(prefix, "claims")).get(META, {})
        changed = known.get("linkers", linkers.fingerprint) != linkers.fingerprint
        relink = changed and self.state.options == Options()
        self.progress.begin("settling claims" + (" (all links anew)" if relink else ""))
        settled = settle_archive(
            self.client,
            prefix,
            linkers,
            everything=relink,
            swapped=live,
            on_wait=lambda message: self.progress.say(f"waiting: {message}"),
            on_work=self.progress.working,
        )
        self.progress.end(settled.lines()[0])
        if settled.outdated:
            self.how.say(
                "claims were linked by other linkers than today's: `musnad claims settle --all` links them anew"
            )

    def _compare(self) -> None:
        self.report.reenriched = self.state.reenriched
        self.report.diff = compare(self.client, self.prefix, self.state, self.progress)
        self.progress.begin("verifying")
        self.report.verification = verify(self.client, self.prefix, self.state, self.how.golden)
        self.report.articles = self.report.verification.counts["articles"][1]
        problems = self.report.verification.problems
        # What a component that is off had found is gone from what was enriched again.
        problems += [f"{key} was off: {reason}" for key, reason in self.report.off.items()]
        for component, count in self.report.failures.items():
            if count > FALL * self.state.reenriched:
                problems.append(f"{component} failed on {count} articles")
        if self.report.not_reenriched:
            self.report.verification.remarks.append(
                f"{len(self.report.not_reenriched)} articles could not be enriched again"
            )
        self.progress.end(f"{len(self.report.verification.problems)} problems")

    # Swapping.

    def _swap(self, catch_up: CatchUp, copier: Copier) -> None:
        for name in SHARED:
            if name in self.state.new:
                copier.copy_shared(name)
        while True:
            try:
                self.report.swapped = swap(
                    self.client,
                    self.prefix,
                    self.state,
                    catch_up,
                    copier,
                    self.how.who,
                    self.progress,
                )
            except TooMuchWrittenError as error:
                self.how.say(str(error))
                catch_up.round()
                continue
            break
        self.how.say(
            f"swapped: nothing could be written for {self.report.swapped.seconds:.2f} s, the aliases moved in "
            f"{self.report.swapped.alias_seconds:.3f} s"
        )

    def _finish(self) -> None:
        """Enrich and settle what came at the last moment, in the set that is live now; clean up."""
        state = self.state
        account, dead = enrich_waiting(
            self.client,
            self.settings,
            self.prefix,
            state,
            self._selection().decisions,
            self.progress,
            self.how.workers,
            self.how.ray,
        )
        self._count(account, dead)
        self._forget_waiting(dead)
        with Encoders(self.plugins) as encoders:
            self._settle(self.prefix, encoders.first, live=True)
        remove(self.client, [live_index(self.client, beside(self.prefix), RUNS)])
        self._state = state

    def _forget_waiting(self, articles: Sequence[str]) -> None:
        """Let articles that could not be enriched wait no more: they stay marked stale."""
        index = alias(self.prefix, "articles")
        values = {"run_id": self.state.id}
        send(
            self.client,
            (
                {"_op_type": "update", "_index": index, "_id": key, "doc": values}
                for key in articles
            ),
            ignore=(404,),
        )

    def _told(self) -> Report:
        self.report.seconds = time.monotonic() - self._began
        self.report.steps = self.progress.steps
        return self.report

    @contextmanager
    def accounted(self) -> Iterator[None]:
        """Leave an account among the runs of the archive, however it ends."""
        outcome, message = "failed", ""
        try:
            yield
            outcome = "done" if self.state.phase == "swapped" else "interrupted"
            message = "" if outcome == "done" else "built and not swapped in"
        except KeyboardInterrupt:
            outcome = "interrupted"
            raise
        except MusnadError as error:
            message = str(error)
            raise
        finally:
            if self._state is not None:
                with suppress(ArchiveError), errors_explained():
                    store_run(self.client, self.prefix, self.state, outcome, message)
