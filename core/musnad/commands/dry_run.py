"""`musnad ingest --dry-run`: records as they would be read, so that an operator sees whether the fields are right."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice

import typer

from musnad.commands.show_article import isolate, one_line
from musnad.components import Record, Rejected
from musnad.model import Article, Source
from musnad.readers.fieldmap import ALSO_READ
from musnad.readers.inputs import Input, passed_over, read_records

SHOWN = 10
BODY_CHARACTERS = 160
VALUE_CHARACTERS = 120
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});")
_FIELDS = ("id", "url", "outlet", "byline", "language", "collection")


def show_records(
    inputs: Sequence[Input], max_chars: int, collection: str | None, *, as_json: bool
) -> None:
    """Print the first records, some of each of the first inputs; exit with status 1 where one is refused."""
    records = list(_first(inputs, max_chars, collection))
    for number, record in enumerate(records, 1):
        if as_json:
            typer.echo(_line(record))
        elif isinstance(record, Rejected):
            typer.echo(f"{number}  refused ({record.code}): {record.message}\n")
        else:
            _print(number, record)
    if not as_json:
        _summary(records, inputs)
    if any(isinstance(record, Rejected) for record in records):
        raise typer.Exit(1)


def tell_passed_over(inputs: Sequence[Input]) -> None:
    """Say on standard error what in the inputs was no record and so is in no account."""
    for reason, count in passed_over(inputs).items():
        typer.echo(f"musnad: passed over {count} × {reason}", err=True)


def _first(
    inputs: Sequence[Input], max_chars: int, collection: str | None
) -> Iterator[Record | Rejected]:
    """Yield up to `SHOWN` records, as evenly from the inputs as they are many."""
    reading = [
        read_records(item, max_chars=max_chars, collection=collection) for item in inputs[:SHOWN]
    ]
    taken: list[list[Record | Rejected]] = [[] for _ in reading]
    left = SHOWN
    while left > 0:
        before = left
        for found, records in zip(reading, taken, strict=True):
            for record in islice(found, 1 if left else 0):
                records.append(record)
                left -= 1
        if left == before:
            break
    yield from chain.from_iterable(taken)


def _line(record: Record | Rejected) -> str:
    if isinstance(record, Rejected):
        error = {"code": record.code, "message": record.message}
        return json.dumps(
            {"error": error | {"source": record.source.model_dump()}}, ensure_ascii=False
        )
    return json.dumps(
        {"article": record.article.model_dump(mode="json"), "problems": record.problems},
        ensure_ascii=False,
    )


def _print(number: int, record: Record) -> None:
    article = record.article
    typer.echo(f"{number}  {_place(article.source)}")
    _field("title", _short(article.title, VALUE_CHARACTERS) if article.title.strip() else "(none)")
    for field in _FIELDS:
        value = getattr(article, field)
        if value is not None:
            _field(field, _short(value, VALUE_CHARACTERS))
    _field("published_at", _date(article))
    paragraphs = sum(1 for line in article.body.splitlines() if line.strip())
    _field("body", f"{len(article.body)} characters in {paragraphs} paragraphs")
    if article.body.strip():
        _field("", _ends(article.body))
    for name, value in article.extra.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        _field(f"extra.{name}", _short(text, VALUE_CHARACTERS))
    for problem in record.problems:
        typer.echo(f"   ! {problem}")
    typer.echo("")


def _field(name: str, value: str) -> None:
    typer.echo(f"   {name:<13} {value}")


def _place(source: Source | None) -> str:
    return f"{source.file}, at {source.position}" if source else ""


def _short(text: str, most: int) -> str:
    text = one_line(text)
    return isolate(text if len(text) <= most else text[: most - 1] + "…")


def _ends(body: str) -> str:
    """Return the beginning of a text and its end, where what does not belong to it is mostly found."""
    text = one_line(body)
    if len(text) <= 2 * BODY_CHARACTERS:
        return isolate(text)
    return isolate(f"{text[:BODY_CHARACTERS]} […] {text[-BODY_CHARACTERS // 2 :]}")


def _date(article: Article) -> str:
    if article.published_at is None:
        return "(none)"
    shown = article.published_at.isoformat(" ")
    return f"{shown} (exact to the {article.published_precision})"


def _summary(records: Sequence[Record | Rejected], inputs: Sequence[Input]) -> None:
    """Print how many records have each field, and what may be wrong with all of them."""
    articles = [record.article for record in records if isinstance(record, Record)]
    refused = len(records) - len(articles)
    typer.echo(
        f"{len(articles)} records read, {refused} refused, of {len(inputs)} inputs; nothing is written"
    )
    if not articles:
        return
    have = Counter(
        field
        for article in articles
        for field in ("title", "body", *_FIELDS, "published_at")
        if (value := getattr(article, field)) and (not isinstance(value, str) or value.strip())
    )
    typer.echo("   have: " + ", ".join(f"{field} {have[field]}" for field in ALSO_READ))
    unknown = Counter(name for article in articles for name in article.extra)
    if unknown:
        names = ", ".join(f"{name} {count}" for name, count in unknown.most_common(12))
        typer.echo(f"   in no field of an article, kept in extra: {names}")
    for reason, count in passed_over(inputs).items():
        typer.echo(f"   passed over: {count} × {reason}")
    referring = sum(1 for a in articles if _REFERENCE.search(a.title) or _REFERENCE.search(a.body))
    if referring:
        typer.echo(
            f"   ! {referring} have character references such as &quot; in their text: read them with "
            "character_references = true under [format] of the field map (--fields)"
        )
    ids = Counter(article.id for article in articles)
    twice = [name for name, count in ids.items() if count > 1]
    if twice:
        typer.echo(f"   ! {len(twice)} ids come more than once: the last of them would stand")
    for field in ("title", "body", "published_at"):
        if not have[field]:
            typer.echo(
                f"   ! no record has a {field}: say which field it is in with --fields (docs/inputs.md)"
            )
