"""Start, reuse, kill, restart and stop of real servers, two side by side."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import AuthenticationException, AuthorizationException, Elasticsearch
from musnad.node import Connection, Node, places, process
from musnad.node.commands import app
from musnad.node.errors import CrashError, HeapError, PortTakenError, StartTimeoutError
from musnad.node.process import Layout
from typer.testing import CliRunner

pytestmark = [pytest.mark.node, pytest.mark.slow]

STARTER = """
import sys
from pathlib import Path
from musnad.node import Node
def report(line):
    print("report:", line, flush=True)
print("url:", Node(Path(sys.argv[1]), heap="512m", report=report).start().url)
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A place for one more node, where the account that runs it can enter (pytest's own is private)."""
    folder = places.make_folder(places.nodes_root() / "tests", 0o755)
    # The fixture's own name pattern: should this test run be killed, the next one clears it away.
    # Neither spaces nor Arabic letters in a path may matter.
    home = folder / f"session-{os.getpid()}-بيت العقدة"
    yield home
    Node(home).destroy()


def starter(home: Path) -> subprocess.Popen[str]:
    """Start the node from another process."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, str(home)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def test_nobody_without_a_key_is_let_in(elasticsearch_node: Connection) -> None:
    for path in ("/", "/_cluster/health"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(elasticsearch_node.url + path)
        with refused.value as answer:
            assert answer.code == 401
    with (
        Elasticsearch(elasticsearch_node.url, basic_auth=("elastic", "wrong")) as client,
        pytest.raises(AuthenticationException),
    ):
        client.info()


def test_the_key_opens_the_version_that_was_asked_for(elasticsearch_node: Connection) -> None:
    with elasticsearch_node.client() as client:
        told = client.info()
        assert told["version"]["number"].startswith("9.5.")
        assert told["cluster_uuid"] == client.cluster.state(metric="metadata")["cluster_uuid"]
        assert client.cluster.health()["status"] in ("green", "yellow")


def test_a_key_for_reading_cannot_write(elasticsearch_node: Connection) -> None:
    if elasticsearch_node.password is None:
        pytest.skip("this cluster came without its password")
    rights = {"read": {"index": [{"names": ["musnad-node-*"], "privileges": ["read"]}]}}
    with elasticsearch_node.client(as_user=True) as client:
        made = client.security.create_api_key(name="read", role_descriptors=rights, expiration="1h")
    with Elasticsearch(elasticsearch_node.url, api_key=made["encoded"]) as reader:
        with pytest.raises(AuthorizationException):
            reader.index(index="musnad-node-refused", document={})
        # As on a full cluster: who may not monitor it is not told what it is.
        with pytest.raises(AuthorizationException):
            reader.info()


def test_the_life_of_a_node(home: Path, elasticsearch_node: Connection) -> None:
    # Two processes start the same home at once: one starts it, the other finds it.
    starters = [starter(home), starter(home)]
    answers = [process.communicate(timeout=240)[0] for process in starters]
    assert [process.returncode for process in starters] == [0, 0]
    assert sum("report: starting" in answer for answer in answers) == 1
    urls = {re.findall(r"url: (.+)", answer)[0] for answer in answers}
    node = Node(home, heap="512m")
    status = node.status()
    assert (status.state, {status.url}) == ("running", urls)
    assert stat.S_IMODE((home / "state.json").stat().st_mode) == 0o600
    if places.is_root():
        assert Path(f"/proc/{status.pid}").stat().st_uid != 0

    # The node of this session runs beside it, and neither sees the other's data or takes its key.
    connection = node.connection()
    assert connection is not None
    assert connection.url != elasticsearch_node.url
    assert node.start() == connection
    with connection.client() as client, elasticsearch_node.client() as other:
        client.index(index="musnad-node-kept", id="1", document={"text": "باق"}, refresh=True)
        assert not other.indices.exists(index="musnad-node-kept")
    with (
        Elasticsearch(elasticsearch_node.url, api_key=connection.api_key) as intruder,
        pytest.raises(AuthenticationException),
    ):
        intruder.info()

    # The server is killed; then so is a process that starts it again, in the middle of the start.
    assert status.pid is not None
    os.kill(status.pid, signal.SIGKILL)
    process_is_gone(node)
    with starter(home) as dying:
        assert dying.stdout is not None
        while "starting" not in dying.stdout.readline():
            assert dying.poll() is None
        launcher_is_noted(home)
        dying.kill()
    again = node.start()
    assert again.api_key == connection.api_key
    with again.client() as client:
        assert client.get(index="musnad-node-kept", id="1")["_source"] == {"text": "باق"}
    assert any("started" in line for line in node.logs(200))

    # The commands tell of it, without its secrets unless asked.
    told = CliRunner().invoke(app, ["status", "--home", str(home), "--json"])
    assert told.exit_code == 0
    assert json.loads(told.stdout)["url"] == again.url
    assert again.api_key is not None
    started = CliRunner().invoke(app, ["start", "--home", str(home)])
    assert again.url in started.stdout
    assert again.api_key not in started.output
    shown = CliRunner().invoke(app, ["start", "--home", str(home), "--json", "--show-secrets"])
    assert json.loads(shown.stdout)["api_key"] == again.api_key
    exported = CliRunner().invoke(app, ["env", "--home", str(home)]).stdout
    assert f"export MUSNAD_ES_URL={again.url}\n" in exported

    pid = node.status().pid
    assert node.stop() == "stopped"
    assert node.status().state == "stopped"
    assert pid is not None
    assert (
        not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    assert node.stop() == "not running"
    assert again.api_key in (home / "state.json").read_text()


def test_a_port_of_another_program_is_named(home: Path, elasticsearch_node: Connection) -> None:
    port = int(elasticsearch_node.url.rsplit(":", 1)[1])
    with pytest.raises(PortTakenError, match=f"Port {port} is taken"):
        Node(home, port=port).start()


@pytest.mark.parametrize(
    ("heap", "cause"), [("1k", "Too small maximum heap"), ("x", "Invalid initial heap")]
)
def test_a_heap_that_cannot_be_is_told_at_once(home: Path, heap: str, cause: str) -> None:
    node = Node(home, heap=heap)
    with pytest.raises(HeapError, match=f"{cause}.*choose another size with `--heap`") as crash:
        node.start()
    assert crash.value.log.exists()
    assert node.status().state == "stopped"


def test_a_server_that_dies_while_starting_is_told_with_its_cause(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = process.write_settings

    def with_a_mistake(layout: Layout, *arguments: Any, **options: Any) -> None:
        prepare(layout, *arguments, **options)
        with (layout.config / "elasticsearch.yml").open("a") as settings:
            settings.write("no.such.setting: 1\n")

    monkeypatch.setattr(process, "write_settings", with_a_mistake)
    with pytest.raises(CrashError, match=r"unknown setting \[no\.such\.setting\].*start\.log"):
        Node(home, heap="512m").start()
    assert Node(home).status().state == "stopped"


def test_a_start_that_takes_too_long_is_ended(home: Path) -> None:
    node = Node(home, heap="512m", timeout=1)
    with pytest.raises(StartTimeoutError, match="within 1 seconds and was ended"):
        node.start()
    assert node.status().state == "stopped"
    assert not process.is_server(node.status().pid, node.layout)


def process_is_gone(node: Node) -> None:
    """Wait until the killed process is seen as gone; pytest's timeout is the limit."""
    while node.connection() is not None:
        os.sched_yield()


def launcher_is_noted(home: Path) -> None:
    """Wait until the starter has noted its launcher; pytest's timeout is the limit."""
    while json.loads((home / "state.json").read_text())["launcher"] is None:
        os.sched_yield()
