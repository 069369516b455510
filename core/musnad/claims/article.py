"""Linking inside one article, in memory: what `musnad enrich` shows without an archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from musnad.claims.registry import MemoryClaimRegistry
from musnad.claims.settle import ArticleFacts, settle
from musnad.components import ClaimLinker
from musnad.model import Article, Claim, Link, Statement

BLOCK = 200
OVERLAP = 50
"""Of an article with more statements, each is compared only with those of its block and these many before."""


def link_article(
    statements: Sequence[Statement], article: Article, linker: ClaimLinker, decided_by: str
) -> tuple[tuple[Statement, ...], tuple[Link, ...], tuple[Claim, ...]]:
    """Return the statements with their claim's id, their links, and the claims from this article alone.

    `statements` in order of the text (title first); claims come in order of the first statement about them.
    `decided_by` is the linker's `<plugin>.<component>`. Each statement with content is at least about the
    claim that it makes itself. Raises whatever the linker raises.
    """
    links = [stamp(link, decided_by) for link in _links(statements, linker)]
    facts = {article.id: ArticleFacts(published_at=article.published_at)}
    settlement = settle(statements, links, articles=facts)
    linked = tuple(
        statement.model_copy(update={"claim_id": settlement.claim_of.get(statement.id)})
        for statement in statements
    )
    order = {claim_id: i for i, claim_id in enumerate(dict.fromkeys(s.claim_id for s in linked))}
    claims = sorted(settlement.claims, key=lambda claim: order[claim.id])
    return linked, settlement.links, tuple(claims)


def _links(statements: Sequence[Statement], linker: ClaimLinker) -> Iterator[Link]:
    """Yield the linker's links, block by block: the time grows with the article, not with its square."""
    for start in range(0, len(statements), BLOCK):
        window = statements[max(0, start - OVERLAP) : start + BLOCK]
        fresh = {statement.id for statement in statements[start : start + BLOCK]}
        registry = MemoryClaimRegistry.of(window, [linker])
        for link in linker.link(window, registry):
            if link.statement_id in fresh:
                yield link


def stamp(link: Link, decided_by: str) -> Link:
    """Return `link` with the linker's name before its rule: `<plugin>.<component>:<rule>`."""
    if link.decided_by == decided_by or link.decided_by.startswith(f"{decided_by}:"):
        return link
    name = f"{decided_by}:{link.decided_by}" if link.decided_by else decided_by
    return link.model_copy(update={"decided_by": name})
