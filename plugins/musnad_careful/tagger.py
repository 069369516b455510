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
from musnad_careful.windows import Name, Window, names, windows
from musnad_careful.words import reach

if TYPE_CHECKING:
    from musnad_careful.model import Labelled, Model


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
        labelled = iter(self._model.label([w.letters for one in cut_up for w in one]))
        return [
            list(self._mentions(document, [(window, next(labelled)) for window in one]))
            for document, one in zip(documents, cut_up, strict=True)
        ]

    def _mentions(
        self, document: Document, read: Sequence[tuple[Window, Labelled]]
    ) -> Iterator[Mention]:
        """Yield the mentions in the windows of one document."""
        found: list[tuple[Window, Name]] = [
            (window, name)
            for window, labelled in read
            for name in names(window.words, labelled.labels, labelled.probabilities)
            if name.score >= self.settings.min_score
        ]
        firsts = frozenset(window.words[name.start].letters for window, name in found)
        assert self._model is not None  # noqa: S101 - tag_batch has checked
        for window, name in found:
            words = window.words[name.start : name.end]
            length, first = cut(words[0].letters, self._model.lexicon, firsts)
            start = words[0].start + reach(
                document.normalized.text[words[0].start : words[0].end], length
            )
            yield document.mention(
                (start, words[-1].end),
                view="normalized",
                type=TYPES[name.kind],
                name=" ".join((first, *(word.letters for word in words[1:]))),
                score=round(name.score, 4),
                rule="model",
            )
