"""camel-tools' neural tagger beside ours: `make bench-ner [DATA=articles.jsonl[.gz]]`, with torch installed.

A BERT of base size (12 layers of 768, 110 million weights) with random weights is made here, with a vocabulary of word
pieces learnt from the articles; speed does not depend on what the weights are. Both taggers get the same sentences, cut
by the plugin `arabic`, and the same threads; they take turns. How far int8 agrees says little with random weights, whose
labels lie close together: give a trained model (`ARGS="--model FOLDER"`) to learn it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import musnad.testing
from bench_data import prepare
from musnad.document import Document
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings

LABELS = ["B-LOC", "B-ORG", "B-PERS", "B-MISC", "I-LOC", "I-ORG", "I-PERS", "I-MISC", "O"]
LEARN_FROM = 500
"""Articles that the vocabulary of word pieces is learnt from."""
Sentences = list[list[str]]


def articles(data: Path | None, number: int) -> Iterator[tuple[str, str]]:
    """Yield title and body of articles."""
    with tempfile.TemporaryDirectory() as folder:
        lines = prepare(data, number, Path(folder)).read_text(encoding="utf-8").splitlines()
    for line in lines:
        found = json.loads(line)
        yield found.get("title") or "", found.get("body") or found.get("content") or ""


def sentences(read: list[tuple[str, str]]) -> Sentences:
    """Return the words of all sentences of the articles."""
    from musnad_camel.ner.tagger import sentence_tokens

    found: Sentences = []

    class Collect(musnad.Tagger):
        name = "collect"
        requires = ("tokens", "sentences")

        def tag(self, document: Document) -> list[musnad.Mention]:
            text = document.normalized.text
            for spans in sentence_tokens(document):
                found.append([text[start:end] for start, end in spans])
            return []

    plugins = Plugins.load(Settings(blocked_plugins=("actors", "outlets", "claims", "camel")))
    plugins.register(musnad.testing._Wrapper([Collect()]), "bench")
    with Pipeline(plugins, on_error="abort") as pipeline:
        for title, body in read:
            pipeline.enrich(musnad.testing.make_article(body, title))
    return found


def make_model(folder: Path, texts: list[str]) -> None:
    """Write a BERT of base size with random weights."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertForTokenClassification

    pieces = BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    pieces.train_from_iterator(texts, vocab_size=30_000, show_progress=False)
    pieces.save_model(str(folder))
    torch.manual_seed(20260101)
    config = BertConfig(
        vocab_size=30_000,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
        initializer_range=0.05,
    )
    BertForTokenClassification(config).save_pretrained(folder)


def seconds(run: Callable[[], Sentences]) -> tuple[float, float, Sentences]:
    """Return the seconds by the clock and of CPU that `run` takes, and what it returns."""
    clock, cpu = time.perf_counter(), time.process_time()
    found = run()
    return time.perf_counter() - clock, time.process_time() - cpu, found


def agreement(one: Sentences, other: Sentences) -> float:
    """Return the share of words that are labelled alike."""
    pairs = [(a, b) for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True)]
    return sum(a == b for a, b in pairs) / len(pairs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--articles", type=int, default=4, help="articles that all taggers label")
    parser.add_argument("--model", type=Path, help="a model's folder, instead of random weights")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    read = list(articles(options.data, LEARN_FROM))
    asked = sentences(read[: options.articles])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # camel-tools asks the network at import where it has no catalogue.
        os.environ["CAMELTOOLS_DATA"] = name
        from musnad_camel.install import ensure_catalogue

        ensure_catalogue()
        import torch
        from camel_tools.ner import NERecognizer
        from musnad_camel.ner.pieces import segments
        from musnad_camel.ner.runner import Runner
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        torch.set_num_threads(options.threads)
        if options.model is None:
            make_model(folder, [f"{title}\n{body}" for title, body in read])
        else:
            folder = options.model
        ours, small, theirs = (
            Runner(folder),
            Runner(folder, int8=True),
            NERecognizer(str(folder), use_gpu=False),
        )
        runs: dict[str, Callable[[], Sentences]] = {
            "camel-tools": lambda: theirs.predict(asked),
            "ours": lambda: ours.labels(asked),
            "ours int8": lambda: small.labels(asked),
        }
        # Once before: weights are read from the disk when they are first used.
        theirs.predict(asked[:1])
        ours.labels(asked[:5])
        small.labels(asked[:5])
        labels: dict[str, Sentences] = {}
        taken: dict[str, list[tuple[float, float]]] = {key: [] for key in runs}
        for _ in range(options.rounds):
            for key, run in runs.items():
                clocked, used, labels[key] = seconds(run)
                taken[key].append((clocked, used))
        pieces = sum(len(s.ids) for s in segments(asked, ours._ids_of))

    words = sum(map(len, asked))
    clock = {key: statistics.median(t[0] for t in times) for key, times in taken.items()}
    cpu = {key: statistics.median(t[1] for t in times) for key, times in taken.items()}
    told = {
        "articles": options.articles,
        "sentences": len(asked),
        "words": words,
        "pieces_per_sentence": round(pieces / len(asked), 1),
        "threads": options.threads,
        "seconds": {key: round(value, 2) for key, value in clock.items()},
        "cpu_seconds": {key: round(value, 2) for key, value in cpu.items()},
        "words_per_second": {key: round(words / value, 1) for key, value in clock.items()},
        "times_faster": {k: round(clock["camel-tools"] / v, 1) for k, v in clock.items()},
        "times_faster_by_cpu": {k: round(cpu["camel-tools"] / v, 1) for k, v in cpu.items()},
        "same_labels": {
            key: round(agreement(found, labels["camel-tools"]), 4) for key, found in labels.items()
        },
    }
    if options.json:
        print(json.dumps(told))
    else:
        for key, value in told.items():
            print(f"{key:22} {value}")


if __name__ == "__main__":
    main()
