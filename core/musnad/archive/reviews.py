"""Fact-checks in the archive: what was imported, and the claims that each is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.archive.indices import alias
from musnad.archive.marks import mark_unsettled
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import terms
from musnad.archive.sending import send
from musnad.claims import Decision, Reviewed, seed_statement, standing
from musnad.claims.reviewed import turned_round
from musnad.model import SCHEMA_VERSION, Model, Relation, Review, Score


def review_id(url: str, claim: str) -> str:
    """Return the id of a fact-check: one page may check several claims."""
    return (
        "r" + hashlib.sha256(f"{url}\x1f{claim}".encode("utf-8", "surrogatepass")).hexdigest()[:24]
    )


class ReviewLink(Model):
    """A claim that a fact-check is about."""

    claim_id: str
    """The seed claim of a statement: it leads to whatever claim that statement is about today."""
    relation: Relation
    """`denies` where the fact-check is about the opposite: its verdict is turned round."""
    score: Score
    decided_by: str


class ReviewDocument(Model):
    """`<prefix>-reviews`: a fact-check."""

    schema_version: int = SCHEMA_VERSION
    id: str
    review: Review
    site: str | None = None
    title: str | None = None
    language: str | None = None
    claim: str
    """What was checked, in the fact-checker's words."""
    claimant: str | None = None
    claim_at: datetime | None = None
    links: tuple[ReviewLink, ...] = ()
    """By program; people's decisions come over them when claims are settled."""
    imported_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of fact-checks that were put into the archive."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class ReviewStore:
    """The reviews index of one archive. Every method raises `ArchiveError`."""

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self.client = client
        self.prefix = prefix
        self.reader = ArchiveReader(client, prefix)
        self.index = alias(prefix, "reviews")

    def put(self, documents: Iterable[ReviewDocument], at: datetime) -> Imported:
        """Write fact-checks; what is there already and has not changed is left alone."""
        wanted = {document.id: document for document in documents}
        there = self.get(wanted)
        fresh = {
            key: document
            for key, document in wanted.items()
            if key not in there or _as_imported(there[key]) != _as_imported(document)
        }
        self._write(
            d.model_copy(
                update={"imported_at": at, "links": there[key].links if key in there else ()}
            )
            for key, d in fresh.items()
        )
        new = len(fresh.keys() - there.keys())
        return Imported(new, len(fresh) - new, len(wanted) - len(fresh))

    def get(self, ids: Iterable[str]) -> dict[str, ReviewDocument]:
        """Return fact-checks by id."""
        return {d.id: d for query in terms("id", list(ids)) for d in self.scan(query)}

    def scan(self, query: Mapping[str, object] | None = None) -> Iterator[ReviewDocument]:
        """Yield fact-checks, all of them without a query."""
        for hit in self.reader.scan("reviews", query or {"match_all": {}}):
            yield ReviewDocument.model_validate(hit["_source"])

    def relink(self, documents: Iterable[ReviewDocument]) -> int:
        """Write fact-checks whose links changed and mark the claims concerned; return how many changed."""
        new = {document.id: document for document in documents}
        there = self.get(new)
        changed = [d for d in new.values() if d.id not in there or d.links != there[d.id].links]
        before = [there[d.id] for d in changed if d.id in there]
        self._write(changed)
        seeds = {link.claim_id for document in (*changed, *before) for link in document.links}
        mark_unsettled(self.client, self.prefix, sorted(self._claims_of(seeds)))
        return len(changed)

    def _claims_of(self, seeds: Iterable[str]) -> set[str]:
        """Return the claims that seed claims belong to today."""
        return {
            hit["_source"]["claim_id"]
            for query in terms("id", [seed_statement(seed) for seed in seeds])
            for hit in self.reader.scan("statements", query, source=["claim_id"])
            if hit["_source"].get("claim_id")
        }

    def _write(self, documents: Iterable[ReviewDocument]) -> None:
        send(
            self.client,
            (
                {"_index": self.index, "_id": d.id, "_source": d.model_dump(mode="json")}
                for d in documents
            ),
        )
        with errors_explained():
            self.client.indices.refresh(index=self.index)

    def reviewed(self, decisions: Iterable[Decision]) -> Reviewed:
        """Return the fact-checks that were linked to claims, by program and by people."""
        linked = {"exists": {"field": "links.claim_id"}}
        found = {document.id: document for document in self.scan(linked)}
        decided = [d for d in standing(decisions) if d.reviews]
        found |= self.get({key for d in decided for key in d.reviews} - found.keys())
        by_program: dict[str, list[Review]] = {}
        by_people: dict[str, list[Review]] = {}
        removed: dict[str, set[str]] = {}
        for document in found.values():
            for link in document.links:
                review = judged(document.review, link)
                by_program.setdefault(link.claim_id, []).append(review)
            for claim, choice in people_on(document, decided).items():
                if choice is None:
                    removed.setdefault(claim, set()).add(document.review.url)
                else:
                    review = judged(document.review, choice)
                    by_people.setdefault(claim, []).append(review)
        return Reviewed(by_program, by_people, removed)


def _as_imported(document: ReviewDocument) -> ReviewDocument:
    return document.model_copy(update={"imported_at": None, "links": ()})


def people_on(
    document: ReviewDocument, decisions: Iterable[Decision]
) -> dict[str, ReviewLink | None]:
    """Return what people decided on a fact-check, by claim: the link, or None where there is to be none.

    `decisions`: those that hold, the newest first.
    """
    people: dict[str, ReviewLink | None] = {}
    for decision in decisions:
        if document.id not in decision.reviews:
            continue
        for claim in decision.claims:
            link = ReviewLink(
                claim_id=claim,
                relation=decision.relation or "supports",
                score=1.0,
                decided_by=f"person:{decision.who}",
            )
            people.setdefault(claim, link if decision.kind == "link" else None)
    return people


def judged(review: Review, link: ReviewLink) -> Review:
    """Return what a fact-check says of a claim: of one that says the opposite, the opposite."""
    return turned_round(review) if link.relation == "denies" else review
