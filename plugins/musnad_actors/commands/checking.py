"""`musnad actors check`: what in the authority will give wrong findings."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from musnad_actors.authority import Authority, load_authority, starter_files
from musnad_actors.check import examine
from musnad_actors.commands.shared import own_settings
from musnad_actors.config import load


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("check")(check)


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files not in use yet: what they would bring with the authority there is."
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what concerns starter records only.")
    ] = False,
    notes: Annotated[
        bool, typer.Option("--notes/--no-notes", help="Also what is only worth a look.")
    ] = True,
    as_json: Annotated[
        bool, typer.Option("--json", help="One finding a line, for programs.")
    ] = False,
) -> None:
    """Find duplicates, names that are common words, and names that hide others; say what to do.

    Exit status: 0 no problems (there may be notes), 1 there are problems.
    """
    settings = own_settings()
    authority = load(settings)
    theirs = load_authority(starter_files()).records if settings.starter else {}
    if files:
        added = load_authority(files, known=authority.records.keys())
        about = set(added.records)
        authority = Authority({**authority.records, **added.records})
    else:
        about = {i for i, record in authority.records.items() if theirs.get(i) != record}
    if not about:
        # Nobody's own records: then it is the starter's that are meant.
        everything = True
    found = examine(list(authority), None if everything else about)
    if not notes:
        found = [finding for finding in found if finding.level == "problem"]
    problems = sum(finding.level == "problem" for finding in found)
    if as_json:
        for finding in found:
            typer.echo(json.dumps(finding.as_dict(), ensure_ascii=False))
    else:
        for finding in found:
            typer.secho(
                f"{finding.level:7}", fg="red" if finding.level == "problem" else None, nl=False
            )
            typer.echo(f"  {finding.message}")
            typer.echo(f"         {finding.do}")
        checked = len(authority) if everything else len(about)
        kinds = Counter(f"{finding.kind}" for finding in found)
        listed = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        typer.echo(
            f"{checked} records checked: {problems} problems, {len(found) - problems} notes"
            f"{f' ({listed})' if listed else ''}"
        )
    if problems:
        raise typer.Exit(1)
