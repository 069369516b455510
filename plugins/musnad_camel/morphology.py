"""The annotator that provides lemmas, parts of speech and clitics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from musnad.components import Annotator, SearchWords
from musnad.document import Document
from musnad.errors import NotConfigured
from musnad.segments import Morphology

from musnad_camel import choice, clitics, database
from musnad_camel.config import CamelSettings
from musnad_camel.search_words import search_words, terms

_LETTERS = re.compile("[\u0621-\u065f\u066e-\u06d3\u06d5]+")
LONGEST = 40
"""Letters of the longest word that is analysed; no Arabic word comes near it."""


class MorphologyAnnotator(Annotator):
    """Provides `lemmas`, `morphology` and `lemma_readings`: for each token of `tokens`, in order.

    `morphology` has a `musnad.Morphology` for words in Arabic letters and None for everything else; `lemmas` has
    its lemma, and for everything else the token as it stands in the normalized view. `lemma_readings` has all the
    lemmas that the word may well have, for searching (see `terms`); verbs as `قال/verb`.
    """

    name = "morphology"
    version = "1"
    requires = ("tokens",)
    provides = ("lemmas", "morphology", "lemma_readings")

    def __init__(self, settings: CamelSettings | None = None) -> None:
        """Make the component; without `settings` with the defaults."""
        self.settings = settings or CamelSettings()
        self._sha256 = ""
        self._analyzer: Any = None
        self._known: dict[str, Morphology | None] = {}
        self._terms: dict[str, tuple[str, ...]] = {}

    def open(self) -> None:
        """Load the database (once in a process). Raises `NotConfigured` where it is not installed."""
        if not self.settings.morphology:
            raise NotConfigured('switched off by "morphology" in [plugins.camel]')
        path = database.database_file(self.settings.database)
        self._sha256 = database.sha256_of(path)
        self._analyzer = database.analyzer(path, self._sha256)

    def close(self) -> None:
        """Forget the words; the database stays loaded for the next run in this process."""
        self._analyzer = None
        self._known.clear()
        self._terms.clear()

    def resources(self) -> Iterable[Path | str]:
        """Return the rules of the choice and the database's hash."""
        return (choice.FILE, clitics.FILE, self._sha256)

    def search_words(self, vocabulary: Mapping[str, int], most: int) -> SearchWords:
        """Return which lemmas the words of a search may be forms of."""
        return search_words(self._analyses, self._analyzer._db, vocabulary, most)

    def _analyses(self, word: str) -> Sequence[Mapping[str, Any]]:
        if len(word) > LONGEST or not _LETTERS.fullmatch(word):
            return ()
        found: Sequence[Mapping[str, Any]] = self._analyzer.analyze(word)
        return found

    def annotate(self, document: Document) -> Mapping[str, Any]:
        """Return `lemmas` and `morphology`."""
        text = document.normalized.text
        words = [text[token.start : token.end] for token in document.tokens]
        morphology = [
            self.analyse(word) if token.kind == "word" else None
            for word, token in zip(words, document.tokens, strict=True)
        ]
        return {
            "lemmas": lemmas(words, morphology),
            "morphology": morphology,
            "lemma_readings": [self._terms.get(word) or (word,) for word in words],
        }

    def analyse(self, word: str) -> Morphology | None:
        """Return the analysis of a word, None for what is not a word in Arabic letters."""
        try:
            return self._known[word]
        except KeyError:
            pass
        found = None
        if len(word) <= LONGEST and _LETTERS.fullmatch(word):
            analyses = list(self._analyzer.analyze(word))
            found = choice.choose(word, analyses)
            self._terms[word] = terms(word, analyses)
        # An analysis depends on nothing but the word: starting over changes no result.
        if len(self._known) >= self.settings.cache_words:
            self._known.clear()
            self._terms.clear()
        self._known[word] = found
        return found


def lemmas(words: Sequence[str], morphology: Sequence[Morphology | None]) -> list[str]:
    """Return a lemma for each word: the word itself where it was not analysed."""
    return [
        found.lemma if found is not None else word
        for word, found in zip(words, morphology, strict=True)
    ]
