"""Exact-span precision, recall and F1 while training, in the terms of `make eval-entities`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from musnad_careful.decode import allowed, viterbi
from musnad_careful.labels import LABELS, TYPES
from musnad_careful.lexicon import Lexicon
from musnad_careful.pieces import Pieces

from train_careful.batches import batches, encode
from train_careful.corpus import Document, packed, spans
from train_careful.network import Network


@dataclass(frozen=True)
class Figures:
    """Counts by kind: found and right, found, in the gold."""

    right: Counter[str]
    found: Counter[str]
    gold: Counter[str]

    def f1(self, kind: str | None = None) -> tuple[float, float, float]:
        """Return precision, recall and F1 in percent, of one kind or together."""
        kinds = [kind] if kind else list(TYPES)
        right, found, gold = (sum(c[k] for k in kinds) for c in (self.right, self.found, self.gold))
        return (
            100 * right / max(found, 1),
            100 * right / max(gold, 1),
            200 * right / max(found + gold, 1),
        )

    def __str__(self) -> str:
        together = "P {:.1f} R {:.1f} F1 {:.1f}".format(*self.f1())
        return together + "".join(f" {kind} {self.f1(kind)[2]:.1f}" for kind in TYPES)


def evaluate(
    network: Network,
    documents: Iterable[Document],
    pieces: Pieces,
    lexicon: Lexicon,
    window: int,
) -> Figures:
    """Tag the documents in windows of up to `window` words (0: each sentence by itself) and score them."""
    groups = packed(documents, window)
    encoded = [
        encode(([w for s in g for w in s.words], [x for s in g for x in s.labels]), pieces, lexicon)
        for g in groups
    ]
    network.eval()
    chain = allowed(network.transitions.detach().numpy(), network.first.detach().numpy())
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    gold: Counter[str] = Counter()
    with torch.inference_mode():
        for indices, batch in batches(encoded, 3000, None):
            emissions = network(batch.ids, batch.mask, batch.hints).float().numpy()
            for row, i in enumerate(indices):
                firsts = encoded[i].firsts
                path = [LABELS[k] for k in viterbi(emissions[row, firsts], *chain)]
                path += ["O"] * (sum(len(s.words) for s in groups[i]) - len(path))
                for sentence in groups[i]:
                    labels, path = path[: len(sentence.words)], path[len(sentence.words) :]
                    mine = {
                        (sentence.tokens[a], sentence.tokens[b - 1] + 1, kind)
                        for a, b, kind in spans(labels)
                        if kind in TYPES
                    }
                    true = {span for span in spans(sentence.gold) if span[2] in TYPES}
                    right.update(kind for *_, kind in mine & true)
                    found.update(kind for *_, kind in mine)
                    gold.update(kind for *_, kind in true)
    network.train()
    return Figures(right, found, gold)
