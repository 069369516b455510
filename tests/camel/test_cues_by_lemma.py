"""Cues that only their lemma tells, with the real database (`make test-ner`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from musnad.model import Article, Span, Statement
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings
from musnad_claims.resources import load

pytestmark = pytest.mark.camel
EXAMPLES = load("lemmas.yaml")["examples"]


def found(pipeline: Pipeline, text: str) -> list[Statement]:
    result = pipeline.enrich(Article(id="test", title="", body=text))
    assert [error.message for error in result.enrichment.errors] == []
    return list(result.statements)


def surface(span: Span | None) -> str | None:
    return None if span is None else span.surface


@pytest.fixture
def pipeline(real: Path) -> Iterator[Pipeline]:
    with Pipeline(Plugins.load(Settings())) as opened:
        yield opened


def test_the_examples(pipeline: Pipeline) -> None:
    wrong = []
    for example in EXAMPLES:
        statements = found(pipeline, example["text"])
        got = [
            (s.cue.surface, s.stance, surface(s.speaker.span), surface(s.said), s.quoted)
            for s in statements
            if example.get("none") or (s.provenance.rule or "").endswith(" by lemma")
        ]
        what = ("cue", "stance", "speaker", "said")
        want = (*(example.get(name) for name in what), example.get("quoted", False))
        if got != ([] if example.get("none") else [want]):
            wrong.append(f"{example['text']}: {got}")
    assert not wrong, "\n".join(wrong)
