"""Claims of the archive as ClaimReview (https://schema.org/ClaimReview, JSON-LD), for other archives and sites.

The archive's own status is no fact-check: it is given in words (`alternateName`), without a number on a scale. The
fact-checks that were imported are given back as their publishers', with the claims that they are about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from musnad.archive.documents import ClaimDocument, StatementDocument
from musnad.model import Status
from musnad.timezone import local

STATUS_WORDS: dict[Status, str] = {
    "reviewed_true": "صحيح بحسب جهة تحقق / true according to a fact-check",
    "reviewed_false": "غير صحيح بحسب جهة تحقق / false according to a fact-check",
    "reviewed_mixed": "صحيح جزئيا بحسب جهة تحقق / mixed according to a fact-check",
    "disputed": "متنازع عليه / disputed",
    "denied": "منفي / denied",
    "confirmed": "مؤكد / confirmed",
    "unverified": "غير مؤكد / unverified",
    "reported": "متداول / reported",
}
SCALE = {"true": 5, "mixed": 3, "false": 1}
"""Verdicts on the scale that Google's guidelines for ClaimReview recommend: 1 = false … 5 = true."""
_DERIVED = "Derived by program from the statements named here; no verdict on what happened."


def claim_reviews(
    claim: ClaimDocument,
    statements: Sequence[StatementDocument],
    publisher: str,
    base: str,
    zone: tzinfo = UTC,
) -> Iterator[dict[str, Any]]:
    """Yield a claim's status as a ClaimReview of `publisher`, then each fact-check of it as its own.

    `statements`: those about the claim, in order of time. `base`: what ids are appended to, to make the URL of a
    claim or an article without one. Days are those of `zone`.
    """
    item = _item(claim, statements, base, zone)
    yield {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"{base}{claim.id}",
        "claimReviewed": claim.text,
        "author": {"@type": "Organization", "name": publisher},
        "datePublished": _day(claim.settled_at, zone),
        "inLanguage": "ar",
        "reviewRating": {"@type": "Rating", "alternateName": STATUS_WORDS[claim.status]},
        "reviewBody": f"{claim.status_reason} {_DERIVED}".strip(),
        "itemReviewed": item,
    }
    for review in claim.reviews:
        rating: dict[str, Any] = {"@type": "Rating", "alternateName": review.rating}
        if review.verdict is not None:
            rating |= {"ratingValue": SCALE[review.verdict], "worstRating": 1, "bestRating": 5}
        found: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "url": review.url,
            "claimReviewed": claim.text,
            "author": {"@type": "Organization", "name": review.publisher or "unknown"},
            "reviewRating": rating,
            "itemReviewed": item,
        }
        if review.at:
            found["datePublished"] = _day(review.at, zone)
        yield found


def _item(
    claim: ClaimDocument, statements: Sequence[StatementDocument], base: str, zone: tzinfo
) -> dict[str, Any]:
    """Return the claim itself (https://schema.org/Claim): who made it first, and where it appeared."""
    supporting = [s for s in statements if s.link and s.link.relation in ("supports", "confirms")]
    item: dict[str, Any] = {"@type": "Claim", "text": claim.text}
    if claim.first_seen:
        item["datePublished"] = _day(claim.first_seen, zone)
    first = supporting[0] if supporting else None
    if first is not None:
        if name := first.speaker_name or first.outlet_name:
            kind = "Person" if first.speaker.kind == "person" else "Organization"
            item["author"] = {"@type": kind, "name": name}
        item["firstAppearance"] = _article(first, base)
    appearances = {s.article_id: s for s in reversed(supporting)}
    item["appearance"] = [_article(s, base) for s in reversed(list(appearances.values()))]
    if claim.actor_names:
        item["about"] = [{"@type": "Thing", "name": name} for name in claim.actor_names]
    return item


def _day(at: datetime, zone: tzinfo) -> str:
    return local(at, zone).date().isoformat()


def _article(statement: StatementDocument, base: str) -> dict[str, Any]:
    article: dict[str, Any] = {
        "@type": "NewsArticle",
        "@id": f"{base}{statement.article_id}",
        "headline": statement.article_title,
    }
    if statement.published_at:
        article["datePublished"] = statement.published_at.isoformat()
    if statement.outlet_name:
        article["publisher"] = {"@type": "Organization", "name": statement.outlet_name}
    return article


def graph_lines(reviews: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield one JSON-LD document of many ClaimReviews piece by piece, for any number of them."""
    yield '{"@context": "https://schema.org", "@graph": ['
    for number, review in enumerate(reviews):
        plain = {k: v for k, v in review.items() if k != "@context"}
        yield ("\n" if number == 0 else ",\n") + json.dumps(plain, ensure_ascii=False)
    yield "\n]}\n"
