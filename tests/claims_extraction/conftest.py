from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from musnad.model import Article, Statement
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings

Extract = Callable[..., Sequence[Statement]]


@pytest.fixture(scope="session")
def pipeline() -> Iterator[Pipeline]:
    """The real pipeline with the bundled plugins."""
    with Pipeline(Plugins.load(Settings())) as opened:
        yield opened


@pytest.fixture(scope="session")
def extract(pipeline: Pipeline) -> Extract:
    """Return the statements of a text; a component that fails fails the test."""

    def run(body: str, title: str = "", outlet: str | None = None) -> Sequence[Statement]:
        article = Article(id="test", title=title, body=body, outlet=outlet)
        result = pipeline.enrich(article)
        assert [error.message for error in result.enrichment.errors] == []
        for statement in result.statements:
            for span in (statement.cue, statement.said, statement.speaker.span):
                if span is not None:
                    text = title if span.field == "title" else body
                    assert text[span.start : span.end] == span.surface
        return result.statements

    return run
