"""`musnad init`, `delete`, `decisions` and `doctor`: making and minding the archive."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from musnad.archive.authority import refresh_authority
from musnad.archive.client import connect
from musnad.archive.decisions import DecisionStore
from musnad.archive.doctor import examine
from musnad.archive.indices import init
from musnad.archive.removal import delete_article
from musnad.archive.vocabulary import collect_words
from musnad.commands.context import article_argument, context, json_option, user
from musnad.commands.person import who_option, why_option
from musnad.commands.show_article import isolate, one_line
from musnad.errors import InputError

decisions_app = typer.Typer(help="What people decided; nothing automatic overwrites it.")
_COLOURS = {"OK": "green", "WARN": "yellow", "FAIL": "red"}


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("init")(init_archive)
    app.command("delete")(delete)
    app.command("doctor")(doctor)
    app.add_typer(decisions_app, name="decisions", no_args_is_help=True)


def init_archive(as_json: json_option = False) -> None:
    """Make the indices of the archive, and fill the index of actors; running it again does nothing."""
    plugins = context.plugins()
    client, prefix = connect(context.settings), context.settings.prefix
    done = init(client, prefix, plugins, lambda: collect_words(plugins))
    done += refresh_authority(client, prefix, plugins)
    if as_json:
        typer.echo(json.dumps({"done": done}, ensure_ascii=False))
        return
    for sentence in done or [f"the archive {prefix} is up to date"]:
        typer.echo(sentence)


def delete(
    article_id: article_argument,
    why: why_option,
    who: who_option = None,
    as_json: json_option = False,
) -> None:
    """Delete an article and what was found in it, for good: ingesting it again leaves it out."""
    removed = delete_article(
        connect(context.settings), context.settings.prefix, article_id, user(who), why
    )
    if as_json:
        typer.echo(json.dumps(removed.as_dict(), ensure_ascii=False))
        return
    typer.echo(
        f"deleted {article_id} with {removed.statements} statements (decision {removed.decision.id})"
    )
    if removed.claims:
        typer.echo(f"{len(removed.claims)} claims change with the next `musnad claims settle`")


@decisions_app.command("list")
def list_decisions(
    kind: Annotated[str | None, typer.Option(help="Only decisions of this kind.")] = None,
    orphaned: Annotated[
        bool, typer.Option("--orphaned", help="Only those whose text is gone.")
    ] = False,
    as_json: json_option = False,
) -> None:
    """List the decisions of people, oldest first."""
    store = DecisionStore(connect(context.settings), context.settings.prefix)
    decisions = store.orphaned() if orphaned else store.all()
    decisions = [d for d in decisions if kind is None or d.kind == kind]
    if as_json:
        rows = [d.model_dump(mode="json") for d in decisions]
        typer.echo(json.dumps({"total": len(rows), "decisions": rows}, ensure_ascii=False))
        return
    typer.secho(f"{len(decisions)} decisions{' whose text is gone' if orphaned else ''}", bold=True)
    for d in decisions:
        about = [*d.statements, *d.claims, *(x for x in (d.article_id, d.withdraws) if x)]
        typer.echo(
            f"\n{d.id}  {d.kind}  {d.at:%Y-%m-%d %H:%M}  by {isolate(d.who)}: {isolate(d.why)}"
        )
        typer.echo(f"    about {', '.join(about)}")
        if d.quote:
            typer.echo(f"    {isolate(one_line(d.quote))}")


@decisions_app.command("export")
def export_decisions(
    file: Annotated[
        Path | None, typer.Argument(help="JSON Lines; default: standard output.")
    ] = None,
) -> None:
    """Write all decisions as JSON Lines, oldest first."""
    store = DecisionStore(connect(context.settings), context.settings.prefix)
    lines = [decision.model_dump_json() + "\n" for decision in store.all()]
    if file is None:
        sys.stdout.writelines(lines)
        return
    try:
        file.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}") from error
    typer.echo(f"wrote {len(lines)} decisions to {file}", err=True)


@decisions_app.command("import")
def import_decisions(
    file: Annotated[Path, typer.Argument(help="JSON Lines, as `export` writes them.")],
    as_json: json_option = False,
) -> None:
    """Add the decisions of a file; those that are there already are left alone."""
    store = DecisionStore(connect(context.settings), context.settings.prefix)
    added, there = store.import_file(file)
    if as_json:
        typer.echo(json.dumps({"added": added, "already_there": there}))
        return
    typer.echo(f"added {added} decisions, {there} were there already")
    if added:
        typer.echo("they take effect with the next `musnad claims settle`")


def doctor(as_json: json_option = False) -> None:
    """Check what Musnad needs: Python, Java, the cluster, the archive, plugins; say what to do."""
    checks = examine(context.settings)
    failed = any(check.outcome == "FAIL" for check in checks)
    if as_json:
        rows = [check.as_dict() for check in checks]
        typer.echo(json.dumps({"ok": not failed, "checks": rows}, ensure_ascii=False))
    else:
        for check in checks:
            typer.secho(f"{check.outcome:4}", fg=_COLOURS[check.outcome], nl=False)
            typer.echo(f"  {check.name}: {check.found}")
            if check.do:
                typer.echo(f"      {check.do}")
    if failed:
        raise typer.Exit(1)
