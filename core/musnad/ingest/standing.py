"""People's decisions that stand against ingesting again: deletions, and findings marked wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from musnad.claims import Decision, standing
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
    restored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By article: ids of decisions on its statements that were withdrawn, so that they are found again."""


NO_DECISIONS = Decisions()


def decisions_of(decisions: Iterable[Decision]) -> Decisions:
    """Return what of these decisions concerns ingesting."""
    deleted: set[str] = set()
    statements: set[str] = set()
    mentions: dict[str, tuple[Decision, ...]] = {}
    everything = list(decisions)
    holding = standing(everything)
    for decision in holding:
        article = decision.article_id
        if decision.kind == "delete" and article:
            deleted.add(article)
        elif decision.kind == "wrong_statement":
            statements.update(decision.statements)
        elif decision.kind == "wrong_mention" and article:
            mentions[article] = (*mentions.get(article, ()), decision)
    held = {decision.id for decision in holding}
    restored: dict[str, tuple[str, ...]] = {}
    for decision in sorted(everything, key=lambda d: d.id):
        if (
            decision.kind == "wrong_statement"
            and decision.article_id
            and decision.id not in held
            and not statements & set(decision.statements)
        ):
            earlier = restored.get(decision.article_id, ())
            restored[decision.article_id] = (*earlier, decision.id)
    return Decisions(frozenset(deleted), frozenset(statements), mentions, restored)


def result_fingerprint(pipeline: str, article: Article, decisions: Decisions) -> str:
    """Return the fingerprint of all that is stored of an article: it changes with a decision about it too.

    `pipeline` is the fingerprint of all components. Statements marked wrong are not in it: whether one is
    stored is seen by its id. That one is missing whose mark was withdrawn is not seen: so these are.
    """
    about = [decision.id for decision in decisions.wrong_mentions.get(article.id, ())]
    about += decisions.restored.get(article.id, ())
    own = article_fingerprint(article)
    return on_article(pipeline, combined([own, *about]) if about else own)
