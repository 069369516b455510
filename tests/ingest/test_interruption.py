"""Killed nodes, Ctrl-C, dying workers: a clear word, and a second run that completes it, nothing lost or doubled."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest
from elasticsearch import Elasticsearch
from musnad.archive.indices import init
from musnad.archive.read import ArchiveReader
from musnad.ingest.engine import BATCH_RECORDS
from musnad.node import Node, places
from musnad.plugins import Plugins
from musnad.settings import Settings

pytestmark = [pytest.mark.node, pytest.mark.slow]
MUSNAD = Path(sys.executable).with_name("musnad")
RECORDS = 6 * BATCH_RECORDS + 16
SETTINGS = """
state_dir = "state"
[plugins.actors]
starter = false
files = ["actors.json"]
"""


class Running:
    """A `musnad ingest`, of what it is fed line by line unless files are named."""

    def __init__(self, folder, *arguments, inputs=("-",), **environment):
        (folder / "musnad.toml").write_text(SETTINGS, encoding="utf-8")
        (folder / "actors.json").write_text(
            '[{"id": "place-x", "type": "place", "names": {"ar": "دمشق"}}]', encoding="utf-8"
        )
        self.writer = None
        self.process = subprocess.Popen(
            [str(MUSNAD), "ingest", "--no-settle", *arguments, *inputs],
            cwd=folder,
            env={**os.environ, "PYTHONUTF8": "1", **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def feed(self, records, *, end=False):
        """Write records, from a thread: what is not read (any more) must not stop the test."""

        def write():
            with suppress(BrokenPipeError):
                for record in records:
                    self.process.stdin.write(json.dumps(record, ensure_ascii=False) + "\n")
                self.process.stdin.flush()
                if end:
                    self.process.stdin.close()

        self.writer = threading.Thread(target=write, daemon=True)
        self.writer.start()

    def interrupt(self):
        """Press Ctrl-C: the whole process group gets it."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self, seconds=120):
        """Wait for the end; return (exit status, standard output, standard error)."""
        code = self.process.wait(timeout=seconds)
        out, err = self.process.stdout.read(), self.process.stderr.read()
        assert "Traceback" not in err, err
        return code, out, err

    def close(self):
        """Leave nothing behind, whatever became of the test."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        # With the process gone the writer's pipe is broken: it ends too.
        if self.writer is not None:
            self.writer.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with suppress(BrokenPipeError):
                stream.close()


@pytest.fixture
def start(tmp_path):
    """Return a function that starts an ingest of what it is fed."""
    started = []

    def make(*arguments, **environment):
        started.append(Running(tmp_path, *arguments, **environment))
        return started[-1]

    yield make
    for running in started:
        running.close()


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def ids(reader, index):
    reader.client.indices.refresh(index=f"{reader.prefix}-{index}")
    return [hit["_id"] for hit in reader.scan(index, {"match_all": {}}, source=False)]


def check_complete(reader, expected):
    """Each article is there once, with exactly the statements that it lists."""
    articles = {h["_id"]: h["_source"] for h in reader.scan("articles", {"match_all": {}})}
    assert set(articles) == expected
    listed = {s["id"] for a in articles.values() for s in a["statements"]}
    assert len(listed) >= len(expected)
    assert set(ids(reader, "statements")) == listed
    assert all(a["fingerprint"] for a in articles.values())


@pytest.fixture
def own_node():
    """A node that may be killed, apart from the session's."""
    folder = places.make_folder(places.nodes_root() / "tests", 0o755)
    node = Node(folder / f"session-{os.getpid()}-killed", heap="512m")
    yield node
    node.destroy()


@pytest.fixture
def closing():
    """Return a function that has a client closed at the end of the test."""
    with ExitStack() as stack:
        yield stack.enter_context


def test_killing_the_node_is_one_sentence_and_a_second_run_completes_it(
    own_node, make_record, start, monkeypatch, closing
):
    for name in ("MUSNAD_ES_URL", "MUSNAD_ES_API_KEY", "MUSNAD_ES_CA"):
        monkeypatch.delenv(name, raising=False)
    environment = own_node.start().environment() | {"MUSNAD_ES_PATIENCE": "3"}
    records = [make_record(i) for i in range(RECORDS)]
    client = closing(own_node.connection().client(retries=0))
    init(client, "musnad", Plugins.load(Settings()))
    first = start("--json", **environment)
    first.feed(records[: RECORDS // 2])
    reader = ArchiveReader(client, "musnad")
    # Batches are written two at a time: with some of the third to be seen, one is acknowledged.
    wait_for(lambda: len(ids(reader, "articles")) > 2 * BATCH_RECORDS)
    os.kill(own_node.status().pid, signal.SIGKILL)
    first.feed(records[RECORDS // 2 :], end=True)
    code, out, err = first.end()
    assert code == 1
    line = err.splitlines()[-1]
    assert line.startswith("musnad: ")
    assert "Elasticsearch cannot be reached" in line
    assert "musnad node status" in line
    report = json.loads(out)
    assert (report["state"], report["adds_up"]) == ("failed", False)
    assert "Elasticsearch cannot be reached" in report["message"]
    told = report["indexed"]

    environment = own_node.start().environment()
    reader = ArchiveReader(closing(own_node.connection().client()), "musnad")
    there = set(ids(reader, "articles"))
    assert 0 < told <= len(there) < RECORDS, "what was told to be indexed must be there"
    second = start("--json", **environment)
    second.feed(records, end=True)
    code, out, err = second.end()
    assert code == 0, err
    report = json.loads(out)
    assert report["adds_up"]
    assert report["read"] == RECORDS
    assert report["indexed"] + report["unchanged"] == RECORDS
    assert report["unchanged"] >= told
    assert report["indexed"] >= RECORDS - len(there)
    assert len(ids(reader, "articles")) == RECORDS
    check_complete(reader, {record["id"] for record in records})


SLOW = """
import time
import musnad

class Slow(musnad.Annotator):
    name, version = "slow", "1"
    def annotate(self, document):
        time.sleep(0.02)
        return {}

@musnad.hookimpl
def musnad_annotators():
    return [Slow()]
"""


@pytest.fixture
def slow_run(tmp_path, make_record, start):
    """Return a function that starts a run of a file, long enough to be killed in the middle."""
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    lines = [json.dumps(make_record(i), ensure_ascii=False) for i in range(RECORDS)]
    lines.insert(10, '{"title": ')
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")

    def run(**environment):
        options = ("--json", "--workers", "2", "--plugin", "slow.py")
        return start(*options, inputs=("in.jsonl",), **environment)

    return run


def test_a_run_that_was_killed_goes_on_from_its_checkpoint(ingested, tmp_path, slow_run, start):
    killed = slow_run()
    runs = tmp_path / "state" / "runs"
    wait_for(lambda: list(runs.glob("*.json")))
    wait_for(lambda: len(ids(ingested.reader, "articles")) > BATCH_RECORDS)
    (point,) = runs.glob("*.json")
    before = json.loads(point.read_text(encoding="utf-8"))
    workers = psutil.Process(killed.process.pid).children()
    os.kill(killed.process.pid, signal.SIGKILL)
    killed.process.wait()
    # Nobody is left who would write to the archive.
    psutil.wait_procs(workers, timeout=30)
    assert not any(worker.is_running() for worker in workers)

    code, out, err = start("--json", "--resume", inputs=()).end()
    assert code == 1, "there is a dead letter"
    assert f"going on after {before['counts']['read']} records" in err
    report = json.loads(out)
    assert (report["run_id"], report["resumed"]) == (before["run_id"], 1)
    assert (report["adds_up"], report["read"]) == (True, RECORDS + 1)
    assert report["indexed"] + report["unchanged"] == RECORDS
    assert report["reasons"] == {"bad_json": 1}
    assert report["before_resuming"] >= before["counts"]["read"]
    (letters,) = (tmp_path / "state" / "dead-letters").glob("*.jsonl")
    assert len(letters.read_text(encoding="utf-8").splitlines()) == 1
    assert not list(runs.glob("*.json"))
    ingested.check_complete({f"a{i:05}" for i in range(RECORDS)})


@pytest.mark.timeout(600)
def test_killing_the_node_in_mid_bulk_only_makes_the_run_wait(
    tmp_path, slow_run, monkeypatch, closing
):
    for name in ("MUSNAD_ES_URL", "MUSNAD_ES_API_KEY", "MUSNAD_ES_CA"):
        monkeypatch.delenv(name, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = places.make_folder(places.nodes_root() / "tests", 0o755)
    node = Node(folder / f"session-{os.getpid()}-restarted", heap="512m", port=port)
    try:
        environment = node.start().environment()
        client = closing(node.connection().client(retries=0))
        (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
        init(client, "musnad", Plugins.load(Settings()))
        run = slow_run(**environment, MUSNAD_PREFIX="musnad")
        reader = ArchiveReader(client, "musnad")
        wait_for(lambda: len(ids(reader, "articles")) > BATCH_RECORDS)
        server = psutil.Process(node.status().pid)
        server.kill()
        # It is gone only a moment later; until then it would be taken for running.
        psutil.wait_procs([server], timeout=60)
        assert run.process.poll() is None, "it was to be killed in the middle"
        node.start()
        code, out, err = run.end(240)
        assert code == 1, err
        assert "then trying again: Elasticsearch cannot be reached" in err
        report = json.loads(out)
        assert (report["state"], report["adds_up"]) == ("done", True), err
        assert (report["read"], report["indexed"]) == (RECORDS + 1, RECORDS)
        reader = ArchiveReader(closing(node.connection().client()), "musnad")
        assert len(ids(reader, "articles")) == RECORDS
        check_complete(reader, {f"a{i:05}" for i in range(RECORDS)})
    finally:
        node.destroy()


def test_ctrl_c_finishes_what_is_read_and_says_how_to_go_on(ingested, make_record, start):
    records = [make_record(i) for i in range(RECORDS)]
    run = start("--json")
    fed = BATCH_RECORDS + 86
    run.feed(records[:fed])
    wait_for(lambda: len(ids(ingested.reader, "articles")) >= BATCH_RECORDS)
    # It works on the rest, or waits for more: the pipe stays open.
    run.interrupt()
    code, out, err = run.end()
    assert code == 130
    assert "run the same command again" in err
    report = json.loads(out)
    assert (report["state"], report["adds_up"]) == ("interrupted", True)
    done = report["indexed"]
    assert BATCH_RECORDS <= done == report["read"] <= fed
    assert ingested.stored("runs")[report["run_id"]]["state"] == "interrupted"
    again = start("--json")
    again.feed(records, end=True)
    code, out, _ = again.end()
    report = json.loads(out)
    assert (code, report["unchanged"], report["indexed"]) == (0, done, RECORDS - done)
    check_complete(ingested.reader, {record["id"] for record in records})


def test_ctrl_c_reaches_worker_processes_without_a_stack_trace(ingested, make_record, start):
    records = [make_record(i) for i in range(RECORDS)]
    run = start("--json", "--workers", "2")
    run.feed(records)
    wait_for(lambda: ids(ingested.reader, "articles"))
    run.interrupt()
    code, out, _ = run.end()
    report = json.loads(out)
    assert (code, report["state"], report["adds_up"]) == (130, "interrupted", True)
    assert len(ids(ingested.reader, "articles")) == report["indexed"]


DIES = """
import os
import musnad

class Dies(musnad.Annotator):
    name, version = "dies", "1"
    def annotate(self, document):
        if document.article.id == "a00070":
            os._exit(9)
        return {}

@musnad.hookimpl
def musnad_annotators():
    return [Dies()]
"""


def test_a_worker_that_dies_is_replaced_and_its_article_a_dead_letter(
    ingested, make_record, tmp_path
):
    plugin = tmp_path / "dies.py"
    plugin.write_text(DIES, encoding="utf-8")
    records = [make_record(i) for i in range(200)]
    account = ingested(*records, plugin=plugin, workers=2)
    assert account.adds_up
    assert (account.indexed, dict(account.reasons)) == (199, {"crashed": 1})
    (letter,) = ingested.dead_letters(account.run_id)
    assert (letter["article"]["id"], letter["component"]) == ("a00070", "dies.dies")
    check_complete(ingested.reader, {r["id"] for r in records} - {"a00070"})
    # Without that plugin it goes in.
    account = ingested(*records)
    assert account.indexed + account.unchanged == 200
    check_complete(ingested.reader, {record["id"] for record in records})


def test_killed_between_statements_and_article_it_is_done_again(ingested, make_record, monkeypatch):
    from musnad.archive.bulk import ArticleWriter

    old, new = make_record(1), make_record(1, body="نفى الوزير الخبر.\n\nوأكد المتحدث الخبر.")
    ingested(old)
    before = ingested.stored("statements")
    with monkeypatch.context() as patch:

        def die(self, batch):
            raise KeyboardInterrupt

        patch.setattr(ArticleWriter, "_articles", die)
        with pytest.raises(KeyboardInterrupt):
            ingested(new)
    assert ingested.stored("statements") != before
    # Back to the earlier text: it must not be taken for unchanged, its statements are those of the later.
    account = ingested(old)
    assert (account.indexed, account.unchanged) == (1, 0)
    check_complete(ingested.reader, {"a00001"})
    assert set(ingested.stored("statements")) == set(before)


def test_the_archive_gone_in_the_middle_makes_no_index_of_that_name(ingested, make_record):
    def wrapped(found):
        for number, record in enumerate(found):
            if number == 100:
                client: Elasticsearch = ingested.reader.client
                for index in client.indices.get(index=f"{ingested.settings.prefix}-articles"):
                    client.indices.delete(index=index)
            yield record

    from musnad.errors import ArchiveError

    with pytest.raises(ArchiveError, match="run `musnad init`"):
        ingested(*[make_record(i) for i in range(200)], wrap=wrapped)
    assert not ingested.reader.client.indices.exists(index=f"{ingested.settings.prefix}-articles")
