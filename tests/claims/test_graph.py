from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from musnad.claims.graph import agglomerate, components, pair, touched

NODES = "abcdefgh"
PAIRS = [pair(a, b) for a, b in combinations(NODES, 2)]
edge_sets = st.dictionaries(st.sampled_from(PAIRS), st.sampled_from([0.5, 0.6, 0.7, 0.9, 1.0]))


def groups(scores: dict[tuple[str, str], float], nodes: str = "abcd", **more: object) -> list[str]:
    found = agglomerate(nodes, scores, cohesion=0.35, **more)  # type: ignore[arg-type]
    return ["".join(sorted(group)) for group in found]


def test_components() -> None:
    found = components([("a", "b"), ("d", "c"), ("b", "e")], "fa")
    assert found == [{"a", "b", "e"}, {"c", "d"}, {"f"}]


def test_a_chain_of_weak_links_does_not_collapse() -> None:
    chain = {("a", "b"): 0.6, ("b", "c"): 0.6, ("c", "d"): 0.6}
    assert groups(chain) == ["ab", "cd"]


def test_a_generic_centre_does_not_join_what_differs() -> None:
    star = {("a", "b"): 0.8, ("a", "c"): 0.8, ("a", "d"): 0.8}
    assert "abcd" not in groups(star)


def test_the_best_pair_comes_first() -> None:
    assert groups({("a", "b"): 0.6, ("b", "c"): 0.9}, "abc", apart=[("a", "c")]) == ["a", "bc"]


def test_well_connected_ones_join() -> None:
    assert groups(dict.fromkeys(combinations("abcd", 2), 0.7)) == ["abcd"]


def test_together_and_apart() -> None:
    full = dict.fromkeys(combinations("abcd", 2), 1.0)
    assert groups(full, apart=[("a", "d")]) in (["abc", "d"], ["a", "bcd"])
    assert groups({}, together=[("a", "d")]) == ["ad", "b", "c"]
    assert groups(full, "ab", together=[("a", "b")], apart=[("a", "b")]) == ["ab"]


@given(edge_sets, st.permutations(PAIRS), st.lists(st.sampled_from(PAIRS), max_size=4))
def test_order_does_not_matter_and_apart_holds(
    scores: dict[tuple[str, str], float], order: list[tuple[str, str]], apart: list[tuple[str, str]]
) -> None:
    one = agglomerate(NODES, scores, cohesion=0.35, apart=apart)
    shuffled = {edge: scores[edge] for edge in order if edge in scores}
    two = agglomerate(NODES[::-1], shuffled, cohesion=0.35, apart=apart[::-1])
    assert one == two
    assert sorted(member for group in one for member in group) == list(NODES)
    assert not any(set(edge) <= group for edge in apart for group in one)


@given(edge_sets)
def test_settling_a_component_alone_is_settling_it_within_all(
    scores: dict[tuple[str, str], float],
) -> None:
    whole = agglomerate(NODES, scores, cohesion=0.35)
    parts = [
        group
        for part in components(scores, NODES)
        for group in agglomerate(
            part, {edge: s for edge, s in scores.items() if set(edge) <= part}, cohesion=0.35
        )
    ]
    assert sorted(whole, key=min) == sorted(parts, key=min)


@given(edge_sets, st.sampled_from(NODES))
def test_touched_is_the_component_and_asks_for_each_id_once(
    scores: dict[tuple[str, str], float], start: str
) -> None:
    asked: list[str] = []

    def edges_of(ids: Collection[str]) -> list[tuple[str, str]]:
        asked.extend(ids)
        return [edge for edge in scores if set(edge) & set(ids)]

    found = touched([start], edges_of)
    assert found in components(scores, NODES)
    assert sorted(asked) == sorted(found)
