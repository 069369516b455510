from __future__ import annotations

import pytest
from musnad.pipeline import Pipeline
from musnad.settings import Settings
from musnad.testing import load

# What dates build on stays; taggers and the rest are tested in their places.
BLOCKED = ["actors", "outlets", "claims", "names", "camel", "careful", "embeddings"]


@pytest.fixture(scope="session")
def plugins():
    """Makes a plugin manager with the settings of plugins given."""

    def make(**tables):
        return load(settings=Settings(blocked_plugins=BLOCKED, plugins=tables))

    return make


@pytest.fixture(scope="session")
def pipeline(plugins):
    with Pipeline(plugins()) as opened:
        yield opened
