"""Features that tell how an article bears on a claim that it is about. Words: `data/bearing.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from musnad.model import Statement

from musnad_claims.linking.articles.features import Hits
from musnad_claims.linking.articles.wording import (
    ArticleWording,
    ClaimWording,
    read_claim,
    tokens_of,
)
from musnad_claims.linking.data import BEARING, word_set
from musnad_claims.linking.events import lexicon
from musnad_claims.linking.text import bare

AROUND = 15
"""So many words before and after the passage on the claim are looked at too."""
HEAD = 40
MOST = 3
"""More words of a kind say no more."""


def count(kind: str, tokens: Iterable[str]) -> int:
    """Return how many folded words are of a `kind` of bearing.yaml."""
    return sum(_is(kind, token) for token in tokens)


@cache
def _is(kind: str, token: str) -> bool:
    plain = token.removeprefix("و")
    return bool({token, plain, bare(token), plain.removeprefix("ب")} & word_set(BEARING, kind))


def bearing_features(
    claim: ClaimWording, article: ArticleWording, hits: Hits, statements: Sequence[Statement]
) -> dict[str, float]:
    """Return the features of how the article bears on the claim."""
    start, end = hits.window
    passage = article.tokens[start:end]
    near = article.tokens[max(0, start - AROUND) : end + AROUND]
    asked = tokens_of(claim.text)
    length = max(1, len(article.tokens))
    families = lexicon().families
    said = _said_by_stance(claim, statements)
    return {
        "denying_near": min(MOST, count("denying", near)),
        "denying_head": float(count("denying", article.tokens[:HEAD]) > 0),
        "denying_everywhere": 100.0 * count("denying", article.tokens) / length,
        "denying_in_one": float((count("denying", asked) > 0) != (count("denying", near) > 0)),
        "denying_in_claim": float(count("denying", asked) > 0),
        "hedging_near": min(MOST, count("hedging", near)),
        "negating_near": min(MOST, count("negating", near)),
        "negating_in_one": float(
            (count("negating", asked) > 0) != (count("negating", passage) > 0)
        ),
        "place": start / length,
        "opposite_event": float(
            any(
                other in article.events
                for event in claim.events
                for other in families[event].opposite
            )
        ),
        "asserting": said.get("asserts", 0.0),
        "denial": said.get("denies", 0.0),
        "confirmation": said.get("confirms", 0.0),
        "doubt": max(said.get("doubts", 0.0), said.get("no_comment", 0.0)),
    }


def _said_by_stance(claim: ClaimWording, statements: Sequence[Statement]) -> dict[str, float]:
    """Return, by stance, which share of the claim the nearest statement says."""
    best: dict[str, float] = {}
    total = claim.total or 1.0
    for statement in statements:
        if statement.said is None:
            continue
        stems = {form for unit in read_claim(statement.said.surface).units for form in unit.stems}
        share = sum(unit.weight for unit in claim.units if unit.stems & stems) / total
        best[statement.stance] = max(share, best.get(statement.stance, 0.0))
    return best
