"""What every reader must do: read its format, go on behind a position, say its size, survive any bytes."""

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from musnad.components import Record, Rejected
from musnad.errors import InputError
from musnad.ingest.deadletters import read_dead_letters
from musnad.ingest.sources import Files
from musnad.readers.formats import reader_of
from musnad.readers.inputs import find_inputs, read_records

from .conftest import SAMPLES, read, readers, titles

COUNTS = {
    "a.txt": 1, "a.html": 1, "a.zip": 20, "a.tar": 20, "a.tar.xz": 20, "a.tgz": 24,
}  # fmt: skip
"""Records; four where nothing else is said. One of each `mixed` is refused: its last line is cut off."""


@pytest.mark.parametrize("name", SAMPLES)
def test_reading_goes_on_behind_every_position_and_none_comes_twice(name):
    data = SAMPLES[name]()
    everything = read(name, data)
    assert len(everything) == COUNTS.get(name, 4)
    refused = [f for f in everything if isinstance(f, Rejected)]
    assert len(refused) == (name.startswith(("a.zip", "a.tar", "a.tgz")))
    positions = [f.position for f in everything]
    assert positions == sorted(set(positions))
    for number, found in enumerate(everything, 1):
        assert read(name, data, after=found.position) == everything[number:]


@pytest.mark.parametrize("name", SAMPLES)
def test_files_are_found_with_their_size_and_tell_how_much_is_read(name, tmp_path, registered):
    data = SAMPLES[name]()
    (tmp_path / name).write_bytes(data)
    (item,) = find_inputs([str(tmp_path)], registered)
    assert (item.size, item.bytes_read) == (len(data), 0)
    found = list(read_records(item, max_chars=10_000))
    assert item.bytes_read == len(data)
    assert len(found) == COUNTS.get(name, 4)


@pytest.mark.parametrize("name", ["a.zip", "a.tgz", "a.warc.gz", "a.csv.bz2"])
def test_a_run_goes_on_within_archives(name, tmp_path, registered):
    """Behind each mark of the engine, over several files, the same records come as without a pause."""
    for number in (1, 2):
        (tmp_path / f"{number}{name}").write_bytes(SAMPLES[name]())

    def files():
        return Files(find_inputs([str(tmp_path)], registered), max_chars=10_000)

    everything = list(files().read())
    assert len(everything) == 2 * COUNTS.get(name, 4)
    for number in range(0, len(everything), 5):
        mark = json.loads(json.dumps(everything[number].mark))
        rest = [one.found for one in files().read(mark)]
        assert rest == [one.found for one in everything[number + 1 :]]


@pytest.mark.parametrize("name", SAMPLES)
@given(data=st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_bytes_crash_a_reader(name, data):
    sound = SAMPLES[name]()
    cut = data.draw(st.integers(0, len(sound)))
    noise = data.draw(st.binary(max_size=40))
    broken = sound[:cut] + noise + sound[cut + data.draw(st.integers(0, 60)) :]
    for damaged in (broken, sound[:cut], noise):
        try:
            found = read(name, damaged)
        except InputError as error:
            assert str(error).startswith(name)  # noqa: PT017 - it may be raised, and then must say where
        else:
            assert all(isinstance(f, Record | Rejected) for f in found)


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.warc.gz", "a.tgz"])
def test_dead_letters_of_every_format_are_read_again(name, tmp_path):
    """What a limit refuses today goes in when the limit is raised."""
    data = SAMPLES[name]()
    refused = read(name, data, fields={"title": "nothing", "body": "nothing"})
    lines = [
        {"code": r.code, "message": r.message, "component": None, "article": None,
         "source": r.source.model_dump(), "raw": r.raw}
        for r in refused if isinstance(r, Rejected) and r.code == "bad_field"
    ]  # fmt: skip
    assert len(lines) >= 4
    file = tmp_path / "dead.jsonl"
    text = "\n".join(json.dumps(line) for line in lines)
    file.write_text(text + "\n", encoding="utf-8")
    again = list(read_dead_letters([file], readers()))
    sound = {f.article.text for f in read(name, data) if isinstance(f, Record)}
    assert again
    assert {f.article.text for f in again if isinstance(f, Record)} <= sound
    assert all(isinstance(f, Record) for f in again), titles(again)


def test_a_reader_that_raises_costs_its_file_only(tmp_path, registered):
    file = tmp_path / "a.jsonl"
    file.write_bytes(SAMPLES["a.jsonl"]())
    (item,) = find_inputs([str(file)], registered)

    class Bad(type(item.reader)):
        def read(self, stream, source, after=0):
            for found in super().read(stream, source, after):
                yield found
                raise RuntimeError("out of order")

    item.reader = Bad()
    first, rest = read_records(item, max_chars=1000)
    assert isinstance(first, Record)
    assert rest.code == "unreadable"
    assert "the reader jsonl failed: RuntimeError: out of order" in rest.message
    assert rest.source.position == first.position


def test_names_choose_readers():
    known = readers()
    for name, kind in {
        "A.JSONL": "jsonl", "a.b.csv": "table", "a.warc.gz": "warc", "x.zip!d/a.json.gz": "packed",
        "a.tar.bz2": "packed", "a.png.gz": None, "gz": None, ".gz": None, "a.gz": None,
    }.items():  # fmt: skip
        reader = reader_of(name, known)
        assert (reader.name if reader else None) == kind, name


def test_readers_cost_nothing_until_they_are_used():
    code = (
        "import sys, musnad.readers.plugin as p; list(p.musnad_readers(p.ReaderSettings()));"
        "print([m for m in ('trafilatura', 'warcio', 'lxml', 'ijson', 'tarfile') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
