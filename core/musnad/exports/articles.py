"""Exports of the articles that a search finds, however many: read from one point in time, written as they come."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from musnad.archive.documents import ActorDocument, ArticleDocument
from musnad.archive.read import ArchiveReader
from musnad.claimreview import claim_reviews, graph_lines
from musnad.contradictions import statements_by_claim
from musnad.exports.ftm import article_entities, entities, mentioned
from musnad.search import Filters, article_query
from musnad.tables import csv_lines
from musnad.timezone import zone_of

Json = dict[str, Any]
COLUMNS = (
    "id", "published_at", "published_precision", "published_source", "outlet_id", "outlet", "title", "url", "byline",
    "actors", "actor_ids", "cited_outlets", "speakers", "stances", "claim_ids", "claim_status",
    "claim_status_at_publication", "copy_group", "source_file", "characters",
)  # fmt: skip
"""Of the CSV; the text itself is left out: a cell of a spreadsheet holds 32,767 characters."""
_NEWEST = ({"published_at": {"order": "desc", "missing": "_last"}}, {"id": "asc"})
_AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What some formats ask for."""

    publisher: str
    """Who gives the statuses of a ClaimReview."""
    base: str
    """What ids are appended to, to make URLs."""
    offset: int = 0
    limit: int | None = None
    """None: all."""


def export_articles(
    reader: ArchiveReader,
    filters: Filters,
    form: str,
    options: ExportOptions,
    done: Callable[[], None] = lambda: None,
) -> Iterator[str]:
    """Yield the text of an export in a format of `FORMATS`, newest article first.

    `filters` holds ids, not names; `done` is called for each article. Raises `KeyError` for no format.
    """
    hits = reader.scan("articles", article_query(filters), sort=_NEWEST)
    sources = _counted(_part(hits, options), done)
    return FORMATS[form](reader, sources, filters, options)


def _part(hits: Iterable[Json], options: ExportOptions) -> Iterator[Json]:
    last = None if options.limit is None else options.offset + options.limit
    return islice((hit["_source"] for hit in hits), options.offset, last)


def _counted(sources: Iterable[Json], done: Callable[[], None]) -> Iterator[Json]:
    for source in sources:
        yield source
        done()


def _csv(
    reader: ArchiveReader, sources: Iterator[Json], filters: Filters, options: ExportOptions
) -> Iterator[str]:
    return csv_lines(COLUMNS, map(article_row, sources))


def article_row(source: Mapping[str, Any]) -> Json:
    """Return the row of a stored article."""
    row = {column: source.get(column) for column in COLUMNS}
    return row | {
        "outlet": source.get("outlet_name") or source.get("outlet"),
        "actors": source.get("actor_names"),
        "actor_ids": source.get("actors"),
        "cited_outlets": [
            *source.get("cited_outlet_names", ()),
            *source.get("unnamed_outlets", ()),
        ],
        "speakers": source.get("speaker_names"),
        "source_file": (source.get("source") or {}).get("file"),
        "characters": len(source.get("title", "")) + len(source.get("body", "")),
    }


def _jsonl(
    reader: ArchiveReader, sources: Iterator[Json], filters: Filters, options: ExportOptions
) -> Iterator[str]:
    for source in sources:
        yield json.dumps(source, ensure_ascii=False) + "\n"


def _claimreview(
    reader: ArchiveReader, sources: Iterator[Json], filters: Filters, options: ExportOptions
) -> Iterator[str]:
    return graph_lines(_reviews(reader, sources, filters, options))


def _reviews(
    reader: ArchiveReader, sources: Iterator[Json], filters: Filters, options: ExportOptions
) -> Iterator[Json]:
    """Yield the claims of the articles, each once; of the statuses searched for, where any are."""
    seen, zone = set[str](), zone_of(filters.time_zone)
    for batch in _batches(sources):
        ids = list(dict.fromkeys(c for source in batch for c in source.get("claim_ids", ())))
        new = [claim for claim in ids if claim not in seen]
        seen.update(new)
        claims = {
            claim.id: claim
            for claim in reader.claims(new).values()
            if claim.merged_into is None
            and (not filters.statuses or claim.status in filters.statuses)
        }
        statements = statements_by_claim(reader, claims)
        for claim in claims.values():
            yield from claim_reviews(
                claim, statements[claim.id], options.publisher, options.base, zone
            )


def _ftm(
    reader: ArchiveReader, sources: Iterator[Json], filters: Filters, options: ExportOptions
) -> Iterator[str]:
    known: dict[str, ActorDocument] = {}
    zone = zone_of(filters.time_zone)
    for batch in _batches(sources):
        articles = [ArticleDocument.model_validate(source) for source in batch]
        # All records are kept to the end, where they are written: an authority fits into memory.
        known |= reader.actors(sorted(mentioned(articles) - known.keys()))
        for article in articles:
            for entity in article_entities(article, known, zone):
                yield json.dumps(entity, ensure_ascii=False) + "\n"
    for entity in entities(known[key] for key in sorted(known)):
        yield json.dumps(entity, ensure_ascii=False) + "\n"


def _batches(sources: Iterator[Json]) -> Iterator[Sequence[Json]]:
    while batch := list(islice(sources, _AT_A_TIME)):
        yield batch


FORMATS: Mapping[
    str, Callable[[ArchiveReader, Iterator[Json], Filters, ExportOptions], Iterator[str]]
] = {"csv": _csv, "jsonl": _jsonl, "claimreview": _claimreview, "ftm": _ftm}
