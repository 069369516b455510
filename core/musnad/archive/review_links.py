"""Which claims of the archive a fact-check is about: decided by the same linkers as for statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from musnad.archive.registry import ArchiveClaimRegistry, Seed, registry_of, statements_with
from musnad.archive.reviews import ReviewDocument, ReviewLink
from musnad.claims import ATTACHED, DIFFERS, NEGATED, seed_id
from musnad.claims.article import stamp
from musnad.model import Article, Link, Relation, Span, Speaker, Statement
from musnad.pipeline import Enriched, Pipeline

BATCH = 50
SURE = 0.7
"""Lowest score of a link to a fact-check. Higher than between statements: its verdict comes before all else."""
_BEARS: frozenset[Relation] = frozenset({"supports", "confirms", "denies"})


def link_reviews(
    documents: Sequence[ReviewDocument], pipeline: Pipeline, registry: ArchiveClaimRegistry
) -> Iterator[ReviewDocument]:
    """Yield fact-checks with the claims that they are about, as the linkers of `pipeline` (open) decide.

    What was checked is enriched like an article, and compared as if somebody had said it on the day it was
    claimed. Raises `ArchiveError`, and whatever a linker raises.
    """
    for i in range(0, len(documents), BATCH):
        batch = documents[i : i + BATCH]
        enriched = pipeline.enrich_batch([_as_article(document) for document in batch])
        for document, found in zip(batch, enriched, strict=True):
            links = _links(_as_statement(document, found), pipeline, registry)
            yield document.model_copy(update={"links": tuple(links)})


def _links(
    statement: Statement, pipeline: Pipeline, registry: ArchiveClaimRegistry
) -> list[ReviewLink]:
    best: dict[str, Link] = {}
    for registered in pipeline.linkers:
        linker = registered.component
        near = statements_with(registry.reader, linker.keys(statement))
        opposed = {
            seed_id(other.id)
            for other in near
            if any(link.features.get(NEGATED, 0) > 0 for link in other.links)
        }
        for link in linker.link([statement], registry_of(map(Seed.of, near))):
            if (
                link.claim_id != seed_id(statement.id)
                and link.relation in _BEARS
                and link.score >= SURE
                and not link.features.get(DIFFERS)
                and not link.features.get(ATTACHED)
                and (link.claim_id not in best or best[link.claim_id].score < link.score)
            ):
                # As the statement's stance reads it: «نفى صحة الزيارة» is about the visit, not about «no visit».
                negated = link.features.get(NEGATED, 0) > 0
                bears: Relation = "denies" if negated != (link.claim_id in opposed) else "supports"
                found = link.model_copy(update={"relation": bears})
                best[link.claim_id] = stamp(found, registered.key)
    return [
        ReviewLink(
            claim_id=link.claim_id,
            relation=link.relation,
            score=link.score,
            decided_by=link.decided_by,
        )
        for link in sorted(best.values(), key=lambda link: (-link.score, link.claim_id))
    ]


def _as_article(document: ReviewDocument) -> Article:
    return Article(
        id=document.id,
        title="",
        body=document.claim,
        published_at=document.claim_at or document.review.at,
    )


def _as_statement(document: ReviewDocument, enriched: Enriched) -> Statement:
    whole = Span(field="body", start=0, end=len(document.claim), surface=document.claim)
    first = document.claim.split(maxsplit=1)[0]
    start = document.claim.index(first)
    return Statement(
        id=document.id,
        stance="asserts",
        # Nobody is quoted: the first word stands for the words of attribution that there are none of.
        cue=Span(field="body", start=start, end=start + len(first), surface=first),
        said=whole,
        speaker=Speaker(kind="none"),
        actors=tuple(dict.fromkeys(m.actor_id for m in enriched.mentions if m.actor_id)),
        article_id=document.id,
        stated_at=document.claim_at,
    )
