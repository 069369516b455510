"""The tagger that proposes names by camel-tools' model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from musnad.components import Tagger
from musnad.document import Document
from musnad.errors import NotConfigured
from musnad.model import EntityType, Mention

from musnad_camel import store
from musnad_camel.config import CamelSettings

if TYPE_CHECKING:
    from musnad_camel.ner.runner import Runner

TYPES: dict[str, EntityType] = {
    "PERS": "person",
    "PER": "person",
    "LOC": "place",
    "ORG": "organization",
}
"""What is stored of a model's labels; others (MISC: currencies, prizes, tournaments) are left out."""
SCORE = 0.8
"""Of every mention: the model gives no probabilities that mean something across models."""
COMPONENT = "NamedEntityRecognition"


def model_folder(name: str) -> Path:
    """Return the folder of a model: a path (with a slash in it), or a name in camel-tools' catalogue.

    Raises `NotConfigured` where there is neither.
    """
    folder = Path(name) if "/" in name else store.dataset(COMPONENT, name)
    if not folder.is_dir():
        hint = "" if "/" in name else f": install it with `camel_data -i ner-{name}`"
        raise NotConfigured(f"{folder}: no such folder{hint}")
    return folder


class CamelTagger(Tagger):
    """Proposes mentions without `actor_id`, sentence by sentence, over the tokens of `tokens`."""

    name = "ner"
    version = "1"
    requires = ("tokens", "sentences")
    batch_size = 16

    def __init__(self, settings: CamelSettings) -> None:
        """Make the component for the model that `settings` names."""
        self.settings = settings
        self._runner: Runner | None = None
        self._folder: Path | None = None

    def open(self) -> None:
        """Load the model. Raises `NotConfigured` where it, or torch, is not there."""
        from musnad_camel.ner.runner import Runner

        self._folder = model_folder(self.settings.ner or "")
        self._runner = Runner(self._folder, int8=self.settings.ner_int8)

    def close(self) -> None:
        """Let go of the model."""
        self._runner = None

    def resources(self) -> Iterable[Path | str]:
        """Return the files of the model."""
        if self._folder is None:
            return ()
        return sorted(path for path in self._folder.iterdir() if path.is_file())

    def tag_batch(self, documents: Sequence[Document]) -> Sequence[Sequence[Mention]]:
        """Return the proposed mentions of each document, all sentences of all documents together."""
        if self._runner is None:
            raise RuntimeError("the tagger is not open")
        # Sentences whose words (spans of tokens) are labelled, with the number of their document.
        asked: list[tuple[int, list[tuple[int, int]]]] = []
        words: list[list[str]] = []
        for number, document in enumerate(documents):
            text = document.normalized.text
            for spans in sentence_tokens(document):
                asked.append((number, spans))
                words.append([text[start:end] for start, end in spans])
        found: list[list[Mention]] = [[] for _ in documents]
        for (number, spans), labels in zip(asked, self._runner.labels(words), strict=True):
            for first, last, kind in named(labels):
                span = (spans[first][0], spans[last][1])
                found[number].append(
                    documents[number].mention(
                        span, type=TYPES[kind], score=SCORE, rule=f"camel-{kind}", view="normalized"
                    )
                )
        return found


def sentence_tokens(document: Document) -> Iterator[list[tuple[int, int]]]:
    """Yield the tokens of each sentence, heading and title as spans of the normalized view."""
    tokens = iter(document.tokens)
    token = next(tokens, None)
    for sentence in document.sentences:
        spans = []
        while token is not None and token.start < sentence.end:
            if token.start >= sentence.start:
                spans.append((token.start, token.end))
            token = next(tokens, None)
        if spans:
            yield spans


def named(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (first word, last word, kind) of the names that IOB labels mark, of the kinds in `TYPES`.

    An `I-` that continues nothing of its kind begins a name, as in CoNLL's evaluation.
    """
    start, kind = 0, ""
    for position, label in enumerate([*labels, "O"]):
        mark, _, this = label.partition("-")
        if kind and (mark != "I" or this != kind):
            if kind in TYPES:
                yield start, position - 1, kind
            kind = ""
        if mark in {"B", "I"} and not kind:
            start, kind = position, this
