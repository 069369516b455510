"""`musnad ingest` and `musnad retry`: articles into the archive."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer
from elasticsearch import Elasticsearch

from musnad.archive.authority import refresh_authority
from musnad.archive.client import connect
from musnad.archive.indices import init
from musnad.archive.read import ArchiveReader
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.archive.stale import stale_articles
from musnad.archive.vocabulary import collect_words
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
from musnad.ingest.checkpoint import FileCheckpoint
from musnad.ingest.deadletters import FOLDER, hold, let_go, lock_of, read_dead_letters
from musnad.ingest.resuming import Command, command_to_resume
from musnad.ingest.run import OnRay, Options, ingest
from musnad.ingest.sources import Files
from musnad.plugins import Plugins
from musnad.readers.inputs import Input, find_inputs, passed_over, within_limit
from musnad.reindex.progress import Progress

TYPICAL_BYTES = 4_000
"""Of an article, to guess whether worker processes are worth starting."""
NAMED = 20
"""So many dead letters are named on standard error; the others are in the file."""

workers_option = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="Processes that enrich; 0: only this one (default: the cores, 0 for small inputs).",
    ),
]
engine_option = Annotated[
    str,
    typer.Option(
        help="Where articles are enriched: local (this machine) | ray (a Ray cluster; extra `ray`)."
    ),
]
ray_address_option = Annotated[
    str | None,
    typer.Option(
        envvar="RAY_ADDRESS",
        metavar="ADDRESS",
        help="Of the Ray cluster (default: a Ray of its own on this machine).",
    ),
]
report_option = Annotated[
    Path | None, typer.Option("--report", metavar="FILE", help="Also write the report, as JSON.")
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
    workers: workers_option = None,
    engine: engine_option = "local",
    ray_address: ray_address_option = None,
    no_settle: no_settle_option = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run that was killed or interrupted.")
    ] = False,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Begin anew where the same run was interrupted.")
    ] = False,
    report: report_option = None,
    plugin: plugin_option = None,
    as_json: json_option = False,
) -> None:
    """Enrich articles and put them into the archive; what is unchanged is left alone.

    Exit status: 0 all went in or was unchanged, 1 there are dead letters (or it failed), 2 the account does
    not add up, 130 interrupted.
    """
    if stale == bool(inputs or resume):
        raise InputError(
            "name files to ingest, or give --stale alone to enrich stale articles again, or --resume alone to go "
            "on with a run that was interrupted"
        )
    settings = context.settings
    command = Command(
        settings.prefix,
        str(Path.cwd()),
        tuple(inputs or ()),
        collection,
        encoding,
        str(fields) if fields else None,
        tuple(map(str, plugin or ())),
        checked_on_error(on_error),
    )
    if resume and not inputs:
        command = command_to_resume(settings.state_dir, settings.prefix, Path.cwd())
    elif resume and not command.checkpoint(settings.state_dir).exists():
        raise InputError("there is no interrupted run of these files: leave --resume away")
    extra = [Path(path) for path in command.plugins]
    plugins = context.plugins(
        extra, command.encoding, Path(command.fields) if command.fields else None
    )
    settings = plugins.settings
    found = find_inputs(command.inputs, plugins.readers())
    if dry_run:
        show_records(found, settings.max_article_chars, command.collection, as_json=as_json)
        return
    options = Options(
        tuple(extra),
        checked_on_error(command.on_error),
        workers,
        as_json,
        _Namer(),
        _tell,
        from_start,
        checked_engine(engine, ray_address, workers),
    )
    output = _Output(as_json, report, no_settle, found)
    client = connect(settings)
    if make:
        init(client, settings.prefix, plugins, lambda: collect_words(plugins))
    if stale:
        reader = ArchiveReader(client, settings.prefix)
        # Read only when the run has brought the archive in line with the authority, which marks articles.
        again = stale_articles(reader)
        count = reader.count("articles", {"term": {"enrichment.stale": True}})
        names, guess = ["(stale articles)"], count * TYPICAL_BYTES
        _run(client, plugins, again, names, guess, options, output)
        return
    files = Files(found, max_chars=settings.max_article_chars, collection=command.collection)
    path = command.checkpoint(settings.state_dir) if files.markable else None
    names = [item.path for item in files.inputs]
    try:
        _run(client, plugins, files, names, files.size, options, output, path, command)
    finally:
        tell_passed_over(found)


def retry(
    run_id: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="Only the dead letters of this run.")
    ] = None,
    encoding: encoding_option = None,
    fields: fields_option = None,
    no_settle: no_settle_option = False,
    report: report_option = None,
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
    with ExitStack() as held:
        _retry(_at_rest(paths, held), plugins, plugin, _Output(as_json, report, no_settle))


def _at_rest(paths: list[Path], held: ExitStack) -> list[Path]:
    """Return those of the files that no run is writing, and hold them. Raises `InputError` where there are none."""
    free: list[Path] = []
    for path in paths:
        lock = lock_of(path)
        try:
            taken = hold(lock)
        except OSError as error:
            raise InputError(f"{lock.lock_file}: cannot be written: {error.strerror}") from error
        if not taken:
            _tell(f"{path.name} is left out: a run is at it")
            continue
        held.callback(let_go, lock)
        # Another `retry` may have been at it until a moment ago.
        if path.exists():
            free.append(path)
    if not free:
        raise InputError(
            "there are no dead letters but those that a run is at: wait until it is done"
        )
    return free


def _retry(paths: list[Path], plugins: Plugins, plugin: list[Path] | None, output: _Output) -> None:
    settings = plugins.settings
    readers = {suffix: r.component for suffix, r in plugins.readers().items()}
    limit = settings.max_article_chars
    records = (within_limit(record, limit) for record in read_dead_letters(paths, readers))
    size = sum(path.stat().st_size for path in paths)
    options = Options(tuple(plugin or ()), quiet=output.as_json, on_dead_letter=_Namer())
    client = connect(settings)

    def tried() -> None:
        for path in paths:
            path.rename(path.with_suffix(".retried"))

    names = [str(path) for path in paths]
    _run(client, plugins, records, names, size, options, output, when_done=tried)


def checked_engine(engine: str, address: str | None, workers: int | None) -> OnRay | None:
    """Return what --engine and its options mean. Raises `InputError`."""
    if engine == "local":
        return None
    if engine != "ray":
        raise InputError(f'--engine {engine}: one of "local", "ray"')
    if workers == 0:
        raise InputError("--engine ray needs at least one worker: --workers 1, or leave it away")
    return OnRay(address)


@dataclass(frozen=True, slots=True)
class _Output:
    """What a run is to tell, and how."""

    as_json: bool
    report: Path | None
    no_settle: bool
    inputs: Sequence[Input] = ()

    def give(self, account: Account, settled: _Report | None = None) -> None:
        """Print the report, and write it where it is wanted."""
        report = account.as_dict() | {
            "passed_over": dict(passed_over(self.inputs)),
            "settled": settled.as_dict() if settled else None,
        }
        if self.report is not None:
            try:
                self.report.write_text(
                    json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
                )
            except OSError as error:
                typer.echo(f"musnad: {self.report}: cannot be written: {error.strerror}", err=True)
        if self.as_json:
            typer.echo(json.dumps(report, ensure_ascii=False))
            return
        for line in [*account.lines(), *(settled.lines() if settled else ())]:
            typer.echo(line)


def _run(
    client: Elasticsearch,
    plugins: Plugins,
    records: Iterable[Record | Rejected] | Files,
    names: list[str],
    size: int,
    options: Options,
    output: _Output,
    checkpoint_path: Path | None = None,
    command: Command | None = None,
    when_done: Callable[[], None] = lambda: None,
) -> None:
    settings = plugins.settings
    for line in refresh_authority(client, settings.prefix, plugins):
        typer.echo(line, err=True)
    account = Account(new_run_id("ingest"), tuple(names))
    checkpoint = None
    if checkpoint_path is not None and command is not None:
        checkpoint = FileCheckpoint(checkpoint_path, account, command.asdict())
    try:
        ingest(client, settings, records, names, size, options, account, checkpoint)
    except (MusnadError, KeyboardInterrupt):
        # What went in before it failed is told all the same; the error itself is told by `main`.
        if account.state != "running":
            output.give(account)
            _how_to_go_on(checkpoint)
        raise
    if account.state == "done":
        when_done()
    settled = None
    if not output.no_settle and account.state == "done":
        with opened_linkers(plugins) as linkers:
            progress = Progress((lambda line: None) if options.quiet else _tell)
            progress.begin("settling claims")
            settled = settle_archive(client, settings.prefix, linkers, on_work=progress.working)
    output.give(account, settled)
    if account.dead_letters and not output.as_json:
        file = settings.state_dir / FOLDER / f"{account.run_id}.jsonl"
        typer.echo(f"dead letters are in {os.path.relpath(file)}; `musnad retry` tries them again")
    if account.state == "interrupted":
        _how_to_go_on(checkpoint)
        raise typer.Exit(130)
    if not account.adds_up:
        raise typer.Exit(2)
    if account.dead_letters:
        raise typer.Exit(1)


def _how_to_go_on(checkpoint: FileCheckpoint | None) -> None:
    if checkpoint is not None and checkpoint.found() is not None:
        _tell(
            "not finished: `musnad ingest --resume`, or the same command again, goes on from here"
        )
    else:
        _tell("not finished: run the same command again to go on")


def _tell(message: str) -> None:
    typer.echo(f"musnad: {message}", err=True)


class _Report(Protocol):
    def as_dict(self) -> dict[str, Any]: ...
    def lines(self) -> list[str]: ...


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
