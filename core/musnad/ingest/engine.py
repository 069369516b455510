"""The engine: reads records, enriches them, writes them, and knows where each one ended."""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.authority import filled_with
from musnad.archive.build import Built, content_hash
from musnad.archive.bulk import ArticleWriter, Stored
from musnad.archive.client import errors_explained
from musnad.archive.documents import MAX_ID_BYTES
from musnad.archive.indices import alias
from musnad.archive.stale import mark_stale
from musnad.components import Record, Rejected
from musnad.errors import ArchiveError, MusnadError, describe
from musnad.ingest.account import Account
from musnad.ingest.deadletters import DeadLetters
from musnad.ingest.standing import NO_DECISIONS, Decisions, result_fingerprint
from musnad.ingest.workers import DIED, Enricher, Enrichment, WorkerDiedError
from musnad.model import Article

BATCH_RECORDS = 64
BATCH_CHARACTERS = 2_000_000
"""A batch is closed at whichever comes first."""
_KEPT = (
    "claims",
    "claim_ids",
    "claim_status",
    "claim_status_at_publication",
    "copy_group",
    "versions",
)
"""What an article keeps when it is enriched again, until settling looks at its claims."""


@dataclass(slots=True)
class _Pending:
    future: Future[list[Enrichment]]
    stored: dict[str, Stored]


class Engine:
    """One run over records. `fingerprint` is that of the pipeline that `enricher` runs."""

    def __init__(
        self,
        client: Elasticsearch,
        prefix: str,
        enricher: Enricher,
        fingerprint: str,
        account: Account,
        dead_letters: DeadLetters,
        *,
        decisions: Decisions = NO_DECISIONS,
        authority: str | None = None,
        in_flight: int = 2,
        on_progress: Callable[[], None] = lambda: None,
        on_dead_letter: Callable[[str], None] = lambda message: None,
    ) -> None:
        self.client = client
        self.prefix = prefix
        self.writer = ArticleWriter(client, prefix)
        self.enricher = enricher
        self.fingerprint = fingerprint
        self.account = account
        self.dead_letters = dead_letters
        self.decisions = decisions
        self.authority = authority
        """Hash of the records that `enricher` has, None not to watch them."""
        self.in_flight = in_flight
        self.on_progress = on_progress
        self.on_dead_letter = on_dead_letter
        self.stopping = False
        """Set by Ctrl-C: nothing more is read, what is under way is finished."""
        self.reading = False
        """A record is being waited for, perhaps for long."""
        self._pending: deque[_Pending] = deque()
        self._ids: set[str] = set()

    def run(self, records: Iterable[Record | Rejected]) -> None:
        """Take all records to their end.

        Raises `ArchiveError` where Elasticsearch is lost, `WorkerDiedError`, `EnrichmentAborted`: what was
        finished until then is stored and accounted for, the rest is found undone by the next run.
        """
        with _stop_on_interrupt(self):
            for batch in _batches(self._until_stopped(records)):
                self._take(batch)
                self.on_progress()
            while self._pending:
                self._finish()
                self.on_progress()
        self.writer.refresh()

    def _until_stopped(self, records: Iterable[Record | Rejected]) -> Iterator[Record | Rejected]:
        source = iter(records)
        while not self.stopping:
            try:
                self.reading = True
                record = next(source)
                self.reading = False
            except (StopIteration, _StopReading):
                return
            finally:
                self.reading = False
            yield record

    def _take(self, batch: list[Record | Rejected]) -> None:
        """Account for what needs no work, and give the rest to the workers."""
        self.account.read += len(batch)
        candidates: list[Record] = []
        for item in batch:
            if isinstance(item, Rejected):
                self.dead_letters.add_rejected(item)
                self._dead(item.code, item.message)
            elif item.article.id in self.decisions.deleted:
                self.account.deleted += 1
            elif len(item.article.id.encode()) > MAX_ID_BYTES:
                message = f"the id is longer than {MAX_ID_BYTES} bytes: {item.article.id[:60]}…"
                self._dead_article(item.article, "bad_id", message)
            else:
                candidates.append(item)
        for group in _without_repetition(candidates):
            if self._ids & {record.article.id for record in group}:
                # A record of the same id is still under way: its outcome is what this one is compared with.
                while self._pending:
                    self._finish()
            self._compare(group)

    def _compare(self, records: list[Record]) -> None:
        stored = self.writer.stored([record.article.id for record in records])
        work: list[Record] = []
        for record in records:
            if self._is_unchanged(record.article, stored.get(record.article.id)):
                self.account.unchanged += 1
            else:
                work.append(record)
        if not work:
            return
        while len(self._pending) >= self.in_flight:
            self._finish()
        self._pending.append(_Pending(self.enricher.submit(work), stored))
        self._ids |= {record.article.id for record in work}

    def _is_unchanged(self, article: Article, stored: Stored | None) -> bool:
        return (
            stored is not None
            and not stored.stale
            and stored.content_hash == content_hash(article)
            and stored.fingerprint == result_fingerprint(self.fingerprint, article, self.decisions)
            and not stored.statements & self.decisions.wrong_statements
        )

    def _finish(self) -> None:
        """Wait for the oldest batch under way, write it, account for it."""
        pending = self._pending[0]
        try:
            results = pending.future.result()
        except BrokenProcessPool as error:
            raise WorkerDiedError(DIED) from error
        dead = [result for result in results if result.built is None]
        built = {r.record.article.id: r.built for r in results if r.built is not None}
        articles = {r.record.article.id: r.record.article for r in results}
        there = self.writer.whole([key for key in built if key in pending.stored])
        corrected = {
            key
            for key in there
            if there[key].get("content_hash") != built[key].article["content_hash"]
        }
        batch = [
            _with_history(one, there[key], key in corrected) if key in there else one
            for key, one in built.items()
        ]
        refused = self.writer.write(batch, pending.stored)
        for result in dead:
            self._dead_article(result.record.article, "component_failed", result.dead or "failed")
        for one in batch:
            article_id = one.article["id"]
            self.account.failures.update(one.failed)
            if article_id in refused:
                self._dead_article(articles[article_id], "refused", refused[article_id])
            else:
                self.account.indexed += 1
                self.account.corrected += article_id in corrected
        self._watch_authority([one.article["id"] for one in batch])
        # Only now: an error above leaves the batch among what is under way, and unaccounted for.
        self._pending.popleft()
        self._ids -= {result.record.article.id for result in results}

    def _watch_authority(self, written: Sequence[str]) -> None:
        """Stop where another process brought other records in: it may have missed what was just written."""
        if self.authority is None or filled_with(self.client, self.prefix) == self.authority:
            return
        mark_stale(self.client, self.prefix, written)
        raise ArchiveError(
            "the authority of the archive was changed meanwhile: run the same command again to go on with "
            "the new one"
        )

    def _dead_article(self, article: Article, code: str, message: str) -> None:
        self.dead_letters.add_article(article, code, message)
        self._dead(code, f"article {article.id}: {message}")

    def _dead(self, code: str, message: str) -> None:
        self.account.reasons[code] += 1
        self.on_dead_letter(message)


def _with_history(built: Built, old: Mapping[str, Any], is_corrected: bool) -> Built:
    """Return the documents with what the stored article hands on."""
    document = {**built.article, **{key: old[key] for key in _KEPT if key in old}}
    if is_corrected:
        earlier = {key: old.get(key) for key in Article.model_fields}
        version = {"article": earlier, "replaced_at": datetime.now(UTC).isoformat()}
        document["versions"] = [*document["versions"], version]
    # Until copies are looked for again, its statements are in the group that it was in.
    statements = tuple({**s, "copy_group": document["copy_group"]} for s in built.statements)
    return replace(built, article=document, statements=statements)


def run_accounted(engine: Engine, records: Iterable[Record | Rejected]) -> None:
    """Run the engine, and leave an account in the archive however it ends. Raises what `run` raises."""
    account = engine.account
    with errors_explained():
        if not engine.client.indices.exists_alias(name=alias(engine.prefix, "articles")):
            raise ArchiveError(
                f'there is no archive "{engine.prefix}" yet: run `musnad init`, or ingest with --init'
            )
    account.store(engine.client, engine.prefix)
    try:
        engine.run(records)
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
            account.store(engine.client, engine.prefix)


def _batches(records: Iterable[Record | Rejected]) -> Iterator[list[Record | Rejected]]:
    batch: list[Record | Rejected] = []
    characters = 0
    for record in records:
        batch.append(record)
        if isinstance(record, Record):
            characters += len(record.article.body)
        if len(batch) >= BATCH_RECORDS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _without_repetition(records: list[Record]) -> Iterator[list[Record]]:
    """Yield `records` in groups in which no id stands twice, in order."""
    group: list[Record] = []
    ids: set[str] = set()
    for record in records:
        if record.article.id in ids:
            yield group
            group, ids = [], set()
        group.append(record)
        ids.add(record.article.id)
    if group:
        yield group


class _StopReading(BaseException):
    """Ends the wait for a record; no component's `except Exception` may swallow it."""


@contextmanager
def _stop_on_interrupt(engine: Engine) -> Iterator[None]:
    """Let the first Ctrl-C finish what is under way; a second one stops at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        if engine.stopping:
            raise KeyboardInterrupt
        engine.stopping = True
        if engine.reading:
            raise _StopReading

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
