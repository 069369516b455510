"""Trains the tagger on a labelled corpus and writes the model: the same bytes for the same file and packages.

    python -m musnad_names.train CORPUS [--all] [--out model.npz]

The last 15% of the documents are left out (`musnad_names.corpus.split`).
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import musnad
import numpy as np
import pycrfsuite
from musnad.components import Annotator
from musnad.document import Document
from musnad.errors import MusnadError
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings

from musnad_names.corpus import Sentence, documents, read, split
from musnad_names.features import BOUNDARY, OFFSETS, word_features
from musnad_names.lexicon import Lexicon, load
from musnad_names.model import FILE, LABELS, Weights, Words
from musnad_names.sentences import article_of, labelled

SETTINGS = {
    "c1": 0.2,
    "c2": 0.03,
    "max_iterations": 80,
    "feature.minfreq": 2,
    "feature.possible_transitions": True,
}
"""Of CRFsuite's L-BFGS: L1 keeps the model small."""
_KEPT = 0.002
Labelled = tuple[Words, list[str]]


def segmented(corpus: Iterable[Sequence[Sentence]]) -> list[list[Labelled]]:
    """Return the sentences of labelled documents as the pipeline cuts them, tagged."""
    found: list[list[Labelled]] = []
    grab = _Grab()
    plugins = Plugins.load(Settings(blocked_plugins=_others()))
    plugins.register(grab, "grab")
    with Pipeline(plugins) as pipeline:
        for number, document in enumerate(corpus):
            article, starts = article_of(document, number)
            pipeline.enrich(article)
            seen = grab.document
            if seen is None:
                raise MusnadError("the plugin `arabic` is off: it cuts the text into tokens")
            text = seen.key.text
            found.append(
                [
                    ([(text[t.start : t.end], t.kind) for t in tokens], tags)
                    for tokens, tags in labelled(seen, document, starts)
                ]
            )
    return found


def _others() -> tuple[str, ...]:
    return tuple(
        name for name in Plugins.load(Settings()).infos if name not in {"arabic", "readers"}
    )


class _Grab:
    """A plugin that keeps the document it sees."""

    document: Document | None = None

    @musnad.hookimpl
    def musnad_annotators(self) -> Iterable[Annotator]:
        """Return the component."""
        keeper = self

        class Keep(Annotator):
            name = "keep"
            requires = ("tokens", "sentences")

            def annotate(self, document: Document) -> dict[str, object]:
                keeper.document = document
                return {}

        return [Keep()]


def feature_lists(sentence: Words, lexicon: Lexicon) -> list[list[str]]:
    """Return the features of each word of a sentence, those of its neighbours included."""
    words = [word_features(word, kind, lexicon) for word, kind in sentence]
    return [
        [
            feature
            for offset in OFFSETS
            for feature in (words[i + offset] if 0 <= i + offset < len(words) else BOUNDARY).at(
                offset
            )
        ]
        for i in range(len(words))
    ]


def train(sentences: Iterable[Labelled], lexicon: Lexicon) -> Weights:
    """Return the weights of a tagger trained on `sentences`."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(SETTINGS)
    for words, tags in sentences:
        trainer.append(pycrfsuite.ItemSequence(feature_lists(words, lexicon)), tags)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.crf")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        tagger.close()
    states: dict[str, list[float]] = {}
    for (feature, label), weight in info.state_features.items():
        if abs(weight) >= _KEPT:
            states.setdefault(feature, [0.0] * len(LABELS))[LABELS.index(label)] = weight
    transitions = np.zeros((len(LABELS), len(LABELS)), np.float32)
    for (before, after), weight in info.transitions.items():
        transitions[LABELS.index(before), LABELS.index(after)] = weight
    features = sorted(states)
    return Weights(
        tuple(features), np.array([states[f] for f in features], np.float32), transitions
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Train on the file named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path, help="labelled corpus, a token and its tag a line")
    parser.add_argument("--out", type=Path, default=FILE, help="where the model goes")
    options = parser.parse_args(arguments)
    try:
        kept, _ = split(documents(read(options.path)))
        chosen = segmented(kept)
    except MusnadError as error:
        print(error, file=sys.stderr)  # noqa: T201 (a program for people)
        return 1
    lexicon = load()
    weights = train((sentence for document in chosen for sentence in document), lexicon)
    weights.save(options.out)
    digest = hashlib.sha256(options.out.read_bytes()).hexdigest()
    print(f"{options.out}: {len(weights.features)} features, sha256 {digest}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
