"""Training and decoding: numpy reads a model as CRFsuite does, and training is reproducible to the byte."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pycrfsuite
import pytest
from musnad_names import train as training
from musnad_names.lexicon import Lexicon, load
from musnad_names.model import LABELS, Model, Weights, Words
from musnad_names.train import feature_lists, segmented, train


def sentence(text: str) -> training.Labelled:
    """«زار سليم/B-PERS الوادي/I-PERS البلدة» as words with tags."""
    pairs = [word.partition("/") for word in text.split()]
    return [(word, "word") for word, _, _ in pairs], [tag or "O" for _, _, tag in pairs]


@pytest.fixture(scope="module")
def corpus() -> list[training.Labelled]:
    given = ["سليم", "نديم", "هالة", "رامي", "ليلى"]
    family = ["الوادي", "القسطلي", "الورداني", "شتوكر"]
    places = ["مرسين", "البطحاء", "وادان"]
    return [
        sentence(pattern.format(g=g, f=f, p=p))
        for (g, f, p), pattern in zip(
            itertools.product(given, family, places),
            itertools.cycle(
                [
                    "قال الوزير {g}/B-PERS {f}/I-PERS إن الوفد وصل إلى {p}/B-LOC أمس",
                    "وأعلنت شركة/B-ORG {f}/I-ORG افتتاح مكتب في {p}/B-LOC",
                    "لم يصل أحد إلى القاعة",
                ]
            ),
            strict=False,
        )
    ]


@pytest.fixture(scope="module")
def weights(corpus: list[training.Labelled]) -> Weights:
    return train(corpus, Lexicon())


def test_the_same_corpus_gives_the_same_bytes(
    corpus: list[training.Labelled], weights: Weights, tmp_path: Path
) -> None:
    weights.save(tmp_path / "a.npz")
    train(corpus, Lexicon()).save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = Weights.load(tmp_path / "a.npz")
    assert again.features == weights.features
    assert np.allclose(again.states, weights.states, atol=0.01)


def test_reads_as_crfsuite_does(corpus: list[training.Labelled], tmp_path: Path) -> None:
    """The same path and marginals as python-crfsuite's own tagger, for sentences of all lengths at once."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(training.SETTINGS)
    for words, tags in corpus:
        trainer.append(pycrfsuite.ItemSequence(feature_lists(words, Lexicon())), tags)
    trainer.train(str(tmp_path / "m.crf"))
    theirs = pycrfsuite.Tagger()
    theirs.open(str(tmp_path / "m.crf"))
    model = Model(train(corpus, Lexicon()), Lexicon())
    texts: list[Words] = [words for words, _ in corpus]
    texts += [words[:cut] for words in texts[:4] for cut in (1, 2, 3)]
    results = model.decode([model.emissions(words) for words in texts])
    for words, (path, marginals) in zip(texts, results, strict=True):
        expected = theirs.tag(pycrfsuite.ItemSequence(feature_lists(words, Lexicon())))
        assert [LABELS[i] for i in path] == expected
        for t in range(len(words)):
            for label in theirs.labels():
                ours = marginals[t, LABELS.index(label)]
                assert ours == pytest.approx(theirs.marginal(label, t), abs=0.02)


def test_no_name_begins_in_its_middle(weights: Weights) -> None:
    model = Model(weights, Lexicon())
    scores = np.zeros((4, len(LABELS)), np.float32)
    scores[:, LABELS.index("I-ORG")] = 9
    scores[2, LABELS.index("I-PERS")] = 20
    ((path, marginals),) = model.decode([scores])
    labels = [LABELS[i] for i in path]
    for before, label in itertools.pairwise(["O", *labels]):
        assert not label.startswith("I-") or before[2:] == label[2:]
    assert np.allclose(marginals.sum(axis=1), 1, atol=1e-4)


def test_training_sees_the_tokens_of_the_pipeline(tmp_path: Path) -> None:
    """Glued marks are cut off and are outside of the name."""
    from musnad_names.corpus import Sentence

    corpus = [[Sentence(("زار", "(مرسين)", "وغادر", "."), ("O", "B-LOC", "O", "O"))]]
    ((words, tags),) = segmented(corpus)[0]
    assert [word for word, _ in words] == ["زار", "(", "مرسين", ")", "وغادر", "."]
    assert tags == ["O", "O", "B-LOC", "O", "O", "O"]


def test_the_shipped_model_fits_the_shipped_lexicon() -> None:
    weights = Weights.load()
    assert weights.states.shape == (len(weights.features), len(LABELS))
    assert load().frequency["في"] < 2
