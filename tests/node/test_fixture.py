"""Which Elasticsearch the fixture gives, and what it leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from musnad.node import pytest_fixtures

TEST = """
def test_it(elasticsearch_node):
    assert elasticsearch_node.url == "http://127.0.0.1:1"
    assert elasticsearch_node.api_key == "key"
    assert str(elasticsearch_node.ca) == "ca.pem"
"""


def test_a_cluster_given_by_the_environment_is_taken_and_nothing_started(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "MUSNAD_CACHE": str(tmp_path / "cache"),
        "MUSNAD_ES_URL": "http://127.0.0.1:1",
        "MUSNAD_ES_API_KEY": "key",
        "MUSNAD_ES_CA": "ca.pem",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "musnad.node.pytest_fixtures"]
    done = subprocess.run(
        [*command, "-W", "error", str(tmp_path)], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stdout
    assert not (tmp_path / "cache").exists()


def test_homes_of_killed_sessions_are_removed_and_others_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSNAD_CACHE", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    folder = tmp_path / "nodes" / "tests"
    left = folder / f"session-{ended.pid}-abc"
    alive = folder / f"session-{os.getppid()}-abc"
    other = folder / "mine"
    for home in (left, alive, other):
        home.mkdir(parents=True)
    made = pytest_fixtures._home_of_this_session()
    assert made.name.startswith(f"session-{os.getpid()}-")
    assert sorted(folder.iterdir()) == sorted([alive, other, made])
