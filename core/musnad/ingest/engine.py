"""The engine: reads records, has them enriched and written, and knows where each one ended.

Reading and comparing happen in the caller's thread, enriching wherever the enricher does it, writing in threads of its own,
so that none waits for another. What is under way is bounded in batches and in characters; batches may be done in any
order, the checkpoint moves only past those before which all are done.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from musnad.components import Record, Rejected
from musnad.ingest.account import Account, Tally
from musnad.ingest.checkpoint import Checkpoint, NoCheckpoint
from musnad.ingest.deadletters import DeadLetters, Letter
from musnad.ingest.interrupt import Interruptible, StopReading
from musnad.ingest.protocol import (
    Dead,
    Enricher,
    Enrichment,
    Mark,
    Outcome,
    Read,
    Records,
    Sink,
)

BATCH_RECORDS = 256
BATCH_CHARACTERS = 2_000_000
"""A batch is closed at whichever comes first. With a quarter of the records the server works a third more."""
WRITERS = 2
"""Threads that write: while one waits for an answer, the other prepares its batch."""
CHARACTERS_UNDER_WAY = 16_000_000
"""Of all batches that are read and not written; one batch is always let in."""
AHEAD = 128
"""Batches that may be done while an earlier one is not: their outcomes are kept until the checkpoint can pass them."""


@dataclass(slots=True)
class _Batch:
    """Records that follow one another, no id twice."""

    number: int
    found: list[Record | Rejected] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    characters: int = 0
    mark: Mark | None = None
    known: Any = None
    counts: Tally = field(default_factory=Tally)
    letters: deque[Letter] = field(default_factory=deque)

    @property
    def full(self) -> bool:
        return len(self.found) >= BATCH_RECORDS or self.characters >= BATCH_CHARACTERS

    def fits(self, found: Record | Rejected) -> bool:
        return not self.full and not (isinstance(found, Record) and found.article.id in self.ids)

    def add(self, read: Read) -> None:
        self.found.append(read.found)
        self.mark = read.mark
        if isinstance(read.found, Record):
            self.ids.add(read.found.article.id)
            self.characters += len(read.found.article.title) + len(read.found.article.body)


@dataclass(frozen=True, slots=True)
class _Passed:
    """How far every batch is done: replaced as a whole, so that an interruption never meets half of it."""

    number: int
    """Of the first batch that is not done."""
    mark: Mark | None
    counts: Tally
    """Of all batches before that one, those of the runs before this one too."""
    letters: int
    """Size of the file of dead letters with all of theirs, in bytes."""


@dataclass(frozen=True, slots=True)
class _Done:
    batch: _Batch
    outcomes: Sequence[Outcome] = ()
    error: BaseException | None = None


class Engine:
    """One run over records: `records` are enriched by `enricher` and go into `sink`."""

    def __init__(
        self,
        records: Records,
        enricher: Enricher,
        sink: Sink,
        account: Account,
        dead_letters: DeadLetters,
        *,
        checkpoint: Checkpoint | None = None,
        interruptible: Interruptible | None = None,
        on_progress: Callable[[], None] = lambda: None,
        on_dead_letter: Callable[[str], None] = lambda message: None,
    ) -> None:
        """Keep the parts. `on_dead_letter` is told one sentence, `on_progress` is called after each batch."""
        self.records = records
        self.enricher = enricher
        self.sink = sink
        self.account = account
        self.dead_letters = dead_letters
        self.checkpoint = checkpoint or NoCheckpoint()
        self.interruptible = interruptible or Interruptible()
        self.on_progress = on_progress
        self.on_dead_letter = on_dead_letter
        self._done: queue.SimpleQueue[_Done] = queue.SimpleQueue()
        self._under_way: dict[int, _Batch] = {}
        """Batches that are being enriched or written, by number."""
        self._ended: dict[int, _Batch] = {}
        """Batches that are done, but not all before them."""
        self._passed = _Passed(0, None, Tally(), 0)

    @property
    def stopping(self) -> bool:
        """Whether the run was interrupted."""
        return self.interruptible.stopping

    def run(self, after: Mark | None = None) -> None:
        """Take all records behind `after` to their end.

        Raises `ArchiveError` where Elasticsearch is lost, `WorkerDiedError`, `EnrichmentAborted`: what was
        finished until then is stored and accounted for, the rest is found undone by the next run.
        """
        before = Tally()
        before.add(self.account)
        self._passed = _Passed(0, after, before, self.dead_letters.size())
        writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="musnad-write")
        try:
            with self.interruptible.caught():
                for batch in self._batches(after):
                    self._take(batch, writers)
                    self.on_progress()
                while self._under_way:
                    self._wait()
                    self.on_progress()
            self.sink.finish()
        finally:
            # Whatever ended it: what is being written just now is written to the end, and counts.
            writers.shutdown(wait=True, cancel_futures=True)
            self._collect()
            self._note(force=True)

    def _batches(self, after: Mark | None) -> Iterator[_Batch]:
        number = 0
        batch = _Batch(number)
        for read in self._until_stopped(after):
            if not batch.fits(read.found):
                yield batch
                number += 1
                batch = _Batch(number)
            batch.add(read)
            if batch.full:
                yield batch
                number += 1
                batch = _Batch(number)
        if batch.found:
            yield batch

    def _until_stopped(self, after: Mark | None) -> Iterator[Read]:
        source = iter(self.records.read(after))
        while not self.stopping:
            try:
                self.interruptible.reading = True
                read = next(source)
                self.interruptible.reading = False
            except (StopIteration, StopReading):
                return
            finally:
                self.interruptible.reading = False
            yield read

    def _take(self, batch: _Batch, writers: ThreadPoolExecutor) -> None:
        """Account for what needs no work, and have the rest enriched and written."""
        batch.counts.read = len(batch.found)
        self.account.read += len(batch.found)
        candidates: list[Record] = []
        for found in batch.found:
            if isinstance(found, Record):
                candidates.append(found)
            else:
                outcome = Outcome("dead", dead=Dead(found.code, found.message))
                self._count(batch, outcome, found, found.message)
        while self._in_the_way(batch):
            self._wait()
        # The work holds the articles from here on, and each of them only as long as it needs it.
        batch.found.clear()
        self._under_way[batch.number] = batch
        sorted_ = self.sink.sort(candidates) if candidates else None
        for outcome in sorted_.ended if sorted_ else ():
            self._end(batch, outcome)
        if sorted_ is None or not sorted_.work:
            self._finished(batch)
            return
        batch.known = sorted_.known
        future = self.enricher.submit(sorted_.work)
        future.add_done_callback(lambda done: self._enriched(batch, done, writers))

    def _in_the_way(self, batch: _Batch) -> bool:
        """Return whether something under way has to be done before this batch may be begun."""
        if not self._under_way:
            return False
        characters = sum(other.characters for other in self._under_way.values())
        return (
            len(self._under_way) >= self.enricher.in_flight + WRITERS
            or characters + batch.characters > CHARACTERS_UNDER_WAY
            or batch.number - self._passed.number >= AHEAD
            # The outcome of a record of the same id is what this one is compared with.
            or any(not other.ids.isdisjoint(batch.ids) for other in self._under_way.values())
        )

    def _enriched(
        self, batch: _Batch, future: Future[list[Enrichment]], writers: ThreadPoolExecutor
    ) -> None:
        """Hand an enriched batch on to be written; called in a thread of the enricher."""
        try:
            enriched = future.result()
            # After a failure the writers are shut down: then nothing more is written.
            writers.submit(self._write, batch, enriched)
        except BaseException as error:
            self._done.put(_Done(batch, error=error))

    def _write(self, batch: _Batch, enriched: list[Enrichment]) -> None:
        try:
            outcomes = self.sink.write(enriched, batch.known)
        except BaseException as error:
            self._done.put(_Done(batch, error=error))
        else:
            self._done.put(_Done(batch, outcomes))

    def _wait(self) -> None:
        """Wait for a batch to be done, and account for it. Raises what its work raised."""
        done = self._done.get()
        if done.error is not None:
            raise done.error
        self._account_for(done)

    def _collect(self) -> None:
        """Account for what was done when the run ended early."""
        while True:
            try:
                done = self._done.get_nowait()
            except queue.Empty:
                return
            if done.error is None:
                self._account_for(done)

    def _account_for(self, done: _Done) -> None:
        for outcome in done.outcomes:
            self._end(done.batch, outcome)
        self._finished(done.batch)

    def _end(self, batch: _Batch, outcome: Outcome) -> None:
        if outcome.dead is not None and outcome.article is not None:
            letter = outcome.article, outcome.dead
            message = f"article {outcome.article.id}: {outcome.dead.message}"
            self._count(batch, outcome, letter, message)
        else:
            self._count(batch, outcome)

    def _count(
        self, batch: _Batch, outcome: Outcome, letter: Letter | None = None, message: str = ""
    ) -> None:
        batch.counts.count(outcome)
        self.account.count(outcome)
        if letter is not None:
            batch.letters.append(letter)
            self.on_dead_letter(message)

    def _finished(self, batch: _Batch) -> None:
        """Put a batch among those that are done, and move past all of them that follow one another."""
        self._under_way.pop(batch.number, None)
        batch.ids.clear()
        batch.known = None
        self._ended[batch.number] = batch
        while (first := self._ended.get(self._passed.number)) is not None:
            # First its letters: where that fails, or a second Ctrl-C ends it, its records are read again.
            self._write_letters(first)
            counts = Tally()
            counts.add(self._passed.counts)
            counts.add(first.counts)
            self._passed = _Passed(first.number + 1, first.mark, counts, self.dead_letters.size())
            del self._ended[first.number]
        self._note()

    def _write_letters(self, batch: _Batch) -> None:
        while batch.letters:
            self.dead_letters.add(batch.letters[0])
            batch.letters.popleft()

    def _note(self, *, force: bool = False) -> None:
        """Write the checkpoint, then (at the end) the dead letters of what is done beyond it."""
        passed = self._passed
        if passed.mark is not None and (force or self.checkpoint.due()):
            self.dead_letters.durable()
            self.checkpoint.reached(passed.mark, passed.counts, passed.letters)
        if force:
            for number in sorted(self._ended):
                self._write_letters(self._ended.pop(number))
            with suppress(OSError):
                self.dead_letters.durable()
