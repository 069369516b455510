"""Linking in the archive: compares unsettled statements with all others, both ways, and stores the links.

A pair of statements is compared in both directions whichever came first, so what is stored at the end does
not depend on the order of ingestion.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch
from pydantic import TypeAdapter

from musnad.archive.documents import StatementDocument
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import Seed, Seeds, registry_of, terms
from musnad.archive.sending import Sent, send
from musnad.archive.settle_graph import leads
from musnad.claims import seed_statement, stamp
from musnad.components import ClaimLinker, ClaimRegistry
from musnad.errors import describe
from musnad.model import Link

ARTICLES_AT_A_TIME = 200
_LINKS = TypeAdapter(tuple[Link, ...])
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Linking:
    """What was done, and what came of it."""

    articles: int = 0
    links: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    """Articles on which a linker failed, by linker."""


class ArchiveLinker:
    """Runs linkers, by `<plugin>.<component>`, over the statements of an archive."""

    def __init__(
        self, client: Elasticsearch, prefix: str, linkers: Mapping[str, ClaimLinker]
    ) -> None:
        self.client = client
        self.reader = ArchiveReader(client, prefix)
        self.index = alias(prefix, "statements")
        self.linkers = linkers
        self.done = Linking()
        self.versions: dict[str, tuple[int, int]] = {}
        """Versions of the statements that this run has linked."""
        self.leads: dict[str, tuple[str, ...]] = {}
        """By id of those statements: the others that accepted links bring them together with."""
        self._seeds = Seeds(self.reader)
        self._written: dict[str, tuple[tuple[Link, ...], int, int]] = {}
        """Links and version of older statements written by this run, which a search may not show yet."""

    def link_unsettled(self, keep: Callable[[], None]) -> Linking:
        """Link the statements that are new or changed, and those that others' changes concern.

        `keep` is called now and then. Raises `ArchiveError`.
        """
        hits = self.reader.scan("statements", {"term": {"settled": False}}, source=["article_id"])
        articles = sorted({hit["_source"]["article_id"] for hit in hits})
        fresh = frozenset(articles)
        for batch in _batched(articles, ARTICLES_AT_A_TIME):
            keep()
            self._link(batch, fresh)
        return self.done

    def forget_links(self) -> None:
        """Mark all statements as new, with keys as the linkers give them now. Raises `ArchiveError`."""

        def changes() -> Iterator[dict[str, Any]]:
            for hit in self.reader.scan("statements", {"match_all": {}}):
                statement = StatementDocument.model_validate(hit["_source"])
                keys = {key for linker in self.linkers.values() for key in linker.keys(statement)}
                values = {"keys": sorted(keys), "links": [], "linked_to": [], "settled": False}
                yield self._update(statement.id, values, {"retry_on_conflict": 5})

        send(self.client, changes(), ignore=(404,))
        self.client.indices.refresh(index=self.index)

    def _link(self, articles: Collection[str], fresh: Collection[str]) -> None:
        mine, versions = self._load(articles)
        everyone = [statement for group in mine.values() for statement in group]
        ours = [Seed.of(statement) for statement in everyone]
        for seed in ours:
            self._seeds.remember(seed)
        others = self._seeds.with_keys({key for s in everyone for key in s.keys})
        registry = registry_of({seed.statement_id: seed for seed in [*others, *ours]}.values())
        changes: list[tuple[StatementDocument, tuple[Link, ...]]] = []
        for statements in mine.values():
            self.done.articles += 1
            links = self._links_of(statements, registry)
            changes += [(s, tuple(links.get(s.id, ()))) for s in statements]
        self.done.links += sum(len(links) for _, links in changes)
        self._write(changes, versions)
        # The other direction: older statements, compared with these alone.
        ids = {statement.id for statement in everyone}
        back = {s.article_id for s in others} | self._pointing_at(ids)
        for batch in _batched(sorted(back - set(fresh)), ARTICLES_AT_A_TIME):
            self._link_back(batch, everyone)

    def _link_back(self, articles: Collection[str], targets: Sequence[StatementDocument]) -> None:
        theirs, versions = self._load(articles)
        registry = registry_of(map(Seed.of, targets))
        ids = {statement.id for statement in targets}
        changes: list[tuple[StatementDocument, tuple[Link, ...]]] = []
        for statements in theirs.values():
            links = self._links_of(statements, registry)
            for statement in statements:
                before = self._links(statement)
                kept = [link for link in before if seed_statement(link.claim_id) not in ids]
                new = [
                    link
                    for link in links.get(statement.id, ())
                    if seed_statement(link.claim_id) in ids
                ]
                after = _ordered([*kept, *new])
                if after != before:
                    changes.append((statement, after))
        sent = self._write(changes, versions)
        for statement, after in changes:
            if statement.id in sent.versions:
                self._written[statement.id] = (after, *sent.versions[statement.id])

    def _load(
        self, articles: Collection[str]
    ) -> tuple[dict[str, list[StatementDocument]], dict[str, tuple[int, int]]]:
        """Return the statements of articles in order of the text, and their versions."""
        found: dict[str, list[StatementDocument]] = {}
        versions: dict[str, tuple[int, int]] = {}
        for query in terms("article_id", articles):
            for hit in self.reader.scan("statements", query, versions=True):
                statement = StatementDocument.model_validate(hit["_source"])
                found.setdefault(statement.article_id, []).append(statement)
                versions[statement.id] = (hit["_seq_no"], hit["_primary_term"])
        for statements in found.values():
            statements.sort(key=lambda s: (s.cue.field != "title", s.cue.start, s.id))
        return dict(sorted(found.items())), versions

    def _links(self, statement: StatementDocument) -> tuple[Link, ...]:
        written = self._written.get(statement.id)
        return written[0] if written else statement.links

    def _links_of(
        self, statements: Sequence[StatementDocument], registry: ClaimRegistry
    ) -> dict[str, tuple[Link, ...]]:
        """Return all linkers' links of one article's statements, by statement."""
        found: dict[str, list[Link]] = {}
        for key, linker in self.linkers.items():
            try:
                links = [stamp(link, key) for link in linker.link(statements, registry)]
            except (Exception, SystemExit) as error:
                self.done.failures[key] += 1
                article = statements[0].article_id
                log.warning("%s failed on article %s: %s", key, article, describe(error))
                continue
            for link in links:
                found.setdefault(link.statement_id, []).append(link)
        return {statement: _ordered(links) for statement, links in found.items()}

    def _pointing_at(self, ids: Collection[str]) -> set[str]:
        """Return the articles with statements that have links to the seeds of these."""
        return {
            hit["_source"]["article_id"]
            for query in terms("linked_to", ids)
            for hit in self.reader.scan("statements", query, source=["article_id"])
        }

    def _write(
        self,
        changes: Iterable[tuple[StatementDocument, tuple[Link, ...]]],
        versions: Mapping[str, tuple[int, int]],
    ) -> Sent:
        links = {statement.id: found for statement, found in changes}
        # A statement that was written anew since it was read keeps its new form, and waits for the next run.
        sent = send(
            self.client,
            (self._change(key, found, versions[key]) for key, found in links.items()),
            ignore=(404, 409),
        )
        self.versions |= sent.versions
        self.leads |= {key: leads(key, links[key]) for key in sent.versions}
        return sent

    def _change(
        self, statement: str, links: tuple[Link, ...], version: tuple[int, int]
    ) -> dict[str, Any]:
        written = self._written.get(statement)
        number, term = (written[1], written[2]) if written else version
        values = {
            "links": _LINKS.dump_python(links, mode="json"),
            "linked_to": sorted({seed_statement(link.claim_id) for link in links} - {statement}),
            # Until settling has looked at it; killed before, the next run does it.
            "settled": False,
        }
        return self._update(statement, values, {"if_seq_no": number, "if_primary_term": term})

    def _update(
        self, statement: str, values: dict[str, Any], condition: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "_op_type": "update",
            "_index": self.index,
            "_id": statement,
            "doc": values,
            **condition,
        }


def _ordered(links: Iterable[Link]) -> tuple[Link, ...]:
    return tuple(sorted(links, key=lambda k: (k.claim_id, k.decided_by, k.relation)))


def _batched(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for i in range(0, len(items), size):
        yield items[i : i + size]
