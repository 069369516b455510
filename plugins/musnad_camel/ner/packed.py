"""A BERT token classifier over sentences laid end to end, so that nothing is padded.

Everything in BERT but attention looks at one piece at a time: those layers take all pieces of a batch as one long row.
Attention alone is done sentence by sentence. In the last layer only the first piece of each word is worked out,
because only that is labelled. The numbers are those of `BertForTokenClassification` (a test compares them).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention


class Packed:
    """Runs the modules of a `BertForTokenClassification` (its weights as they are, or quantized)."""

    def __init__(self, model: Any) -> None:
        """Take the modules of `model`. Raises `ValueError` for a kind of BERT that is worked out otherwise."""
        config = model.config
        positions = getattr(config, "position_embedding_type", None) or "absolute"
        if positions != "absolute" or getattr(config, "is_decoder", False):
            raise ValueError("not a plain BERT: its positions or attention are of another kind")
        self.model = model
        self.heads = config.num_attention_heads

    def best(
        self, sentences: Sequence[Sequence[int]], firsts: Sequence[Sequence[int]]
    ) -> list[list[int]]:
        """Return the number of the best label for each of `firsts` (places in its sentence), by sentence.

        `sentences` are ids with the marks at both ends.
        """
        with torch.inference_mode():
            return self._best(sentences, firsts)

    def _best(
        self, sentences: Sequence[Sequence[int]], firsts: Sequence[Sequence[int]]
    ) -> list[list[int]]:
        lengths = [len(sentence) for sentence in sentences]
        ids = torch.tensor([[i for sentence in sentences for i in sentence]])
        positions = torch.cat([torch.arange(length) for length in lengths])[None]
        hidden = self.model.bert.embeddings(
            input_ids=ids, position_ids=positions, token_type_ids=torch.zeros_like(ids)
        )[0]
        layers = list(self.model.bert.encoder.layer)
        whole = [torch.arange(length) for length in lengths]
        asked = [torch.tensor(places, dtype=torch.long) for places in firsts]
        for layer in layers[:-1]:
            hidden = self._layer(layer, hidden, lengths, whole)
        hidden = self._layer(layers[-1], hidden, lengths, asked)
        found = self.model.classifier(hidden).argmax(dim=1).split([len(p) for p in firsts])
        return [part.tolist() for part in found]

    def _layer(
        self,
        layer: Any,
        hidden: torch.Tensor,
        lengths: Sequence[int],
        asked: Sequence[torch.Tensor],
    ) -> torch.Tensor:
        """Return the layer's output for the pieces `asked` of each sentence, end to end."""
        attention = layer.attention
        keys = self._split(attention.self.key(hidden), lengths)
        values = self._split(attention.self.value(hidden), lengths)
        if sum(len(places) for places in asked) < len(hidden):
            parts = hidden.split(list(lengths))
            hidden = torch.cat([part[p] for part, p in zip(parts, asked, strict=True)])
        queries = self._split(attention.self.query(hidden), [len(places) for places in asked])
        context = torch.cat(
            [
                scaled_dot_product_attention(q, k, v).transpose(0, 1).flatten(1)
                for q, k, v in zip(queries, keys, values, strict=True)
            ]
        )
        output = attention.output
        hidden = output.LayerNorm(output.dense(context) + hidden)
        middle = layer.intermediate.intermediate_act_fn(layer.intermediate.dense(hidden))
        return layer.output.LayerNorm(layer.output.dense(middle) + hidden)

    def _split(self, row: torch.Tensor, lengths: Sequence[int]) -> list[torch.Tensor]:
        """Return the row by sentence, each of shape (heads, pieces, size of a head)."""
        split = row.view(len(row), self.heads, -1).transpose(0, 1).split(list(lengths), dim=1)
        return list(split)
