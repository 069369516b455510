"""The archive as the place where an ingest's records go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

from elasticsearch import Elasticsearch

from musnad.archive.authority import filled_with
from musnad.archive.build import Built, content_hash
from musnad.archive.bulk import ArticleWriter, Stored
from musnad.archive.client import misses_other_index
from musnad.archive.documents import MAX_ID_BYTES
from musnad.archive.patience import Patience
from musnad.archive.removal import remove_deleted
from musnad.archive.stale import StoredRecord, mark_stale
from musnad.components import Record
from musnad.errors import ArchiveBusyError, ArchiveError
from musnad.ingest.protocol import (
    DELETED,
    UNCHANGED,
    Dead,
    Enrichment,
    Outcome,
    Sorted,
)
from musnad.ingest.standing import NO_DECISIONS, Decisions, result_fingerprint
from musnad.model import Article

P = ParamSpec("P")
R = TypeVar("R")
KEPT = (
    "claims",
    "claim_ids",
    "claim_status",
    "claim_status_at_publication",
    "copy_group",
    "versions",
)
"""What an article keeps when it is enriched again, until settling looks at its claims."""


@dataclass(frozen=True, slots=True)
class ArchiveSink:
    """Writes into an archive; what is there unchanged, and what people deleted, is left alone.

    `fingerprint` is that of the pipeline that enriches, `authority` the hash of its records (None: not watched).
    """

    client: Elasticsearch
    prefix: str
    writer: ArticleWriter
    fingerprint: str
    patience: Patience
    decisions: Decisions = NO_DECISIONS
    authority: str | None = None

    def sort(self, records: Sequence[Record]) -> Sorted:
        """Say which of the records need work. Raises `ArchiveError`."""
        ended: list[Outcome] = []
        candidates: list[Record] = []
        for record in records:
            article = record.article
            if article.id in self.decisions.deleted:
                ended.append(DELETED)
            elif len(article.id.encode()) > MAX_ID_BYTES:
                message = f"the id is longer than {MAX_ID_BYTES} bytes: {article.id[:60]}…"
                ended.append(Outcome("dead", article, Dead("bad_id", message)))
            else:
                candidates.append(record)
        stored = self._patiently(self.writer.stored, [record.article.id for record in candidates])
        work: list[Record] = []
        for record in candidates:
            there = stored.get(record.article.id)
            if changed := changed_meanwhile(record, there.content_hash if there else None):
                ended.append(changed)
            elif self.is_unchanged(record.article, there):
                ended.append(UNCHANGED)
            else:
                work.append(record)
        return Sorted(work, ended, stored)

    def is_unchanged(self, article: Article, stored: Stored | None) -> bool:
        """Return whether enriching this article again would store nothing else."""
        return (
            stored is not None
            and not stored.stale
            and stored.content_hash == content_hash(article)
            and stored.fingerprint == result_fingerprint(self.fingerprint, article, self.decisions)
            and not stored.statements & self.decisions.wrong_statements
        )

    def write(self, enriched: Sequence[Enrichment], known: Mapping[str, Stored]) -> list[Outcome]:
        """Write a batch; `known` is what was stored of its articles. Raises `ArchiveError`."""
        built = {one.record.article.id: one.built for one in enriched if one.built is not None}
        # Read once: after a write that failed half-way it would be the new article already.
        there = self._patiently(self.writer.whole, [key for key in built if key in known])
        left: dict[str, Outcome] = {}
        for key, record in ((one.record.article.id, one.record) for one in enriched):
            if changed := changed_meanwhile(record, there.get(key, {}).get("content_hash")):
                left[key] = changed
                built.pop(key, None)
            elif isinstance(record, StoredRecord) and key in built:
                # Enriched again, the text is what it was: it is compared with files as it was read from one.
                built[key] = built[key].taken_for(record.content_hash)
        corrected = {
            key
            for key in there.keys() & built.keys()
            if there[key].get("content_hash") != built[key].content_hash
        }
        batch = [
            _with_history(one, there[key], key in corrected) if key in there else one
            for key, one in built.items()
        ]
        texts = {
            one.record.article.id: one.record.content_hash
            for one in enriched
            if isinstance(one.record, StoredRecord)
        }
        written = self._patiently(self.writer.write, batch, known, texts)
        left |= dict.fromkeys(written.overtaken, UNCHANGED)
        self._patiently(self._watch_authority, list(built))
        # A decision that was made since the run began is not among `decisions`.
        deleted = self._patiently(
            remove_deleted, self.client, self.prefix, [one.record.article.id for one in enriched]
        )
        return [
            DELETED
            if one.record.article.id in deleted
            else left.get(one.record.article.id) or _outcome(one, written.refused, corrected)
            for one in enriched
        ]

    def finish(self) -> None:
        """Make what was written visible to searches."""
        self._patiently(self.writer.refresh)

    def _patiently(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call `function`, again and again while what is in the way may pass."""

        def once() -> R:
            try:
                return function(*args, **kwargs)
            except ArchiveError as error:
                if misses_other_index(error, self.prefix):
                    raise ArchiveBusyError(str(error)) from error
                raise

        return self.patience(once)

    def _watch_authority(self, written: Sequence[str]) -> None:
        """Stop where another process brought other records in: it may have missed what was just written."""
        if self.authority is None or filled_with(self.client, self.prefix) == self.authority:
            return
        mark_stale(self.client, self.prefix, written)
        raise ArchiveError(
            "the authority of the archive was changed meanwhile: run the same command again to go on with "
            "the new one"
        )


def _outcome(one: Enrichment, refused: Mapping[str, str], corrected: set[str]) -> Outcome:
    article = one.record.article
    if one.built is None:
        return Outcome("dead", article, one.dead or Dead("component_failed", "failed"))
    if article.id in refused:
        return Outcome(
            "dead", article, Dead("refused", refused[article.id]), failed=one.built.failed
        )
    return Outcome("indexed", corrected=article.id in corrected, failed=one.built.failed)


def changed_meanwhile(record: Record, content_hash: str | None) -> Outcome | None:
    """Return where a record of the archive ends that was corrected or removed there since: it is left alone.

    `content_hash` is that of the article now, None where there is none.
    """
    if not isinstance(record, StoredRecord) or content_hash == record.content_hash:
        return None
    return UNCHANGED if content_hash is not None else DELETED


def _with_history(built: Built, old: Mapping[str, Any], is_corrected: bool) -> Built:
    """Return the documents with what the stored article hands on."""
    kept = {key: old[key] for key in KEPT if key in old}
    if is_corrected:
        earlier = {key: old.get(key) for key in Article.model_fields}
        version = {"article": earlier, "replaced_at": datetime.now(UTC).isoformat()}
        kept["versions"] = [*kept.get("versions", ()), version]
    return built.keeping(kept)
