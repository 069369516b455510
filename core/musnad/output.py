"""The JSON of `musnad enrich --json` (design §2, "As JSON"): for programs to build on.

Every key is always there, null or empty for unknown. It changes only with `schema_version`; the schema is
`docs/enrich-schema.json`.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from musnad.components import Rejected
from musnad.model import (
    SCHEMA_VERSION,
    Article,
    ComponentRun,
    EnrichmentError,
    Mention,
    Model,
    Publisher,
    Source,
    Statement,
    Status,
)
from musnad.pipeline import Enriched


class ClaimLine(Model):
    """A claim as this article alone tells it."""

    id: str
    text: str
    status: Status


class EnrichmentLine(Model):
    """How the article was enriched."""

    components: tuple[ComponentRun, ...]
    errors: tuple[EnrichmentError, ...]


class ArticleLine(Model):
    """The line of an article."""

    schema_version: int = Field(default=SCHEMA_VERSION)
    article: Article
    outlet: Publisher | None
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    claims: tuple[ClaimLine, ...]
    enrichment: EnrichmentLine


class ReadError(Model):
    """Why a record could not be read."""

    code: str
    message: str
    source: Source


class ErrorLine(Model):
    """The line of a record that could not be read, in its place."""

    schema_version: int = Field(default=SCHEMA_VERSION)
    error: ReadError


def article_line(enriched: Enriched, *, stable: bool = False) -> str:
    """Return the JSON line of an enriched article; with `stable`, without times and durations."""
    line = ArticleLine(
        article=enriched.article,
        outlet=enriched.outlet,
        mentions=enriched.mentions,
        statements=enriched.statements,
        claims=tuple(ClaimLine(id=c.id, text=c.text, status=c.status) for c in enriched.claims),
        enrichment=EnrichmentLine(
            components=enriched.enrichment.components, errors=enriched.enrichment.errors
        ),
    )
    content: dict[str, Any] = line.model_dump(mode="json")
    if stable:
        for component in content["enrichment"]["components"]:
            del component["seconds"]
    return json.dumps(content, ensure_ascii=False)


def error_line(rejected: Rejected) -> str:
    """Return the JSON line that stands for a record that could not be read."""
    error = ReadError(code=rejected.code, message=rejected.message, source=rejected.source)
    return json.dumps(ErrorLine(error=error).model_dump(mode="json"), ensure_ascii=False)


def schema() -> dict[str, Any]:
    """Return the JSON schema of a line: an article's or an error's."""
    from pydantic import TypeAdapter

    adapter: TypeAdapter[ArticleLine | ErrorLine] = TypeAdapter(ArticleLine | ErrorLine)
    result = adapter.json_schema(mode="serialization")
    # `--stable` leaves durations out.
    result["$defs"]["ComponentRun"]["required"] = [
        key for key in result["$defs"]["ComponentRun"]["required"] if key != "seconds"
    ]
    return result


if __name__ == "__main__":
    # How docs/enrich-schema.json is made; a test compares the two.
    import sys

    json.dump(schema(), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
