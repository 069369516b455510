"""Plain text and JSON Lines, good and bad; nothing is stripped, nothing is lost."""

import codecs
import io
import json
from pathlib import Path

import pytest
from musnad.components import Record, Rejected
from musnad.errors import InputError
from musnad.plugins import Plugins
from musnad.readers.fields import parse_date
from musnad.readers.inputs import find_inputs, read_records
from musnad.readers.jsonl import JsonLinesReader
from musnad.readers.text import TextReader, split_title
from musnad.settings import Settings

ARABIC = (
    "زار الوزير المدينة أمس\nوقال من هناك إن هذا العام كان في صالح المدينة التي زارها مع وفد.\n"
)
BUNDLED = ("actors", "arabic", "camel", "careful", "claims", "names", "outlets")


def text(data: bytes, **options):
    (found,) = TextReader(**options).read(io.BytesIO(data), "a.txt")
    return found


def lines(data: bytes, after=0, **options):
    return list(JsonLinesReader(**options).read(io.BytesIO(data), "a.jsonl", after))


def line(**record) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def test_title_is_the_first_line_and_nothing_is_stripped():
    found = text(" عنوان \n\n  \nنص\n".encode())
    assert isinstance(found, Record)
    assert found.article.title == " عنوان "
    assert found.article.body == "\n  \nنص\n"


@pytest.mark.parametrize(
    ("whole", "title", "body"),
    [
        ("a\nb", "a", "b"),
        ("a\r\nb", "a", "b"),
        ("a\rb", "a", "b"),
        ("a", "a", ""),
        ("\nb", "", "b"),
    ],
)
def test_split_title(whole, title, body):
    assert split_title(whole) == (title, body)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256", "iso8859_6"]
)
def test_encodings_that_are_sure_are_read(encoding):
    found = text(ARABIC.encode(encoding))
    assert isinstance(found, Record), found
    assert found.article.title == "زار الوزير المدينة أمس"


def test_utf_16_big_endian_with_and_without_its_mark():
    for data in (codecs.BOM_UTF16_BE + ARABIC.encode("utf-16-be"), ARABIC.encode("utf-16-be")):
        found = text(data)
        assert isinstance(found, Record), found
        assert found.article.text == ARABIC


def test_an_encoding_that_is_not_sure_is_refused_and_may_be_declared():
    data = "سفير".encode("cp1256")
    refused = text(data)
    assert isinstance(refused, Rejected)
    assert refused.code == "encoding"
    assert "a.txt: not UTF-8" in refused.message
    assert "--encoding" in refused.message
    declared = text(data, encoding="cp1256")
    assert isinstance(declared, Record)
    assert declared.article.title == "سفير"


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty", "the file is empty"),
        (b" \n\n ", "empty", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "encoding", "binary data"),
    ],
)
def test_files_that_are_no_text_are_rejected_with_the_reason(data, code, words):
    found = text(data)
    assert isinstance(found, Rejected)
    assert found.code == code
    assert words in found.message


def test_a_file_over_the_limit_of_bytes_is_rejected_and_names_the_limit():
    found = text(b"x" * 101, max_bytes=100)
    assert isinstance(found, Rejected)
    assert found.code == "too_long"
    assert "100 bytes" in found.message


def test_json_lines_read_under_all_their_names():
    data = line(
        source="jarida",
        url="http://a.example/1",
        date_extracted="2015-07-21 02:51:32",
        title="ع",
        author="كاتب",
        content="ن",
        page=3,
    )
    (found,) = lines(data)
    article = found.article
    assert (article.outlet, article.byline, article.body) == ("jarida", "كاتب", "ن")
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2015-07-21T02:51:32+00:00"
    assert (article.published_precision, article.published_source) == ("second", "metadata")
    assert article.extra == {"page": 3}


def test_broken_lines_are_rejected_with_their_number_and_the_others_go_in():
    data = line(title="ا") + b'{"title": \n' + b"[1]\n" + b"\n" + line(title="ب") + line(x=1)
    found = lines(data)
    assert [type(f).__name__ for f in found] == [
        "Record",
        "Rejected",
        "Rejected",
        "Record",
        "Rejected",
    ]
    messages = [f.message for f in found if isinstance(f, Rejected)]
    assert "a.jsonl, line 2: not valid JSON at column" in messages[0]
    assert "line 3: must be a JSON object, not list" in messages[1]
    assert 'line 6: there is neither a "title" nor a "body"' in messages[2]
    assert next(f.raw for f in found if isinstance(f, Rejected)) == '{"title": \n'


def test_reading_goes_on_behind_a_position():
    data = b"".join(line(title=str(i)) for i in range(5))
    everything = lines(data)
    for i, found in enumerate(everything):
        assert [f.article.title for f in lines(data, after=found.position)] == [
            str(j) for j in range(i + 1, 5)
        ]


def test_a_date_that_is_none_is_left_out_reported_and_kept():
    (found,) = lines(line(title="ا", published_at="أمس الأول"))
    assert found.article.published_at is None
    assert found.article.extra == {"published_at": "أمس الأول"}
    assert found.problems == ("field \"published_at\": 'أمس الأول' is not a date: left out",)


def test_fields_of_the_wrong_kind():
    (found,) = lines(line(title="ا", url=["x"], id=7))
    assert found.article.id == "7"
    assert found.article.url is None
    assert found.problems == ('field "url" must be text, not list: left out',)
    (found,) = lines(line(title={"ar": "ا"}))
    assert isinstance(found, Rejected)
    assert '"title" must be text, not dict' in found.message


def test_half_a_surrogate_pair_is_rejected():
    (found,) = lines(b'{"title": "a\\ud800b"}\n')
    assert isinstance(found, Rejected)
    assert "U+D800" in found.message


def test_utf_16_json_lines_are_read_line_by_line():
    data = (line(title="ا") + line(title="ب\u2028ج")).decode().encode("utf-16")
    assert [f.article.title for f in lines(data)] == ["ا", "ب\u2028ج"]
    first = lines(data)[0].position
    assert [f.article.title for f in lines(data, after=first)] == ["ب\u2028ج"]


def test_a_line_over_the_limit_is_rejected_whole_and_the_next_is_read():
    data = line(title="ا" * 500) + line(title="ب")
    found = lines(data, max_bytes=200)
    assert isinstance(found[0], Rejected)
    assert found[0].raw.encode() == data.split(b"\n")[0] + b"\n"
    assert found[1].article.title == "ب"


def test_ids_are_deterministic_and_depend_on_what_the_design_says():
    def id_of(**record):
        (found,) = lines(line(**record))
        return found.article.id

    assert id_of(outlet="o", url="u", title="x") == id_of(
        outlet="o", url="u", title="other", body="text"
    )
    assert id_of(outlet="o", url="u", title="x") != id_of(outlet="o2", url="u", title="x")
    dated = {"outlet": "o", "title": "x", "published_at": "2026-01-02"}
    assert id_of(**dated, body="1") == id_of(**dated, body="2")
    assert id_of(title="x", body="1") != id_of(title="x", body="2")


@pytest.mark.parametrize(
    ("given", "iso", "precision"),
    [
        ("2026-01-02", "2026-01-02T00:00:00+00:00", "day"),
        ("2026/1/2", "2026-01-02T00:00:00+00:00", "day"),
        ("20260102", "2026-01-02T00:00:00+00:00", "day"),
        ("2026-01", "2026-01-01T00:00:00+00:00", "month"),
        ("2026", "2026-01-01T00:00:00+00:00", "year"),
        ("2026-01-02T10:20", "2026-01-02T10:20:00+00:00", "minute"),
        ("2026-01-02T10:20:30+02:00", "2026-01-02T10:20:30+02:00", "second"),
        ("Fri, 02 Jan 2026 10:20:30 +0200", "2026-01-02T10:20:30+02:00", "second"),
    ],
)
def test_dates(given, iso, precision):
    when, how = parse_date(given)
    assert (when.isoformat(), how) == (iso, precision)


@pytest.mark.parametrize(
    "given",
    ["0001-01-01", "0001-01-01T00:00:00+03:00", "9999-12-31", "99991231", "1 Jan 99999999999 00:00:00 GMT"],
)  # fmt: skip
def test_what_programs_write_for_no_date_is_none_and_noted(given):
    (found,) = lines(line(title="عنوان", published_at=given))
    assert found.article.published_at is None
    assert found.article.extra["published_at"] == given
    assert found.problems == (f'field "published_at": {given!r} is not a date: left out',)


@pytest.mark.parametrize("given", ["", "yesterday", "2026-13-40", "12/31/2026 noon", "٢٠٢٦ هـ"])
def test_no_dates(given):
    with pytest.raises(ValueError, match=r"."):
        parse_date(given)


@pytest.fixture
def readers():
    return Plugins.load(Settings(blocked_plugins=BUNDLED)).readers()


def test_inputs_are_files_folders_and_globs_each_once(tmp_path, readers):
    for name in ("b.txt", "a.txt", "sub/c.jsonl", "note.pdf"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    found = find_inputs([str(tmp_path), str(tmp_path / "*.txt")], readers)
    assert [Path(f.path).name for f in found] == ["a.txt", "b.txt", "c.jsonl"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.txt", "no such file"),
        ("*.nothing", "no such file"),
        ("empty", "no file in this folder"),
        ("a.pdf", "no reader for this ending"),
    ],
)
def test_inputs_that_mean_nothing_are_named(tmp_path, readers, name, words):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.pdf").write_bytes(b"x")
    with pytest.raises(InputError, match=words):
        find_inputs([str(tmp_path / name)], readers)


def test_an_article_over_the_limit_is_rejected_and_names_the_limit(tmp_path, readers):
    file = tmp_path / "a.txt"
    file.write_text("عنوان\n" + "ن" * 1000, encoding="utf-8")
    (item,) = find_inputs([str(file)], readers)
    (found,) = read_records(item, max_chars=500)
    assert isinstance(found, Rejected)
    assert found.code == "too_long"
    assert "over the limit of 500 (max_article_chars)" in found.message
    (found,) = read_records(item, max_chars=2000)
    assert isinstance(found, Record)


@pytest.mark.parametrize("deep", ['{"x": ' * 300 + "1" + "}" * 300, "[" * 900 + "]" * 900])
def test_fields_nested_beyond_measure_cost_nothing_else(deep):
    (found,) = lines(f'{{"title": "ا", "meta": {deep}}}'.encode() + b"\n")
    if isinstance(found, Record):
        assert found.problems
        assert found.article.model_dump_json()
    else:
        assert "nested" in found.message


def test_half_a_surrogate_pair_in_an_unknown_field_is_noted():
    (found,) = lines(b'{"title": "a", "meta": {"x": "\\ud800"}}\n')
    assert isinstance(found, Record)
    assert "surrogate" in found.problems[0]
    found.article.model_dump_json().encode("utf-8")


def test_a_file_of_nothing_but_a_byte_order_mark_is_empty():
    found = text(codecs.BOM_UTF8 + b"\n ")
    assert isinstance(found, Rejected)
    assert (found.code, found.message) == ("empty", "a.txt: the file is empty")


def test_an_id_that_is_too_long_is_named_with_its_line_and_the_limit():
    good, bad = lines(line(title="x", id="a" * 512) + line(title="x", id="a" * 513))
    assert isinstance(good, Record)
    assert isinstance(bad, Rejected)
    assert 'a.jsonl, line 2: field "id" has 513 characters: 512 are the most' in bad.message
