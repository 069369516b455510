"""The plugin's components over the starter registry, opened once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import musnad.testing
import pytest
from musnad.model import Mention, Publisher
from musnad.pipeline import Enriched, Pipeline
from musnad.settings import Settings

Enrich = Callable[..., Enriched]


@pytest.fixture(scope="session")
def enrich() -> Iterator[Enrich]:
    """Return a function from a body (and fields of the article) to what plugin `outlets` made of it."""
    settings = Settings(blocked_plugins=("actors", "claims"))
    manager = musnad.testing.load(settings=settings, installed=True)
    with Pipeline(manager) as pipeline:
        assert set(pipeline.declined) <= pipeline.unconfigured

        def run(body: str, title: str = "", **fields: Any) -> Enriched:
            enriched = pipeline.enrich(musnad.testing.make_article(body, title, **fields))
            assert not enriched.enrichment.errors
            return enriched

        yield run


@pytest.fixture(scope="session")
def outlets(enrich: Enrich) -> Callable[..., list[Mention]]:
    """Return a function from a body to its mentions of outlets."""

    def run(body: str, title: str = "", **fields: Any) -> list[Mention]:
        return [m for m in enrich(body, title, **fields).mentions if m.type == "outlet"]

    return run


@pytest.fixture(scope="session")
def publisher(enrich: Enrich) -> Callable[..., Publisher | None]:
    """Return a function from the fields of an article to its publisher."""

    def run(body: str = "افتتح معرض الزهور.", **fields: Any) -> Publisher | None:
        found: Publisher | None = enrich(body, **fields).data["outlet"]
        return found

    return run
