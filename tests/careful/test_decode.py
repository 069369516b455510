"""Decoding against all paths, written out."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from musnad_careful.decode import Scores, allowed, marginals, viterbi
from musnad_careful.labels import LABELS, follows


def drawn(seed: int, count: int) -> tuple[Scores, Scores, Scores]:
    rng = np.random.default_rng(seed)
    sizes = ((count, len(LABELS)), (len(LABELS), len(LABELS)), (len(LABELS),))
    emissions, transitions, first = (rng.normal(0, 2, size).astype(np.float32) for size in sizes)
    return emissions, transitions, first


def score(path: tuple[int, ...], emissions: Scores, transitions: Scores, first: Scores) -> float:
    steps = sum(float(transitions[a, b]) for a, b in pairwise(path))
    return float(first[path[0]]) + steps + sum(float(emissions[t, k]) for t, k in enumerate(path))


@pytest.mark.parametrize("seed", range(5))
def test_best_path_and_probabilities_equal_those_over_all_paths(seed: int) -> None:
    emissions, transitions, first = drawn(seed, 4)
    chain = allowed(transitions, first)
    paths = list(product(range(len(LABELS)), repeat=4))
    scores = np.array([score(path, emissions, *chain) for path in paths])
    assert tuple(viterbi(emissions, *chain)) == paths[int(scores.argmax())]
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    expected = np.zeros(emissions.shape)
    for path, weight in zip(paths, weights, strict=True):
        for t, k in enumerate(path):
            expected[t, k] += weight
    assert np.allclose(marginals(emissions, *chain), expected, atol=1e-4)


@pytest.mark.parametrize("seed", range(20))
def test_no_name_is_continued_that_was_not_begun(seed: int) -> None:
    emissions, transitions, first = drawn(seed, 12)
    labels = ["O", *(LABELS[k] for k in viterbi(emissions, *allowed(transitions, first)))]
    assert all(follows(a, b) for a, b in pairwise(labels))


def test_a_single_word() -> None:
    emissions, transitions, first = drawn(1, 1)
    chain = allowed(transitions, first)
    assert len(viterbi(emissions, *chain)) == 1
    assert marginals(emissions, *chain).sum() == pytest.approx(1, abs=1e-5)
