"""Who denies what another says, all over the archive: claim by claim, the most recently heard of first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import Flask, g, render_template

from musnad.archive.documents import ClaimDocument
from musnad.archive.read import ArchiveReader
from musnad.contradictions import KINDS, Contradiction, contradictions_in, statements_by_claim
from musnad.search import resolve_name
from musnad.serve import addresses
from musnad.serve.parameters import choice, one, page_number

CLAIMS = 10
"""Claims on a page: only their statements are read, however large the archive is."""
_MOST_OF_ACTOR = 1_000
_TAKES_SIDES = ("supports", "confirms", "denies")


def add_to(app: Flask) -> None:
    """Add the page to `app`."""
    app.add_url_rule("/contradictions", "contradictions", show)


def show() -> str:
    """Return the page."""
    reader, number = g.reader, page_number()
    between = choice("between", KINDS, "error.bad.between")
    actor = one("actor")
    answer = resolve_name(reader, actor) if actor else None
    ids = {i for a in answer.actors for i in (a.id, *a.former_ids)} if answer else set()
    among = _claims_of(reader, ids) if answer else None
    claims, more = _claims(reader, among, number)
    said = statements_by_claim(reader, claims)
    groups = [
        (claim, pairs)
        for key, claim in claims.items()
        if (pairs := _pairs(contradictions_in(claim, said[key]), between, ids))
    ]
    g.names.load(
        i
        for _, pairs in groups
        for pair in pairs
        for side in (pair.supporter, pair.denier)
        for i in (side.id, side.statement.outlet_id)
    )

    def address(page: int) -> str:
        return addresses.page(
            "contradictions", between=between, actor=actor, page=page if page > 1 else None
        )

    return render_template(
        "contradictions.html",
        groups=groups,
        number=number,
        more=more,
        actor=actor,
        answer=answer,
        address=address,
    )


def _pairs(pairs: Any, between: str | None, ids: Collection[str]) -> list[Contradiction]:
    return [
        pair
        for pair in pairs
        if (between is None or pair.supporter.kind == pair.denier.kind == between)
        and (not ids or not {pair.supporter.id, pair.denier.id}.isdisjoint(ids))
    ]


def _claims(
    reader: ArchiveReader, among: Sequence[str] | None, number: int
) -> tuple[dict[str, ClaimDocument], bool]:
    """Return a page of the claims that are both denied and supported, and whether there are more."""
    supported = [{"range": {f"relations.{r}": {"gt": 0}}} for r in ("supports", "confirms")]
    conditions: list[dict[str, Any]] = [
        {"range": {"relations.denies": {"gt": 0}}},
        {"bool": {"should": supported, "minimum_should_match": 1}},
    ]
    if among is not None:
        conditions.append({"terms": {"id": list(among)}})
    query = {"bool": {"filter": conditions, "must_not": {"exists": {"field": "merged_into"}}}}
    newest = [{"last_seen": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]
    start = (number - 1) * CLAIMS
    body = {"query": query, "size": CLAIMS + 1, "from_": start, "sort": newest}
    hits = reader.search("claims", body)["hits"]["hits"]
    found = {hit["_id"]: ClaimDocument.model_validate(hit["_source"]) for hit in hits[:CLAIMS]}
    return found, len(hits) > CLAIMS


def _claims_of(reader: ArchiveReader, ids: Collection[str]) -> list[str]:
    """Return the claims on which one of these actors takes sides, those with most to say first."""
    speaks = [
        {"terms": {field: sorted(ids)}}
        for field in ("speaker.actor_id", "speaker.affiliation", "outlet_id")
    ]
    query = {
        "bool": {
            "filter": [{"terms": {"link.relation": list(_TAKES_SIDES)}}],
            "should": speaks,
            "minimum_should_match": 1,
        }
    }
    terms = {"terms": {"field": "link.claim_id", "size": _MOST_OF_ACTOR}}
    answer = reader.search("statements", {"query": query, "size": 0, "aggs": {"claims": terms}})
    return [bucket["key"] for bucket in answer["aggregations"]["claims"]["buckets"]]
