"""A claim as a time line, and the list of claims."""

from __future__ import annotations

from itertools import islice
from typing import Any

from flask import Flask, g, redirect, render_template, request
from werkzeug.wrappers import Response

from musnad.archive.decisions import DecisionStore
from musnad.archive.documents import ClaimDocument
from musnad.archive.read import ArchiveReader
from musnad.as_of import claim_as_of
from musnad.claims.decisions import standing
from musnad.commands.claims_show import by_outlet
from musnad.contradictions import contradictions_in
from musnad.search import resolve_name
from musnad.search.nothing import claim_text_query, words_of_claims
from musnad.search.query import wordless
from musnad.serve import addresses
from musnad.serve.missing import Missing, asked_id
from musnad.serve.parameters import (
    MOST_PAGES,
    PAGE_SIZE,
    STATUSES,
    as_of,
    one,
    page_number,
    several,
    statuses,
)

LINES = 100
"""Statements on one page of a time line."""


def add_to(app: Flask) -> None:
    """Add the pages to `app`."""
    app.add_url_rule("/claims", "claims", listed)
    app.add_url_rule("/claims/<path:id>", "claim", show)
    app.add_url_rule("/claims/", "claim_by_query", show)


def show(id: str | None = None) -> str | Response:
    """Return the page of a claim; a claim that was merged leads to the one that took it in."""
    identifier = asked_id("claim", id)
    reader: ArchiveReader = g.reader
    claim = reader.claim(identifier)
    if claim is None:
        raise Missing("claim", identifier)
    if claim.id != identifier:
        # Not for good: people may split claims again.
        return redirect(addresses.claim(claim.id, as_of=request.args.get("as_of")), 302)
    day = as_of(g.words.zone)
    statements = reader.statements_of_claim(claim.id)
    unheard = False
    if day is not None:
        known = claim_as_of(claim, statements, day.ends)
        unheard = known is None
        # Of a claim that nobody had heard of the page has only the words, by which it is asked for.
        claim, statements = known or (claim.model_copy(update={"history": (), "reviews": ()}), [])
    decisions = DecisionStore(reader.client, reader.prefix).about(
        claim.id, [s.id for s in statements]
    )
    number = page_number()
    lines = statements[(number - 1) * LINES : number * LINES]
    outlets = by_outlet(statements)
    against = list(islice(contradictions_in(claim, statements), PAGE_SIZE + 1))
    places = {s.id: index // LINES + 1 for index, s in enumerate(statements)}

    def turn(page: int) -> str:
        return addresses.claim(
            claim.id, as_of=day.typed if day else None, page=page if page > 1 else None
        )

    def place(statement_id: str | None) -> str | None:
        """Return where a statement stands in the time line, None where it is not of this claim."""
        page = places.get(statement_id or "")
        if page is None:
            return None
        anchor = f"#s-{statement_id}"
        return anchor if page == number else turn(page) + anchor

    g.names.load(
        [
            *claim.actors,
            *(i for s in lines for i in (s.speaker.actor_id, s.speaker.affiliation, s.outlet_id)),
            *(row["outlet_id"] for row in outlets),
            *(side.id for pair in against for side in (pair.supporter, pair.denier)),
        ]
    )
    return render_template(
        "claim.html",
        claim=claim,
        day=day,
        unheard=unheard,
        statements=lines,
        statement_count=len(statements),
        page_number=number,
        pages=-(-len(statements) // LINES),
        outlets=outlets,
        against=against[:PAGE_SIZE],
        more_against=len(against) > PAGE_SIZE,
        place=place,
        decisions=decisions,
        holding={d.id for d in standing(decisions)},
        name_of=g.names.of,
        turn=turn,
    )


def listed() -> str:
    """Return the list of claims, by status and actor."""
    reader: ArchiveReader = g.reader
    wanted, actors, number = statuses(), several("actor"), page_number()
    text = one("q", 500)
    answers = [resolve_name(reader, name) for name in actors]
    ids = [i for answer in answers for i in answer.ids]
    conditions: list[dict[str, Any]] = []
    if actors:
        conditions.append({"terms": {"actors": ids}})
    if text:
        conditions.append(claim_text_query(text))
    chosen = [{"terms": {"status": list(wanted)}}] if wanted else []
    answer = reader.search(
        "claims",
        {
            "query": {
                "bool": {"filter": conditions, "must_not": {"exists": {"field": "merged_into"}}}
            },
            "post_filter": {"bool": {"filter": chosen}},
            "aggs": {"status": {"terms": {"field": "status", "size": len(STATUSES)}}},
            "size": PAGE_SIZE + 1,
            "from_": (number - 1) * PAGE_SIZE,
            "track_total_hits": True,
            "sort": [{"last_seen": {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
        },
    )
    claims = [ClaimDocument.model_validate(hit["_source"]) for hit in answer["hits"]["hits"]]
    buckets = answer["aggregations"]["status"]["buckets"]
    counts = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    g.names.load(i for claim in claims for i in claim.actors)

    def address(**changes: Any) -> str:
        values: dict[str, Any] = {"q": text, "actor": list(actors), "status": list(wanted)}
        return addresses.page("claims", **{**values, **changes})

    total = answer["hits"]["total"]["value"]
    return render_template(
        "claims.html",
        words=words_of_claims(reader, text) if text and not total else [],
        wordless=wordless(text),
        claims=claims[:PAGE_SIZE],
        more=len(claims) > PAGE_SIZE and number < MOST_PAGES,
        last_page=MOST_PAGES,
        most_shown=MOST_PAGES * PAGE_SIZE,
        total=total,
        statuses=[(s, counts[s]) for s in STATUSES if s in counts],
        wanted=wanted,
        text=text,
        actors=actors,
        answers=answers,
        number=number,
        address=address,
        turn=lambda page: address(page=page if page > 1 else None),
    )
