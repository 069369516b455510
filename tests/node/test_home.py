"""Where a node lives, what is kept about it, and the accounts: nothing is started here."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from musnad.node import places, process
from musnad.node.accounts import server_account
from musnad.node.errors import (
    CrashError,
    NodeError,
    NotRunningError,
    PortTakenError,
    StateError,
    UnprivilegedAccountError,
    UnreachableFilesError,
)
from musnad.node.lifecycle import Node
from musnad.node.process import Layout
from musnad.node.state import Connection, NodeState, StateFile

only_root = pytest.mark.skipif(not places.is_root(), reason="about what root must do")


def test_each_project_has_a_home_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MUSNAD_NODE_HOME", raising=False)
    monkeypatch.setenv("MUSNAD_CACHE", str(tmp_path / "cache"))
    one, two = tmp_path / "one", tmp_path / "two"
    for project in (one, two):
        (project / "deep" / "inside").mkdir(parents=True)
        (project / "musnad.toml").touch()
    assert places.default_home(one / "deep" / "inside") == places.default_home(one)
    assert places.default_home(one) != places.default_home(two)
    assert places.default_home(one).parent == tmp_path / "cache" / "nodes"
    assert places.default_home(one).name.startswith("one-")


def test_the_environment_chooses_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSNAD_NODE_HOME", str(tmp_path / "chosen"))
    assert Node().home == tmp_path / "chosen"


def test_the_secrets_are_never_readable_by_others(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    old = os.umask(0)
    try:
        file.write(NodeState.new())
        file.write(NodeState.new())
    finally:
        os.umask(old)
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_the_state_comes_back_as_it_was_written(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    assert file.read() is None
    state = NodeState.new().model_copy(
        update={"pid": 7, "url": "http://127.0.0.1:1", "api_key": "k"}
    )
    file.write(state)
    assert file.read() == state
    assert state.at_rest().connection() is None


def test_a_connection_does_not_show_its_secrets() -> None:
    connection = Connection("http://127.0.0.1:1", api_key="hidden-key", password="hidden-word")
    assert "hidden" not in repr(connection)
    assert "hidden" not in str(connection)
    assert connection.environment()["MUSNAD_ES_API_KEY"] == "hidden-key"


def test_a_damaged_state_file_is_named_and_can_be_destroyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSNAD_CACHE", str(tmp_path / "cache"))
    node = Node(tmp_path / "home")
    node.home.mkdir()
    (node.home / "state.json").write_text('{"password": ')
    with pytest.raises(StateError, match=r"state\.json .* content is damaged.*musnad node destroy"):
        node.status()
    assert node.destroy()
    assert not node.home.exists()
    assert not node.destroy()


def test_a_later_process_of_the_same_number_is_not_the_node(tmp_path: Path) -> None:
    node = Node(tmp_path)
    state = NodeState.new().model_copy(
        update={
            "pid": os.getpid(),
            "launcher": os.getpid(),
            "url": "http://127.0.0.1:1",
            "api_key": "k",
        }
    )
    StateFile(tmp_path / "state.json").write(state)
    assert node.status().state == "stopped"
    assert node.connection() is None


def test_a_node_that_never_was(tmp_path: Path) -> None:
    node = Node(tmp_path / "none")
    assert node.status().state == "absent"
    assert not node.status().running
    assert node.stop() == "not running"
    assert node.logs() == []
    assert "musnad node start" in str(NotRunningError(node.home))


def test_a_port_in_use_is_noticed() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"Port {port} is taken .* MUSNAD_NODE_PORT"):
            process.need_free_port(port)
    process.need_free_port(port)


def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MUSNAD_NODE_PORT", "http")
    with pytest.raises(NodeError, match="MUSNAD_NODE_PORT is 'http': give a port number"):
        Node(tmp_path)


@pytest.mark.parametrize(
    ("printed", "cause"),
    [
        (
            "[ERROR][o.e.b.Elasticsearch] fatal exception while booting Elasticsearch\n"
            "java.lang.IllegalStateException: failed to obtain node locks, tried [/x]\n"
            "\tat org.elasticsearch.env.NodeEnvironment.<init>(NodeEnvironment.java:1)\n"
            "Caused by: java.io.IOException: lock held by another program: node.lock\n",
            "IOException: lock held by another program: node.lock",
        ),
        ("java.lang.OutOfMemoryError: Java heap space\n", "OutOfMemoryError: Java heap space"),
        (
            "Error: Could not create the Java Virtual Machine.\n",
            "Could not create the Java Virtual Machine.",
        ),
    ],
)
def test_the_cause_of_a_crash_is_picked_out(tmp_path: Path, printed: str, cause: str) -> None:
    layout = Layout(tmp_path)
    layout.logs.mkdir()
    layout.start_log.write_text(printed)
    error = process.crash(layout, port=0)
    assert isinstance(error, CrashError)
    assert error.cause == cause
    assert str(layout.start_log) in str(error)


def test_a_crash_without_a_word(tmp_path: Path) -> None:
    assert "it said nothing" in str(process.crash(Layout(tmp_path), port=0))


def test_a_port_lost_during_the_start_is_told_as_such(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.logs.mkdir()
    layout.start_log.write_text("Caused by: java.net.BindException: Address already in use\n")
    assert isinstance(process.crash(layout, port=9200), PortTakenError)
    assert isinstance(process.crash(layout, port=0), CrashError)


@only_root
def test_root_runs_the_server_as_another_account() -> None:
    account = server_account()
    assert account.switches
    assert account.uid != 0


@only_root
def test_an_account_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSNAD_NODE_USER", "no-such-account")
    with pytest.raises(UnprivilegedAccountError, match="'no-such-account' of MUSNAD_NODE_USER"):
        server_account()
    monkeypatch.setenv("MUSNAD_NODE_USER", "root")
    with pytest.raises(UnprivilegedAccountError, match="is root"):
        server_account()


@only_root
def test_files_out_of_the_accounts_reach_are_named(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "file").touch()
    with pytest.raises(UnreachableFilesError, match="MUSNAD_CACHE to a place that it can reach"):
        server_account().need_readable(private / "file", "MUSNAD_CACHE")
