"""Golden queries of an archive: searches whose results its archivists know, in a small file.

YAML (or JSON): a list, each with `query` (as typed to `musnad search`) and/or `actor`, `status`, `outlet` (ids), `since`,
`until`; and `expected` (ids of articles that must be found), `forbidden` (that must not be).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ConfigDict, ValidationError, field_validator

from musnad.archive.read import ArchiveReader
from musnad.errors import InputError
from musnad.model import Model
from musnad.readers.fields import parse_date
from musnad.search import Filters, article_query


class GoldenQuery(Model):
    """One search, and what it has to find."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: str | None = None
    actor: str | None = None
    status: str | None = None
    outlet: str | None = None
    since: str | None = None
    until: str | None = None
    expected: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    note: str = ""

    @field_validator("since", "until", mode="before")
    @classmethod
    def _date(cls, value: object) -> object:
        """Take a date that YAML has read as one; refuse what no search understands."""
        if value is None:
            return None
        text = value.isoformat() if isinstance(value, date) else str(value)
        parse_date(text)
        return text

    @property
    def filters(self) -> Filters:
        """Return it as a search has it."""

        def one(value: str | None) -> tuple[str, ...]:
            return (value,) if value else ()

        return Filters(
            text=self.query,
            actors=one(self.actor),
            statuses=one(self.status),
            outlets=one(self.outlet),
            since=self.since,
            until=self.until,
        )

    def told(self) -> str:
        """Return what is searched for, in one line."""
        parts = [f"«{self.query}»"] if self.query else []
        for name in ("actor", "status", "outlet", "since", "until"):
            if value := getattr(self, name):
                parts.append(f"{name} {value}")
        return ", ".join(parts)


def read_golden(file: Path) -> list[GoldenQuery]:
    """Return the queries of a file. Raises `InputError` naming file, query and field."""
    try:
        found: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: no YAML: {error}") from error
    rows = found.get("queries") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not rows:
        raise InputError(f"{file}: a list of queries is expected, or `queries:` with one")
    queries = []
    for number, row in enumerate(rows, 1):
        try:
            query = GoldenQuery.model_validate(row)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InputError(f'{file}: query {number}, field "{where}": {first["msg"]}') from error
        if not query.told() or not (query.expected or query.forbidden):
            raise InputError(
                f"{file}: query {number} needs something to search for, and `expected` or `forbidden`"
            )
        queries.append(query)
    return queries


def failures(reader: ArchiveReader, queries: Sequence[GoldenQuery]) -> list[str]:
    """Return what is not found though expected, and found though forbidden, in sentences. Raises `ArchiveError`."""
    told: list[str] = []
    for query in queries:
        judged = [*query.expected, *query.forbidden]
        body = {
            "query": {
                "bool": {
                    "must": article_query(query.filters),
                    "filter": {"ids": {"values": judged}},
                }
            },
            "size": len(judged),
            "source": False,
        }
        found = {hit["_id"] for hit in reader.search("articles", body)["hits"]["hits"]}
        missing = [key for key in query.expected if key not in found]
        wrong = [key for key in query.forbidden if key in found]
        if missing:
            told.append(f"{query.told()} does not find {', '.join(missing)}")
        if wrong:
            told.append(f"{query.told()} finds {', '.join(wrong)}")
    return told
