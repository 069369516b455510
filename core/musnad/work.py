"""An article at work: what the pipeline keeps of it between components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from musnad.dates import Published
from musnad.document import Document
from musnad.model import Article, ComponentRun, EnrichmentError


@dataclass(slots=True)
class Work:
    """An article while it is being enriched; only the pipeline changes it."""

    article: Article
    fingerprint: str
    document: Document
    data: dict[str, Any]
    runs: list[ComponentRun] = field(default_factory=list)
    errors: list[EnrichmentError] = field(default_factory=list)


def publish(work: Work) -> None:
    """Give the article the day of publication that its text tells, where its record tells none."""
    published: Published | None = work.data.get("published")
    if published is not None and work.article.published_at is None:
        work.article = work.article.model_copy(
            update={
                "published_at": published.at,
                "published_precision": published.precision,
                "published_source": published.source,
            }
        )


def dead_letter(errors: Sequence[EnrichmentError]) -> str | None:
    """Return why an article with these errors is a dead letter, None where it has none."""
    if not errors:
        return None
    first = errors[0]
    return f"{first.plugin}.{first.component} failed: {first.exception}: {first.message}"
