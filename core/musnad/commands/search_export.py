"""`musnad search … --export`: everything that a search finds, as a file for other programs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from musnad.archive.read import ArchiveReader
from musnad.commands.context import context
from musnad.errors import InputError
from musnad.exports.articles import FORMATS, ExportOptions, export_articles
from musnad.search import Filters, article_query

PLAIN_SECONDS = 10.0
export_option = Annotated[
    str | None,
    typer.Option(metavar="FORMAT", help=f"Write all that is found as {', '.join(FORMATS)}."),
]
out_option = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="With --export: where to (default: standard output)."),
]
publisher_option = Annotated[
    str | None, typer.Option(help="With --export claimreview: who gives the statuses.")
]
base_option = Annotated[
    str | None,
    typer.Option("--url", help="With --export claimreview: what ids are appended to."),
]


def check_export(form: str | None, out: Path | None) -> None:
    """Raise `BadParameter` for no format, or for a file without one."""
    if form is None and out is not None:
        raise typer.BadParameter("goes with --export only", param_hint="--out")
    if form is not None and form not in FORMATS:
        raise typer.BadParameter(f"there is only {', '.join(FORMATS)}", param_hint="--export")


class _Count:
    """Tells on standard error how far an export is: a moving line on a terminal, plain lines elsewhere."""

    def __init__(self, total: int) -> None:
        self.done = 0
        self._total = total
        self._last = time.monotonic()
        self._moving = sys.stderr.isatty()
        self._pause = 0.2 if self._moving else PLAIN_SECONDS

    def add(self) -> None:
        self.done += 1
        now = time.monotonic()
        if now - self._last >= self._pause:
            self._last = now
            end = "\r" if self._moving else "\n"
            sys.stderr.write(f"exported {self.done} of {self._total} articles{end}")
            sys.stderr.flush()


def export_found(
    reader: ArchiveReader,
    filters: Filters,
    form: str,
    out: Path | None,
    *,
    offset: int = 0,
    limit: int | None = None,
    publisher: str | None = None,
    base: str | None = None,
) -> None:
    """Write what a search finds. Raises `InputError` where the file cannot be written."""
    prefix = context.settings.prefix
    options = ExportOptions(
        publisher or f"Musnad archive {prefix}", base or f"urn:musnad:{prefix}:", offset, limit
    )
    count = _Count(reader.count("articles", article_query(filters)))
    pieces = export_articles(reader, filters, form, options, count.add)
    if out is None:
        sys.stdout.writelines(pieces)
    else:
        _write(out, pieces)
    where = f" to {out}" if out else ""
    typer.echo(f"exported {count.done} articles as {form}{where}", err=True)


def _write(out: Path, pieces: Iterator[str]) -> None:
    """Write to a file beside it that takes its name at the end: what has the name is whole."""
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(pieces)
        part.replace(out)
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
