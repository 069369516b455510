"""Windows of words as tensors, in batches of like length."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from musnad_careful.labels import LABELS
from musnad_careful.lexicon import WIDTH, Lexicon
from musnad_careful.pieces import END, PAD, START, UNKNOWN, Pieces
from torch import Tensor

from train_careful.augment import UNSEEN
from train_careful.corpus import Window

LIMIT = 510
"""Pieces of one window: what the encoder has positions for, without start and end."""


@dataclass(frozen=True)
class Encoded:
    """Pieces of one window with start and end, hints of each, and where each word begins."""

    ids: list[int]
    hints: Tensor
    firsts: list[int]
    labels: list[int]


@dataclass(frozen=True)
class Batch:
    """Padded windows; `firsts`, `labels` and `words` (the mask of words) are [windows, words]."""

    ids: Tensor
    mask: Tensor
    hints: Tensor
    firsts: Tensor
    labels: Tensor
    words: Tensor


def encode(window: Window, pieces: Pieces, lexicon: Lexicon) -> Encoded:
    """Return the window as the model reads it, cut off at `LIMIT` pieces."""
    words, labels = window
    ids, firsts = [START], []
    rows = [torch.zeros(WIDTH)]
    for word, known in zip(words, pieces.ids(words), strict=True):
        unseen = word == UNSEEN
        found = (UNKNOWN,) if unseen else known
        if len(ids) + len(found) > LIMIT:
            break
        firsts.append(len(ids))
        ids += found
        row = torch.zeros(WIDTH) if unseen else torch.from_numpy(lexicon.hints(word))
        rows += [row] * len(found)
    rows.append(torch.zeros(WIDTH))
    numbers = [LABELS.index(label) for label in labels[: len(firsts)]]
    return Encoded([*ids, END], torch.stack(rows), firsts, numbers)


def batches(
    windows: Sequence[Encoded], size: int, rng: random.Random | None
) -> list[tuple[list[int], Batch]]:
    """Return batches of about `size` pieces with the indices of their windows, shuffled by `rng`."""
    order = sorted(range(len(windows)), key=lambda i: len(windows[i].ids))
    groups: list[list[int]] = []
    for i in order:
        if not groups or (len(groups[-1]) + 1) * len(windows[i].ids) > size:
            groups.append([])
        groups[-1].append(i)
    if rng is not None:
        rng.shuffle(groups)
    return [(group, _batch([windows[i] for i in group])) for group in groups]


def _batch(windows: Sequence[Encoded]) -> Batch:
    length = max(len(window.ids) for window in windows)
    words = max(len(window.firsts) for window in windows)
    shape, by_word = (len(windows), length), (len(windows), words)
    ids, mask = torch.full(shape, PAD), torch.zeros(shape)
    hints = torch.zeros(*shape, WIDTH)
    firsts, labels = (
        torch.zeros(by_word, dtype=torch.int64),
        torch.zeros(by_word, dtype=torch.int64),
    )
    present = torch.zeros(by_word)
    for i, window in enumerate(windows):
        n, w = len(window.ids), len(window.firsts)
        ids[i, :n], mask[i, :n] = torch.tensor(window.ids), 1.0
        hints[i, :n] = window.hints
        firsts[i, :w], labels[i, :w] = torch.tensor(window.firsts), torch.tensor(window.labels)
        present[i, :w] = 1.0
    return Batch(ids, mask, hints, firsts, labels, present)
