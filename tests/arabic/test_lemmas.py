"""Under which dictionary forms and names an article is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import musnad.testing
import pytest
from musnad.components import Annotator, Tagger
from musnad.document import Document
from musnad.model import Mention
from musnad_arabic.config import ArabicSettings
from musnad_arabic.lemmas import SearchLemmas
from musnad_arabic.segmenter import Segments


class Readings(Annotator):
    name = "readings"
    requires = ("tokens",)
    provides = ("lemma_readings",)

    def annotate(self, document: Document) -> Mapping[str, Any]:
        known = {"العمال": ("عامل",), "وارز": ("رز",), "عقد": ("عقد/verb", "عقد")}
        words = (document.normalized.text[t.start : t.end] for t in document.tokens)
        return {"lemma_readings": [known.get(word, (word,)) for word in words]}


class Names(Tagger):
    name = "names_of_the_test"

    def tag(self, document: Document) -> Iterable[Mention]:
        for surface, kind in (
            ("وارز", "outlet"),
            ("دارمين", "place"),
            ("اتحاد العمال", "organization"),
        ):
            start = document.text.find(surface)
            if start >= 0:
                span = (start, start + len(surface))
                yield document.mention(span, type=kind, actor_id=surface)  # type: ignore[arg-type]


def found(text: str, *components: object) -> list[str]:
    own = (Segments(ArabicSettings()), SearchLemmas())
    outcome = musnad.testing.run(*own, *components, text, installed=False)
    outcome.assert_success()
    words: str = outcome.data["search_lemmas"]
    return words.split()


@pytest.mark.parametrize(
    ("text", "components", "words"),
    [
        # Every reading of a word, each once; punctuation is no word.
        ("عقد العمال، والعمال 15", [Readings()], ["عقد/verb", "عقد", "عامل", "والعمال", "15"]),
        # A name has no dictionary form; an organization is named by common words and has both.
        ("وارز: اتحاد العمال", [Readings(), Names()], ["وارز", "اتحاد", "العمال", "عامل"]),
        # Without morphology names only, without what is attached to them.
        ("وصل بدارمين اليوم", [Names()], ["دارمين"]),
        ("وصل اليوم", [], []),
    ],
)  # fmt: skip
def test_words_that_an_article_is_found_by(
    text: str, components: list[object], words: list[str]
) -> None:
    assert found(text, *components) == words
