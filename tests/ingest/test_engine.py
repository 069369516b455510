"""What the engine leaves where it is broken off: no checkpoint behind a dead letter that is not there. No Elasticsearch."""

import json
from concurrent.futures import Future

import pytest
from musnad.components import Record
from musnad.errors import InputError
from musnad.ingest.account import Account
from musnad.ingest.checkpoint import FileCheckpoint, read_point
from musnad.ingest.deadletters import DeadLetters, hold, let_go, lock_of
from musnad.ingest.engine import Engine
from musnad.ingest.protocol import Dead, Enrichment, Outcome, Read, Sorted
from musnad.model import Article


class Numbered:
    """Records of ascending ids, a batch for each: their texts are long."""

    def __init__(self, count):
        self.count = count

    def read(self, after=None):
        for number in range(after["number"] if after else 0, self.count):
            article = Article(id=f"a{number}", title="خبر", body="ن" * 2_000_000)
            yield Read(Record(article, number), {"number": number + 1})

    def share(self):
        return None


class Failing:
    """Makes a dead letter of every record."""

    in_flight = 1

    def submit(self, records):
        future = Future()
        future.set_result([Enrichment(r, None, Dead("crashed", "it did")) for r in records])
        return future


class Nowhere:
    def sort(self, records):
        return Sorted(records, [])

    def write(self, enriched, known):
        return [Outcome("dead", one.record.article, one.dead) for one in enriched]

    def finish(self):
        pass


class BrokenOff(DeadLetters):
    """Is broken off at the third letter, as by a second Ctrl-C or a full disk, half of it written."""

    error: BaseException
    written = 0

    def add(self, letter):
        if self.written == 2:
            raise self.error
        self.written += 1
        super().add(letter)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), InputError("the disk is full")])
def test_no_checkpoint_is_written_behind_a_letter_that_is_not_there(tmp_path, error):
    def run(letters_of, after=None, keep=None):
        account = Account("run", ())
        with FileCheckpoint(tmp_path / "point.json", account, every=0) as checkpoint:
            letters = letters_of(tmp_path, "run", keep)
            letters.error = error
            engine = Engine(
                Numbered(4), Failing(), Nowhere(), account, letters, checkpoint=checkpoint
            )
            try:
                engine.run(after)
            finally:
                letters.close()

    with pytest.raises(type(error)):
        run(BrokenOff)
    point = read_point(tmp_path / "point.json")
    assert point.mark == {"number": 2}
    assert point.counts.dead_letters == 2
    path = tmp_path / "dead-letters" / "run.jsonl"
    assert point.letters == path.stat().st_size
    run(DeadLetters, point.mark, point.letters)
    found = [json.loads(line)["article"]["id"] for line in path.read_text("utf-8").splitlines()]
    assert found == ["a0", "a1", "a2", "a3"]


def test_a_letter_that_does_not_fit_on_the_disk_leaves_no_half_line(tmp_path, monkeypatch):
    letters = DeadLetters(tmp_path, "run")
    article = Article(id="a", title="خبر", body="نص")
    letters.add((article, Dead("crashed", "it did")))
    before = letters.path.read_bytes()
    stream = letters._stream

    class Full:
        """Takes ten bytes, then no more."""

        room = 10

        def write(self, data):
            if not self.room:
                raise OSError(28, "No space left on device")
            written, self.room = stream.write(data[: self.room]), 0
            return written

        truncate, close, fileno = stream.truncate, stream.close, stream.fileno

    monkeypatch.setattr(letters, "_stream", Full())
    with pytest.raises(InputError, match="No space left on device"):
        letters.add((article, Dead("crashed", "it did")))
    letters.close()
    assert letters.path.read_bytes() == before


def test_dead_letters_of_a_run_under_way_are_left_to_it(tmp_path):
    letters = DeadLetters(tmp_path, "run")
    letters.add((Article(id="a", title="خبر", body="نص"), Dead("crashed", "it did")))
    lock = lock_of(letters.path)
    assert not hold(lock)
    letters.close()
    assert hold(lock)
    with pytest.raises(InputError, match="another process is at these dead letters"):
        DeadLetters(tmp_path, "run")
    let_go(lock)
    assert [path.name for path in letters.path.parent.iterdir()] == ["run.jsonl"]
