"""Where a run goes on: marks in files, the checkpoint, and what is too old to be gone on with. No Elasticsearch."""

import json
import os

import pytest
from musnad.components import Record
from musnad.errors import ArchiveBusyError, ArchiveError, InputError
from musnad.ingest.account import Account
from musnad.ingest.checkpoint import FileCheckpoint, read_point
from musnad.ingest.deadletters import DeadLetters
from musnad.ingest.protocol import Dead, Outcome
from musnad.ingest.resuming import Command, command_to_resume
from musnad.ingest.sources import Files
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs
from musnad.readers.plugin import reading_hash
from musnad.settings import Settings


@pytest.fixture
def files(tmp_path):
    """Return a function that makes the source anew, as the next run does."""
    (tmp_path / "a.jsonl").write_text(
        "\n".join(json.dumps({"title": f"خبر {i}", "body": "نص"}) for i in range(3)) + "\n{\n",
        encoding="utf-8",
    )
    (tmp_path / "b.txt").write_text("عنوان\nنص الخبر", encoding="utf-8")
    (tmp_path / "c.jsonl.gz").write_bytes(b"\x1f\x8b this is none")
    (tmp_path / "d.txt").write_text("عنوان آخر\nنص آخر", encoding="utf-8")
    readers = Plugins.load(Settings()).readers()
    return lambda: Files(find_inputs([str(tmp_path)], readers), max_chars=10_000)


def told(read):
    found = read.found
    return found.article.title if isinstance(found, Record) else found.code


def test_reading_goes_on_behind_every_mark(files):
    whole = list(files().read())
    titles = [told(read) for read in whole]
    assert titles[:3] == ["خبر 0", "خبر 1", "خبر 2"]
    assert [titles[4], titles[-1]] == ["عنوان", "عنوان آخر"]
    assert len(titles) == 7, "a file that is broken is one record"
    for number, read in enumerate(whole, 1):
        mark = json.loads(json.dumps(read.mark))
        again = files()
        assert again.leads_on(mark)
        assert [told(r) for r in again.read(mark)] == titles[number:]
        assert again.share() == 1.0


def test_a_mark_leads_nowhere_once_a_file_before_it_changed(files, tmp_path):
    whole = list(files().read())
    (tmp_path / "d.txt").write_text("عنوان ثالث\nنص", encoding="utf-8")
    assert [files().leads_on(read.mark) for read in whole] == [True] * 6 + [False]
    os.utime(tmp_path / "a.jsonl", (1, 1))
    assert not any(files().leads_on(read.mark) for read in whole)
    assert not files().leads_on({"input": 99, "position": 0, "files": "x"})


def test_another_field_map_is_another_way_of_reading(tmp_path):
    fields = tmp_path / "fields.toml"
    fields.write_text('title = "headline"\n', encoding="utf-8")
    settings = Settings(plugins={"readers": {"fields_file": str(fields)}})
    before = reading_hash(settings)
    assert reading_hash(settings) == before != reading_hash(Settings())
    fields.write_text('title = "name"\n', encoding="utf-8")
    assert reading_hash(settings) != before


def test_the_share_read_grows_to_the_whole(files):
    source = files()
    shares = [source.share() for _ in source.read()]
    assert shares == sorted(shares)
    assert 0 < shares[0] <= shares[-1] <= 1


def counted(account):
    account.read = 5
    for outcome in (
        Outcome("indexed", corrected=True, failed=["p.c"]),
        Outcome("unchanged"),
        Outcome("deleted"),
        Outcome("dead", dead=Dead("crashed", "it did")),
    ):
        account.count(outcome)
    return account


def test_a_checkpoint_is_read_as_it_was_written_and_lets_no_second_run_in(tmp_path):
    command = Command("musnad", str(tmp_path), ("a.jsonl",), plugins=("p.py",))
    path = command.checkpoint(tmp_path)
    account = counted(Account("ingest-1", ("a.jsonl",)))
    with FileCheckpoint(path, account, command.asdict(), {"pipeline": "f"}) as checkpoint:
        assert checkpoint.found() is None
        checkpoint.reached({"input": 0, "position": 7}, account, 31)
        assert not checkpoint.due()
        with (
            pytest.raises(InputError, match="another process is at the same work"),
            FileCheckpoint(path, account),
        ):
            pass
    point = read_point(path)
    assert (point.run_id, point.mark, point.letters) == (
        "ingest-1",
        {"input": 0, "position": 7},
        31,
    )
    assert point.made_of == {"pipeline": "f"}
    assert point.counts.counts() == account.counts()
    assert (account.accounted, account.adds_up) == (4, False)
    assert command_to_resume(tmp_path, "musnad", tmp_path) == command
    with pytest.raises(InputError, match="no run was interrupted"):
        command_to_resume(tmp_path, "other", tmp_path)
    with pytest.raises(InputError, match="go on with it there"):
        command_to_resume(tmp_path, "musnad", tmp_path / "x")
    path.write_text("{", encoding="utf-8")
    assert read_point(path) is None


def test_dead_letters_beyond_the_checkpoint_are_taken_back(tmp_path, make_article):
    first = DeadLetters(tmp_path, "run")
    first.add((make_article("a"), Dead("crashed", "it did", "p.c")))
    kept = first.durable()
    first.add((make_article("b"), Dead("crashed", "it did")))
    first.close()
    again = DeadLetters(tmp_path, "run", kept)
    assert again.durable() == kept
    again.add((make_article("c"), Dead("hung", "it did")))
    again.close()
    lines = [json.loads(line) for line in again.path.read_text(encoding="utf-8").splitlines()]
    assert [line["article"]["id"] for line in lines] == ["a", "c"]
    assert lines[0]["component"] == "p.c"


@pytest.fixture
def make_article():
    from musnad.model import Article

    return lambda key: Article(id=key, title="عنوان", body="نص")


def test_patience_tries_again_what_may_pass_and_nothing_else():
    from musnad.archive.patience import Patience

    waits = []
    answers = [ArchiveBusyError("busy"), ArchiveBusyError("busy"), "done"]

    def call():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    patience = Patience(60, lambda reason, pause: waits.append(reason))
    patience.give_up.wait = lambda timeout=None: None  # no pause
    assert patience(call) == "done"
    assert waits == ["busy", "busy"]
    answers[:] = [ArchiveError("broken")]
    with pytest.raises(ArchiveError, match="broken"):
        patience(call)
    patience.give_up.set()
    answers[:] = [ArchiveBusyError("gone")]
    with pytest.raises(ArchiveBusyError, match="gone"):
        patience(call)


@pytest.mark.parametrize(("index", "other"), [("sport-claims-1", True), ("musnad-claims-1", False)])
def test_an_index_of_another_archive_that_goes_does_not_end_the_run(index, other):
    from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
    from elasticsearch import NotFoundError
    from musnad.archive.client import errors_explained, misses_other_index

    meta = ApiResponseMeta(404, "1.1", HttpHeaders(), 0.1, NodeConfig("http", "localhost", 9200))
    reason = {"type": "index_not_found_exception", "reason": f"no such index [{index}]"}
    with pytest.raises(ArchiveError) as raised, errors_explained():
        raise NotFoundError(
            "index_not_found_exception", meta, {"error": {**reason, "index": index}}
        )
    assert misses_other_index(raised.value, "musnad") is other
