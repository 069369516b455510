"""Finds certain claims in articles: candidates by shared words, then a fitted decision with named features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from musnad.components import Encoder
from musnad.encoders import passage_vectors
from musnad.matching import Bearing, Candidate, ClaimText
from musnad.model import Article, Statement

from musnad_claims.linking.articles.bearing import bearing_features
from musnad_claims.linking.articles.contrast import contrast_features
from musnad_claims.linking.articles.features import explained, features, find
from musnad_claims.linking.articles.fitted import Fitted, fitted, likeliest, probability
from musnad_claims.linking.articles.meaning import claim_vector, meaning_features
from musnad_claims.linking.articles.wording import (
    ArticleWording,
    ClaimWording,
    read_article,
    read_claim,
)

RETRIEVED = 25
"""So many claims, those of which the article has the most, are looked at closely."""
HEADLINE = 40
"""An article of fewer words is a headline, and bears on a claim as one sentence on another."""
FAR_AHEAD = 4.0
"""A claim without any other near it is so far ahead, in log odds."""

_read_claim = lru_cache(maxsize=50_000)(read_claim)


@dataclass(frozen=True, slots=True)
class Scored:
    """A claim that was looked at closely."""

    claim: ClaimText
    features: Mapping[str, float]
    log_odds: float
    """That the article is about it, of the pair alone."""


class ArticleMatcher:
    """A `ClaimMatcher` over a list of claims, in memory."""

    def __init__(
        self,
        claims: Sequence[ClaimText],
        weights: Fitted | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        """Index `claims` by their words; `weights` are those that ship, if not given.

        An open `encoder` is used where weights were fitted with its model, and else is not.
        """
        self.claims = list(claims)
        self.weights = weights or fitted(encoder.model if encoder else "")
        self._encoder = encoder
        self.wordings: list[ClaimWording] = [_read_claim(claim.text) for claim in self.claims]
        self._by_stem: dict[str, list[tuple[int, int]]] = {}
        for number, wording in enumerate(self.wordings):
            for place, unit in enumerate(wording.units):
                for form in unit.stems:
                    self._by_stem.setdefault(form, []).append((number, place))

    def retrieve(self, article: ArticleWording, limit: int = RETRIEVED) -> list[tuple[int, float]]:
        """Return the numbers of the claims that the article has the greatest share of, with that share.

        The share is of the weight of a claim's words (`rarity.weight`): plain coverage.
        """
        met: dict[int, set[int]] = {}
        for form in self._by_stem.keys() & article.stems.keys():
            for number, place in self._by_stem[form]:
                met.setdefault(number, set()).add(place)
        shares = [
            (number, sum(self.wordings[number].units[i].weight for i in places) / total)
            for number, places in met.items()
            if (total := self.wordings[number].total)
        ]
        shares.sort(key=lambda row: (-row[1], self.claims[row[0]].id))
        return shares[:limit]

    def scored(
        self,
        article: ArticleWording,
        numbers: Sequence[int],
        meaning: Sequence[Mapping[str, float]],
    ) -> list[Scored]:
        """Return claims, by number, with their features, each scored alone, the likeliest first.

        `meaning`: the features of meaning of each claim, in the same order; empty without an encoder.
        """
        found = []
        for number, more in zip(numbers, meaning, strict=True):
            wording = self.wordings[number]
            values = {**features(wording, article, find(wording, article)), **more}
            found.append(Scored(self.claims[number], values, self.weights.alone.sum(values)))
        found.sort(key=lambda one: (-one.log_odds, one.claim.id))
        return found

    def match(
        self, article: Article, statements: Sequence[Statement], *, limit: int = 10
    ) -> list[Candidate]:
        """Return at most `limit` claims, the likeliest first."""
        wording = read_article(article.title, article.body)
        numbers = [number for number, _ in self.retrieve(wording)]
        near = self.scored(wording, numbers, self._meanings(article, numbers))
        found = []
        for one, more in zip(near[:limit], ahead(near), strict=False):
            score = probability(self.weights.together.sum(more))
            claim = _read_claim(one.claim.text)
            relation, reasons = self._bearing(article, wording, claim, one.features, statements)
            found.append(
                Candidate(
                    claim_id=one.claim.id,
                    score=round(score, 6),
                    linked=score >= self.weights.threshold,
                    relation=relation,
                    features=explained({**one.features, **more, **reasons}),
                )
            )
        return found

    def _meanings(self, article: Article, numbers: Sequence[int]) -> list[dict[str, float]]:
        encoder, center = self._encoder, self.weights.center
        if encoder is None or center is None or not numbers:
            return [{} for _ in numbers]
        mine = passage_vectors(encoder, article.title, article.body)
        texts = [self.claims[number].text for number in numbers]
        return [meaning_features(claim_vector(encoder, text), mine, center) for text in texts]

    def _bearing(
        self,
        article: Article,
        wording: ArticleWording,
        claim: ClaimWording,
        values: Mapping[str, float],
        statements: Sequence[Statement],
    ) -> tuple[Bearing, Mapping[str, float]]:
        if len(wording.tokens) < HEADLINE:
            reasons = contrast_features(article.text.strip(), claim.text)
            return cast("Bearing", likeliest(self.weights.contrast, reasons)), reasons
        reasons = bearing_features(claim, wording, find(claim, wording), statements)
        relation = likeliest(self.weights.bearing, {**values, **reasons})
        return cast("Bearing", relation), reasons


def ahead(near: Sequence[Scored]) -> list[dict[str, float]]:
    """Return for each claim (the likeliest first) how likely it is alone, and how far ahead of the best other."""
    best = near[0].log_odds if near else 0.0
    second = near[1].log_odds if len(near) > 1 else best - FAR_AHEAD
    return [
        {
            "alone": one.log_odds,
            "ahead": max(-FAR_AHEAD, min(FAR_AHEAD, one.log_odds - (second if i == 0 else best))),
            "first": float(i == 0),
        }
        for i, one in enumerate(near)
    ]
