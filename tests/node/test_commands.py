"""`musnad node` where nothing runs: one line for each failure, and no secrets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from musnad.node import java as javas
from musnad.node.commands import app
from typer.testing import CliRunner, Result


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUSNAD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MUSNAD_NODE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def one_line_error(result: Result) -> str:
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_status_of_no_node(home: Path) -> None:
    result = run("status", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["state"] == "absent"
    assert json.loads(result.stdout)["home"] == str(home)
    assert "absent" in run("status").stdout


def test_stop_of_no_node_is_no_error() -> None:
    result = run("stop")
    assert (result.exit_code, result.stdout) == (0, "The node was not running.\n")


@pytest.mark.parametrize("command", ["env", "logs"])
def test_what_needs_a_node_says_how_to_start_one(command: str) -> None:
    assert "musnad node start" in one_line_error(run(command))


def test_start_without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("ES_JAVA_HOME", "JAVA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    # `test`, which looks at files for another account, is on the real path.
    monkeypatch.setattr("shutil.which", lambda _program: None)
    monkeypatch.setattr(javas, "_default_roots", lambda: (tmp_path,))
    assert "No Java was found" in one_line_error(run("start"))


def test_destroy_asks_first(home: Path) -> None:
    home.mkdir()
    assert CliRunner().invoke(app, ["destroy"], input="n\n").exit_code == 1
    assert home.exists()
    assert run("destroy", "--yes").exit_code == 0
    assert not home.exists()


def test_a_damaged_state_file_is_one_line(home: Path) -> None:
    home.mkdir()
    (home / "state.json").write_text("[]")
    assert "state.json" in one_line_error(run("status"))
