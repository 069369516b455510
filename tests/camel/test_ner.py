"""camel-tools' tagger and ours over the same weights: a small random model that is made here (`make test-ner`)."""

import importlib.util
import subprocess
import sys
import warnings

import musnad.testing
import pytest
from musnad.errors import NotConfigured
from musnad.settings import Settings
from musnad_camel.config import CamelSettings
from musnad_camel.ner.tagger import CamelTagger, model_folder

from .conftest import missing

pytestmark = pytest.mark.camel
LABELS = ["B-LOC", "B-ORG", "B-PERS", "B-MISC", "I-LOC", "I-ORG", "I-PERS", "I-MISC", "O"]
WORDS = [
    "قال",
    "وزير",
    "الخارجية",
    "في",
    "دمشق",
    "إن",
    "خليفة",
    "حفتر",
    "لم",
    "يزر",
    "سوريا",
    "،",
    "نقلت",
    "صحيفة",
    "الشرق",
    "الأوسط",
    "عن",
    "مصدر",
    ".",
    "1500",
    "RT",
]


def sentences(chance, number, longest=60):
    """Words of the vocabulary, words of many pieces, and unknown ones."""
    return [
        [
            chance.choice([*WORDS, "والحوثيون", "مستشفياتهم", "x" * chance.randint(1, 120), "🙂"])
            for _ in range(chance.randint(1, longest))
        ]
        for _ in range(number)
    ]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Return a folder with a BERT of four layers with random weights, whose labels differ from word to word."""
    if importlib.util.find_spec("torch") is None:
        missing("torch")
    import torch

    # A model so small gains nothing from threads, and loses much where other programs run.
    torch.set_num_threads(1)
    from transformers import BertConfig, BertForTokenClassification

    folder = tmp_path_factory.mktemp("model")
    letters = sorted(set("".join(WORDS)) | set("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءؤئأإآ") | {"x"})
    pieces = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *WORDS,
        *letters,
        *(f"##{c}" for c in letters),
    ]
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(pieces)) + "\n", encoding="utf-8")
    torch.manual_seed(20260101)
    config = BertConfig(
        vocab_size=len(dict.fromkeys(pieces)), hidden_size=64, num_hidden_layers=4, num_attention_heads=4,
        intermediate_size=128, num_labels=9, id2label=dict(enumerate(LABELS)),
        label2id={label: i for i, label in enumerate(LABELS)}, initializer_range=0.3,
    )  # fmt: skip
    BertForTokenClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture
def recognizer(model, mini):
    """Return camel-tools' own tagger; its module is imported only where there is a catalogue."""
    from camel_tools.ner import NERecognizer

    return NERecognizer(str(model), use_gpu=False)


def test_the_labels_are_those_of_camel_tools(model, recognizer):
    import random

    from musnad_camel.ner.runner import Runner

    asked = (
        sentences(random.Random(1), 60) + sentences(random.Random(2), 3, longest=400) + [["قال"]]
    )
    ours = Runner(model).labels(asked)
    assert ours == recognizer.predict(asked)
    assert len({label for labels in ours for label in labels}) >= 5


def test_the_batch_that_a_sentence_is_in_changes_nothing(model, monkeypatch):
    import random

    from musnad_camel.ner import runner

    asked = sentences(random.Random(3), 40)
    made = runner.Runner(model)
    together = made.labels(asked)
    assert [made.labels([sentence])[0] for sentence in asked] == together
    monkeypatch.setattr(runner, "PIECES_PER_BATCH", 7)
    assert made.labels(asked) == together
    assert made.labels([]) == []
    assert made.labels([[]]) == [[]]


def test_where_camel_tools_goes_astray_each_word_keeps_its_label(model, recognizer):
    from musnad_camel.ner.runner import Runner

    made = Runner(model)
    asked = ["دمشق", "\u200b", "قال", "وزير"]
    assert len(recognizer.predict([asked])[0]) == 3
    labels = made.labels([asked])[0]
    assert labels[1] == "O"
    assert [labels[0], *labels[2:]] == made.labels([["دمشق", "قال", "وزير"]])[0]
    assert len(made.labels([["قال", "x" * 90 + "دمشق" * 60, "قال"]])[0]) == 3


def test_laid_out_weights_are_used_and_where_they_cannot_be_the_layers_stay(model, monkeypatch):
    import random

    import torch
    from musnad_camel.ner import linear
    from musnad_camel.ner.runner import Runner

    def linears(made):
        kinds = [type(m) for m in made._packed.model.bert.encoder.modules()]
        return kinds.count(linear.LaidOut), kinds.count(torch.nn.Linear)

    laid_out = Runner(model)
    assert linears(laid_out) in {(24, 0), (0, 24)}  # the second on processors without oneDNN

    asked = sentences(random.Random(5), 30)
    labels = laid_out.labels(asked)

    def fails(self, rows):
        raise RuntimeError("no such operator")

    monkeypatch.setattr(linear.LaidOut, "forward", fails)
    plain = Runner(model)
    assert linears(plain) == (0, 24)
    assert plain.labels(asked) == labels


def test_int8_mostly_agrees(model):
    import random

    from musnad_camel.ner.runner import Runner

    asked = sentences(random.Random(4), 60)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        quantized = Runner(model, int8=True)
    pairs = [
        (a, b)
        for ours, theirs in zip(quantized.labels(asked), Runner(model).labels(asked), strict=True)
        for a, b in zip(ours, theirs, strict=True)
    ]
    assert 0.8 < sum(a == b for a, b in pairs) / len(pairs) <= 1


def test_mentions_are_proposed_without_an_actor(model, nothing):
    settings = Settings(
        plugins={"camel": {"ner": f"{model}/"}},
        blocked_plugins=("actors", "outlets", "names", "claims"),
    )
    body = "قال وزير الخارجية في دمشق.\n\nإن خليفة حفتر لم يزر سوريا."
    outcome = musnad.testing.run(body, title="الشرق الأوسط", settings=settings, installed=True)
    assert not outcome.errors
    assert "camel.ner" not in outcome.off
    assert outcome.mentions
    for mention in outcome.mentions:
        assert mention.actor_id is None
        assert mention.provenance.component == "ner"
        assert mention.type in {"person", "place", "organization"}
    article = outcome.enriched.article
    for mention in outcome.mentions:
        text = article.title if mention.field == "title" else article.body
        assert text[mention.start : mention.end] == mention.surface


def test_a_folder_without_a_model_and_an_unknown_name_decline(tmp_path, mini):
    if importlib.util.find_spec("torch") is None:
        missing("torch")
    with pytest.raises(NotConfigured, match="has no BERT model"):
        CamelTagger(CamelSettings(ner=f"{tmp_path}/")).open()
    with pytest.raises(NotConfigured, match="no such folder"):
        model_folder(str(tmp_path / "gone"))
    with pytest.raises(NotConfigured, match='no NamedEntityRecognition called "arabert"'):
        model_folder("arabert")


def test_without_torch_it_declines_and_says_what_to_install(tmp_path):
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from musnad_camel.ner.tagger import CamelTagger\n"
        "from musnad_camel.config import CamelSettings\n"
        f"CamelTagger(CamelSettings(ner={str(tmp_path) + '/'!r})).open()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "NotConfigured: torch is not installed: it comes with the extra `ner`" in done.stderr
