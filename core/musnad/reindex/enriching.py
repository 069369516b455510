"""Enriching again, with the engine and the workers of an ingest: from the archive, back to where an article is."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.authority import filled_with
from musnad.archive.build import Built
from musnad.archive.bulk import NO_TEXTS, ArticleWriter
from musnad.archive.client import errors_explained
from musnad.archive.indices import alias
from musnad.archive.patience import Patience
from musnad.archive.read import ArchiveReader
from musnad.archive.removal import remove_deleted
from musnad.components import Record
from musnad.errors import ArchiveError
from musnad.ingest.account import Account, new_run_id
from musnad.ingest.deadletters import DeadLetters
from musnad.ingest.engine import Engine
from musnad.ingest.interrupt import Interruptible
from musnad.ingest.protocol import (
    DELETED,
    UNCHANGED,
    Dead,
    Enrichment,
    Mark,
    Outcome,
    Read,
    Sorted,
)
from musnad.ingest.run import OnRay, opened_enricher
from musnad.ingest.sink import KEPT as KEPT_BY_INGEST
from musnad.ingest.sink import changed_meanwhile
from musnad.ingest.standing import Decisions
from musnad.ingest.workers import Job
from musnad.reindex.progress import Progress
from musnad.reindex.selection import record_of
from musnad.reindex.state import State, save
from musnad.settings import Settings

TYPICAL_BYTES = 4_000
"""Of an article, to guess whether worker processes are worth starting."""
KEPT = (
    *KEPT_BY_INGEST,
    "ingested_at",
    "source",
    "extra",
    # What was stored of an article as it was read stays what it is compared with when it is read again.
    "content_hash",
)
"""What an article keeps when it is enriched again from the archive."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, after what was under way has been finished."""


class Waiting:
    """The articles that wait to be enriched again, as records of the engine."""

    def __init__(self, reader: ArchiveReader, waiting: str, patience: Patience) -> None:
        self.reader = reader
        self.patience = patience
        self.query = {"term": {"run_id": waiting}}
        self.of = reader.count("articles", self.query)
        self.done = 0

    def read(self, after: Mark | None = None) -> Iterator[Read]:
        """Yield them; those that a killed run has enriched do not wait any more, so no mark is needed."""
        last: str | None = None
        while hits := self.patience(self.reader.after, "articles", self.query, last):
            for hit in hits:
                self.done += 1
                yield Read(record_of(hit["_source"]))
            last = hits[-1]["_id"]

    def share(self) -> float | None:
        """Return how much has been read."""
        return self.done / self.of if self.of else None


@dataclass(slots=True)
class AgainSink:
    """Writes articles where they are, in the archive of `prefix`, with what was found in them this time.

    What was corrected or removed there since it was read is left alone.
    """

    client: Elasticsearch
    prefix: str
    authority: str
    decisions: Decisions
    patience: Patience
    live: bool = False
    """Others write to that archive at the same time."""
    dead: list[str] = field(default_factory=list)
    """Ids of articles that could not be enriched or stored."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sort(self, records: Sequence[Record]) -> Sorted:
        """Take all that were not deleted. Raises `ArchiveError`."""
        work = [r for r in records if r.article.id not in self.decisions.deleted]
        stored = self.patience(self._writer().stored, [r.article.id for r in work])
        return Sorted(work, [DELETED] * (len(records) - len(work)), stored)

    def write(self, enriched: Sequence[Enrichment], known: Any) -> list[Outcome]:
        """Write a batch. Raises `ArchiveError`."""
        writer = self._writer()
        built = {one.record.article.id: one.built for one in enriched if one.built is not None}
        there = self.patience(writer.whole, list(built))
        texts = {key: one.get("content_hash") or "" for key, one in there.items()}
        left: dict[str, Outcome] = {}
        for record in (one.record for one in enriched if one.built is not None):
            if changed := changed_meanwhile(record, texts.get(record.article.id)):
                left[record.article.id] = changed
        batch = [again(one, there[key]) for key, one in built.items() if key not in left]
        # Only behind the aliases others write at the same time.
        written = self.patience(writer.write, batch, known, texts if self.live else NO_TEXTS)
        left |= dict.fromkeys(written.overtaken, UNCHANGED)
        if filled_with(self.client, self.prefix) != self.authority:
            raise ArchiveError(
                "the authority of the archive was changed meanwhile: run the same command again to go on "
                "with the new one"
            )
        deleted = self.patience(
            remove_deleted, self.client, self.prefix, [one.record.article.id for one in enriched]
        )
        return [
            DELETED
            if one.record.article.id in deleted
            else left.get(one.record.article.id) or self._outcome(one, written.refused)
            for one in enriched
        ]

    def finish(self) -> None:
        """Make what was written visible to searches."""
        self.patience(self._writer().refresh)

    def _outcome(self, one: Enrichment, refused: Mapping[str, str]) -> Outcome:
        article = one.record.article
        dead = one.dead
        if one.built is None:
            dead = dead or Dead("component_failed", "failed")
        elif article.id in refused:
            dead = Dead("refused", refused[article.id])
        if dead is None:
            return Outcome("indexed", failed=one.built.failed if one.built else ())
        with self._lock:
            self.dead.append(article.id)
        return Outcome("dead", article, dead)

    def _writer(self) -> ArticleWriter:
        return ArticleWriter(self.client, self.prefix)


def again(built: Built, old: Mapping[str, Any]) -> Built:
    """Return the documents of an article that was enriched again, with what it keeps of the stored one."""
    return built.keeping({key: old[key] for key in KEPT if key in old})


def enrich_waiting(
    client: Elasticsearch,
    settings: Settings,
    prefix: str,
    state: State,
    decisions: Decisions,
    progress: Progress,
    workers: int | None = None,
    ray: OnRay | None = None,
) -> tuple[Account | None, list[str]]:
    """Enrich the articles that wait in the archive of `prefix`; return the account and the ids that could not be.

    Raises `Interrupted` where Ctrl-C ended it, `ArchiveError`, `WorkerDiedError`: what is done is done.
    """
    with errors_explained():
        # What was taken over a moment ago waits too.
        client.indices.refresh(index=alias(prefix, "articles"))
    patience = Patience(
        settings.es_patience, lambda reason, pause: progress.say(f"waiting: {reason}")
    )
    waiting = Waiting(ArchiveReader(client, prefix), state.waiting, patience)
    if not waiting.of:
        return None, []
    account = Account(new_run_id("reindex"), ("(articles of the archive)",))
    job = Job(settings, (), "record", account.run_id, account.started_at, decisions)
    progress.begin("enriching", waiting.of)
    with opened_enricher(job, waiting.of * TYPICAL_BYTES, workers, ray) as enricher:
        opened = enricher.state()
        account.off = opened.off
        if filled_with(client, settings.prefix) != opened.authority:
            raise ArchiveError(
                "the authority of the archive was changed at this moment: run the same command again"
            )
        state.runs[account.run_id] = opened.authority
        save(client, settings.prefix, state)
        live = prefix == settings.prefix
        sink = AgainSink(client, prefix, opened.authority, decisions, patience, live)
        told = 0

        def update() -> None:
            nonlocal told
            progress.add(account.accounted - told)
            told = account.accounted

        engine = Engine(
            waiting,
            enricher,
            sink,
            account,
            DeadLetters(settings.state_dir, account.run_id),
            interruptible=Interruptible(patience.give_up.set),
            on_progress=update,
            on_dead_letter=lambda message: progress.say(f"dead letter: {message}"),
        )
        try:
            engine.run()
        finally:
            engine.dead_letters.close()
            state.reenriched += account.indexed
            save(client, settings.prefix, state)
    if engine.stopping:
        raise Interrupted
    account.state = "done"
    progress.end(f"{account.indexed} articles")
    return account, sink.dead
