"""`musnad claims export`: claims for other programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from musnad.archive.documents import ClaimDocument, StatementDocument
from musnad.archive.read import ArchiveReader
from musnad.claimreview import claim_reviews, graph_lines
from musnad.commands.claims import COLUMNS, claim_conditions, claim_query, claim_row
from musnad.commands.context import context
from musnad.commands.dates import check_day
from musnad.commands.search import check_statuses, open_reader
from musnad.contradictions import statements_by_claim
from musnad.errors import InputError
from musnad.tables import csv_table

FORMATS = ("jsonl", "csv", "claimreview")
_AT_A_TIME = 500


def add_to(claims: typer.Typer) -> None:
    """Add the command to the group `claims`."""
    claims.command()(export)


def export(
    file: Annotated[Path | None, typer.Argument(help="Default: standard output.")] = None,
    form: Annotated[str, typer.Option("--format", help=", ".join(FORMATS))] = "jsonl",
    status: Annotated[list[str] | None, typer.Option(help="Only claims of this status.")] = None,
    actor: Annotated[str | None, typer.Option(help="Only claims about this actor.")] = None,
    since: Annotated[str | None, typer.Option(help="Last heard of on or after this day.")] = None,
    until: Annotated[str | None, typer.Option(help="First heard of on or before this day.")] = None,
    publisher: Annotated[
        str | None, typer.Option(help="For claimreview: who gives these statuses (your archive).")
    ] = None,
    base: Annotated[
        str | None,
        typer.Option("--url", help="For claimreview: what ids are appended to, to make URLs."),
    ] = None,
) -> None:
    """Write claims: JSON Lines with all their statements, CSV, or schema.org ClaimReview (JSON-LD)."""
    if form not in FORMATS:
        raise typer.BadParameter(f"there is only {', '.join(FORMATS)}", param_hint="--format")
    check_statuses(status or ())
    for given in (since, until):
        check_day(given)
    reader = open_reader()
    conditions = claim_conditions(reader, actor, since, until)
    if status:
        conditions.append({"terms": {"status": status}})
    claims = sorted(
        (
            ClaimDocument.model_validate(hit["_source"])
            for hit in reader.scan("claims", claim_query(conditions))
        ),
        key=lambda claim: claim.id,
    )
    if form == "csv":
        pieces: Iterator[str] = iter([csv_table(COLUMNS, map(claim_row, claims))])
    elif form == "jsonl":
        pieces = _json_lines(reader, claims)
    else:
        prefix = context.settings.prefix
        pieces = _claim_reviews(
            reader, claims, publisher or f"Musnad archive {prefix}", base or f"urn:musnad:{prefix}:"
        )
    _write(file, pieces)
    if file is not None:
        typer.echo(f"wrote {len(claims)} claims to {file}", err=True)


def _write(file: Path | None, pieces: Iterator[str]) -> None:
    if file is None:
        sys.stdout.writelines(pieces)
        return
    try:
        with file.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(pieces)
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}") from error


def _with_statements(
    reader: ArchiveReader, claims: list[ClaimDocument]
) -> Iterator[tuple[ClaimDocument, list[StatementDocument]]]:
    for i in range(0, len(claims), _AT_A_TIME):
        batch = claims[i : i + _AT_A_TIME]
        said = statements_by_claim(reader, [claim.id for claim in batch])
        for claim in batch:
            yield claim, said[claim.id]


def _json_lines(reader: ArchiveReader, claims: list[ClaimDocument]) -> Iterator[str]:
    for claim, statements in _with_statements(reader, claims):
        content = claim.model_dump(mode="json", exclude={"component", "unsettled"})
        content["statements"] = [
            s.model_dump(mode="json", exclude={"keys", "links", "linked_to", "component"})
            for s in statements
        ]
        yield json.dumps(content, ensure_ascii=False) + "\n"


def _claim_reviews(
    reader: ArchiveReader, claims: list[ClaimDocument], publisher: str, base: str
) -> Iterator[str]:
    found = (
        review
        for claim, statements in _with_statements(reader, claims)
        for review in claim_reviews(claim, statements, publisher, base, context.settings.zone)
    )
    yield from graph_lines(found)
