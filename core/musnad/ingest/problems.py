"""What a reader had to leave out becomes an enrichment error of its article."""

from __future__ import annotations

from dataclasses import replace

from musnad.components import Record
from musnad.model import EnrichmentError
from musnad.pipeline import Enriched


def with_problems(enriched: Enriched, record: Record) -> Enriched:
    """Return `enriched` with the fields that the reader had to leave out among its errors."""
    if not record.problems:
        return enriched
    errors = tuple(
        EnrichmentError(
            plugin="readers",
            component="fields",
            exception="BadField",
            message=problem,
            article_id=record.article.id,
        )
        for problem in record.problems
    )
    known = enriched.enrichment
    return replace(enriched, enrichment=known.model_copy(update={"errors": errors + known.errors}))
