"""The graph of statements as the archive stores it: links, decisions, and what hangs together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from musnad.archive.read import ArchiveReader
from musnad.archive.registry import terms
from musnad.claims import (
    ATTACHED,
    DIFFERS,
    THRESHOLD,
    Decision,
    components,
    decision_edges,
    seed_statement,
)
from musnad.claims.graph import Pair, pair

STATEMENTS_AT_A_TIME = 20_000


class Edges:
    """Accepted links between statements, and the pairs that decisions name; remembers those it gave."""

    def __init__(self, reader: ArchiveReader, decisions: Iterable[Decision]) -> None:
        self.reader = reader
        self.seen: set[Pair] = set()
        self._decided: dict[str, list[Pair]] = {}
        for edge in decision_edges(decisions):
            for end in edge:
                self._decided.setdefault(end, []).append(edge)

    def of(self, ids: Collection[str]) -> set[Pair]:
        """Return the edges with an end among `ids`."""
        found = {edge for key in ids for edge in self._decided.get(key, ())}
        for field_ in ("id", "linked_to"):
            for query in terms(field_, ids):
                for hit in self.reader.scan("statements", query, source=["links"]):
                    found |= set(self._edges(hit["_id"], hit["_source"].get("links", ()), ids))
        self.seen |= found
        return found

    def _edges(
        self, statement: str, links: Iterable[Mapping[str, Any]], ids: Collection[str]
    ) -> Iterator[Pair]:
        for link in links:
            target = seed_statement(link["claim_id"])
            features = link["features"]
            if target == statement or (statement not in ids and target not in ids):
                continue
            if features.get(ATTACHED) or (not features.get(DIFFERS) and link["score"] >= THRESHOLD):
                yield pair(statement, target)


def named_in(decisions: Iterable[Decision]) -> set[str]:
    """Return the statements that decisions speak of."""
    named: set[str] = set()
    for decision in decisions:
        named |= {*decision.statements, *decision.others}
        named |= {seed_statement(claim) for claim in decision.claims}
    return named


def found_again(reader: ArchiveReader, decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions, each about the statement that says its quoted words where the old one is gone."""
    decisions = list(decisions)
    movable = [d for d in decisions if d.article_id and d.quote and len(d.statements) == 1]
    there = {
        hit["_id"]
        for query in terms("id", [d.statements[0] for d in movable])
        for hit in reader.scan("statements", query, source=False)
    }
    lost = [d for d in movable if d.statements[0] not in there]
    said: dict[tuple[str, str | None], list[str]] = {}
    for query in terms("article_id", [d.article_id for d in lost if d.article_id]):
        for hit in reader.scan("statements", query, source=["article_id", "said.surface"]):
            words = (hit["_source"].get("said") or {}).get("surface")
            said.setdefault((hit["_source"]["article_id"], words), []).append(hit["_id"])
    moved: dict[str, str] = {}
    for decision in lost:
        found = said.get((decision.article_id or "", decision.quote), [])
        if len(found) == 1:
            moved[decision.id] = found[0]
    return [
        d.model_copy(update={"statements": (moved[d.id],)}) if d.id in moved else d
        for d in decisions
    ]


def parts_to_settle(
    reader: ArchiveReader, reached: Collection[str], edges: Iterable[Pair]
) -> Iterator[dict[str, str]]:
    """Yield the statements that there are, some at a time, each with the id of its connected component.

    What hung together when it was settled before comes together, even where it does not any more: so the
    claims of before are seen whole.
    """
    before: dict[str, list[str]] = {}
    for query in terms("id", reached):
        for hit in reader.scan("statements", query, source=["component", "claim_id"]):
            labels = (hit["_source"].get("component"), hit["_source"].get("claim_id"))
            before[hit["_id"]] = [label for label in labels if label]
    within = [edge for edge in edges if edge[0] in before and edge[1] in before]
    component = {key: min(part) for part in components(within, sorted(before)) for key in part}
    # A label cannot be taken for a statement.
    labelled = [(key, f"label {label}") for key, labels in before.items() for label in labels]
    batch: dict[str, str] = {}
    for group in components([*within, *labelled], sorted(before)):
        batch |= {key: component[key] for key in sorted(group) if key in component}
        if len(batch) >= STATEMENTS_AT_A_TIME:
            yield batch
            batch = {}
    if batch:
        yield batch
