"""`musnad enrich`: what the plugins find in articles, without Elasticsearch."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, cast, get_args

import typer

from musnad.commands.context import (
    context,
    encoding_option,
    fields_option,
    json_option,
    plugin_option,
)
from musnad.commands.dry_run import tell_passed_over
from musnad.commands.show_article import print_article
from musnad.component_runs import OnError
from musnad.components import Record, Rejected
from musnad.ingest.problems import with_problems
from musnad.output import article_line, error_line
from musnad.pipeline import Enriched, Pipeline
from musnad.readers.inputs import find_inputs, read_records

_BATCH = 32


def enrich_records(
    pipeline: Pipeline, records: Iterator[Record | Rejected], batch: int = _BATCH
) -> Iterator[Enriched | Rejected]:
    """Yield each record enriched (or as it was rejected), in order, working in batches."""
    waiting: list[Record | Rejected] = []
    for record in records:
        waiting.append(record)
        if sum(isinstance(item, Record) for item in waiting) >= batch:
            yield from _enrich(pipeline, waiting)
            waiting = []
    yield from _enrich(pipeline, waiting)


def _enrich(pipeline: Pipeline, waiting: list[Record | Rejected]) -> Iterator[Enriched | Rejected]:
    articles = [item for item in waiting if isinstance(item, Record)]
    done = iter(pipeline.enrich_batch([item.article for item in articles]))
    for item in waiting:
        if isinstance(item, Rejected):
            yield item
        else:
            yield with_problems(next(done), item)


def checked_on_error(value: str) -> OnError:
    """Return the value of --on-error. Raises `BadParameter` for another."""
    for known in get_args(OnError):
        if value == known:
            return cast("OnError", known)
    raise typer.BadParameter("must be record, deadletter or abort", param_hint="--on-error")


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("enrich")(enrich)


def enrich(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT…", help="Files, folders, globs, or - (JSON Lines)."),
    ],
    as_json: json_option = False,
    stable: Annotated[
        bool, typer.Option("--stable", help="With --json: leave times and durations out.")
    ] = False,
    plugin: plugin_option = None,
    on_error: Annotated[
        str,
        typer.Option(help="What a failing component does: record | deadletter | abort."),
    ] = "record",
    encoding: encoding_option = None,
    fields: fields_option = None,
) -> None:
    """Show what is found in articles: actors, outlets, statements, claims. Needs no Elasticsearch."""
    chosen = checked_on_error(on_error)
    plugins = context.plugins(plugin, encoding, fields)
    files = find_inputs(inputs, plugins.readers())
    failed = False
    with Pipeline(plugins, on_error=chosen) as pipeline:
        for key, reason in pipeline.missed.items():
            typer.echo(f"musnad: {key} is off: {reason}", err=True)
        limit = context.settings.max_article_chars
        for item in files:
            for done in enrich_records(pipeline, read_records(item, max_chars=limit)):
                if isinstance(done, Rejected):
                    failed = True
                    if as_json:
                        sys.stdout.write(error_line(done) + "\n")
                    typer.echo(f"musnad: {done.message}", err=True)
                    continue
                if done.dead:
                    failed = True
                    typer.echo(f"musnad: {done.article.id}: {done.dead}", err=True)
                if as_json:
                    sys.stdout.write(article_line(done, stable=stable) + "\n")
                else:
                    print_article(done)
    tell_passed_over(files)
    if failed:
        raise typer.Exit(1)
