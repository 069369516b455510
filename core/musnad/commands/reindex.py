"""`musnad reindex`: a new set of indices beside the live one, enriched by what is on today, compared, swapped in."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from musnad.archive.client import connect
from musnad.archive.settle import opened_linkers
from musnad.commands.context import context, json_option, user
from musnad.commands.ingest import checked_engine, engine_option, ray_address_option
from musnad.errors import InputError
from musnad.reindex.back import abort, drop_former, former, rollback
from musnad.reindex.golden import read_golden
from musnad.reindex.report import Report
from musnad.reindex.run import reindex
from musnad.reindex.state import Options
from musnad.reindex.work import How


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("reindex")(reindex_command)


def reindex_command(
    only_stale: Annotated[
        bool, typer.Option("--only-stale", help="Enrich again only what is marked stale.")
    ] = False,
    only_failed: Annotated[
        bool, typer.Option("--only-failed", help="Only articles on which a component failed.")
    ] = False,
    plugin: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Only articles on which this plugin would work otherwise."
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only articles published since then.")
    ] = None,
    golden: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Searches with the ids that they have to find (YAML)."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report as JSON to this file.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask: swap, if there are no problems.")
    ] = False,
    accept_problems: Annotated[
        bool, typer.Option("--accept-problems", help="With --yes: swap even so.")
    ] = False,
    back: Annotated[
        bool, typer.Option("--rollback", help="Put the set that was replaced last in place again.")
    ] = False,
    give_up: Annotated[
        bool, typer.Option("--abort", help="Remove what an unfinished reindex made.")
    ] = False,
    drop: Annotated[
        bool, typer.Option("--drop-former", help="Remove the set that was replaced, for good.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes that enrich (default: as fits the work).")
    ] = None,
    engine: engine_option = "local",
    ray_address: ray_address_option = None,
    who: Annotated[
        str | None, typer.Option(help="Who does this (default: your login name).")
    ] = None,
    as_json: json_option = False,
) -> None:
    """Build the archive anew beside the live one, and swap it in: for changed plugins, fields, analyzers.

    Readers see every article all the time. What needs no new enrichment is copied; what is written meanwhile is taken
    over. The same command goes on with one that was killed. Exit status: 0 swapped, 1 not (problems, or it
    failed), 130 interrupted.
    """
    options = Options(only_stale=only_stale, only_failed=only_failed, plugin=plugin, since=since)
    ways = [
        name
        for name, on in (("--rollback", back), ("--abort", give_up), ("--drop-former", drop))
        if on
    ]
    if len(ways) > 1 or (ways and options != Options()):
        raise InputError(f"{ways[0]} goes alone")
    client, prefix = connect(context.settings), context.settings.prefix
    if give_up:
        _tell_removed(abort(client, prefix, _say), "there was nothing to abort", as_json)
        return
    if drop:
        there = former(client, prefix)
        if there and not yes and not _confirmed(f"remove {', '.join(there)} for good?"):
            raise typer.Exit(1)
        gone = drop_former(client, prefix, _say)
        _tell_removed(gone, "there is no former set", as_json)
        return
    plugins = context.plugins()
    if back:
        if not yes and not _confirmed("put the former set in place again?"):
            raise typer.Exit(1)
        with opened_linkers(plugins) as linkers:
            swapped = rollback(client, prefix, plugins, linkers, user(who), _say)
        told = {"rolled_back": True, "writers_waited_seconds": round(swapped.seconds, 3)}
        typer.echo(
            json.dumps(told) if as_json else "rolled back; the other set is kept in its turn"
        )
        return
    queries = read_golden(golden) if golden else []

    def ask(found: Report) -> bool:
        _write(report, found)
        if not as_json:
            for line in found.lines():
                typer.echo(line)
        problems = bool(found.verification and found.verification.problems)
        if yes:
            if problems and not accept_problems:
                typer.echo("musnad: there are problems: not swapped", err=True)
            return not problems or accept_problems
        return _confirmed("there are problems (!): swap even so?" if problems else "swap?")

    ray = checked_engine(engine, ray_address, workers)
    how = How(user(who), options, queries, workers, ray, _say, ask)
    try:
        done = reindex(client, context.settings, plugins, how)
    except KeyboardInterrupt:
        typer.echo("interrupted: run the same command again to go on, or --abort", err=True)
        raise typer.Exit(130) from None
    _write(report, done)
    if as_json:
        typer.echo(json.dumps(done.as_dict(), ensure_ascii=False))
    if done.swapped is None and done.verification is not None:
        typer.echo(
            "the new set is kept beside the live one: run the same command again to swap it in, or "
            "`musnad reindex --abort` to remove it",
            err=True,
        )
        raise typer.Exit(1)
    if not as_json:
        typer.echo(
            "done; the former set is kept for `musnad reindex --rollback` (`--drop-former` removes it)"
        )


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise InputError(f"{question} (nobody can be asked: give --yes)")
    return typer.confirm(question, default=False, err=True)


def _write(file: Path | None, found: Report) -> None:
    if file is None:
        return
    try:
        text = json.dumps(found.as_dict(), ensure_ascii=False, indent=1)
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}") from error


def _tell_removed(gone: list[str], otherwise: str, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"removed": gone}))
    else:
        typer.echo(f"removed {', '.join(gone)}" if gone else otherwise)
