"""The field map: names, paths, defaults, dates, character references; and what is wrong with it."""

import io
import json

import pytest
from musnad.components import Record
from musnad.errors import SettingsError
from musnad.readers.fieldmap import load_fields

from .conftest import read


def one(record, **fields):
    (found,) = read("a.jsonl", json.dumps(record).encode(), fields=fields)
    assert isinstance(found, Record), found
    return found


def test_fields_are_read_under_the_names_that_the_map_gives_and_no_others():
    record = {
        "headline": "عنوان", "title": "غيره", "text": "نص", "meta": {"site": {"name": "المنارة"}, "n": 1},
    }  # fmt: skip
    article = one(record, title="headline", body=["lead", "text"], outlet="meta.site.name").article
    assert (article.title, article.body, article.outlet) == ("عنوان", "نص", "المنارة")
    assert article.extra == {"title": "غيره", "meta": {"site": {}, "n": 1}}
    assert record["meta"]["site"] == {"name": "المنارة"}


def test_defaults_stand_where_the_record_has_nothing():
    defaults = {"outlet": "المنارة", "language": "ar"}
    assert one({"title": "ا"}, defaults=defaults).article.outlet == "المنارة"
    assert one({"title": "ا", "outlet": "السهم"}, defaults=defaults).article.outlet == "السهم"
    assert one({"title": "ا"}, defaults=defaults).article.language == "ar"
    (found,) = read("a.txt", "عنوان\nنص".encode(), fields={"defaults": defaults, "title": "x"})
    assert (found.article.title, found.article.outlet) == ("عنوان", "المنارة")


@pytest.mark.parametrize(
    ("date_format", "given", "iso", "precision"),
    [
        ("%d/%m/%Y", "03/02/2015", "2015-02-03T00:00:00+00:00", "day"),
        ("%m/%Y", "02/2015", "2015-02-01T00:00:00+00:00", "month"),
        ("%d.%m.%Y %H:%M", "03.02.2015 14:05", "2015-02-03T14:05:00+00:00", "minute"),
        ("%d/%m/%Y %H:%M:%S %z", "03/02/2015 14:05:06 +0300", "2015-02-03T14:05:06+03:00", "second"),
        ("%d/%m/%Y", "2015-02-03", "2015-02-03T00:00:00+00:00", "day"),
    ],
)  # fmt: skip
def test_dates_in_a_format_of_their_own(date_format, given, iso, precision):
    article = one({"title": "ا", "date": given}, format={"date_format": date_format}).article
    assert article.published_at.isoformat() == iso
    assert article.published_precision == precision


def test_character_references_are_kept_unless_they_are_to_be_read():
    record = {"title": "قال &quot;نعم&quot; &#1605;", "url": "http://m.example/?a=1&amp;b=2"}
    assert one(record).article.title == record["title"]
    article = one(record, format={"character_references": True}).article
    assert article.title == 'قال "نعم" م'
    assert article.url == record["url"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('headline = "title"', '"headline": Extra inputs'),
        ("title = 3", '"title"'),
        ("[defaults]\nfoo = 'x'", 'articles have no field "foo"; they have title, body'),
        ("[format]\ndelimiter = ';;'", '"format.delimiter"'),
        ("title = ", "not valid TOML"),
    ],
)
def test_what_is_wrong_with_a_map_is_named(tmp_path, text, words):
    file = tmp_path / "fields.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        load_fields(file)
    assert words in str(raised.value)
    assert str(raised.value).startswith(f"{file}: ")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_fields(tmp_path / "none.toml")


def test_a_text_stream_is_not_closed_by_its_reader():
    from musnad.readers.tables import TableReader

    stream = io.BufferedReader(io.BytesIO(b"title\n1\n"))
    assert len(list(TableReader().read(stream, "a.csv"))) == 1
    assert not stream.closed
