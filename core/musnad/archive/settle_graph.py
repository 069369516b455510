"""The graph of statements as the archive stores it: links, decisions, and what hangs together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

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
from musnad.model import Link

STATEMENTS_AT_A_TIME = 20_000


class Edges:
    """Accepted links between statements, and the pairs that decisions name; remembers those it gave."""

    def __init__(
        self,
        reader: ArchiveReader,
        decisions: Iterable[Decision],
        known: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """Read through `reader`, but for statements of which is `known` where their links lead (`leads`)."""
        self.reader = reader
        self.seen: set[Pair] = set()
        self._leads: dict[str, tuple[str, ...]] = dict(known or {})
        self._decided: dict[str, list[Pair]] = {}
        for edge in decision_edges(decisions):
            for end in edge:
                self._decided.setdefault(end, []).append(edge)

    def of(self, ids: Collection[str]) -> set[Pair]:
        """Return the edges with an end among `ids`."""
        found = {edge for key in ids for edge in self._decided.get(key, ())}
        pointing = {
            hit["_id"]
            for query in terms("linked_to", ids)
            for hit in self.reader.scan("statements", query, source=False)
        }
        # Links are long and many: those of each statement are read once.
        for query in terms("id", {*ids, *pointing} - self._leads.keys()):
            for hit in self.reader.scan("statements", query, source=["links"]):
                links = map(Link.model_validate, hit["_source"].get("links", ()))
                self._leads[hit["_id"]] = leads(hit["_id"], links)
        wanted = set(ids)
        for key in wanted | pointing:
            for target in self._leads.get(key, ()):
                if key in wanted or target in wanted:
                    found.add(pair(key, target))
        self.seen |= found
        return found


def leads(statement: str, links: Iterable[Link]) -> tuple[str, ...]:
    """Return the other statements that accepted ones among the `links` of a statement bring it together with."""
    found: dict[str, None] = {}
    for link in links:
        features = link.features
        if features.get(ATTACHED) or (not features.get(DIFFERS) and link.score >= THRESHOLD):
            found[seed_statement(link.claim_id)] = None
    found.pop(statement, None)
    return tuple(found)


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
