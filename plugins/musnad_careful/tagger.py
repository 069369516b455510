"""The tagger `names` of the plugin: people, places and organizations that need be in no list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from musnad.components import Tagger
from musnad.document import Document
from musnad.errors import NotConfigured
from musnad.model import Mention

from musnad_careful.config import MODEL, NAMES, OFF, CarefulSettings
from musnad_careful.labels import TYPES
from musnad_careful.proclitics import cut
from musnad_careful.recurrence import helped, known
from musnad_careful.windows import Name, Window, names, windows
from musnad_careful.words import reach

if TYPE_CHECKING:
    from musnad_careful.decode import Chain, Scores
    from musnad_careful.model import Model


class CarefulTagger(Tagger):
    """Proposes mentions without `actor_id`, of types `person`, `place` and `organization`."""

    name = "names"
    version = "1"
    requires = ("sentences",)
    batch_size = 32

    def __init__(self, settings: CarefulSettings | None = None) -> None:
        """Make the tagger; without `settings` with the defaults, which leave it off."""
        self.settings = settings or CarefulSettings()
        self._model: Model | None = None

    @property
    def file(self) -> Path:
        """The model file that is used."""
        return self.settings.model or MODEL

    def open(self) -> None:
        """Load the model. Raises `NotConfigured` where it is off, or lacks a package or the file."""
        if not self.settings.enabled:
            raise NotConfigured(OFF)
        # Not at the top: numpy and the model's packages are loaded only where the tagger is used.
        from musnad_careful.model import Model

        self._model = Model.load(self.file, threads=self.settings.threads)

    def close(self) -> None:
        """Let go of the model."""
        self._model = None

    def resources(self) -> Iterable[Path | str]:
        """Return the model and the lists of names."""
        return (self.file, NAMES)

    def tag_batch(self, documents: Sequence[Document]) -> Sequence[Sequence[Mention]]:
        """Return the mentions of each document, in order, without overlaps."""
        if self._model is None:
            raise RuntimeError("the tagger is used before open()")
        cut_up = [
            windows(document.normalized.text, [(s.start, s.end) for s in document.sentences])
            for document in documents
        ]
        scores = iter(self._model.emissions([w.letters for one in cut_up for w in one]))
        return [
            list(self._mentions(self._model, document, [(w, next(scores)) for w in one]))
            for document, one in zip(documents, cut_up, strict=True)
        ]

    def _mentions(
        self, model: Model, document: Document, read: Sequence[tuple[Window, Scores]]
    ) -> Iterator[Mention]:
        """Yield the mentions in the windows of one document."""
        found = [
            (window, name)
            for window, names in _twice(model.chain, read)
            for name in names
            if name.score >= self.settings.min_score
        ]
        firsts = frozenset(window.words[name.start].letters for window, name in found)
        for window, name in found:
            words = window.words[name.start : name.end]
            length, first = cut(words[0].letters, model.lexicon, firsts)
            text = document.normalized.text[words[0].start : words[0].end]
            yield document.mention(
                (words[0].start + reach(text, length), words[-1].end),
                view="normalized",
                type=TYPES[name.kind],
                name=" ".join((first, *(word.letters for word in words[1:]))),
                score=round(name.score, 4),
                rule="model",
            )


def _twice(
    chain: Chain, read: Sequence[tuple[Window, Scores]]
) -> Iterator[tuple[Window, list[Name]]]:
    """Yield the windows of a document with their names: read, and read again with what the first pass is sure of."""

    def once(window: Window, scores: Scores) -> list[Name]:
        labelled = chain.label(scores, len(window.words))
        return list(names(window.words, labelled.labels, labelled.probabilities))

    first = [once(window, scores) for window, scores in read]
    kinds = known((w.letters, found) for (w, _), found in zip(read, first, strict=True))
    for (window, scores), found in zip(read, first, strict=True):
        added = helped(window.letters, scores, kinds)
        yield window, found if added is scores else once(window, added)
