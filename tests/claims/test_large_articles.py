"""An article with thousands of statements: the time grows with the article, not with its square."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest
from musnad.model import Article
from musnad.pipeline import Enriched, Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings

SMALL = 100
TIMES = 6
ROOM = 15.0
"""At six times the length: a square would take 36 times the time, a busy machine's noise far less."""


def same(number: int) -> str:
    return "قال سالم النجار إن وزير الزراعة زار ميناء الضفة سرا والتقى التجار."


def other(number: int) -> str:
    return f"قال سالم النجار إن وزير الزراعة زار ميناء الضفة سرا والتقى {number + 100} تاجرا."


def endless(number: int) -> str:
    return "قال سالم النجار إن الطريق مغلق ونفت البلدية هذا الخبر وأكد مصدر ذلك"


def seconds(pipeline: Pipeline, body: str) -> tuple[float, Enriched]:
    article = Article(id="test", title="خبر طويل", body=body)
    best, found = float("inf"), None
    for _ in range(2):
        start = time.process_time()
        found = pipeline.enrich(article)
        best = min(best, time.process_time() - start)
    assert found is not None
    assert not found.enrichment.errors
    return best, found


@pytest.mark.parametrize("sentence", [same, other, endless])
def test_time_grows_with_the_article(sentence: Callable[[int], str]) -> None:
    def body(count: int) -> str:
        return " ".join(sentence(number) for number in range(count))

    with Pipeline(Plugins.load(Settings())) as pipeline:
        seconds(pipeline, body(20))
        one, small = seconds(pipeline, body(SMALL))
        two, large = seconds(pipeline, body(TIMES * SMALL))
    assert len(small.statements) >= SMALL
    assert len(large.statements) == TIMES * len(small.statements)
    assert two < ROOM * one


def test_what_is_said_thousands_of_times_is_one_claim() -> None:
    with Pipeline(Plugins.load(Settings())) as pipeline:
        _, found = seconds(pipeline, " ".join(same(number) for number in range(1000)))
    contents: Sequence[str] = [one.said.surface for one in found.statements if one.said]
    assert len(contents) == 1000
    assert len({one.claim_id for one in found.statements}) == 1
