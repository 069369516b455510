"""A linear-chain conditional random field, decoded with numpy.

What a word gives to the tags around it is summed up once for each word form; a sentence then costs a few
additions and one run of Viterbi and of forward-backward, many sentences at a time. Training is in `musnad_names.train`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from musnad.segments import TokenKind

from musnad_names.features import BOUNDARY, OFFSETS, WordFeatures, word_features
from musnad_names.lexicon import Lexicon

FILE = Path(__file__).parent / "data" / "model.npz"
LABELS = ("O", "B-PERS", "I-PERS", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
"""Indices into `LABELS`, one a word."""
Words = Sequence[tuple[str, TokenKind]]
"""Words of a sentence in the spelling of the matching view, with their kinds."""
_IMPOSSIBLE = -1e4
_CACHED_WORDS = 200_000
_TOGETHER = 64
"""Sentences decoded at a time, of like length."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What training found."""

    features: tuple[str, ...]
    states: Floats
    """Weight of each feature for each label."""
    transitions: Floats
    """Weight of each label (row) followed by each label."""

    def save(self, path: Path) -> None:
        """Write the weights: the same bytes for the same weights (numpy's archives carry no date)."""
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            features=np.frombuffer("\n".join(self.features).encode(), np.uint8),
            states=self.states.astype(np.float16),
            transitions=self.transitions,
        )
        path.write_bytes(buffer.getvalue())

    @classmethod
    def load(cls, path: Path = FILE) -> Weights:
        """Read what `save` wrote."""
        with np.load(path) as arrays:
            return cls(
                tuple(arrays["features"].tobytes().decode().split("\n")),
                arrays["states"].astype(np.float32),
                arrays["transitions"].astype(np.float32),
            )


class Model:
    """Weights and lexicon, ready to tag."""

    def __init__(self, weights: Weights, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._index = {feature: i for i, feature in enumerate(weights.features)}
        self._states = weights.states
        self._transitions = weights.transitions + _forbidden()
        self._start = np.array(
            [_IMPOSSIBLE if label.startswith("I-") else 0.0 for label in LABELS], np.float32
        )
        self._rows: dict[tuple[str, TokenKind], int] = {}
        self._table = np.zeros((1024, len(OFFSETS), len(LABELS)), np.float32)
        self._boundary = self._emissions(BOUNDARY)

    def emissions(self, sentence: Words) -> Floats:
        """Return the score of each label for each word, without transitions."""
        if len(self._rows) > _CACHED_WORDS:
            self._rows.clear()
        rows = [self._row(word) for word in sentence]
        # Row i holds what word i gives to its neighbours: to the tag at i - offset.
        given = self._table[rows]
        count = len(rows)
        scores: Floats = given[:, 2].copy()
        for place, offset in enumerate(OFFSETS):
            if offset == 0:
                continue
            near = min(abs(offset), count)
            if offset < 0:
                scores[near:] += given[: count - near, place]
                scores[:near] += self._boundary[place]
            else:
                scores[: count - near] += given[near:, place]
                scores[count - near :] += self._boundary[place]
        return scores

    def _row(self, word: tuple[str, TokenKind]) -> int:
        row = self._rows.get(word)
        if row is None:
            row = len(self._rows)
            if row == len(self._table):
                self._table = np.concatenate([self._table, np.zeros_like(self._table)])
            self._table[row] = self._emissions(word_features(*word, self.lexicon))
            self._rows[word] = row
        return row

    def _emissions(self, features: WordFeatures) -> Floats:
        table = np.zeros((len(OFFSETS), len(LABELS)), np.float32)
        for place, offset in enumerate(OFFSETS):
            known = [self._index[f] for f in features.at(offset) if f in self._index]
            if known:
                table[place] = self._states[known].sum(axis=0)
        return table

    def decode(self, scores: Sequence[Floats]) -> list[tuple[Labels, Floats]]:
        """Return for each sentence the best labels (indices) and the marginals of all labels."""
        found: list[Any] = [None] * len(scores)
        order = sorted(range(len(scores)), key=lambda i: len(scores[i]))
        for i in range(0, len(order), _TOGETHER):
            chosen = order[i : i + _TOGETHER]
            for index, result in zip(
                chosen, self._together([scores[c] for c in chosen]), strict=True
            ):
                found[index] = result
        return found

    def _together(self, scores: Sequence[Floats]) -> Iterable[tuple[Labels, Floats]]:
        lengths = [len(one) for one in scores]
        count, longest = len(scores), max(lengths)
        padded = np.zeros((longest, count, len(LABELS)), np.float32)
        for i, one in enumerate(scores):
            padded[: len(one), i] = one
        # What follows a sentence is O without any cost: it changes neither path nor marginals of the sentence.
        inside = np.arange(longest)[:, None] < np.array(lengths)[None, :]
        padded[0] += self._start
        return zip(
            self._viterbi(padded, inside, lengths), self._marginals(padded, lengths), strict=True
        )

    def _viterbi(
        self, padded: Floats, inside: npt.NDArray[np.bool_], lengths: Sequence[int]
    ) -> list[Labels]:
        longest, count, _ = padded.shape
        best = np.zeros_like(padded)
        best[0] = padded[0]
        for t in range(1, longest):
            ways = best[t - 1][:, None, :] + self._transitions.T
            best[t] = np.where(inside[t][:, None], ways.max(axis=2) + padded[t], best[t - 1])
        path = np.zeros((longest, count), np.int64)
        path[-1] = best[-1].argmax(axis=1)
        for t in range(longest - 1, 0, -1):
            # Only the way to the label that was chosen is looked for, not that to each.
            ways = best[t - 1] + self._transitions.T[path[t]]
            path[t - 1] = np.where(inside[t], ways.argmax(axis=1), path[t])
        return [path[: lengths[i], i] for i in range(count)]

    def _marginals(self, padded: Floats, lengths: Sequence[int]) -> list[Floats]:
        longest, count, _ = padded.shape
        emitted = np.exp(padded - padded.max(axis=2, keepdims=True))
        moves = np.exp(self._transitions - self._transitions.max())
        forward = np.zeros_like(emitted)
        backward = np.ones_like(emitted)
        forward[0] = emitted[0] / emitted[0].sum(axis=1, keepdims=True)
        for t in range(1, longest):
            step = (forward[t - 1] @ moves) * emitted[t]
            forward[t] = step / step.sum(axis=1, keepdims=True)
        ends = np.array(lengths) - 1
        for t in range(longest - 2, -1, -1):
            step = (backward[t + 1] * emitted[t + 1]) @ moves.T
            step /= step.sum(axis=1, keepdims=True)
            backward[t] = np.where((t < ends)[:, None], step, 1.0)
        both = forward * backward
        both /= both.sum(axis=2, keepdims=True)
        return [both[: lengths[i], i] for i in range(count)]


def _forbidden() -> Floats:
    table = np.zeros((len(LABELS), len(LABELS)), np.float32)
    for i, before in enumerate(LABELS):
        for j, label in enumerate(LABELS):
            if label.startswith("I-") and before[2:] != label[2:]:
                table[i, j] = _IMPOSSIBLE
    return table
