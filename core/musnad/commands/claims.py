"""`musnad claims list` and `settle`: what is claimed, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from musnad.archive.client import connect
from musnad.archive.documents import ClaimDocument
from musnad.archive.read import ArchiveReader
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.claims import status_as_of
from musnad.commands.claims_show import counts, day, seen
from musnad.commands.context import context, json_option, plugin_option
from musnad.commands.dates import as_of_option, check_day, moment
from musnad.commands.search import check_statuses, open_reader
from musnad.commands.show_article import DERIVED, isolate, one_line
from musnad.errors import ArchiveError, InputError
from musnad.reindex.progress import Progress
from musnad.search import period, resolve_name
from musnad.tables import csv_table

app = typer.Typer(help="What is claimed, by whom, who denied it.", no_args_is_help=True)
COLUMNS = (
    "id",
    "status",
    "text",
    "first_seen",
    "last_seen",
    "statements",
    "supports",
    "confirms",
    "denies",
    "doubts",
    "no_comment",
    "retracts",
    "outlets",
    "actors",
    "reason",
)
csv_option = Annotated[bool, typer.Option("--csv", help="Print CSV for spreadsheets.")]


def add_to(root: typer.Typer) -> None:
    """Add the command group to `root`."""
    root.add_typer(app, name="claims")


@app.command("list")
def list_claims(
    status: Annotated[list[str] | None, typer.Option(help="Only claims of this status.")] = None,
    actor: Annotated[str | None, typer.Option(help="Only claims about this actor.")] = None,
    since: Annotated[str | None, typer.Option(help="Last heard of on or after this day.")] = None,
    until: Annotated[str | None, typer.Option(help="First heard of on or before this day.")] = None,
    as_of: as_of_option = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    as_json: json_option = False,
    as_csv: csv_option = False,
) -> None:
    """List claims, those with the most statements first.

    With --as-of each has the status that it had at the end of that day, and those not heard of by then are
    left out.
    """
    check_statuses(status or ())
    for given in (since, until):
        check_day(given)
    if as_json and as_csv:
        raise InputError("--json and --csv exclude each other")
    reader = open_reader()
    conditions = claim_conditions(reader, actor, since, until)
    if as_of is None:
        total, claims = _present(reader, conditions, status or (), limit)
    else:
        total, claims = _former(reader, conditions, status or (), moment(as_of), limit)
    if as_json:
        rows = [claim.model_dump(mode="json") for claim in claims]
        typer.echo(json.dumps({"total": total, "claims": rows}, ensure_ascii=False))
        return
    if as_csv:
        typer.echo(csv_table(COLUMNS, map(claim_row, claims)), nl=False)
        return
    then = f" as of {as_of}" if as_of else ""
    typer.secho(f"{total} claims{then}  (status {DERIVED})", bold=True)
    for claim in claims:
        typer.echo(f"\n{claim.id}  {claim.status.upper()}  {isolate(one_line(claim.text))}")
        typer.echo(f"    {counts(claim)}; {seen(claim)}; {claim.status_reason}")


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
        progress = Progress(lambda line: typer.echo(line, err=True))
        progress.begin("settling claims")
        done = settle_archive(
            client,
            context.settings.prefix,
            linkers,
            everything=everything,
            on_work=progress.working,
        )
    if as_json:
        typer.echo(json.dumps(done.as_dict(), ensure_ascii=False))
        return
    for line in done.lines():
        typer.echo(line)


def claim_conditions(
    reader: ArchiveReader, actor: str | None, since: str | None, until: str | None
) -> list[dict[str, Any]]:
    """Return the Elasticsearch filters of claims about an actor, heard of in a period.

    Raises `ArchiveError` for an actor whom the archive does not know.
    """
    conditions: list[dict[str, Any]] = []
    zone = context.settings.time_zone
    if since:
        conditions.append({"range": {"last_seen": period(since, None, zone)}})
    if until:
        conditions.append({"range": {"first_seen": period(None, until, zone)}})
    if actor:
        conditions.append({"terms": {"actors": actor_ids(reader, actor)}})
    return conditions


def actor_ids(reader: ArchiveReader, name: str, *, outlets: bool | None = None) -> list[str]:
    """Return the ids of the actors that a name may mean. Raises `ArchiveError` where it means none."""
    answer = resolve_name(reader, name, outlets=outlets)
    if not answer.ids:
        near = ", ".join(a.name for a in answer.near)
        what = "outlet" if outlets else "actor"
        raise ArchiveError(f"no {what} of the name «{name}»" + (f"; near: {near}" if near else ""))
    return list(answer.ids)


def claim_query(conditions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the query for claims under which all these filters hold, merged ones left out."""
    return {"bool": {"filter": list(conditions), "must_not": {"exists": {"field": "merged_into"}}}}


def _present(
    reader: ArchiveReader, conditions: Sequence[dict[str, Any]], status: Sequence[str], limit: int
) -> tuple[int, list[ClaimDocument]]:
    if status:
        conditions = [*conditions, {"terms": {"status": list(status)}}]
    answer = reader.search(
        "claims",
        {
            "query": claim_query(conditions),
            "size": limit,
            "sort": [{"statement_count": "desc"}, {"last_seen": "desc"}, {"id": "asc"}],
            "track_total_hits": True,
        },
    )
    claims = [ClaimDocument.model_validate(hit["_source"]) for hit in answer["hits"]["hits"]]
    return int(answer["hits"]["total"]["value"]), claims


def _former(
    reader: ArchiveReader,
    conditions: Sequence[dict[str, Any]],
    status: Sequence[str],
    at: datetime,
    limit: int,
) -> tuple[int, list[ClaimDocument]]:
    """Return claims as they were at a moment: the status then is computed, so all of them are looked at."""

    def then() -> Iterator[ClaimDocument]:
        for hit in reader.scan("claims", claim_query(conditions)):
            claim = ClaimDocument.model_validate(hit["_source"])
            step = status_as_of(claim.history, at)
            if step is not None and (not status or step.status in status):
                changes = {"status": step.status, "status_reason": step.reason}
                yield claim.model_copy(update=changes)

    found = sorted(then(), key=lambda c: (-c.statement_count, -_stamp(c.last_seen), c.id))
    return len(found), found[:limit]


def _stamp(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def claim_row(claim: ClaimDocument) -> dict[str, Any]:
    """Return a claim as a row of a table with `COLUMNS`."""
    return {
        **claim.relations.model_dump(),
        "id": claim.id,
        "status": claim.status,
        "text": one_line(claim.text),
        "first_seen": day(claim.first_seen),
        "last_seen": day(claim.last_seen),
        "statements": claim.statement_count,
        "outlets": claim.outlet_names,
        "actors": claim.actor_names,
        "reason": claim.status_reason,
    }
