"""`musnad actors apply`: the archive follows the authority."""

from __future__ import annotations

import json
import sys
import time
from typing import Annotated, Any

import typer
from musnad.archive.authority import Applied, apply_authority, authority_changed, collect_authority
from musnad.archive.client import connect
from musnad.archive.indices import alias, init
from musnad.archive.read import ArchiveReader
from musnad.commands.context import context

PROGRESS_SECONDS = 5.0


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("apply")(apply)


def apply(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what is concerned; write nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Bring the archive in line with the authority: mark the articles that changes concern as stale.

    Concerned are articles that contain a name that was added, removed or changed, in any spelling and with any
    proclitic, and those that mention an actor whose record changed. `musnad ingest --stale` enriches them anew,
    `musnad search --stale` lists them.
    """
    plugins = context.plugins()
    client, prefix = connect(context.settings), context.settings.prefix
    done = [] if dry_run else init(client, prefix, plugins)
    authority = collect_authority(plugins)
    for sentence in authority.missing:
        typer.echo(f"musnad: warning: {sentence}", err=True)
    last = time.monotonic()

    def progress(count: int) -> None:
        nonlocal last
        if not as_json and time.monotonic() - last > PROGRESS_SECONDS:
            last = time.monotonic()
            sys.stderr.write(f"looked into {count} articles\n")
            sys.stderr.flush()

    changed = authority_changed(client, prefix, authority)
    applied = apply_authority(
        client, prefix, plugins, authority, dry_run=dry_run, on_progress=progress
    )
    stale = ArchiveReader(client, prefix).count("articles", {"term": {"enrichment.stale": True}})
    if as_json:
        typer.echo(json.dumps(_plain(applied, stale), ensure_ascii=False))
        return
    for sentence in done:
        typer.echo(sentence)
    if not changed:
        typer.echo(
            f"{alias(prefix, 'actors')} is in line with the authority; {stale} articles are stale"
        )
        return
    if dry_run and applied.concerned is None:
        typer.echo(
            f"{len(applied.changes)} records are new, changed or gone; no article is concerned"
        )
    elif dry_run and applied.concerned is not None:
        count = len(applied.concerned.articles)
        typer.echo(
            f"{len(applied.changes)} records are new, changed or gone; {count} articles would be stale"
        )
    for line in applied.lines:
        typer.echo(line)
    if not dry_run:
        typer.echo(f"{stale} articles are stale now (`musnad search --stale`)")


def _plain(applied: Applied, stale: int) -> dict[str, Any]:
    found = applied.concerned
    counts = found.by_actor() if found else {}
    return {
        "changes": [
            {"id": change.id, "name": change.name, "change": change.told(),
             "mentioned_in": counts.get(change.id, (0, 0))[0],
             "named_in": counts.get(change.id, (0, 0))[1]}
            for change in applied.changes
        ],
        "concerned": found.articles if found else [],
        "looked_into": found.looked_into if found else 0,
        "marked": applied.marked,
        "stale": stale,
    }  # fmt: skip
