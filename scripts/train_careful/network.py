"""The network: the pretrained encoder, hints of the lexicon, and a chain over the labels of words."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from train_careful.e5 import Pretrained, Shape

FROZEN = 4
"""Lowest layers that keep the weights of the multilingual encoder, as do the embeddings: a fifth less work, and
the pieces of names that the corpus does not have stay where those of its names are. Hints come in above them."""


class Layer(nn.Module):
    """One layer of BERT (Devlin et al. 2019): attention and feed-forward, each normalized after its sum."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.out = nn.Linear(shape.hidden, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.wide = nn.Linear(shape.hidden, shape.inner)
        self.narrow = nn.Linear(shape.inner, shape.hidden)
        self.norm_after = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.dropout = nn.Dropout(dropout)
        self.activate = nn.GELU()

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return [batch, pieces, hidden]; `bias` [batch, 1, 1, pieces] is very low at padding."""
        batch, length, hidden = x.shape
        size = hidden // self.heads
        query, key, value = (
            part.reshape(batch, length, self.heads, size).transpose(1, 2)
            for part in self.qkv(x).split(hidden, dim=2)
        )
        attended = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=bias.to(query.dtype)
        )
        attended = self.out(attended.transpose(1, 2).reshape(batch, length, hidden))
        x = self.norm(x + self.dropout(attended))
        return self.norm_after(x + self.dropout(self.narrow(self.activate(self.wide(x)))))


class Network(nn.Module):
    """Emissions of labels for pieces, and the transitions between labels of words."""

    def __init__(
        self, shape: Shape, pieces: int, hints: int, labels: int, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(pieces, shape.hidden)
        self.position = nn.Embedding(shape.positions, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.hint = nn.Linear(hints, shape.hidden, bias=False)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(shape.hidden + hints, labels)
        self.transitions = nn.Parameter(torch.zeros(labels, labels))
        self.first = nn.Parameter(torch.zeros(labels))
        nn.init.zeros_(self.hint.weight)

    def forward(self, ids: Tensor, mask: Tensor, hints: Tensor) -> Tensor:
        """Return [batch, pieces, labels] of ids and mask [batch, pieces], hints [batch, pieces, hints]."""
        positions = torch.arange(ids.shape[1], device=ids.device)
        bias = ((1.0 - mask) * -1e4)[:, None, None, :]
        with torch.no_grad():
            x = self.norm(self.embedding(ids) + self.position(positions))
            for layer in self.layers[:FROZEN]:
                x = layer(x, bias)
        x = self.dropout(x + self.hint(hints))
        for layer in self.layers[FROZEN:]:
            x = layer(x, bias)
        return self.head(torch.cat([self.dropout(x), hints], dim=2))

    def freeze(self) -> None:
        """Keep the embeddings and the `FROZEN` lowest layers as they are."""
        for module in (self.embedding, self.position, self.norm, *self.layers[:FROZEN]):
            module.requires_grad_(requires_grad=False)

    def load(self, model: Pretrained, kept: list[int]) -> None:
        """Take the pretrained weights, of the pieces `kept` only."""
        shape, tensors = model.shape, {k: torch.from_numpy(v) for k, v in model.tensors.items()}
        hidden = shape.hidden
        with torch.no_grad():
            self.embedding.weight.copy_(tensors["emb.word"].view(-1, hidden)[kept])
            types = tensors["emb.type"].view(-1, hidden)
            self.position.weight.copy_(tensors["emb.pos"].view(-1, hidden) + types[0])
            _norm(self.norm, tensors, "emb.ln")
            for i, layer in enumerate(self.layers):
                at = f"l{i}."
                parts = [tensors[f"{at}{name}.w"].view(hidden, hidden) for name in "qkv"]
                layer.qkv.weight.copy_(torch.cat(parts))
                layer.qkv.bias.copy_(torch.cat([tensors[f"{at}{name}.b"] for name in "qkv"]))
                _linear(layer.out, tensors, f"{at}ao")
                _norm(layer.norm, tensors, f"{at}aln")
                _linear(layer.wide, tensors, f"{at}fi")
                _linear(layer.narrow, tensors, f"{at}fo")
                _norm(layer.norm_after, tensors, f"{at}oln")


def _linear(module: nn.Linear, tensors: dict[str, Tensor], name: str) -> None:
    module.weight.copy_(tensors[f"{name}.w"].view(module.weight.shape))
    module.bias.copy_(tensors[f"{name}.b"])


def _norm(module: nn.LayerNorm, tensors: dict[str, Tensor], name: str) -> None:
    module.weight.copy_(tensors[f"{name}.w"])
    module.bias.copy_(tensors[f"{name}.b"])


def chain_loss(
    emissions: Tensor, labels: Tensor, mask: Tensor, transitions: Tensor, first: Tensor
) -> Tensor:
    """Return the negative log likelihood per word of a linear-chain CRF (Lafferty et al. 2001).

    `emissions` [batch, words, labels]; `labels` and `mask` [batch, words]; row i of `transitions` holds the
    scores of what follows label i.
    """
    mask = mask.float()
    gold = emissions.gather(2, labels[:, :, None]).squeeze(2)
    steps = transitions[labels[:, :-1], labels[:, 1:]] * mask[:, 1:]
    score = (gold * mask).sum(1) + first[labels[:, 0]] + steps.sum(1)
    alpha = first + emissions[:, 0]
    for t in range(1, emissions.shape[1]):
        after = torch.logsumexp(alpha[:, :, None] + transitions, dim=1) + emissions[:, t]
        alpha = torch.where(mask[:, t, None] > 0, after, alpha)
    total: Tensor = torch.logsumexp(alpha, dim=1) - score
    return total.sum() / mask.sum()
