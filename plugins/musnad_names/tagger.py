"""The tagger `fast`: proposes mentions of people, places and organizations that no authority knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from musnad.components import Tagger
from musnad.document import Document
from musnad.model import EntityType, Mention
from musnad.segments import Token

from musnad_names import lexicon, model
from musnad_names.config import NamesSettings
from musnad_names.evidence import Evidence
from musnad_names.guard import everyday
from musnad_names.model import LABELS, Floats, Labels, Model, Weights, Words
from musnad_names.proclitics import proclitic_length
from musnad_names.sentences import sentence_tokens

TYPES: dict[str, EntityType] = {"PERS": "person", "LOC": "place", "ORG": "organization"}


@dataclass(frozen=True, slots=True)
class Found:
    """A name: tokens `low` to `high` (end-exclusive) of a sentence."""

    sentence: int
    low: int
    high: int
    kind: str
    score: float


class NameTagger(Tagger):
    """Finds names by the words they are made of and the words around them."""

    name = "fast"
    version = "1"
    requires = ("tokens", "sentences")

    def __init__(self, settings: NamesSettings) -> None:
        self.settings = settings
        self._lexicon = lexicon.Lexicon()
        self._model: Model | None = None

    def open(self) -> None:
        """Load lexicon and model (about half a second)."""
        self._lexicon = lexicon.load()
        self._model = Model(Weights.load(), self._lexicon)

    def close(self) -> None:
        """Let go of the model."""
        self._model = None
        self._lexicon = lexicon.Lexicon()

    def resources(self) -> Iterable[Path | str]:
        """Return the model and what its features come from."""
        return [model.FILE, lexicon.FILE, lexicon.CUES]

    def tag_batch(self, documents: Sequence[Document]) -> Sequence[Sequence[Mention]]:
        """Return the proposed mentions of each document, in order, without overlaps."""
        if self._model is None:
            raise RuntimeError("the tagger is used before open()")
        tokens = [list(sentence_tokens(document)) for document in documents]
        words = [
            [[(d.key.text[t.start : t.end], t.kind) for t in sentence] for sentence in sentences]
            for d, sentences in zip(documents, tokens, strict=True)
        ]
        return [
            list(self._mentions(document, cut, spelt, found))
            for document, cut, spelt, found in zip(
                documents, tokens, words, find(self._model, words), strict=True
            )
        ]

    def _mentions(
        self,
        document: Document,
        tokens: Sequence[Sequence[Token]],
        words: Sequence[Words],
        found: Sequence[Found],
    ) -> Iterator[Mention]:
        """Yield what is sure enough and no everyday word, without what is glued to its front."""
        forms = {word for sentence in words for word, _ in sentence}
        longer = {
            word
            for one in found
            if one.kind == "PERS" and one.high - one.low > 1
            for word, _ in words[one.sentence][one.low : one.high]
        }
        for one in found:
            sentence = [word for word, _ in words[one.sentence]]
            name = sentence[one.low : one.high]
            before = sentence[one.low - 1] if one.low else ""
            if one.score < self.settings.min_score or (
                one.kind == "PERS" and everyday(name, before, self._lexicon, longer)
            ):
                continue
            cut = proclitic_length(name[0], one.kind, self._lexicon, forms)
            start = tokens[one.sentence][one.low].start + cut
            end = tokens[one.sentence][one.high - 1].end
            yield document.mention(
                (start, end), view="normalized", type=TYPES[one.kind], score=one.score, rule="crf"
            )


def find(model: Model, documents: Sequence[Sequence[Words]]) -> list[list[Found]]:
    """Return the names of each document (given as sentences) in order.

    A document is read twice: what is clearly a name somewhere in it helps where the same word stands alone.
    """
    scores = [[model.emissions(sentence) for sentence in one] for one in documents]
    read = model.decode([s for one in scores for s in one])
    # A sentence that the second reading would not see otherwise is not read again.
    again: dict[int, Floats] = {}
    at = 0
    for sentences, emitted in zip(documents, scores, strict=True):
        if sentences:
            marginals = [one for _, one in read[at : at + len(sentences)]]
            evidence = Evidence(model.lexicon, sentences, marginals)
            for i, one in enumerate(emitted):
                raised = evidence.applied(i, one)
                if raised is not None:
                    again[at + i] = raised
        at += len(sentences)
    for i, result in zip(again, model.decode(list(again.values())), strict=True):
        read[i] = result
    second = iter(read)
    return [
        [
            found
            for number, sentence in enumerate(sentences)
            for found in _spans(number, sentence, *next(second))
        ]
        for sentences in documents
    ]


def _spans(number: int, sentence: Words, path: Labels, marginals: Floats) -> Iterator[Found]:
    """Yield the names of one sentence; its score is that of its least sure word."""
    start = None
    labels = [LABELS[i] for i in path]
    for i, label in enumerate((*labels, "O")):
        if start is not None and not label.startswith("I-"):
            low, high = start, i
            start = None
            chosen = marginals[np.arange(low, high), path[low:high]]
            while low < high and sentence[low][1] == "punctuation":
                low += 1
            while low < high and sentence[high - 1][1] == "punctuation":
                high -= 1
            if low < high:
                score = round(min(float(chosen.min()), 1.0), 3)
                yield Found(number, low, high, labels[low][2:], score)
        if label.startswith("B-"):
            start = i
