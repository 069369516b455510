"""`musnad reviews`: fact-checks, and the claims that they are about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from musnad.archive.client import connect
from musnad.archive.deciding import Decider
from musnad.archive.decisions import DecisionStore
from musnad.archive.documents import ClaimDocument
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import ArchiveClaimRegistry
from musnad.archive.review_links import link_reviews
from musnad.archive.reviews import ReviewDocument, ReviewStore
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.commands.claims_show import day
from musnad.commands.context import claim_argument, context, json_option, user
from musnad.commands.person import who_option, why_option
from musnad.commands.show_article import isolate, one_line
from musnad.errors import ArchiveError
from musnad.model import Relation
from musnad.pipeline import Pipeline

from musnad_claims.reviews.reading import Refused, read_reviews

app = typer.Typer(
    help="Fact-checks (ClaimReview): import them, see which claims they are about.",
    no_args_is_help=True,
)
_Review = Annotated[str, typer.Argument(metavar="REVIEW", help="Id of a fact-check.")]


@app.command("import")
def import_reviews(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="JSON-LD with ClaimReview, or answers of the Fact Check Tools API; .gz too."
        ),
    ],
    as_json: json_option = False,
) -> None:
    """Import fact-checks and link them to the claims of the archive.

    Ratings become a verdict by a table; one that is not in it is kept as it is written. The exit status is 1
    where a record was no fact-check.
    """
    found: list[ReviewDocument] = []
    refused: list[Refused] = []
    for file in files:
        for item in read_reviews(file):
            if isinstance(item, Refused):
                refused.append(item)
            else:
                found.append(item)
    store = _store()
    done = store.put(found, datetime.now(UTC))
    linked = _relink(store, found)
    unknown = sorted({d.review.rating for d in found if d.review.verdict is None})
    if as_json:
        counts = {
            "read": len(found) + len(refused),
            "new": done.new,
            "changed": done.changed,
            "unchanged": done.unchanged,
            "repeated": len(found) - done.new - done.changed - done.unchanged,
            "refused": [{"place": r.place, "reason": r.reason} for r in refused],
            "links_changed": linked,
            "ratings_without_verdict": unknown,
        }
        typer.echo(json.dumps(counts, ensure_ascii=False))
    else:
        repeated = len(found) - done.new - done.changed - done.unchanged
        typer.echo(
            f"{len(found) + len(refused)} fact-checks read: {done.new} new, {done.changed} changed, "
            f"{done.unchanged} unchanged, {repeated} repeated, {len(refused)} refused"
        )
        for one in refused:
            typer.echo(f"  refused {one.place}: {one.reason}")
        for rating in unknown[:20]:
            typer.echo(f"  no verdict for the rating {isolate(one_line(rating)[:80])}")
        if len(unknown) > 20:
            typer.echo(f"  … and for {len(unknown) - 20} ratings more")
        typer.echo(f"links of {linked} fact-checks changed")
    if refused:
        raise typer.Exit(1)


@app.command("relink")
def relink(as_json: json_option = False) -> None:
    """Link all fact-checks anew, with the claims that have come since."""
    store = _store()
    documents = list(store.scan())
    linked = _relink(store, documents)
    if as_json:
        typer.echo(json.dumps({"reviews": len(documents), "links_changed": linked}))
        return
    typer.echo(f"links of {linked} of {len(documents)} fact-checks changed")


@app.command("list")
def list_reviews(
    unlinked: Annotated[
        bool, typer.Option("--unlinked", help="Only those that no claim was found for.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    as_json: json_option = False,
) -> None:
    """List fact-checks with the claims that they are about, the newest first."""
    store = _store()
    about = _about(store)
    rows = [(document, about.get(document.review.url, ())) for document in store.scan()]
    if unlinked:
        rows = [row for row in rows if not row[1]]
    rows.sort(key=lambda row: (-(at.timestamp() if (at := row[0].review.at) else 0), row[0].id))
    if as_json:
        listed = [
            {**document.model_dump(mode="json"), "claims": [claim.id for claim in claims]}
            for document, claims in rows[:limit]
        ]
        typer.echo(json.dumps({"total": len(rows), "reviews": listed}, ensure_ascii=False))
        return
    typer.secho(f"{len(rows)} fact-checks", bold=True)
    for document, claims in rows[:limit]:
        review = document.review
        who = isolate(review.publisher or "unknown")
        typer.echo(
            f"\n{document.id}  {day(review.at)}  {who}: {isolate(one_line(review.rating)[:80])} "
            f"({review.verdict or 'no verdict'})"
        )
        typer.echo(f"    {isolate(one_line(document.claim)[:200])}")
        for claim in claims:
            typer.echo(f"    claim {claim.id}  {isolate(one_line(claim.text))}")


@app.command("link")
def link(
    review: _Review,
    claim: claim_argument,
    why: why_option,
    opposite: Annotated[
        bool, typer.Option("--opposite", help="What it checked is the opposite of the claim.")
    ] = False,
    who: who_option = None,
) -> None:
    """Decide that a fact-check is about a claim."""
    _decide(review, claim, why, who, "denies" if opposite else "supports")


@app.command("unlink")
def unlink(review: _Review, claim: claim_argument, why: why_option, who: who_option = None) -> None:
    """Decide that a fact-check is not about a claim."""
    _decide(review, claim, why, who, None)


def _about(store: ReviewStore) -> dict[str, list[ClaimDocument]]:
    """Return the claims that fact-checks are about today, by the URL of the fact-check."""
    found: dict[str, list[ClaimDocument]] = {}
    for hit in store.reader.scan("claims", {"exists": {"field": "reviews.url"}}):
        claim = ClaimDocument.model_validate(hit["_source"])
        for url in {review.url for review in claim.reviews}:
            if claim.merged_into is None:
                found.setdefault(url, []).append(claim)
    return found


def _decide(review: str, claim: str, why: str, who: str | None, relation: Relation | None) -> None:
    store = _store()
    documents = store.get([review])
    if review not in documents:
        raise ArchiveError(f'there is no fact-check "{review}" (see `musnad reviews list`)')
    client, prefix = store.client, store.prefix
    decider = Decider(ArchiveReader(client, prefix), _decisions(), user(who))
    decision = decider.review(documents[review], claim, why, relation)
    with opened_linkers(context.plugins()) as linkers:
        settle_archive(client, prefix, linkers)
    typer.echo(f"decision {decision.id}: {decision.kind} by {isolate(decision.who)}")
    after = decider.claim(claim)
    typer.echo(f"  {after.id}  {after.status.upper()}  {isolate(one_line(after.text))}")


def _relink(store: ReviewStore, documents: Iterable[ReviewDocument]) -> int:
    """Link fact-checks and settle the claims concerned; return how many have other links than before."""
    plugins = context.plugins()
    registry = ArchiveClaimRegistry(store.reader)
    with Pipeline(plugins) as pipeline:
        changed = store.relink(link_reviews(list(documents), pipeline, registry))
    if changed:
        with opened_linkers(plugins) as linkers:
            settle_archive(store.client, store.prefix, linkers)
    return changed


def _store() -> ReviewStore:
    return ReviewStore(connect(context.settings), context.settings.prefix)


def _decisions() -> DecisionStore:
    return DecisionStore(connect(context.settings), context.settings.prefix)
