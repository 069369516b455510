"""Settling the archive: from stored links to claims, touching only what changed; one writer at a time.

A claim is marked unsettled before anything about it is written and freed of the mark last, and a statement
counts as settled only with its link: killed at any point, the next run finds what is left to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.article_claims import Links, refresh_articles
from musnad.archive.claim_vectors import ClaimVectors
from musnad.archive.client import errors_explained
from musnad.archive.copies import CopyGroups
from musnad.archive.decisions import DecisionStore
from musnad.archive.documents import ClaimDocument, RunDocument, StatementDocument
from musnad.archive.indices import alias, put_meta, read_meta
from musnad.archive.links import ArchiveLinker
from musnad.archive.lock import locked_when_free
from musnad.archive.patience import SWAP_SECONDS
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import terms
from musnad.archive.reviews import ReviewStore
from musnad.archive.settle_graph import Edges, found_again, named_in, parts_to_settle
from musnad.archive.settle_report import Settled
from musnad.archive.settle_write import SettleWriter, claim_documents
from musnad.claims import (
    ArticleFacts,
    Decision,
    Reviewed,
    Settlement,
    seed_id,
    settle,
    touched,
)
from musnad.components import ClaimLinker, Encoder
from musnad.contradictions import denied_names
from musnad.encoders import Encoders
from musnad.fingerprint import combined
from musnad.model import Link
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins

META = "musnad_settled"
"""Key under `_meta` of the claims index: hashes of the decisions and linkers of the last settling."""
WORK = "settle claims"
SWAPPING = "swap in reindexed indices"
"""What a reindex does under the lock of settling; settling waits for it, as it takes no long time."""


WAIT_SECONDS = 24 * 3600.0
"""So long whoever has to settle waits for another one that does: settling a large archive takes hours."""


@dataclass(frozen=True, slots=True)
class Linkers:
    """The claim linkers of the plugins, opened, by `<plugin>.<component>`."""

    by_key: Mapping[str, ClaimLinker]
    fingerprint: str = ""
    encoder: Encoder | None = None
    """Makes vectors of claims, where one is on."""


@contextmanager
def opened_linkers(plugins: Plugins) -> Iterator[Linkers]:
    """Yield the linkers of `plugins` (and an encoder, where one is on), opened and with what they have to know."""
    with Pipeline(plugins) as pipeline, Encoders(plugins) as encoders:
        by_key = {r.key: r.component for r in sorted(pipeline.linkers, key=lambda r: r.key)}
        fingerprint = combined(pipeline.fingerprints[key] for key in by_key)
        yield Linkers(by_key, fingerprint, encoders.first)


def settle_archive(
    client: Elasticsearch,
    prefix: str,
    linkers: Linkers,
    *,
    everything: bool = False,
    swapped: bool = False,
    on_wait: Callable[[str], None] | None = None,
    on_work: Callable[[str], None] = lambda part: None,
) -> Settled:
    """Bring claims in line with statements and decisions; return what was done.

    `everything` links all statements anew. `swapped`: claims were put in place of the former ones, so all vectors are
    looked at. `on_work` is told again and again which part of the work goes on. Raises `ArchiveError` where Elasticsearch is out of reach, or
    another process is settling (named, with the time). With `on_wait` that one is waited for instead, however long it
    takes, and `on_wait` is told once who it is.
    """
    started = datetime.now(UTC)
    if on_wait is None:
        lock = locked_when_free(client, prefix, WORK, seconds=SWAP_SECONDS, only_for=SWAPPING)
    else:
        lock = locked_when_free(client, prefix, WORK, seconds=WAIT_SECONDS, on_wait=on_wait)
    with lock as keep:
        run = _Run(client, prefix, linkers, keep, on_work)
        done = run.run(everything, swapped)
    done.seconds = (datetime.now(UTC) - started).total_seconds()
    document = RunDocument(
        id=f"settle-{started:%Y%m%dT%H%M%S%f}",
        kind="settle",
        state="done",
        owner="",
        started_at=started,
        ended_at=datetime.now(UTC),
        read=done.statements,
        message=done.lines()[0],
    )
    with errors_explained():
        client.index(
            index=alias(prefix, "runs"), id=document.id, document=document.model_dump(mode="json")
        )
    return done


class _Run:
    """One settling run, under the lock."""

    def __init__(
        self,
        client: Elasticsearch,
        prefix: str,
        linkers: Linkers,
        keep: Callable[[], None],
        on_work: Callable[[str], None],
    ) -> None:
        self.client = client
        self.prefix = prefix
        self.linkers = linkers
        self._renew = keep
        self._on_work = on_work
        self._part = ""
        self.reader = ArchiveReader(client, prefix)
        self.writer = SettleWriter(client, prefix)
        self.done = Settled()
        self._handled: set[str] = set()
        self._linked: Mapping[str, tuple[int, int]] = {}
        self._reviews = Reviewed()

    def keep(self) -> None:
        """Renew the lock, and tell that the work goes on."""
        self._renew()
        self._on_work(self._part)

    def run(self, everything: bool, swapped: bool) -> Settled:
        self._refresh()
        self._part = "looking for copies"
        self.done.copies = CopyGroups(self.client, self.prefix).find(self.keep)
        linker = ArchiveLinker(self.client, self.prefix, self.linkers.by_key)
        self._linked = linker.versions
        known = self._meta()
        if everything:
            linker.forget_links()
        elif known.get("linkers", self.linkers.fingerprint) != self.linkers.fingerprint:
            self.done.outdated = True
        self._part = "linking statements"
        self.done.failures = dict(linker.link_unsettled(self.keep).failures)
        self._refresh()
        decisions = found_again(self.reader, DecisionStore(self.client, self.prefix).all())
        decided = _hash(decision.id for decision in decisions)
        self._reviews = ReviewStore(self.client, self.prefix).reviewed(decisions)
        start, lost = self._start(
            named_in(decisions) if known.get("decisions") != decided else set()
        )
        self._part = "looking which claims hang together"
        edges = Edges(self.reader, decisions, linker.leads)
        reached = touched(start, edges.of)
        for component in parts_to_settle(self.reader, reached, edges.seen):
            self._part = f"{self.done.claims} claims written"
            self.keep()
            self._settle(component, decisions)
            # An article may have statements in several parts.
            self._refresh()
        self._remove(lost - self._handled)
        self._note(decided, everything, known)
        self._refresh()
        if self.linkers.encoder is not None:
            self._part = "making vectors of claims"
            vectors = ClaimVectors(self.client, self.prefix, self.linkers.encoder)
            self.done.vectors = vectors.refresh(
                None if swapped else self._handled | lost, self.keep
            )
        return self.done

    def _start(self, named: Collection[str]) -> tuple[set[str], set[str]]:
        """Return the statements to begin with, and the claims that lost a statement.

        Where one changed, all that hung together with it are looked at: they may do so no more.
        """
        start = set(named)
        parts: set[str] = set()
        for query in [{"term": {"settled": False}}, *terms("id", named)]:
            for hit in self.reader.scan("statements", query, source=["component"]):
                start.add(hit["_id"])
                parts.add(hit["_source"].get("component") or "")
        lost: set[str] = set()
        marked = {"term": {"unsettled": True}}
        for hit in self.reader.scan("claims", marked, source=["component"]):
            lost.add(hit["_id"])
            parts.add(hit["_source"].get("component") or "")
        for field, values in (
            ("component", parts - {""}),
            ("claim_id", lost),
            ("discusses", lost),
        ):
            for query in terms(field, values):
                hits = self.reader.scan("statements", query, source=False)
                start |= {hit["_id"] for hit in hits}
        return start, lost

    def _settle(self, component: Mapping[str, str], decisions: Iterable[Decision]) -> None:
        """Settle statements, given with the ids of their components."""
        loaded: dict[str, StatementDocument] = {}
        sources: dict[str, Mapping[str, Any]] = {}
        versions: dict[str, tuple[int, int]] = {}
        for query in terms("id", component):
            for hit in self.reader.scan("statements", query, versions=True):
                version = (hit["_seq_no"], hit["_primary_term"])
                if not hit["_source"]["settled"] and self._linked.get(hit["_id"]) != version:
                    # Written anew since it was linked (by an ingest at the same time): for the next run.
                    continue
                sources[hit["_id"]] = hit["_source"]
                loaded[hit["_id"]] = StatementDocument.model_validate(hit["_source"])
                versions[hit["_id"]] = version
        before = self._claims_before(loaded)
        settlement = settle(
            loaded.values(),
            [link for statement in loaded.values() for link in statement.links],
            decisions,
            self._facts(loaded.values()),
            previous={s.id: s.claim_id for s in loaded.values() if s.claim_id},
            # A claim that lost all its statements leads to where its first one is now, if that is there.
            redirects={claim.id: claim.merged_into or claim.id for claim in before.values()},
            reviews=self._reviews,
        )
        documents = claim_documents(self.reader, settlement, loaded, component)
        links = _links(settlement, loaded)
        begun = self.writer.begin(documents.values())
        self.done.articles += refresh_articles(
            self.client,
            self.reader,
            {statement.article_id for statement in loaded.values()},
            loaded,
            [claim.id for claim in before.values() if claim.merged_into is None],
            links,
            {claim.id: claim for claim in settlement.claims},
        )
        denied = denied_names(loaded.values(), {key: link for key, (link, _) in links.items()})
        self.writer.link_statements(sources, versions, links, component, denied)
        gone = [claim for key, claim in before.items() if key not in documents]
        merged, removed = self.writer.redirect(gone, settlement.redirects)
        self.writer.finish(begun)
        self._handled |= before.keys() | documents.keys()
        self.done.merged += merged
        self.done.gone += removed
        self.done.statements += len(loaded)
        self.done.claims += len(documents)

    def _facts(self, statements: Collection[StatementDocument]) -> dict[str, ArticleFacts]:
        """Return what settling has to know about the articles: their dates, and the outlets they cite."""
        facts = {s.article_id: ArticleFacts(s.published_at, s.copy_group) for s in statements}
        for query in terms("id", facts):
            for hit in self.reader.scan("articles", query, source=["cited_outlets"]):
                cites = frozenset(hit["_source"].get("cited_outlets") or ())
                facts[hit["_id"]] = replace(facts[hit["_id"]], cites=cites)
        return facts

    def _claims_before(self, loaded: Mapping[str, StatementDocument]) -> dict[str, ClaimDocument]:
        """Return the claims that these statements were in before, and those that lead to them."""
        ids = {s.claim_id for s in loaded.values() if s.claim_id}
        ids |= {seed_id(key) for key in loaded}
        parts = {s.component for s in loaded.values() if s.component}
        found: dict[str, ClaimDocument] = {}
        for field, values in (("id", ids), ("component", parts)):
            found |= self._claims(field, values)
        return found | self._claims("merged_into", found.keys() | ids)

    def _claims(self, field: str, values: Collection[str]) -> dict[str, ClaimDocument]:
        return {
            hit["_id"]: ClaimDocument.model_validate(hit["_source"])
            for query in terms(field, values)
            for hit in self.reader.scan("claims", query)
        }

    def _remove(self, lost: Collection[str]) -> None:
        """Remove the claims of which no statement is left, and those that lead to them."""
        empty = self._claims("id", lost)
        empty |= self._claims("merged_into", empty.keys())
        if not empty:
            return
        self.done.articles += refresh_articles(
            self.client, self.reader, (), {}, sorted(empty), {}, {}, gone=empty.keys()
        )
        _, removed = self.writer.redirect(empty.values(), {})
        self.done.gone += removed

    # What was settled with what.

    def _meta(self) -> dict[str, str]:
        with errors_explained():
            found: dict[str, str] = read_meta(self.client, alias(self.prefix, "claims")).get(
                META, {}
            )
        return found

    def _note(self, decided: str, everything: bool, known: Mapping[str, str]) -> None:
        fingerprint = self.linkers.fingerprint
        linkers = fingerprint if everything else known.get("linkers", fingerprint)
        values = {"decisions": decided, "linkers": linkers}
        if values != known:
            with errors_explained():
                put_meta(self.client, alias(self.prefix, "claims"), {META: values})

    def _refresh(self) -> None:
        names = ",".join(alias(self.prefix, name) for name in ("articles", "statements", "claims"))
        with errors_explained():
            self.client.indices.refresh(index=names)


def _links(settlement: Settlement, ids: Iterable[str]) -> Links:
    """Return each statement's link to the claim it is about, and the claims that it discusses."""
    found: dict[str, tuple[Link | None, tuple[str, ...]]] = dict.fromkeys(ids, (None, ()))
    for link in settlement.links:
        chief, discusses = found[link.statement_id]
        if link.claim_id == settlement.claim_of.get(link.statement_id):
            found[link.statement_id] = (link, discusses)
        else:
            found[link.statement_id] = (chief, (*discusses, link.claim_id))
    return found


def _hash(ids: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16]
