"""`musnad claims show`: one claim as a time line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import typer

from musnad.archive.documents import ClaimDocument, StatementDocument
from musnad.as_of import claim_as_of, said_at
from musnad.claims.bearing import by_article
from musnad.commands.context import claim_argument, context, json_option
from musnad.commands.dates import as_of_option, moment
from musnad.commands.search import open_reader
from musnad.commands.show_article import DERIVED, isolate, one_line
from musnad.errors import ArchiveError, InputError
from musnad.tables import csv_table
from musnad.timezone import local

COLUMNS = (
    "at",
    "relation",
    "speaker",
    "speaker_kind",
    "speaker_id",
    "affiliation",
    "outlet",
    "outlet_id",
    "stance",
    "said",
    "sentence",
    "article_id",
    "statement_id",
    "linked_by",
)


def add_to(claims: typer.Typer) -> None:
    """Add the command to the group `claims`."""
    claims.command("show")(show_claim)


def show_claim(
    claim_id: claim_argument,
    as_of: as_of_option = None,
    as_json: json_option = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print the time line as CSV for spreadsheets.")
    ] = False,
) -> None:
    """Show a claim as a time line: who asserted, denied, confirmed it, where, with the sentence."""
    if as_json and as_csv:
        raise InputError("--json and --csv exclude each other")
    reader = open_reader()
    claim = reader.claim(claim_id)
    if claim is None:
        raise ArchiveError(f'there is no claim "{claim_id}" (see `musnad claims list`)')
    statements = reader.statements_of_claim(claim.id)
    if as_of is not None:
        known = claim_as_of(claim, statements, moment(as_of))
        if known is None:
            raise ArchiveError(f'nothing dated was said about claim "{claim.id}" by {as_of}')
        claim, statements = known
    if as_json:
        content = claim.model_dump(mode="json")
        content["statements"] = [
            s.model_dump(mode="json", exclude={"keys", "links"}) for s in statements
        ]
        content["by_outlet"] = by_outlet(statements)
        typer.echo(json.dumps(content, ensure_ascii=False))
        return
    if as_csv:
        typer.echo(csv_table(COLUMNS, map(_row, statements)), nl=False)
        return
    if claim.id != claim_id:
        typer.echo(f"{claim_id} was merged into {claim.id}")
    then = f"  as of {as_of}" if as_of else ""
    typer.secho(f"{claim.id}  {claim.status.upper()}{then}", bold=True)
    typer.echo(f"  {isolate(one_line(claim.text))}")
    typer.echo(f"  {counts(claim)}; {seen(claim)}")
    if claim.actor_names:
        typer.echo("  about: " + ", ".join(isolate(name) for name in claim.actor_names))
    typer.secho(f"\nStatus ({DERIVED})", bold=True)
    sentences = {s.id: s.sentence for s in statements}
    for change in claim.history:
        typer.echo(f"  {day(change.at)}  {change.status}: {change.reason}")
        if change.because in sentences:
            typer.echo(f"      from: {isolate(one_line(sentences[change.because]))}")
    for review in claim.reviews:
        verdict = f" ({review.verdict})" if review.verdict else ""
        who = isolate(review.publisher or "a fact-checker")
        typer.echo(
            f"  {day(review.at)}  fact-check by {who}: {isolate(one_line(review.rating))}{verdict}"
        )
        typer.echo(f"      {review.url}")
    typer.secho("\nBy outlet", bold=True)
    for row in by_outlet(statements):
        bearings = ", ".join(f"{n} {name}" for name, n in row["articles"].items())
        relations = ", ".join(f"{n} {name}" for name, n in row["statements"].items())
        typer.echo(f"  {isolate(row['outlet'])}: {bearings}  (statements: {relations})")
    typer.secho("\nTime line", bold=True)
    for statement in statements:
        _print_statement(statement)


def by_outlet(statements: Iterable[StatementDocument]) -> list[dict[str, Any]]:
    """Return, outlet by outlet, how many of its articles support, deny or discuss the claim.

    Each is `{outlet_id, outlet, articles: {bearing: count}, statements: {relation: count}}`, the outlet with
    the most statements first.
    """
    groups: dict[tuple[str | None, str], list[StatementDocument]] = {}
    for statement in statements:
        key = statement.outlet_id, statement.outlet_name or statement.outlet_id or "outlet unknown"
        groups.setdefault(key, []).append(statement)
    rows = []
    for (outlet_id, name), group in groups.items():
        linked = [(s.article_id, s.link.relation) for s in group if s.link]
        rows.append(
            {
                "outlet_id": outlet_id,
                "outlet": name,
                "articles": dict(sorted(Counter(by_article(linked).values()).items())),
                "statements": dict(sorted(Counter(r for _, r in linked).items())),
            }
        )
    return sorted(rows, key=lambda row: (-sum(row["statements"].values()), row["outlet"]))


def counts(claim: ClaimDocument) -> str:
    """Return how many statements bear on a claim, by relation, and in how many outlets."""
    relations = claim.relations.model_dump()
    told = ", ".join(f"{number} {name}" for name, number in relations.items() if number)
    outlets = len(claim.outlets)
    where = f"{outlets} outlet{'s' if outlets > 1 else ''}" if outlets else "outlets unknown"
    return f"{told or 'no statements'} in {where}"


def seen(claim: ClaimDocument) -> str:
    """Return the period in which a claim was heard of."""
    first, last = day(claim.first_seen).strip(), day(claim.last_seen).strip()
    return first if first == last else f"{first} to {last}"


def day(at: datetime | None) -> str:
    """Return a day, in the time zone of the settings, as it stands in tables, as wide as any."""
    return local(at, context.settings.zone).date().isoformat() if at else "undated   "


def _print_statement(statement: StatementDocument) -> None:
    relation = statement.link.relation if statement.link else "-"
    speaker = isolate(statement.speaker_name or "nobody named")
    outlet = isolate(statement.outlet_name or statement.outlet_id or "outlet unknown")
    typer.echo(
        f"  {day(said_at(statement))}  {relation.upper():10}  {speaker}"
        f" [{statement.speaker.kind}] in {outlet}"
    )
    typer.echo(f"      {isolate(one_line(statement.sentence))}")
    typer.echo(f"      article {statement.article_id}, {_why(statement)}")


def _why(statement: StatementDocument) -> str:
    rule = statement.provenance.rule
    link = f", linked by {statement.link.decided_by}" if statement.link else ""
    return f"statement {statement.id} by rule {rule}{link}"


def _row(statement: StatementDocument) -> dict[str, Any]:
    speaker = statement.speaker
    return {
        "at": day(said_at(statement)).strip(),
        "relation": statement.link.relation if statement.link else None,
        "speaker": statement.speaker_name,
        "speaker_kind": speaker.kind,
        "speaker_id": speaker.actor_id,
        "affiliation": speaker.affiliation,
        "outlet": statement.outlet_name,
        "outlet_id": statement.outlet_id,
        "stance": statement.stance,
        "said": one_line(statement.said_text) if statement.said_text else None,
        "sentence": one_line(statement.sentence),
        "article_id": statement.article_id,
        "statement_id": statement.id,
        "linked_by": statement.link.decided_by if statement.link else None,
    }
