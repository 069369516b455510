"""The claim registry in Elasticsearch: the seed claims of all statements of the archive."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from musnad.archive.documents import StatementDocument
from musnad.archive.read import ArchiveReader
from musnad.claims import MemoryClaimRegistry, seed_claim, seed_statement
from musnad.model import Claim, Statement

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
        return registry_of(Seeds(self.reader).with_keys(keys))


@dataclass(frozen=True, slots=True)
class Seed:
    """What others compare themselves with: the claim that a statement seeds, and the keys it is found under."""

    statement_id: str
    article_id: str
    claim: Claim | None
    """None where nothing is said."""
    keys: tuple[str, ...]

    @classmethod
    def of(cls, statement: StatementDocument) -> Seed:
        """Return the seed of a statement that was read whole."""
        return cls(statement.id, statement.article_id, seed_claim(statement), statement.keys)

    @classmethod
    def of_source(cls, source: Mapping[str, Any]) -> Seed:
        """Return the seed of a statement as it is stored, of which only `SEED_FIELDS` were read."""
        values = {name: source[name] for name in Statement.model_fields if name in source}
        statement = Statement.model_validate(values)
        keys = tuple(source.get("keys", ()))
        return cls(statement.id, statement.article_id, seed_claim(statement), keys)


SEED_FIELDS = [*Statement.model_fields, "keys"]
"""The links of a statement are many times as large as all else of it, and no seed depends on them."""
MOST_SEEDS = 30_000
"""So many seeds are remembered at a time: about 100 MB."""


class Seeds:
    """The seeds of statements, each read once while there is room to remember it."""

    def __init__(self, reader: ArchiveReader) -> None:
        self.reader = reader
        self._known: dict[str, Seed] = {}

    def remember(self, seed: Seed) -> None:
        """Have a seed at hand. What is remembered stays: what comes when there is no more room is read each time."""
        # One that is there and was written anew since comes in its place, room or not.
        if seed.statement_id in self._known or len(self._known) < MOST_SEEDS:
            self._known[seed.statement_id] = seed

    def with_keys(self, keys: Collection[str]) -> list[Seed]:
        """Return the seeds that have at least one of these blocking keys, each once. Raises `ArchiveError`."""
        ids = {
            hit["_id"]
            for query in terms("keys", keys)
            for hit in self.reader.scan("statements", query, source=False)
        }
        found = [self._known[key] for key in ids if key in self._known]
        for query in terms("id", ids - self._known.keys()):
            for hit in self.reader.scan("statements", query, source=SEED_FIELDS):
                seed = Seed.of_source(hit["_source"])
                self.remember(seed)
                found.append(seed)
        return found


def statements_with(reader: ArchiveReader, keys: Collection[str]) -> list[StatementDocument]:
    """Return the statements that have at least one of these blocking keys, each once and whole."""
    found = {
        hit["_id"]: hit["_source"]
        for query in terms("keys", keys)
        for hit in reader.scan("statements", query)
    }
    return [StatementDocument.model_validate(source) for source in found.values()]


def registry_of(seeds: Iterable[Seed]) -> MemoryClaimRegistry:
    """Return the registry of these seeds, under the keys stored with them."""
    return MemoryClaimRegistry((seed.claim, seed.keys) for seed in seeds if seed.claim is not None)
