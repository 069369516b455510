"""Fixtures: the plugin's components run on a text, without the rest of Musnad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from musnad.document import Document
from musnad.model import Article
from musnad.text import NormalizedText
from musnad_arabic import plugin
from musnad_arabic.config import ArabicSettings

NORMALIZERS = [*plugin.musnad_normalizers(ArabicSettings())]
ANNOTATORS = [*plugin.musnad_annotators(ArabicSettings())]


def run_views(text: str) -> tuple[NormalizedText, NormalizedText]:
    """Return the normalized and the key view of `text`."""
    normalized = NormalizedText.of(text)
    for step in NORMALIZERS:
        if step.stage != "key":
            normalized = step.normalize(normalized)
    key = normalized
    for step in NORMALIZERS:
        if step.stage == "key":
            key = step.normalize(key)
    return normalized, key


@pytest.fixture(scope="session")
def views() -> Callable[[str], tuple[NormalizedText, NormalizedText]]:
    return run_views


@pytest.fixture(scope="session")
def analyze() -> Callable[..., Document]:
    """Return a function of body (and title) that gives the document with this plugin's data."""

    def analyze(body: str, title: str = "") -> Document:
        article = Article(id="test", title=title, body=body)
        data: dict[str, Any] = {}
        document = Document(article, *run_views(article.text), data)
        for annotator in ANNOTATORS:
            data.update(annotator.annotate(document))
        return document

    return analyze
