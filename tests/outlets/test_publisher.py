"""Who published an article: from metadata, else the address, else the dateline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from musnad.model import Publisher

Find = Callable[..., Publisher | None]


@pytest.mark.parametrize(
    ("given", "outlet_id"),
    [
        ("aawsat", "outlet-asharq-al-awsat"),
        ("الشرق الأوسط", "outlet-asharq-al-awsat"),
        ("الشرق الاوسط", "outlet-asharq-al-awsat"),
        ("صحيفة الشرق الأوسط", "outlet-asharq-al-awsat"),
        ("«عكاظ»", "outlet-okaz"),
        ("Asharq Alawsat", "outlet-asharq-al-awsat"),
        ("aawsat.com", "outlet-asharq-al-awsat"),
        ("outlet-reuters", "outlet-reuters"),
        ("قناة الجزيرة", "outlet-al-jazeera"),
        ("صحيفة الجزيرة", "outlet-al-jazirah-newspaper"),
        ("وكالة الأنباء السعودية (واس)", "outlet-spa"),
    ],
)
def test_metadata(given: str, outlet_id: str, publisher: Find) -> None:
    found = publisher(outlet=given)
    assert found is not None
    assert (found.id, found.source) == (outlet_id, "metadata")


@pytest.mark.parametrize(
    "url",
    [
        "http://aawsat.com/home/article/1",
        "https://www.aawsat.com/a",
        "https://english.aawsat.com:443/a?b=c",
    ],
)
def test_address(url: str, publisher: Find) -> None:
    found = publisher(url=url)
    assert found is not None
    assert (found.id, found.source) == ("outlet-asharq-al-awsat", "url")


@pytest.mark.parametrize(
    "url", ["https://notaawsat.com/a", "https://aawsat.com.example/a", "//[", "x"]
)
def test_another_address_is_not_taken_for_it(url: str, publisher: Find) -> None:
    assert publisher(url=url) is None


def test_the_longest_domain_wins(publisher: Find) -> None:
    news = publisher(url="https://news.sky.com/story")
    arabic = publisher(url="https://www.skynewsarabia.com/a")
    assert news is not None
    assert arabic is not None
    assert news.id == "outlet-sky-news"
    assert arabic.id != news.id


@pytest.mark.parametrize(
    ("body", "byline", "outlet_id"),
    [
        ("مرسى الياسمين: «الشرق الأوسط»\nافتتح المعرض.", None, "outlet-asharq-al-awsat"),
        ("القاهرة (رويترز) - أبحرت السفينة.", None, "outlet-reuters"),
        ("صنعاء 24 يناير (رويترز) - أبحرت السفينة.", None, "outlet-reuters"),
        ("افتتح المعرض.", "سلمى الحور - عكاظ", "outlet-okaz"),
        ("افتتح المعرض.", "القاهرة - رويترز", "outlet-reuters"),
        ("سبق (واس): افتتح المعرض.", None, None),
    ],
)
def test_dateline(body: str, byline: str | None, outlet_id: str | None, publisher: Find) -> None:
    found = publisher(body, byline=byline)
    assert (found.id if found else None) == outlet_id
    assert found is None or found.source == "dateline"


def test_an_unknown_outlet_stays_unknown_whatever_the_dateline_credits(publisher: Find) -> None:
    assert publisher("القاهرة (رويترز) - أبحرت السفينة.", outlet="بريد السنونو") is None


def test_a_homonym_alone_is_not_sure(publisher: Find) -> None:
    assert publisher(outlet="الوطن") is None


def test_the_address_tells_homonyms_apart(publisher: Find) -> None:
    found = publisher(outlet="الوطن", url="https://www.alwatan.com.sa/a")
    assert found is not None
    assert (found.id, found.source) == ("outlet-al-watan-sa", "metadata")


def test_metadata_stands_over_the_dateline(publisher: Find) -> None:
    found = publisher("القاهرة (رويترز) - أبحرت السفينة.", outlet="okaz")
    assert found is not None
    assert found.id == "outlet-okaz"


def test_nothing_known(publisher: Find) -> None:
    assert publisher() is None
    assert publisher("", outlet="", url="", byline="") is None
