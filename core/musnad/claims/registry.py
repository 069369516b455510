"""The claims that linkers compare with: a provisional one for each statement with content.

Linkers always compare a statement with *seed claims*, never with settled ones: so a pair's decision does not
depend on what else the archive holds, and settling (`settle.py`) makes claims of all accepted links.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from musnad.claims.decisions import seed_id
from musnad.claims.relation import relation_of
from musnad.claims.status import Evidence, status_of
from musnad.components import ClaimLinker
from musnad.model import Claim, RelationCounts, Statement


def seed_claim(statement: Statement) -> Claim | None:
    """Return the provisional claim of a statement: what it says, as if nobody else spoke of it.

    None where it says nothing (a refusal to comment). The id depends on the statement's id only.
    """
    if statement.said is None:
        return None
    relation = relation_of(statement.stance)
    status, history = status_of([Evidence(statement, relation)], actors=statement.actors)
    return Claim(
        id=seed_id(statement.id),
        text=statement.said.surface,
        status=status,
        history=history,
        actors=statement.actors,
        first_seen=statement.stated_at,
        last_seen=statement.stated_at,
        relations=RelationCounts(**{relation: 1}),
    )


class MemoryClaimRegistry:
    """A `ClaimRegistry` in memory: read-only once made."""

    def __init__(
        self,
        claims: Iterable[tuple[Claim, Collection[str]]],
        redirects: Mapping[str, str] | None = None,
    ) -> None:
        """Take claims, each with its blocking keys, and the ids of merged claims with where they went."""
        self._claims: dict[str, Claim] = {}
        self._by_key: dict[str, list[str]] = {}
        self._redirects = dict(redirects or {})
        for claim, keys in claims:
            self._claims[claim.id] = claim
            for key in keys:
                self._by_key.setdefault(key, []).append(claim.id)

    @classmethod
    def of(
        cls, statements: Iterable[Statement], linkers: Sequence[ClaimLinker]
    ) -> MemoryClaimRegistry:
        """Return the registry of the seed claims of `statements`, under the keys that `linkers` give."""
        return cls(
            (claim, {key for linker in linkers for key in linker.keys(statement)})
            for statement in statements
            if (claim := seed_claim(statement)) is not None
        )

    def get(self, claim_id: str) -> Claim | None:
        """Return a claim by id, following redirects; None where there is none."""
        seen: set[str] = set()
        while claim_id in self._redirects and claim_id not in seen:
            seen.add(claim_id)
            claim_id = self._redirects[claim_id]
        return self._claims.get(claim_id)

    def candidates(self, keys: Collection[str]) -> Sequence[Claim]:
        """Return the claims that have at least one of `keys`, in order of their ids."""
        found = {claim_id for key in keys for claim_id in self._by_key.get(key, ())}
        return [self._claims[claim_id] for claim_id in sorted(found)]
