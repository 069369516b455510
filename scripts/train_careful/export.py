"""From a checkpoint to the one file that ships: `make export-careful CHECKPOINT=epoch-4.pt`.

Products with weights become 8-bit integers (with a scale for each column, and for each word at run time); tokenizer, labels and the
chain over labels go into the file's metadata.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch
from musnad_careful.config import MODEL
from musnad_careful.labels import LABELS
from musnad_careful.lexicon import WIDTH

from train_careful import e5, graph


def main() -> None:
    """Write the int8 model (and with --float32 the exact one, to compare) and print size and hash."""
    parser = argparse.ArgumentParser(prog="train_careful.export", description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--float32", action="store_true", help="do not quantize")
    options = parser.parse_args()
    checkpoint = torch.load(options.checkpoint, weights_only=True)
    weights = {name: value.float().numpy() for name, value in checkpoint["weights"].items()}
    shape = e5.Shape(**checkpoint["shape"])
    model = graph.build(weights, shape, WIDTH, len(LABELS), int8=not options.float32)
    metadata = {
        "tokenizer": checkpoint["tokenizer"],
        "labels": json.dumps(LABELS),
        "transitions": json.dumps(weights["transitions"].tolist()),
        "first": json.dumps(weights["first"].tolist()),
        "license": "CC-BY-SA-4.0",
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    for key, value in metadata.items():
        model.metadata_props.add(key=key, value=value)
    data = model.SerializeToString(deterministic=True)
    options.out.write_bytes(data)
    print(f"{options.out}: {len(data) / 1e6:.1f} MB, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
