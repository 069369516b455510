"""One step of training after the other: rates, gradients, the moving average of the weights."""

from __future__ import annotations

import copy
import math

import torch

from train_careful.batches import Batch
from train_careful.network import Network, chain_loss

WARM_UP = 0.06
"""Share of the steps in which the rates rise; they fall linearly to nothing in the others."""
FRESH_RATE = 1e-3
"""Rate of what is not pretrained: the scores of labels, the chain over them, the hints."""
_FRESH = {"head", "transitions", "first", "hint"}
AVERAGE = 0.99
"""Decay of the moving average per step: the last hundred steps are averaged, about. It is the average that is kept."""


class Training:
    """A network in training, and the average of its weights."""

    def __init__(self, network: Network, rate: float, *, bf16: bool) -> None:
        self.network = network
        self.average = copy.deepcopy(network)
        self.bf16 = bf16
        self.steps = 0
        named = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
        self._rates = (FRESH_RATE, rate)
        groups = [
            {"params": [p for n, p in named if (n.split(".")[0] in _FRESH) is fresh], "lr": lr}
            for fresh, lr in zip((True, False), self._rates, strict=True)
        ]
        self._optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)

    def step(self, batch: Batch, done: float) -> float:
        """Learn from a batch and return its loss; `done` is the share of the training that lies behind.

        Raises `SystemExit` where the loss is no number any more.
        """
        factor = done / WARM_UP if done < WARM_UP else (1 - done) / (1 - WARM_UP)
        for rate, group in zip(self._rates, self._optimizer.param_groups, strict=True):
            group["lr"] = rate * max(factor, 1e-3)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            emissions = self.network(batch.ids, batch.mask, batch.hints)
        emissions = emissions.float()
        index = batch.firsts[:, :, None].expand(-1, -1, emissions.shape[2])
        loss = chain_loss(
            emissions.gather(1, index),
            batch.labels,
            batch.words,
            self.network.transitions,
            self.network.first,
        )
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        self.steps += 1
        self._add_to_average()
        value = loss.item()
        if not math.isfinite(value):
            raise SystemExit(f"the loss is not finite at step {self.steps}: take a lower --rate")
        return value

    def _add_to_average(self) -> None:
        decay = min(AVERAGE, (1 + self.steps) / (10 + self.steps))
        pairs = zip(self.average.parameters(), self.network.parameters(), strict=True)
        with torch.no_grad():
            for mean, now in pairs:
                if now.requires_grad:
                    mean.lerp_(now, 1 - decay)
