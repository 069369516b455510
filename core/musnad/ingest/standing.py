"""People's decisions that stand against ingesting again: deletions, and findings marked wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from musnad.claims import Decision
from musnad.fingerprint import article_fingerprint, combined, on_article
from musnad.model import Article


@dataclass(frozen=True, slots=True)
class Decisions:
    """What an ingest has to respect."""

    deleted: frozenset[str] = frozenset()
    """Ids of articles."""
    wrong_statements: frozenset[str] = frozenset()
    wrong_mentions: Mapping[str, tuple[Decision, ...]] = field(default_factory=dict)
    """By article."""


NO_DECISIONS = Decisions()


def decisions_of(decisions: Iterable[Decision]) -> Decisions:
    """Return what of these decisions concerns ingesting."""
    deleted: set[str] = set()
    statements: set[str] = set()
    mentions: dict[str, tuple[Decision, ...]] = {}
    for decision in decisions:
        article = decision.article_id
        if decision.kind == "delete" and article:
            deleted.add(article)
        elif decision.kind == "wrong_statement":
            statements.update(decision.statements)
        elif decision.kind == "wrong_mention" and article:
            mentions[article] = (*mentions.get(article, ()), decision)
    return Decisions(frozenset(deleted), frozenset(statements), mentions)


def result_fingerprint(pipeline: str, article: Article, decisions: Decisions) -> str:
    """Return the fingerprint of all that is stored of an article: it changes with a decision about it too.

    `pipeline` is the fingerprint of all components. Statements marked wrong are not in it: whether one is
    stored is seen by its id.
    """
    about = [decision.id for decision in decisions.wrong_mentions.get(article.id, ())]
    own = article_fingerprint(article)
    return on_article(pipeline, combined([own, *about]) if about else own)
