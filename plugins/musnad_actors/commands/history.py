"""`musnad actors history|undo`: what was decided about the authority, and taking it back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated

import typer
from musnad.commands.context import context

from musnad_actors.commands.shared import (
    by_option,
    headline,
    json_option,
    own_settings,
    plain,
    stamped,
    the_one,
    what_next,
    why_option,
)
from musnad_actors.config import ActorsSettings, configured
from musnad_actors.desk import differences, files_only, take_back
from musnad_actors.journal import Entry, Journal, Merged, Torn, Undone, read_journal
from musnad_actors.replay import Impossible, carry_out, former_ids, in_force, touched


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("history")(history)
    app.command("undo")(undo)


def undo(
    decision: Annotated[str, typer.Argument(help="Id of the decision (see `history`).")],
    why: why_option,
    by: by_option = None,
    as_json: json_option = False,
) -> None:
    """Take a decision back (an undo too); it stays in the history."""
    settings = own_settings()
    undone = take_back(settings, decision, stamped(why, by))
    if as_json:
        typer.echo(json.dumps(plain(undone), ensure_ascii=False))
        return
    typer.echo(f"took back {decision} (decision {undone.id})")
    what_next()


def history(
    record: Annotated[
        str | None, typer.Argument(help="Only decisions about this record (id or name).")
    ] = None,
    as_json: json_option = False,
) -> None:
    """Show what was decided, by whom, when and why; oldest first."""
    settings = own_settings()
    journal = read_journal(settings.journal)
    holds = {entry.id for entry in in_force(journal.entries)}
    told = list(_told(settings, journal))
    if record is not None:
        ids = _all_ids(record, [entry for entry, _ in told])
        told = [(entry, lines) for entry, lines in told if ids & set(touched(entry))]
    if as_json:
        for entry, lines in told:
            row = {**plain(entry), "holds": _holds(entry, holds, journal), "changes": lines}
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    for problem in journal.problems:
        typer.echo(f"musnad: warning: {problem}", err=True)
    if not told:
        about = f' about "{record}"' if record else ""
        typer.echo(f"no decisions{about} in {settings.journal}")
    for entry, lines in told:
        mark = "" if _holds(entry, holds, journal) else "  (taken back)"
        typer.echo(f"{entry.id}  {entry.at:%Y-%m-%d %H:%M} UTC  {entry.who}{mark}")
        typer.echo(f"    {headline(entry)}")
        for line in lines:
            typer.echo(f"      {line}")
        typer.echo(f"    why: {entry.why}")


def _told(settings: ActorsSettings, journal: Journal) -> list[tuple[Entry, list[str]]]:
    """Return the entries, each with what it changed; of one that is taken back that is not told."""
    records = dict(files_only(settings).records)
    former = former_ids(records.values())
    holds = {entry.id for entry in in_force(journal.entries)}
    told: list[tuple[Entry, list[str]]] = []
    for entry in journal.entries:
        lines: list[str] = []
        if entry.id in holds:
            before = {i: records.get(former.get(i, i)) for i in touched(entry)}
            try:
                carry_out(records, entry, former)
            except Impossible as error:
                lines = [f"! {error}"]
            else:
                lines = [
                    line
                    for actor_id, old in before.items()
                    if old is not None and old.id == actor_id
                    for line in differences(old, records.get(actor_id))
                ]
        told.append((entry, lines))
    return told


def _holds(entry: Entry, holds: set[str], journal: Journal) -> bool:
    if isinstance(entry, Torn):
        return True
    if isinstance(entry, Undone):
        later = [e for e in journal.entries if isinstance(e, Undone) and e.undoes == entry.id]
        return not any(_holds(e, holds, journal) for e in later)
    return entry.id in holds


def _all_ids(record: str, entries: Sequence[Entry]) -> set[str]:
    """Return the ids under which decisions about a record may stand."""
    if any(record in touched(entry) for entry in entries):
        ids = {record}
    else:
        ids = {the_one(configured(context.settings), record).id}
    while True:
        more = {
            actor_id
            for entry in entries
            if isinstance(entry, Merged) and entry.actor in ids
            for actor_id in touched(entry)
        }
        if more <= ids:
            return ids
        ids |= more
