"""Archives within archives, and what unpacks to more than it should: each limit refuses by its name."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile

import pytest
from musnad.components import Record, Rejected
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, passed_over, read_records
from musnad.readers.limits import RATIO_FROM_BYTES, Budget, Counted, LimitError, Limits
from musnad.readers.tar_headers import bounded_headers
from musnad.settings import Settings

from .conftest import BUNDLED, jsonl, mixed, read, tarred, titles, zipped


def read_file(folder, name, data, **settings):
    """Read a file as the command line does, which turns what a reader raises into rejected records."""
    (folder / name).write_bytes(data)
    plugins = Plugins.load(Settings(blocked_plugins=BUNDLED, plugins={"readers": settings}))
    (item,) = find_inputs([str(folder / name)], plugins.readers())
    return list(read_records(item, max_chars=100_000)), item


def test_members_are_named_and_what_no_reader_takes_is_counted(tmp_path):
    for name, data in {"a.zip": zipped(mixed()), "a.tgz": gzip.compress(tarred(mixed()))}.items():
        found, item = read_file(tmp_path, name, data)
        sources = {
            f.source.file if isinstance(f, Rejected) else f.article.source.file for f in found
        }
        assert {source.removeprefix(f"{tmp_path}/") for source in sources} == {
            f"{name}!{member}"
            for member in (
                "2015/a.jsonl", "b/page.html", "b/c.csv.gz", "../../etc/d.json", "crawl.warc.gz",
                "inner.zip!e.txt", "inner.zip!f.jsonl",
            )
        }  # fmt: skip
        counts = passed_over([item])
        assert counts["file in an archive that no reader takes"] == 2
        assert counts["WARC record of type request"] == 2
        (refused,) = (f for f in found if isinstance(f, Rejected))
        assert refused.message.startswith(f"{tmp_path}/{name}!inner.zip!f.jsonl, line 4: not valid")
    assert {path.name for path in tmp_path.rglob("*")} == {"a.zip", "a.tgz"}


BLANKS = b" " * 20_000_000


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.txt.gz", lambda: gzip.compress(BLANKS)),
        ("a.jsonl.bz2", lambda: bz2.compress(BLANKS)),
        ("a.csv.xz", lambda: lzma.compress(BLANKS, preset=0)),
        ("a.zip", lambda: zipped({"a.json": BLANKS, "b.jsonl": jsonl()})),
        ("a.tar.gz", lambda: gzip.compress(tarred({"a.jsonl": BLANKS}))),
        ("a.zip", lambda: zipped({"i.zip": zipped({"a.txt": BLANKS})})),
    ],
)
def test_what_unpacks_to_too_many_times_its_size_is_refused(tmp_path, name, make):
    found, _ = read_file(tmp_path, name, make())
    assert [f.code for f in found] == ["limit"]
    assert "max_ratio" in found[0].message
    assert found[0].message.startswith(f"{tmp_path}/{name}")


def test_each_limit_refuses_by_name(tmp_path):
    many = zipped({f"{i}.jsonl": jsonl() for i in range(4)})

    def refusals(name="a.zip", data=many, **settings):
        found, _ = read_file(tmp_path, name, data, **settings)
        return [f for f in found if isinstance(f, Rejected)], len(found)

    (one,), count = refusals(max_members=2)
    assert (one.code, count) == ("limit", 9)
    assert (
        "a.zip!2.jsonl: this is file number 3 in the archive, over the limit of 2 (max_members)"
        in one.message
    )
    (one,), _ = refusals(max_unpacked_bytes=1500)
    assert "max_unpacked_bytes" in one.message
    deep = zipped({"b.zip": zipped({"c.zip": zipped({"d.jsonl": jsonl()})}), "e.jsonl": jsonl()})
    (one,), count = refusals(data=deep, max_depth=2)
    assert count == 5
    assert (
        "a.zip!b.zip!c.zip: an archive within archives, over the limit of 2 layers (max_depth)"
        in one.message
    )
    assert refusals(data=deep, max_depth=3) == ([], 8)
    packed = gzip.compress(tarred({"b.jsonl.gz": gzip.compress(jsonl())}))
    (one,), _ = refusals("a.tar.gz", packed, max_depth=2)
    assert "(max_depth)" in one.message
    long = [{"title": "ط" * 300_000}, {"title": "ق"}]
    for name, data in {
        "l.json": json.dumps(long).encode(),
        "l.jsonl": jsonl(long),
        "l.txt": long[0]["title"].encode(),
    }.items():
        (one,), count = refusals(name, data, max_record_bytes=100_000)
        assert one.code == "too_long"
        assert "max_record_bytes" in one.message
        assert count == 1 + (name == "l.jsonl")


def test_a_line_without_end_is_not_kept_in_memory(monkeypatch):
    monkeypatch.setattr("musnad.readers.jsonl.KEPT_BYTES", 1000)
    found = read("a.jsonl", b'"' + b"x" * 5000 + b"\n" + jsonl(), max_record_bytes=500)
    assert titles(found)[0] == "too_long"
    assert len(found[0].raw) < 1100
    assert len(found) == 5


def test_members_that_cannot_be_read_cost_themselves_only():
    data = bytearray(zipped({"a.jsonl": jsonl(), "b.jsonl": jsonl()}))
    data[60:80] = b"\0" * 20
    found = read("a.zip", bytes(data))
    assert titles(found)[0] == "unreadable"
    assert found[0].message.startswith("a.zip!a.jsonl: ")
    assert all(isinstance(f, Record) for f in found[1:])
    assert len(found) == 5
    locked = bytearray(zipped({"a.txt": b"x"}))
    for mark, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        locked[locked.index(mark) + offset] |= 1
    (one,) = read("a.zip", bytes(locked))
    assert "a.zip!a.txt: encrypted" in one.message


def test_links_and_devices_in_archives_are_never_followed(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in (
            ("a.txt", tarfile.SYMTYPE),
            ("b.txt", tarfile.LNKTYPE),
            ("c.txt", tarfile.CHRTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    found, item = read_file(tmp_path, "a.tar", out.getvalue())
    assert found == []
    assert passed_over([item]) == {"link or device in an archive": 3}


def test_strange_names_in_archives_are_printable():
    found = read("a.zip", zipped({"a\n\x1b[31m\u202e.txt": "عنوان".encode()}))
    assert found[0].article.source.file == "a.zip!a\ufffd\ufffd[31m\ufffd.txt"


def test_zip_methods_nobody_knows_are_said(monkeypatch):
    data = bytearray(zipped({"a.txt": "عنوان".encode()}))
    for mark, offset in ((b"PK\1\2", 10), (b"PK\3\4", 8)):
        data[data.index(mark) + offset] = 97
    (one,) = read("a.zip", bytes(data))
    assert one.code == "unreadable"
    assert "a.zip!a.txt: cannot be unpacked" in one.message
    assert zipfile.is_zipfile(io.BytesIO(data))


@pytest.mark.parametrize(
    "kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE]
)
def test_tar_headers_that_claim_gigabytes_are_not_read(tmp_path, kind):
    header = tarfile.TarInfo("bomb")
    header.type, header.size = kind, 7_000_000_000
    sound = tarred({"a.jsonl": jsonl()}).rstrip(b"\0")
    sound += b"\0" * (-len(sound) % 512)
    data = sound + header.tobuf(tarfile.GNU_FORMAT) + b"n" * 100_000
    found, _ = read_file(tmp_path, "a.tar", data)
    assert len([f for f in found if isinstance(f, Record)]) == 4
    assert found[-1].code == "unreadable"
    assert "a header of 7000000000 bytes, 1000000 are the most" in found[-1].message


def test_long_names_in_tar_archives_are_read():
    name = "ط" * 120 + "/a.jsonl"
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as archive:
            info = tarfile.TarInfo(name)
            info.size = len(jsonl())
            archive.addfile(info, io.BytesIO(jsonl()))
        found = read("a.tar", out.getvalue())
        assert [f.article.source.file for f in found] == [f"a.tar!{name}"] * 4


def test_a_table_of_contents_over_its_limit_is_not_read(tmp_path):
    many = zipped({f"{i:05}{'n' * 200}.pdf": b"" for i in range(600)} | {"a.jsonl": jsonl()})
    (refused,), _ = read_file(tmp_path, "a.zip", many, max_directory_bytes=140_000)
    assert refused.code == "limit"
    assert "a.zip: its table of contents has " in refused.message
    assert "(max_directory_bytes)" in refused.message
    assert len(read_file(tmp_path, "a.zip", many)[0]) == 4


def test_what_is_read_again_makes_a_file_no_larger():
    packed = Counted(io.BytesIO(b"x" * 1000))
    budget = Budget(Limits(), packed)
    for _ in range(100):
        packed.seek(0)
        packed.read(1000)
    with pytest.raises(LimitError, match="more than 200 times its size"):
        budget.unpack(RATIO_FROM_BYTES + 1, 1, "a.zip!b.jsonl")


def test_the_holes_of_sparse_files_are_not_kept():
    header = bytearray(tarfile.TarInfo("holes.jsonl").tobuf(tarfile.GNU_FORMAT))
    header[156:157] = tarfile.GNUTYPE_SPARSE
    header[386:410] = b"00000000001\x0000000000001\0"
    header[482], header[483:495] = 1, b"00000000001\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    more = (b"00000000001\x0000000000001\0" * 21).ljust(504, b"\0")
    blocks = (more + b"\1" + b"\0" * 7) * 500 + more + b"\0" * 8
    data = bytes(header) + blocks + tarred({"a.jsonl": jsonl()})
    with tarfile.open(fileobj=io.BytesIO(data), tarinfo=bounded_headers()) as archive:
        assert [entry.sparse for entry in archive] == [[], None]
    found = read("a.tar", data)
    assert "a.tar!holes.jsonl: a sparse file: unpack it first" in found[0].message
    assert len(found) == 5
