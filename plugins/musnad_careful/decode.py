"""From the model's scores to the best allowed sequence of labels, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musnad_careful.labels import LABELS, follows

Scores = npt.NDArray[np.float32]
_NEVER = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class Labelled:
    """The label of each word of a window, and its probability given the whole window."""

    labels: list[str]
    probabilities: list[float]


@dataclass(frozen=True, slots=True)
class Chain:
    """Scores of labels that follow each other, and of first ones; what BIO forbids is impossible (`allowed`)."""

    transitions: Scores
    first: Scores

    @classmethod
    def of(cls, transitions: Scores, first: Scores) -> Chain:
        """Return the chain of the learnt scores."""
        return cls(*allowed(transitions, first))

    def label(self, emissions: Scores, words: int) -> Labelled:
        """Return the labels of a window of so many `words`; those that the model did not read are `O`."""
        if not len(emissions):
            return Labelled(["O"] * words, [1.0] * words)
        path = viterbi(emissions, self.transitions, self.first)
        sure = marginals(emissions, self.transitions, self.first)
        rest = words - len(path)
        return Labelled(
            [LABELS[k] for k in path] + ["O"] * rest,
            [float(sure[t, k]) for t, k in enumerate(path)] + [1.0] * rest,
        )


def allowed(transitions: Scores, first: Scores) -> tuple[Scores, Scores]:
    """Return the scores of transitions and of first labels with those that BIO forbids made impossible."""
    may = np.array([[follows(a, b) for b in LABELS] for a in LABELS])
    starts = np.array([follows("O", label) for label in LABELS])
    return np.where(may, transitions, _NEVER), np.where(starts, first, _NEVER)


def viterbi(emissions: Scores, transitions: Scores, first: Scores) -> list[int]:
    """Return the labels of the best path: `emissions` [words, labels], row i of `transitions` what follows i."""
    score = first + emissions[0]
    came = np.empty((len(emissions), len(first)), dtype=np.int64)
    for t in range(1, len(emissions)):
        paths = score[:, None] + transitions
        came[t] = paths.argmax(axis=0)
        score = paths.max(axis=0) + emissions[t]
    best = [int(score.argmax())]
    for t in range(len(emissions) - 1, 0, -1):
        best.append(int(came[t, best[-1]]))
    return best[::-1]


def marginals(emissions: Scores, transitions: Scores, first: Scores) -> Scores:
    """Return the probability of each label of each word, [words, labels] (forward-backward)."""
    count = len(emissions)
    forward, backward = np.empty_like(emissions), np.zeros_like(emissions)
    forward[0] = first + emissions[0]
    for t in range(1, count):
        forward[t] = _sum(forward[t - 1][:, None] + transitions, 0) + emissions[t]
    for t in range(count - 2, -1, -1):
        backward[t] = _sum(transitions + (emissions[t + 1] + backward[t + 1])[None, :], 1)
    joint = forward + backward
    probabilities: Scores = np.exp(joint - _sum(joint, 1)[:, None])
    return probabilities


def _sum(values: Scores, axis: int) -> Scores:
    """Return the logarithm of the sum of exponentials along `axis`."""
    top = values.max(axis=axis, keepdims=True)
    total: Scores = np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)
    return total
