"""`musnad claims`: what is claimed, by whom, and what became of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer

from musnad.archive.client import connect
from musnad.archive.documents import ClaimDocument, StatementDocument
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.commands.context import claim_argument, context, json_option, plugin_option
from musnad.commands.search import check_day, check_statuses, open_reader
from musnad.commands.show_article import DERIVED, isolate, one_line
from musnad.errors import ArchiveError
from musnad.search import period, resolve_name

app = typer.Typer(help="What is claimed, by whom, who denied it.", no_args_is_help=True)


def add_to(root: typer.Typer) -> None:
    """Add the command group to `root`."""
    root.add_typer(app, name="claims")


@app.command("list")
def list_claims(
    status: Annotated[list[str] | None, typer.Option(help="Only claims of this status.")] = None,
    actor: Annotated[str | None, typer.Option(help="Only claims about this actor.")] = None,
    since: Annotated[str | None, typer.Option(help="Last heard of on or after this day.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    as_json: json_option = False,
) -> None:
    """List claims, those with the most statements first."""
    check_statuses(status or ())
    check_day(since)
    reader = open_reader()
    conditions: list[dict[str, Any]] = []
    if status:
        conditions.append({"terms": {"status": status}})
    if since:
        conditions.append({"range": {"last_seen": period(since)}})
    if actor:
        answer = resolve_name(reader, actor)
        if not answer.actors:
            near = ", ".join(a.name for a in answer.near)
            raise ArchiveError(
                f"no actor of the name «{actor}»" + (f"; near: {near}" if near else "")
            )
        conditions.append({"terms": {"actors": [a.id for a in answer.actors]}})
    query = {"bool": {"filter": conditions, "must_not": {"exists": {"field": "merged_into"}}}}
    answer_of_search = reader.search(
        "claims",
        {
            "query": query,
            "size": limit,
            "sort": [{"statement_count": "desc"}, {"last_seen": "desc"}, {"id": "asc"}],
            "track_total_hits": True,
        },
    )
    claims = [ClaimDocument.model_validate(h["_source"]) for h in answer_of_search["hits"]["hits"]]
    total = answer_of_search["hits"]["total"]["value"]
    if as_json:
        rows = [claim.model_dump(mode="json") for claim in claims]
        typer.echo(json.dumps({"total": total, "claims": rows}, ensure_ascii=False))
        return
    typer.secho(f"{total} claims  (status {DERIVED})", bold=True)
    for claim in claims:
        typer.echo(f"\n{claim.id}  {claim.status.upper()}  {isolate(one_line(claim.text))}")
        typer.echo(f"    {_counts(claim)}; {_period(claim)}; {claim.status_reason}")


@app.command("show")
def show_claim(
    claim_id: claim_argument,
    as_json: json_option = False,
) -> None:
    """Show a claim as a time line: who asserted, denied, confirmed it, where, with the sentence."""
    reader = open_reader()
    claim = reader.claim(claim_id)
    if claim is None:
        raise ArchiveError(f'there is no claim "{claim_id}" (see `musnad claims list`)')
    statements = reader.statements_of_claim(claim.id)
    if as_json:
        content = claim.model_dump(mode="json")
        content["statements"] = [
            s.model_dump(mode="json", exclude={"keys", "links"}) for s in statements
        ]
        typer.echo(json.dumps(content, ensure_ascii=False))
        return
    if claim.id != claim_id:
        typer.echo(f"{claim_id} was merged into {claim.id}")
    typer.secho(f"{claim.id}  {claim.status.upper()}", bold=True)
    typer.echo(f"  {isolate(one_line(claim.text))}")
    typer.echo(f"  {_counts(claim)}; {_period(claim)}")
    if claim.actor_names:
        typer.echo("  about: " + ", ".join(isolate(name) for name in claim.actor_names))
    typer.secho(f"\nStatus ({DERIVED})", bold=True)
    sentences = {s.id: s.sentence for s in statements}
    for change in claim.history:
        typer.echo(f"  {_when(change.at)}  {change.status}: {change.reason}")
        if change.because in sentences:
            typer.echo(f"      from: {isolate(one_line(sentences[change.because]))}")
    typer.secho("\nTime line", bold=True)
    for statement in statements:
        _print_statement(statement)


@app.command("settle")
def settle(
    everything: Annotated[
        bool, typer.Option("--all", help="Link all statements anew, not only what changed.")
    ] = False,
    plugin: plugin_option = None,
    as_json: json_option = False,
) -> None:
    """Bring claims in line with new statements and with decisions (`ingest` does it at its end)."""
    plugins = context.plugins(plugin)
    client = connect(context.settings)
    with opened_linkers(plugins) as linkers:
        done = settle_archive(client, context.settings.prefix, linkers, everything=everything)
    if as_json:
        typer.echo(json.dumps(done.as_dict(), ensure_ascii=False))
        return
    for line in done.lines():
        typer.echo(line)


def _print_statement(statement: StatementDocument) -> None:
    relation = statement.link.relation if statement.link else "-"
    speaker = isolate(statement.speaker_name or "nobody named")
    outlet = isolate(statement.outlet_name or statement.outlet_id or "outlet unknown")
    typer.echo(
        f"  {_when(statement.stated_at or statement.published_at)}  {relation.upper():10}  {speaker}"
        f" [{statement.speaker.kind}] in {outlet}"
    )
    typer.echo(f"      {isolate(one_line(statement.sentence))}")
    typer.echo(f"      article {statement.article_id}, {_why(statement)}")


def _why(statement: StatementDocument) -> str:
    rule = statement.provenance.rule
    link = f", linked by {statement.link.decided_by}" if statement.link else ""
    return f"statement {statement.id} by rule {rule}{link}"


def _counts(claim: ClaimDocument) -> str:
    counts = claim.relations.model_dump()
    told = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    outlets = len(claim.outlets)
    where = f"{outlets} outlet{'s' if outlets > 1 else ''}" if outlets else "outlets unknown"
    return f"{told or 'no statements'} in {where}"


def _period(claim: ClaimDocument) -> str:
    first, last = _when(claim.first_seen).strip(), _when(claim.last_seen).strip()
    return first if first == last else f"{first} to {last}"


def _when(at: datetime | None) -> str:
    return at.date().isoformat() if at else "undated   "
