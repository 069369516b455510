"""What each format gives: JSON, tables, HTML pages, web archives."""

import gzip
import io
import json

import pytest
from musnad.archive.build import content_hash
from musnad.components import Record, Rejected
from musnad.errors import InputError

from .conftest import RECORDS, jsonl, page, read, readers, table, titles, warc

TITLES = [r["title"] for r in RECORDS]


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(RECORDS),
        "\n".join(json.dumps(r, indent=2) for r in RECORDS),
        jsonl().decode(),
        json.dumps([RECORDS[:3], 5][:1])[1:-1] + json.dumps(RECORDS[3]),
    ],
    ids=["an array", "objects", "lines", "an array, then an object"],
)
def test_json_in_its_shapes(data):
    assert titles(read("a.json", data.encode())) == TITLES


def test_a_list_within_json_is_named_and_refused_with_advice_where_it_is_not():
    data = json.dumps({"n": 1, "response": {"docs": RECORDS, "x": [[1], {"docs": [2]}]}}).encode()
    found = read("a.json", data, fields={"format": {"records": "response.docs"}})
    assert titles(found) == TITLES
    (refused,) = read("a.json", json.dumps({"docs": RECORDS}).encode())
    assert 'records = "docs"' in refused.message
    (none,) = read("a.json", data, fields={"format": {"records": "docs"}})
    assert none.message == 'a.json: there is no list "docs" with records in this file'


def test_json_that_breaks_off_gives_what_came_before():
    *good, bad = read("a.json", json.dumps(RECORDS).encode()[:-40])
    assert titles(good) == TITLES[:3]
    assert bad.code == "bad_json"
    assert "a.json, record 4: not valid JSON" in bad.message
    assert "nothing behind it can be read" in bad.message


def test_json_records_that_are_none_cost_themselves_only():
    deep = "[" * 600 + "]" * 600
    data = f'[1, {json.dumps(RECORDS[0])}, [2], {{"title": {deep}}}, {json.dumps(RECORDS[1])}]'
    found = read("a.json", data.encode())
    assert titles(found) == ["bad_json", TITLES[0], "bad_json", "too_long", TITLES[1]]
    assert "nested deeper than 500" in found[3].message


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "cp1256"])
@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.jsonl"])
def test_json_and_tables_in_other_encodings(name, encoding):
    text = {"a.json": json.dumps(RECORDS, ensure_ascii=False), "a.jsonl": jsonl().decode()}
    data = text.get(name, table().decode()).encode(encoding)
    found = read(name, data)
    assert titles(found) == TITLES
    assert found[0].article.outlet == "المنارة"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_of_a_table_is_seen(delimiter):
    found = read("a.csv", table(delimiter=delimiter))
    assert [f.article.body for f in found] == [r["body"] for r in RECORDS]
    assert found[0].article.published_precision == "day"


def test_rows_that_do_not_fit_are_refused_with_their_line_and_can_be_read_again():
    data = 'title,body\r\nا,ب\r\nج\r\n"د" ه,و\r\n\r\nز,"ح\r\nط"\r\nي,ك\r\n'.encode()
    found = read("a.csv", data)
    assert titles(found) == ["ا", "bad_row", "bad_row", "ز", "ي"]
    assert "a.csv, line 3: 1 cells where the first row names 2 columns" in found[1].message
    assert "a.csv, line 4: " in found[2].message
    assert found[1].raw == "title,body\r\nج\r\n"
    assert found[3].article.body == "ح\r\nط"


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file_in_silence():
    data = 'title,body\nا,ب\nج,"د\n'.encode() + "س,ص\n".encode() * 500
    found = read("a.csv", data, max_record_bytes=1000)
    assert titles(found) == ["ا", "too_long"]
    assert "a quotation mark that is never closed" in found[1].message
    found = read("a.csv", data)
    assert titles(found) == ["ا", "bad_row"]
    found = read("a.csv", data, fields={"format": {"quotes": False}})
    assert len(found) == 502


def test_tables_without_a_first_row_of_names_and_with_a_bad_one():
    data = "خبر,نص\nخبر ٢,نص\n".encode()
    found = read("a.csv", data, fields={"format": {"columns": ["title", "body"]}})
    assert titles(found) == ["خبر", "خبر ٢"]
    with pytest.raises(InputError, match='the column "title" twice'):
        read("a.csv", b"title,title\na,b\n")
    (empty,) = read("a.csv", b"\n\n")
    assert empty.code == "empty"


def test_one_bad_byte_costs_its_row_only():
    data = table().replace("رقم 1 ".encode(), b"\xff\xfe ", 1)
    found = read("a.csv", data, encoding="utf-8")
    assert titles(found) == [TITLES[0], "encoding", TITLES[2], TITLES[3]]


def test_a_page_gives_what_trafilatura_finds():
    (found,) = read("a.html", page(3, '<link rel="canonical" href="http://m.example/3">').encode())
    article = found.article
    assert article.title == "الخبر رقم 3"
    assert article.body.startswith("زار الوزير سالم القسطلي المدينة أمس")
    assert "«كلها»" in article.body
    assert "وأضاف أن الرقم 3 صحيح" in article.body
    assert "رياضة" not in article.body
    assert (article.byline, article.outlet) == ("ليلى القاضي", "جريدة المنارة")
    assert (article.url, article.language) == ("http://m.example/3", "ar")
    assert str(article.published_at) == "2026-01-05 00:00:00+00:00"
    assert article.published_precision == "day"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("cp1256", "windows-1256"), ("cp1256", "iso-8859-1"), ("cp1256", "nonsense"),
        ("utf-8", "windows-1256"), ("utf-16", "utf-8"), ("utf-8-sig", "x"), ("iso8859_6", "iso-8859-6"),
    ],
)  # fmt: skip
def test_the_encoding_of_a_page_is_what_it_says_unless_that_is_wrong(encoding, declared):
    data = page(1, charset=declared).encode(encoding, "xmlcharrefreplace")
    (found,) = read("a.html", data)
    assert isinstance(found, Record), found
    assert found.article.title == "الخبر رقم 1"


def test_a_few_bytes_that_do_not_fit_are_kept_as_replacements_and_noted():
    data = (page(1) + "نص " * 2000).encode()
    data = data.replace("ليلى".encode(), "ليلى".encode() + b"\xff", 1)
    (found,) = read("a.html", data)
    assert found.problems == ("1 characters do not fit the encoding utf-8: kept as U+FFFD",)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty"), (b"<html><body></body></html>", "no_text"), (b"x" * 2001, "too_long")],
)
def test_pages_without_an_article_are_refused(data, code):
    (found,) = read("a.html", data, max_html_bytes=2000)
    assert found.code == code
    assert found.message.startswith("a.html: ")


def test_entities_are_not_expanded_and_nesting_is_borne():
    entities = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 50}">' for i in range(9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e0 "بوم">{entities}]>' + page(1)
    (found,) = read("a.xhtml", bomb.replace("صحيح", "صحيح &e9;", 1).encode())
    assert isinstance(found, Rejected) or len(found.article.body) < 2000
    nested = "<div>" * 100_000 + "نص"
    (found,) = read("a.html", nested.encode())
    assert isinstance(found, Rejected)


def test_pages_of_a_web_archive_have_their_address_and_the_rest_is_counted():
    reader = readers()[".warc.gz"]
    found = list(reader.read(io.BytesIO(warc()), "a.warc.gz"))
    assert titles(found) == [f"الخبر رقم {i}" for i in range(4)]
    article = found[2].article
    assert article.url == "http://manara.example/2"
    assert article.extra["warc_date"] == "2026-02-03T04:05:06Z"
    assert article.extra["warc_record_id"].startswith("<urn:uuid:")
    assert dict(reader.passed_over) == {
        "WARC record of type request": 4,
        "WARC response that is not HTML": 4,
        "WARC response with another status than 200": 4,
    }


def test_a_web_archive_that_is_cut_off_gives_what_came_before_and_says_so(capsys):
    for name, data in {"a.warc.gz": warc(), "a.warc": warc(packed=False)}.items():
        found = []
        reader = readers()["." + name.split(".", 1)[1]]
        with pytest.raises(InputError, match=f"^{name}: .*(cut off|damaged|not sound)"):
            found.extend(reader.read(io.BytesIO(data[: len(data) * 3 // 4]), name))
    broken = bytearray(warc())
    broken[len(broken) // 2 : len(broken) // 2 + 40] = b"\0" * 40
    with pytest.raises(InputError, match=r"a\.warc\.gz"):
        read("a.warc.gz", bytes(broken))
    assert capsys.readouterr().err == ""


def test_a_web_archive_packed_as_one_stream_is_refused_with_the_remedy():
    with pytest.raises(InputError, match="recompress"):
        read("a.warc.gz", gzip.compress(warc(packed=False)))


def test_the_map_holds_for_pages_too():
    fields = {"title": "description", "byline": "warc_date", "defaults": {"collection": "زحف"}}
    (found,) = read("a.warc", warc(1, packed=False), fields=fields)
    assert (found.article.byline, found.article.collection) == ("2026-02-03T04:05:06Z", "زحف")
    assert found.article.title == ""
    assert found.article.extra["title"] == "الخبر رقم 0"


def test_a_page_fetched_again_is_the_same_article():
    first = read("a.warc", warc(1, packed=False))
    again = read("a.warc", warc(1, packed=False, date="2026-03-04T05:06:07Z"))
    assert first[0].article.extra != again[0].article.extra
    assert content_hash(first[0].article) == content_hash(again[0].article)


def one_page(body, *headers, status="200 OK"):
    """Return a WARC file of one response, written by hand as servers answer."""
    head = "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", *headers, "", ""]).encode()
    lines = ["WARC/1.1", "WARC-Type: response", "WARC-Target-URI: http://m.example/1",
             "WARC-Date: 2026-02-03T04:05:06Z", f"Content-Length: {len(head + body)}", "", ""]  # fmt: skip
    return "\r\n".join(lines).encode() + head + body + b"\r\n\r\n"


def test_pages_are_unpacked_as_their_server_packed_them():
    plain = page(5).encode()
    packed = gzip.compress(plain)
    chunked = (
        b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in (packed[:300], packed[300:])) + b"0\r\n\r\n"
    )
    for body, *headers in (
        (plain,),
        (packed, "Content-Encoding: gzip"),
        (chunked, "Content-Encoding: gzip", "Transfer-Encoding: chunked"),
    ):
        assert titles(read("a.warc", one_page(body, *headers))) == ["الخبر رقم 5"]
    (refused,) = read("a.warc", one_page(b"\x8b\x02", "Content-Encoding: br"))
    assert "packed as br, which is not read" in refused.message
    assert "http://m.example/1" in refused.message
    (again,) = read("a.warc", refused.raw.encode("utf-8", "surrogateescape"))
    assert (again.code, again.raw) == (refused.code, refused.raw)


def test_a_small_page_that_unpacks_to_a_huge_one_is_refused_within_bounds():
    bomb = one_page(gzip.compress(b" " * 30_000_000), "Content-Encoding: gzip")
    (refused,) = read("a.warc", bomb, max_html_bytes=1_000_000)
    assert (refused.code, refused.raw) == ("too_long", "")
    assert "max_html_bytes" in refused.message
    with pytest.raises(InputError, match="max_ratio"):
        read("a.warc.gz", gzip.compress(one_page(b" " * 30_000_000)))


def test_records_that_are_odd_cost_themselves_only():
    good = one_page(page(1).encode())
    no_http = one_page(b"x", status="").replace(b"HTTP/1.1 \r\n", b"nonsense\r\n", 1)
    no_http = no_http.replace(b"Content-Length: ", b"X-Length: ", 1)
    reader = readers()[".warc"]
    endless = one_page(b"x" * 300_000, "X: " + "y" * 200_000)
    found = list(reader.read(io.BytesIO(good + endless + good), "a.warc"))
    assert titles(found) == ["الخبر رقم 1"] * 2
    assert dict(reader.passed_over) == {"WARC response that is not HTTP": 1}
    with pytest.raises(InputError, match=r"a\.warc"):
        list(reader.read(io.BytesIO(no_http + good), "a.warc"))
    with pytest.raises(InputError, match="headers of more than"):
        read("a.warc", b"WARC/1.0\r\nX: " + b"y" * 1_000_000)
