"""The golden queries: what they reach without morphology and (`make test-ner`) with it; floors are just below figures."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from types import ModuleType

import pytest
from musnad.node.state import Connection
from musnad.settings import load_settings
from musnad_camel import store

# Before the fixture of all tests hides it.
REAL = store.data_folder()
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def evaluation(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("eval_search")


def check(
    module: ModuleType,
    node: Connection,
    monkeypatch: pytest.MonkeyPatch,
    recall: float,
    forbidden: int,
) -> None:
    for name, value in node.environment().items():
        monkeypatch.setenv(name, value)
    with module.evaluated(load_settings(ROOT / "examples/archive/musnad.toml")) as found:
        ways = {name: module.summary(scores) for name, scores in found.scores().items()}
    assert ways["ours"]["recall"] >= recall
    assert ways["ours (Kibana)"]["recall"] >= recall
    assert ways["ours"]["forbidden"] <= forbidden
    assert ways["ours"]["recall"] > ways["arabic"]["recall"] > ways["standard"]["recall"]


@pytest.mark.slow
@pytest.mark.node
def test_without_morphology(
    evaluation: ModuleType, elasticsearch_node: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(evaluation, elasticsearch_node, monkeypatch, recall=0.85, forbidden=0)


@pytest.mark.camel
@pytest.mark.slow
@pytest.mark.node
def test_with_morphology(
    evaluation: ModuleType, elasticsearch_node: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (REAL / "catalogue.json").is_file():
        if os.environ.get("MUSNAD_TEST_CAMEL") == "required":
            pytest.fail("camel-tools' data is missing, though this run is to have it")
        pytest.skip("camel-tools' data is not installed; `make test-ner` runs this test")
    monkeypatch.setenv("CAMELTOOLS_DATA", str(REAL))
    check(evaluation, elasticsearch_node, monkeypatch, recall=0.98, forbidden=0)
