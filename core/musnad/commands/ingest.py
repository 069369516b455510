"""`musnad ingest` and `musnad retry`: articles into the archive."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Protocol

import typer
from elasticsearch import Elasticsearch

from musnad.archive.authority import refresh_authority
from musnad.archive.client import connect
from musnad.archive.indices import init
from musnad.archive.read import ArchiveReader
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.archive.stale import stale_articles
from musnad.commands.context import (
    context,
    encoding_option,
    fields_option,
    json_option,
    plugin_option,
)
from musnad.commands.dry_run import show_records, tell_passed_over
from musnad.commands.enrich import checked_on_error
from musnad.components import Record, Rejected
from musnad.errors import InputError, MusnadError
from musnad.ingest.account import Account, new_run_id
from musnad.ingest.deadletters import FOLDER, read_dead_letters
from musnad.ingest.run import Options, ingest
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records, within_limit

TYPICAL_BYTES = 4_000
"""Of an article, to guess whether worker processes are worth starting."""
NAMED = 20
"""So many dead letters are named on standard error; the others are in the file."""

workers_option = Annotated[
    int,
    typer.Option(min=0, help="Processes that enrich (default: the cores, one for small inputs)."),
]
no_settle_option = Annotated[
    bool, typer.Option("--no-settle", help="Leave claims to a later `musnad claims settle`.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("ingest")(ingest_command)
    app.command("retry")(retry)


def ingest_command(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="INPUT…", help="Files, folders, globs, or - (JSON Lines)."),
    ] = None,
    stale: Annotated[
        bool,
        typer.Option("--stale", help="No files: enrich again what the archive has marked stale."),
    ] = False,
    make: Annotated[
        bool, typer.Option("--init", help="Make the archive first, if it is not there.")
    ] = False,
    collection: Annotated[
        str | None, typer.Option(help="Put the articles into this collection.")
    ] = None,
    on_error: Annotated[
        str, typer.Option(help="What a failing component does: record | deadletter | abort.")
    ] = "record",
    encoding: encoding_option = None,
    fields: fields_option = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show ten records as they would be read; write nothing."),
    ] = False,
    workers: workers_option = 0,
    no_settle: no_settle_option = False,
    plugin: plugin_option = None,
    as_json: json_option = False,
) -> None:
    """Enrich articles and put them into the archive; what is unchanged is left alone.

    Exit status: 0 all went in or was unchanged, 1 there are dead letters (or it failed), 2 the account does
    not add up, 130 interrupted.
    """
    if stale == bool(inputs):
        raise InputError(
            "name files to ingest, or give --stale alone to enrich stale articles again"
        )
    plugins = context.plugins(plugin, encoding, fields)
    files = find_inputs(inputs or [], plugins.readers()) if inputs else []
    settings = plugins.settings
    if dry_run:
        show_records(files, settings.max_article_chars, collection, as_json=as_json)
        return
    client = connect(settings)
    if make:
        init(client, settings.prefix, plugins)
    size = sum(file.size for file in files)

    def records() -> Iterator[Record | Rejected]:
        for item in files:
            yield from read_records(
                item, max_chars=settings.max_article_chars, collection=collection
            )
        tell_passed_over(files)

    options = Options(tuple(plugin or ()), checked_on_error(on_error), workers, as_json, _Namer())
    if stale:
        reader = ArchiveReader(client, settings.prefix)
        # Read only when the run has brought the archive in line with the authority, which marks articles.
        again = (Record(article, 0) for article in stale_articles(reader))
        count = reader.count("articles", {"term": {"enrichment.stale": True}})
        names, guess = ["(stale articles)"], count * TYPICAL_BYTES
        _run(client, plugins, again, names, guess, options, no_settle, as_json)
        return
    _run(client, plugins, records(), [f.path for f in files], size, options, no_settle, as_json)


def retry(
    run_id: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="Only the dead letters of this run.")
    ] = None,
    encoding: encoding_option = None,
    fields: fields_option = None,
    no_settle: no_settle_option = False,
    plugin: plugin_option = None,
    as_json: json_option = False,
) -> None:
    """Try dead letters again; those that fail again are dead letters of the new run."""
    plugins = context.plugins(plugin, encoding, fields)
    settings = plugins.settings
    folder = settings.state_dir / FOLDER
    paths = sorted(folder.glob("*.jsonl" if run_id is None else f"{run_id}.jsonl"))
    if not paths:
        which = f" of run {run_id}" if run_id else ""
        raise InputError(f"{folder}: there are no dead letters{which}")
    readers = {suffix: r.component for suffix, r in plugins.readers().items()}
    limit = settings.max_article_chars
    records = (within_limit(record, limit) for record in read_dead_letters(paths, readers))
    size = sum(path.stat().st_size for path in paths)
    options = Options(tuple(plugin or ()), quiet=as_json, on_dead_letter=_Namer())
    client = connect(settings)

    def tried() -> None:
        for path in paths:
            path.rename(path.with_suffix(".retried"))

    names = [str(path) for path in paths]
    _run(client, plugins, records, names, size, options, no_settle, as_json, tried)


def _run(
    client: Elasticsearch,
    plugins: Plugins,
    records: Iterable[Record | Rejected],
    names: list[str],
    size: int,
    options: Options,
    no_settle: bool,
    as_json: bool,
    when_done: Callable[[], None] = lambda: None,
) -> None:
    settings = plugins.settings
    for line in refresh_authority(client, settings.prefix, plugins):
        typer.echo(line, err=True)
    account = Account(new_run_id("ingest"), tuple(names))
    try:
        ingest(client, settings, records, names, size, options, account)
    except (MusnadError, KeyboardInterrupt):
        # What went in before it failed is told all the same; the error itself is told by `main`.
        if account.state != "running":
            _report(account, as_json)
        raise
    if account.state == "done":
        when_done()
    settled = None
    if not no_settle and account.state == "done":
        with opened_linkers(plugins) as linkers:
            settled = settle_archive(client, settings.prefix, linkers)
    _report(account, as_json, settled)
    if account.dead_letters and not as_json:
        file = settings.state_dir / FOLDER / f"{account.run_id}.jsonl"
        typer.echo(f"dead letters are in {os.path.relpath(file)}; `musnad retry` tries them again")
    if account.state == "interrupted":
        typer.echo("interrupted: run the same command again to go on", err=True)
        raise typer.Exit(130)
    if not account.adds_up:
        raise typer.Exit(2)
    if account.dead_letters:
        raise typer.Exit(1)


class _Report(Protocol):
    def as_dict(self) -> dict[str, Any]: ...
    def lines(self) -> list[str]: ...


def _report(account: Account, as_json: bool, settled: _Report | None = None) -> None:
    if as_json:
        report = account.as_dict() | {"settled": settled.as_dict() if settled else None}
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    for line in [*account.lines(), *(settled.lines() if settled else ())]:
        typer.echo(line)


class _Namer:
    """Names the first dead letters on standard error."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, message: str) -> None:
        self.count += 1
        if self.count <= NAMED:
            typer.echo(f"musnad: dead letter: {message}", err=True)
        elif self.count == NAMED + 1:
            typer.echo("musnad: more dead letters are in the file only", err=True)
