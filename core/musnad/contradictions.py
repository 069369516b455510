"""Who contradicts whom: sources that stand on both sides of one claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from musnad.archive.documents import ClaimDocument, StatementDocument
from musnad.archive.read import ArchiveReader, in_time_order
from musnad.archive.registry import terms
from musnad.as_of import said_at
from musnad.claims.status import origin
from musnad.model import Link

Kind = Literal["actor", "outlet"]
KINDS: tuple[Kind, ...] = ("actor", "outlet")
_SUPPORTS = ("supports", "confirms")


@dataclass(frozen=True, slots=True)
class Side:
    """A source with its last word on a claim."""

    kind: Kind
    """`outlet` where the outlet itself stands behind it (its own words, or a source that it does not name)."""
    id: str | None
    name: str
    affiliation: str | None
    statement: StatementDocument

    @property
    def at(self) -> datetime | None:
        """When it was said, else published."""
        return said_at(self.statement)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        statement = self.statement
        return {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "affiliation": self.affiliation,
            "at": self.at.isoformat() if self.at else None,
            "statement_id": statement.id,
            "article_id": statement.article_id,
            "outlet_id": statement.outlet_id,
            "outlet_name": statement.outlet_name,
            "sentence": statement.sentence,
        }


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sources of which one says what the other denies."""

    claim: ClaimDocument
    supporter: Side
    denier: Side

    @property
    def at(self) -> datetime | None:
        """When it came to be: the later of the two statements; None where neither is dated."""
        return max((at for at in (self.supporter.at, self.denier.at) if at), default=None)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "at": self.at.isoformat() if self.at else None,
            "claim_id": self.claim.id,
            "claim": self.claim.text,
            "status": self.claim.status,
            "supporter": self.supporter.as_dict(),
            "denier": self.denier.as_dict(),
        }


def side_of(statement: StatementDocument) -> Side | None:
    """Return who stands behind a statement; None where nobody can be named.

    A speaker who is named (or whose body is known) is an actor; what nobody named says is the outlet's.
    """
    speaker = statement.speaker
    name = speaker.name or statement.speaker_name or speaker.actor_id or ""
    if speaker.kind in ("person", "organization") and (speaker.actor_id or name):
        return Side("actor", speaker.actor_id, name, speaker.affiliation, statement)
    if speaker.affiliation:
        return Side("actor", speaker.affiliation, name, speaker.affiliation, statement)
    outlet = speaker.actor_id if speaker.kind == "outlet" else origin(statement)
    if outlet is None:
        return None
    printed_it = outlet == statement.outlet_id
    named = statement.outlet_name if printed_it else (speaker.name or _through(statement, outlet))
    return Side("outlet", outlet, named or outlet, None, statement)


def _through(statement: StatementDocument, outlet: str) -> str | None:
    return next((s.name for s in statement.attribution if s.actor_id == outlet and s.name), None)


def contradictions_in(
    claim: ClaimDocument, statements: Iterable[StatementDocument]
) -> Iterator[Contradiction]:
    """Yield the pairs of sources that contradict each other on a claim; `statements` in order of time.

    Each source stands by its last word; what was taken back counts no more.
    """
    last: dict[tuple[str, str], tuple[str, Side]] = {}
    for statement in statements:
        side = side_of(statement)
        relation = statement.link.relation if statement.link else None
        if side is None or relation is None:
            continue
        key = (side.kind, side.id or side.name)
        if relation == "retracts":
            last.pop(key, None)
        elif relation in _SUPPORTS or relation == "denies":
            last[key] = ("denies" if relation == "denies" else "supports", side)
    denying = [side for stance, side in last.values() if stance == "denies"]
    for stance, side in last.values():
        if stance == "supports":
            for other in denying:
                yield Contradiction(claim, side, other)


def denied_names(
    statements: Iterable[StatementDocument], links: Mapping[str, Link | None]
) -> dict[str, tuple[str, ...]]:
    """Return for each denial among `statements` the names of those who stand behind what it denies.

    `links`: by statement id, the link to its claim. All statements of a claim must be there. Nobody denies
    himself; whom nobody can name is left out.
    """
    behind: dict[str, set[str]] = {}
    denials: list[tuple[StatementDocument, str]] = []
    for statement in statements:
        link = links.get(statement.id)
        if link is None:
            continue
        if link.relation == "denies":
            denials.append((statement, link.claim_id))
        elif link.relation in _SUPPORTS and (side := side_of(statement)):
            behind.setdefault(link.claim_id, set()).add(side.name)
    found: dict[str, tuple[str, ...]] = {}
    for statement, claim in denials:
        own = side_of(statement)
        found[statement.id] = tuple(sorted(behind.get(claim, set()) - {own.name if own else ""}))
    return found


def find_contradictions(
    reader: ArchiveReader, conditions: Iterable[Mapping[str, Any]] = ()
) -> list[Contradiction]:
    """Return all contradictions of the archive, the most recent first, undated ones last.

    `conditions`: Elasticsearch filters on the claims. Raises `ArchiveError`.
    """
    both = [
        {"range": {"relations.denies": {"gt": 0}}},
        {
            "bool": {
                "should": [{"range": {f"relations.{name}": {"gt": 0}}} for name in _SUPPORTS],
                "minimum_should_match": 1,
            }
        },
    ]
    query = {
        "bool": {"filter": [*both, *conditions], "must_not": {"exists": {"field": "merged_into"}}}
    }
    claims = {
        hit["_id"]: ClaimDocument.model_validate(hit["_source"])
        for hit in reader.scan("claims", query)
    }
    said = statements_by_claim(reader, claims)
    found = [c for key, claim in claims.items() for c in contradictions_in(claim, said[key])]
    return sorted(
        found,
        key=lambda c: (c.at is not None, c.at.timestamp() if c.at else 0.0, c.claim.id),
        reverse=True,
    )


def statements_by_claim(
    reader: ArchiveReader, claims: Iterable[str]
) -> dict[str, list[StatementDocument]]:
    """Return the statements about each of these claims, in order of time."""
    found: dict[str, list[StatementDocument]] = {claim: [] for claim in claims}
    for query in terms("link.claim_id", found):
        for hit in reader.scan("statements", query):
            statement = StatementDocument.model_validate(hit["_source"])
            if statement.link is not None:
                found[statement.link.claim_id].append(statement)
    return {claim: in_time_order(group) for claim, group in found.items()}
