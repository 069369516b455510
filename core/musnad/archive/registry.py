"""The claim registry in Elasticsearch: the seed claims of all statements of the archive."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from musnad.archive.documents import StatementDocument
from musnad.archive.read import ArchiveReader
from musnad.claims import MemoryClaimRegistry, seed_claim, seed_statement
from musnad.model import Claim

MAX_TERMS = 10_000
"""Values of one `terms` query; Elasticsearch takes 65,536."""


def terms(field: str, values: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield queries for documents with one of `values`, each of a size that Elasticsearch takes."""
    ordered = sorted(set(values))
    for i in range(0, len(ordered), MAX_TERMS):
        yield {"terms": {field: ordered[i : i + MAX_TERMS]}}


class ArchiveClaimRegistry:
    """A `ClaimRegistry` over the statements index. What was written lately is seen after a refresh.

    Every method raises `ArchiveError` where Elasticsearch is out of reach.
    """

    def __init__(self, reader: ArchiveReader) -> None:
        self.reader = reader

    def get(self, claim_id: str) -> Claim | None:
        """Return a seed claim by id, following redirects of merged claims; None where there is none."""
        seen: set[str] = set()
        while claim_id and claim_id not in seen:
            seen.add(claim_id)
            statement = self.reader.statement(seed_statement(claim_id))
            if statement is not None and (found := seed_claim(statement)) is not None:
                return found if found.id == claim_id else None
            stored = self.reader.claims([claim_id]).get(claim_id)
            claim_id = (stored.merged_into if stored else None) or ""
        return None

    def candidates(self, keys: Collection[str]) -> Sequence[Claim]:
        """Return the seed claims that have at least one of `keys`, in order of their ids."""
        return self.loaded(keys).candidates(keys)

    def loaded(self, keys: Collection[str]) -> MemoryClaimRegistry:
        """Return a registry in memory that gives the same candidates for any of `keys`."""
        return registry_of(statements_with(self.reader, keys))


def statements_with(reader: ArchiveReader, keys: Collection[str]) -> list[StatementDocument]:
    """Return the statements that have at least one of these blocking keys, each once."""
    found = {
        hit["_id"]: hit["_source"]
        for query in terms("keys", keys)
        for hit in reader.scan("statements", query)
    }
    return [StatementDocument.model_validate(source) for source in found.values()]


def registry_of(statements: Collection[StatementDocument]) -> MemoryClaimRegistry:
    """Return the registry of these statements' seed claims, under the keys stored with them."""
    return MemoryClaimRegistry(
        (claim, statement.keys)
        for statement in statements
        if (claim := seed_claim(statement)) is not None
    )
