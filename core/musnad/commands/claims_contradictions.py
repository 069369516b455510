"""`musnad claims contradictions`: who says what another denies."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer

from musnad.commands.claims import actor_ids, csv_option
from musnad.commands.claims_show import day
from musnad.commands.context import context, json_option
from musnad.commands.dates import check_day, moment
from musnad.commands.search import open_reader
from musnad.commands.show_article import DERIVED, isolate, one_line
from musnad.contradictions import KINDS, Contradiction, Side, find_contradictions
from musnad.errors import InputError
from musnad.readers.fields import parse_date
from musnad.tables import csv_table

COLUMNS = (
    "at",
    "claim_id",
    "status",
    "claim",
    "supporter",
    "supporter_kind",
    "supporter_at",
    "supporter_outlet",
    "supporter_sentence",
    "denier",
    "denier_kind",
    "denier_at",
    "denier_outlet",
    "denier_sentence",
)


def add_to(claims: typer.Typer) -> None:
    """Add the command to the group `claims`."""
    claims.command()(contradictions)


def contradictions(
    between: Annotated[
        str | None, typer.Option(help=f"Only between sources of one kind: {', '.join(KINDS)}.")
    ] = None,
    actor: Annotated[str | None, typer.Option(help="Only where this actor is one of both.")] = None,
    outlet: Annotated[
        str | None, typer.Option(help="Only where this outlet is one of both.")
    ] = None,
    about: Annotated[str | None, typer.Option(help="Only on claims about this actor.")] = None,
    since: Annotated[str | None, typer.Option(help="Since this day.")] = None,
    until: Annotated[str | None, typer.Option(help="Until this day.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 20,
    as_json: json_option = False,
    as_csv: csv_option = False,
) -> None:
    """List pairs of actors or outlets that contradict each other, the most recent first.

    Each stands by its last word on a claim; what nobody named says counts as its outlet's.
    """
    if between is not None and between not in KINDS:
        raise typer.BadParameter(f"there is only {' and '.join(KINDS)}", param_hint="--between")
    if as_json and as_csv:
        raise InputError("--json and --csv exclude each other")
    for given in (since, until):
        check_day(given)
    reader = open_reader()
    wanted: set[str] = set()
    if actor:
        wanted |= set(actor_ids(reader, actor, outlets=False))
    if outlet:
        wanted |= set(actor_ids(reader, outlet, outlets=True))
    conditions = [{"terms": {"actors": actor_ids(reader, about)}}] if about else []
    first = parse_date(since, context.settings.zone)[0] if since else None
    last = moment(until) if until else None
    found = [
        pair
        for pair in find_contradictions(reader, conditions)
        if (between is None or pair.supporter.kind == pair.denier.kind == between)
        and (not wanted or wanted & _ids(pair))
        and _within(pair.at, first, last)
    ]
    shown = found[:limit]
    if as_json:
        rows = [pair.as_dict() for pair in shown]
        typer.echo(json.dumps({"total": len(found), "contradictions": rows}, ensure_ascii=False))
        return
    if as_csv:
        typer.echo(csv_table(COLUMNS, map(_row, shown)), nl=False)
        return
    typer.secho(f"{len(found)} contradictions  ({DERIVED})", bold=True)
    for pair in shown:
        typer.echo(
            f"\n{day(pair.at)}  {_name(pair.denier)} denies what {_name(pair.supporter)} says"
        )
        typer.echo(
            f"    claim {pair.claim.id}  {pair.claim.status.upper()}  "
            f"{isolate(one_line(pair.claim.text))}"
        )
        for verb, side in (("says", pair.supporter), ("denies", pair.denier)):
            where = isolate(side.statement.outlet_name or "outlet unknown")
            typer.echo(
                f"    {verb:6}  {day(side.at)}  in {where}: {isolate(one_line(side.statement.sentence))}"
            )


def _ids(pair: Contradiction) -> set[str]:
    sides = (pair.supporter, pair.denier)
    return {key for side in sides for key in (side.id, side.affiliation) if key}


def _within(at: datetime | None, first: datetime | None, last: datetime | None) -> bool:
    if first is None and last is None:
        return True
    return at is not None and (first is None or at >= first) and (last is None or at <= last)


def _name(side: Side) -> str:
    return f"{isolate(side.name)} [{side.kind}]"


def _row(pair: Contradiction) -> dict[str, Any]:
    row: dict[str, Any] = {
        "at": day(pair.at).strip(),
        "claim_id": pair.claim.id,
        "status": pair.claim.status,
        "claim": one_line(pair.claim.text),
    }
    for role, side in (("supporter", pair.supporter), ("denier", pair.denier)):
        row[role] = side.name
        row[f"{role}_kind"] = side.kind
        row[f"{role}_at"] = day(side.at).strip()
        row[f"{role}_outlet"] = side.statement.outlet_name
        row[f"{role}_sentence"] = one_line(side.statement.sentence)
    return row
