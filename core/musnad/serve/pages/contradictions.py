"""Who denies what another says, all over the archive: claim by claim, the most recently heard of first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Any

from flask import Flask, g, render_template

from musnad.archive.documents import ClaimDocument
from musnad.archive.read import ArchiveReader
from musnad.contradictions import KINDS, Contradiction, contradictions_in, statements_by_claim
from musnad.search import resolve_name
from musnad.serve import addresses
from musnad.serve.parameters import MOST_RESULTS, choice, one, passed_over

CLAIMS = 10
"""Claims on a page."""
MOST_LOOKED_AT = 100
"""Claims whose statements are read for a page, however large the archive is."""
MOST_PAIRS = 100
"""Of one claim so many pairs are counted."""
_MOST_OF_ACTOR = 1_000
_TAKES_SIDES = ("supports", "confirms", "denies")


def add_to(app: Flask) -> None:
    """Add the page to `app`."""
    app.add_url_rule("/contradictions", "contradictions", show)


Group = tuple[ClaimDocument, list[Contradiction]]


def show() -> str:
    """Return the page."""
    reader, after = g.reader, passed_over(MOST_RESULTS - MOST_LOOKED_AT - 1)
    between = choice("between", KINDS, "error.bad.between")
    actor = one("actor")
    answer = resolve_name(reader, actor) if actor else None
    ids = set(answer.ids) if answer else set()
    among = _claims_of(reader, ids) if answer else None
    groups, looked_at, more = _groups(reader, among, after, between, ids)
    g.names.load(
        i
        for _, pairs in groups
        for pair in pairs
        for side in (pair.supporter, pair.denier)
        for i in (side.id, side.statement.outlet_id)
    )

    def address(start: int) -> str:
        return addresses.page("contradictions", between=between, actor=actor, after=start or None)

    following = after + looked_at
    too_far = following > MOST_RESULTS - MOST_LOOKED_AT - 1
    return render_template(
        "contradictions.html",
        groups=groups,
        looked_at=looked_at,
        more=more,
        first=address(0) if after else None,
        following=address(following) if more and not too_far else None,
        most=MOST_RESULTS,
        most_pairs=MOST_PAIRS,
        actor=actor,
        answer=answer,
    )


def _groups(
    reader: ArchiveReader,
    among: Sequence[str] | None,
    after: int,
    between: str | None,
    ids: Collection[str],
) -> tuple[list[Group], int, bool]:
    """Return the claims of a page with their pairs, how many were looked at for them, and whether there are more.

    A claim that is denied and supported may have none of the pairs asked for: so as many are looked at as it
    takes to fill the page, up to a bound.
    """
    groups: list[Group] = []
    looked_at, more = 0, True
    while more and looked_at < MOST_LOOKED_AT:
        claims, more = _claims(reader, among, after + looked_at)
        said = statements_by_claim(reader, claims)
        for place, (key, claim) in enumerate(claims.items(), 1):
            found = _pairs(contradictions_in(claim, said[key]), between, ids)
            if pairs := list(islice(found, MOST_PAIRS + 1)):
                groups.append((claim, pairs))
            if len(groups) == CLAIMS:
                return groups, looked_at + place, more or place < len(claims)
        looked_at += len(claims)
    return groups, looked_at, more


def _pairs(
    pairs: Iterable[Contradiction], between: str | None, ids: Collection[str]
) -> Iterable[Contradiction]:
    return (
        pair
        for pair in pairs
        if (between is None or pair.supporter.kind == pair.denier.kind == between)
        and (not ids or not {pair.supporter.id, pair.denier.id}.isdisjoint(ids))
    )


def _claims(
    reader: ArchiveReader, among: Sequence[str] | None, start: int
) -> tuple[dict[str, ClaimDocument], bool]:
    """Return the next claims from `start` on that are both denied and supported, and whether there are more."""
    supported = [{"range": {f"relations.{r}": {"gt": 0}}} for r in ("supports", "confirms")]
    conditions: list[dict[str, Any]] = [
        {"range": {"relations.denies": {"gt": 0}}},
        {"bool": {"should": supported, "minimum_should_match": 1}},
    ]
    if among is not None:
        conditions.append({"terms": {"id": list(among)}})
    query = {"bool": {"filter": conditions, "must_not": {"exists": {"field": "merged_into"}}}}
    newest = [{"last_seen": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]
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
