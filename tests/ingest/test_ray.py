"""`--engine ray`, on a Ray of this machine: the same results, the same account, whoever dies. Run by `make test-ray`."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from elasticsearch.helpers import bulk
from musnad.archive.indices import alias
from musnad.errors import InputError
from musnad.ingest.run import OnRay

pytestmark = [
    pytest.mark.ray,
    # Ray uses what it has deprecated itself.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"),
]
RUN = ("run_id", "ingested_at", "seconds")
SLOW = """
import os, time
import musnad

class Slow(musnad.Annotator):
    name, version = "slow", "1"
    provides = ("slow",)

    def annotate(self, document):
        time.sleep(0.02)
        with open({pids!r}, "a") as file:
            file.write(f"{{os.getppid()}} {{os.getpid()}}\\n")
        return {{"slow": 1}}

@musnad.hookimpl
def musnad_annotators():
    return [Slow()]
"""
CRASHING = """
import os
import musnad

class Crashing(musnad.Annotator):
    name, version = "crashing", "1"
    provides = ("crashing",)

    def annotate(self, document):
        if "رقم 7 " in document.text:
            os._exit(9)
        return {"crashing": 1}

@musnad.hookimpl
def musnad_annotators():
    return [Crashing()]
"""


def without_run(value):
    """Return a stored document without what differs from run to run."""
    if isinstance(value, dict):
        return {key: without_run(one) for key, one in value.items() if key not in RUN}
    if isinstance(value, list):
        return [without_run(one) for one in value]
    return value


def counts(account):
    return account.read, account.indexed, account.unchanged, account.dead_letters, account.deleted


def test_results_are_those_of_the_local_engine(ingested, make_record):
    records = [make_record(number) for number in range(200)] + ["{broken"]
    local = ingested(*records)
    there = {
        kind: {key: without_run(one) for key, one in ingested.stored(kind).items()}
        for kind in ("articles", "statements")
    }
    bulk(
        ingested.reader.client,
        (
            {"_op_type": "delete", "_index": alias(ingested.settings.prefix, kind), "_id": key}
            for kind, documents in there.items()
            for key in documents
        ),
        refresh=True,
    )
    assert not ingested.stored()
    on_ray = ingested(*records, ray=OnRay(), workers=2)
    assert counts(on_ray) == counts(local) == (201, 200, 0, 1, 0)
    for kind, documents in there.items():
        here = {key: without_run(one) for key, one in ingested.stored(kind).items()}
        assert here.keys() == documents.keys()
        for key, one in documents.items():
            # Field by field: a difference is named.
            for name in one.keys() | here[key].keys():
                assert (key, name, here[key].get(name)) == (key, name, one.get(name))
    again = ingested(*records, ray=OnRay(), workers=1)
    assert counts(again) == (201, 0, 200, 1, 0)


@pytest.fixture
def slow(tmp_path):
    """Return the file of a plugin that is slow, and the file of its processes: parent and own, a line for each article."""
    pids = tmp_path / "pids"
    plugin = tmp_path / "slow.py"
    plugin.write_text(SLOW.format(pids=str(pids)), encoding="utf-8")
    return plugin, pids


@contextmanager
def killing(pids, victims):
    """Kill what `victims` returns for the lines of `pids` once 150 articles are enriched; yields the ids of the killed."""
    killed: list[int] = []
    ended = threading.Event()

    def kill() -> None:
        while not ended.wait(0.05):
            lines = pids.read_text().splitlines() if pids.exists() else []
            if len(lines) > 150:
                for process in victims(lines):
                    killed.append(process)
                    os.kill(process, signal.SIGKILL)
                return

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield killed
    finally:
        ended.set()
        killer.join()


def test_a_worker_that_is_killed_loses_nothing(ingested, make_record, slow):
    plugin, pids = slow
    records = [make_record(number) for number in range(400)]

    def actor(lines):
        # The parent of the process that enriches is the actor.
        return [int(lines[-1].split()[0])]

    with killing(pids, actor) as killed:
        account = ingested(*records, plugin=plugin, ray=OnRay(), workers=1)
    assert killed
    assert counts(account) == (400, 400, 0, 0, 0)
    assert account.adds_up
    assert len(ingested.stored()) == 400
    actors = {line.split()[0] for line in pids.read_text().splitlines()}
    assert len(actors) == 2, "another actor went on"


def read_tasks(lines):
    """Return the processes of Ray's read tasks below this one."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "ray::" in (title := " ".join(process.cmdline())) and "Read" in title:
                found.append(process.pid)
    return found


def test_a_read_task_that_is_killed_loses_nothing(ingested, make_record, slow):
    plugin, pids = slow
    records = [make_record(number) for number in range(600)]
    with killing(pids, read_tasks) as killed:
        account = ingested(*records, plugin=plugin, ray=OnRay(), workers=1)
    assert killed
    assert counts(account) == (600, 600, 0, 0, 0)
    assert len(ingested.stored()) == 600


def test_an_article_that_crashes_the_interpreter_is_a_dead_letter(ingested, make_record, tmp_path):
    plugin = tmp_path / "crashing.py"
    plugin.write_text(CRASHING, encoding="utf-8")
    account = ingested(*(make_record(n) for n in range(30)), plugin=plugin, ray=OnRay(), workers=1)
    assert counts(account) == (30, 29, 0, 1, 0)
    assert account.reasons == {"crashed": 1}


def test_one_processor_is_left_for_reading():
    from musnad.ingest import ray_stream

    try:
        assert ray_stream.connect(None, None) == max(1, (os.cpu_count() or 1) - 1)
    finally:
        ray_stream.disconnect()


def test_a_killed_run_goes_on_from_its_checkpoint(ingested, make_record, slow, tmp_path):
    plugin, _ = slow
    source = tmp_path / "in.jsonl"
    source.write_text(
        "".join(json.dumps(make_record(n), ensure_ascii=False) + "\n" for n in range(1500)),
        encoding="utf-8",
    )
    command = [
        str(Path(sys.executable).with_name("musnad")),
        *("ingest", str(source), "--plugin", str(plugin), "--engine", "ray", "--workers", "1"),
        "--no-settle",
        "--json",
    ]
    first = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    checkpoints = tmp_path / ".musnad" / "runs"
    wait = threading.Event()
    while first.poll() is None and not list(checkpoints.glob("*.json")):
        wait.wait(0.05)
    assert first.poll() is None, first.communicate()[1].decode()
    first.kill()
    first.communicate()
    second = subprocess.run([*command, "--resume"], cwd=tmp_path, capture_output=True, check=False)
    assert second.returncode == 0, second.stderr.decode()
    report = json.loads(second.stdout)
    assert report["read"] == 1500
    assert report["resumed"] == 1
    assert report["indexed"] + report["unchanged"] == 1500
    assert len(ingested.stored()) == 1500


def test_ray_that_is_not_there_is_one_sentence(ingested, make_record):
    with pytest.raises(InputError, match=r"Ray at 127\.0\.0\.1:1 cannot be used"):
        ingested(make_record(1), ray=OnRay("127.0.0.1:1"))
