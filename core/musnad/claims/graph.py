"""Grouping by pair scores: components, and average-linkage agglomeration under constraints. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping

Pair = tuple[str, str]


def pair(one: str, two: str) -> Pair:
    """Return an undirected edge in its one spelling."""
    return (one, two) if one < two else (two, one)


class Groups:
    """Disjoint sets; the smallest id stands for a set, whatever the order of joining."""

    def __init__(self, items: Iterable[str] = ()) -> None:
        """Start with each of `items` alone; others are added as they are seen."""
        self._up = {item: item for item in items}

    def find(self, item: str) -> str:
        """Return the id that stands for the set of `item`."""
        root = item
        while (up := self._up.setdefault(root, root)) != root:
            root = up
        while (up := self._up[item]) != root:
            self._up[item] = root
            item = up
        return root

    def join(self, one: str, two: str) -> str:
        """Put two sets together and return the id that stands for them."""
        low, high = sorted((self.find(one), self.find(two)))
        self._up[high] = low
        return low

    def sets(self) -> list[frozenset[str]]:
        """Return the sets in order of the ids that stand for them."""
        found: dict[str, set[str]] = {}
        for item in self._up:
            found.setdefault(self.find(item), set()).add(item)
        return [frozenset(found[root]) for root in sorted(found)]


def components(edges: Iterable[Pair], nodes: Iterable[str] = ()) -> list[frozenset[str]]:
    """Return the connected components of `edges` (and `nodes` without any), in order of smallest ids."""
    groups = Groups(nodes)
    for one, two in edges:
        groups.join(one, two)
    return groups.sets()


def touched(
    start: Iterable[str], edges_of: Callable[[Collection[str]], Iterable[Pair]]
) -> frozenset[str]:
    """Return all statement ids in the components that `start` lies in.

    `edges_of(ids)` returns the edges that have an end among `ids`: one query of the archive for each step
    outwards. Each id is asked for once.
    """
    reached = set(start)
    frontier = set(reached)
    while frontier:
        ends = {end for edge in edges_of(frozenset(frontier)) for end in edge}
        frontier = ends - reached
        reached |= frontier
    return frozenset(reached)


def agglomerate(
    nodes: Iterable[str],
    scores: Mapping[Pair, float],
    *,
    cohesion: float,
    together: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
) -> list[frozenset[str]]:
    """Return groups of `nodes`: the two groups with the highest mean score join first, down to `cohesion`.

    Edges of others than `nodes` are left out. The mean is over all pairs of members of the two groups, and a pair without a score counts as 0: so a
    chain of pairs does not collapse into one group, and one statement that resembles two different matters
    does not join them. Equal means go by ids: the outcome depends on the sets given, not on any order.
    `together` are joined before all, `apart` never end in one group; where the two contradict each other,
    `together` holds.
    """
    members = set(nodes)
    groups = Groups(members)
    for one, two in sorted(together):
        if one in members and two in members:
            groups.join(one, two)
    size: dict[str, int] = {}
    for node in members:
        root = groups.find(node)
        size[root] = size.get(root, 0) + 1
    sums: dict[str, dict[str, float]] = {root: {} for root in size}
    for (one, two), score in sorted(scores.items()):
        if one not in members or two not in members:
            continue
        first, second = groups.find(one), groups.find(two)
        if first != second:
            sums[first][second] = sums[first].get(second, 0.0) + score
            sums[second][first] = sums[second].get(first, 0.0) + score
    enemies: dict[str, set[str]] = {root: set() for root in size}
    for one, two in apart:
        if one not in members or two not in members:
            continue
        first, second = groups.find(one), groups.find(two)
        if first != second:
            enemies[first].add(second)
            enemies[second].add(first)

    def mean(one: str, two: str) -> float:
        return sums[one][two] / (size[one] * size[two])

    heap = [(-mean(a, b), a, b) for a in sums for b in sums[a] if a < b]
    heapq.heapify(heap)
    while heap:
        negative, one, two = heapq.heappop(heap)
        if -negative < cohesion:
            break
        if one not in size or two not in size or two in enemies[one]:
            continue
        if two not in sums[one] or -mean(one, two) != negative:
            continue
        # `one` is the smaller id, so it stands for both from here on; Groups agrees.
        groups.join(one, two)
        total = size.pop(two) + size[one]
        size[one] = total
        old = sums.pop(two)
        for other, score in old.items():
            del sums[other][two]
            if other != one:
                sums[one][other] = sums[one].get(other, 0.0) + score
        for other in sums[one]:
            sums[other][one] = sums[one][other]
            first, second = pair(one, other)
            heapq.heappush(heap, (-mean(one, other), first, second))
        for other in enemies.pop(two):
            enemies[other].discard(two)
            enemies[other].add(one)
            enemies[one].add(other)
    return groups.sets()
