"""How far two exported models agree on a corpus, and how fast each is: `python -m train_careful.agreement DATA A B`.

For what int8 costs: A is the model that ships, B the same checkpoint exported with `--float32`. Only the slice that is held out
of training is read.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from musnad_careful.decode import Labelled
from musnad_careful.model import Model
from musnad_careful.windows import LONGEST

from train_careful import corpus


def main() -> None:
    """Print the share of words with the same label, of names found by both, and words a second of CPU time."""
    parser = argparse.ArgumentParser(prog="train_careful.agreement", description=__doc__)
    parser.add_argument("data", type=Path, help="file of `token tag` lines")
    parser.add_argument("models", type=Path, nargs=2)
    options = parser.parse_args()
    _, tuning = corpus.read(options.data)
    windows = corpus.packed(tuning, LONGEST)
    texts = [[word for sentence in window for word in sentence.words] for window in windows]
    count = sum(map(len, texts))
    results = []
    for path in options.models:
        model = Model.load(path)
        model.label(texts[:2])
        begun = time.process_time()
        results.append(model.label(texts))
        speed = count / (time.process_time() - begun)
        print(f"{path.name}: {speed:,.0f} words a second of CPU time, {count:,} words")
    same = sum(
        a == b
        for one, other in zip(*results, strict=True)
        for a, b in zip(one.labels, other.labels, strict=True)
    )
    ours, theirs = (_names(result) for result in results)
    both = len(ours & theirs)
    print(
        f"same label: {same / count:.2%} of words; names: {len(ours)} and {len(theirs)}, {both} in both"
    )


def _names(result: list[Labelled]) -> set[tuple[int, int, int, str]]:
    return {(i, *span) for i, one in enumerate(result) for span in corpus.spans(one.labels)}


if __name__ == "__main__":
    main()
