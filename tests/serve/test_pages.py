"""Every page, read with a key that may only read, by a client without JavaScript."""

import itertools
import re
from html import unescape
from pathlib import Path
from urllib.parse import quote

import elasticsearch
import pytest
from musnad.archive.client import connect
from musnad.archive.read import ArchiveReader
from musnad.search import find
from musnad.serve import Public, create_app
from musnad.serve.addresses import LONGEST_ID
from musnad.serve.pages import claim, contradictions, copies
from musnad.settings import Settings

pytestmark = pytest.mark.node
SHANWANI = quote("للعميد الشنواني")
PAGES = {
    "search": "/",
    "words": "/?q=" + quote("الجسر"),
    "filters": "/?actor=p-harith&status=disputed&outlet=o-sada&since=2025&until=2025-03",
    "nothing": "/?q=" + quote("زرافة القطب") + "&status=denied",
    "unknown name": "/?actor=" + quote("حارث الشنوانى الفلاني"),
    "hostile": "/?q=%22%3E%3Cscript%3E&actor=%3Cb%3E",
    "article": "/articles/a1",
    "odd id": "/articles/?id=" + quote("a/2?ü"),
    "hostile article": "/articles/a4",
    "claims": "/claims?status=disputed&actor=" + SHANWANI,
    "claim": "/claims/cs1",
    "actor": "/actors/p-harith",
    "said": "/actors/p-harith?show=said",
    "hostile actor": "/actors/p-hostile",
    "outlet": "/outlets/o-sada",
    "copies": "/copies/a1",
    "contradictions": "/contradictions",
    "help": "/help",
}


def plain(html):
    """Return what a reader sees, controls of direction apart."""
    text = re.sub(r"<(script|style|title).*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub("[\u2066-\u2069]", "", unescape(text)).split())


@pytest.mark.parametrize(
    ("name", "language"),
    [
        *((name, "ar") for name in PAGES),
        *((n, "en") for n in ("filters", "article", "claim", "outlet")),
    ],
)
def test_every_page_is_sound(page, name, language):
    address = PAGES[name]
    if language == "en":
        address += ("&" if "?" in address else "?") + "lang=en"
    answer = page.get(address)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200, html
    assert re.search(
        rf'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">', html
    )
    assert answer.headers["Content-Language"] == language
    # Nothing inline, nothing from elsewhere, nothing unescaped.
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not re.search(r"<script(?! src=\"/static/)|<style|\sstyle=|\son\w+=\"", html)
    assert "javascript:" not in "".join(re.findall(r'(?:href|src|action)="([^"]*)"', html))
    assert "49" not in plain(html) or "7*7" in html
    # One heading of the page, landmarks, labels, no id twice.
    assert len(re.findall(r"<h1\b", html)) == 1
    assert all(f"<{tag}" in html for tag in ("header", "nav", "main", "footer"))
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'aria-(?:labelledby|describedby)="([^"]*)"', html):
        assert target in ids
    for target in re.findall(r'href="#([^"]+)"', html):
        assert unescape(target) in [unescape(i) for i in ids], target
    inputs = [i for i in re.findall(r"<input[^>]*>", html) if 'type="hidden"' not in i]
    for one in inputs:
        known = re.search(r'\sid="([^"]*)"', one)
        assert (known and f'<label for="{known[1]}"' in html) or 'type="checkbox"' in one
    levels = [int(level) for level in re.findall(r"<h(\d)\b", html)]
    assert all(later - before <= 1 for before, later in itertools.pairwise(levels)), levels


def test_the_article_is_as_printed_and_marked(page, told):
    html = page.get("/articles/a1").get_data(as_text=True)
    text = re.search(r'<div id="text"[^>]*>(.*?)</div>', html, re.DOTALL)
    assert unescape(re.sub("<[^>]*>", "", text[1])) == told
    assert re.search(r'<a href="/actors/p-harith" class="mark name type-person">', html)
    assert re.search(r'<a href="#s-s1" class="mark cue stance-asserts" id="c-s1"', html)
    assert re.search(r'<a href="#n-\d" class="mark name ambiguous">', html)
    seen = plain(html)
    for words in (
        "يقول",
        "حارث الشنواني",
        "claims.statements:say:قال",
        "claims.linker:own",
        "متنازع فيه",
    ):
        assert words in seen


class WithDates(ArchiveReader):
    """The archive with what the plugin `dates` keeps, whose fields this one does not have."""

    def article(self, article_id):
        kept = {"surface": "غرة رجب", "calendar": "hijri", "value": "2016-04-08", "inferred": True}
        unknown = {"surface": "يوما ما", "calendar": "gregorian", "conflicts": ["weekday"]}
        ext = {"dates": {"found": [kept, unknown]}}
        return super().article(article_id).model_copy(update={"ext": ext})


def test_dates_of_the_text_are_listed_with_the_days_they_mean(reading):
    page = create_app(WithDates(reading.client, reading.prefix)).test_client()
    seen = plain(page.get("/articles/a5?lang=en").get_data(as_text=True))
    assert "غرة رجب 2016-04-08 · Hijri · counted from the day of publication" in seen
    assert "يوما ما no day known · something disagrees with it" in seen


def test_a_search_is_narrowed_by_what_there_is(page):
    html = page.get("/").get_data(as_text=True)
    facets = {
        unescape(href).split("?")[1]: int(count)
        for href, count in re.findall(
            r'<a href="([^"]*)"><bdi>[^<]*</bdi></a>\s*<span class="count">(\d+)</span>', html
        )
    }
    assert facets["status=disputed"] == 2
    assert facets["actor=p-harith"] == 2
    assert facets["outlet=o-warz"] == 2
    assert facets["cited=o-sada"] == 1
    assert facets["since=2025-03&until=2025-03"] == 3
    # Each address leads to as many articles as it says.
    for query, count in facets.items():
        found = plain(page.get(f"/?{query}&lang=en&apart=1").get_data(as_text=True))
        assert f"{count} article" in found, query


@pytest.mark.parametrize(
    ("zone", "day", "month", "written"),
    [
        ("UTC", "2015-12-31", "2015-12", "31 December 2015"),
        ("Asia/Baghdad", "2016-01-01", "2016-01", "1 January 2016"),
    ],
)
def test_the_day_that_is_shown_is_the_day_that_is_found_and_counted(
    reading, zone, day, month, written
):
    page = create_app(reading, time_zone=zone).test_client()
    html = page.get(f"/?since={day}&until={day}&lang=en").get_data(as_text=True)
    assert "1 article " in plain(html)
    assert f'<time datetime="{day}">{written}</time>' in html
    assert f"since={month}&amp;until={month}" in html
    shown = page.get("/articles/a5?lang=en").get_data(as_text=True)
    assert f"{written} {'22:30 UTC' if zone == 'UTC' else '01:30 UTC+03:00'}" in plain(shown)


def test_a_name_in_any_spelling_is_explained_and_copies_are_one(page):
    seen = plain(page.get(f"/?actor={SHANWANI}&lang=en").get_data(as_text=True))
    assert "«للعميد الشنواني» was taken for Harith al-Shanwani" in seen
    assert "2 articles" in seen
    assert "1 copy : صدى المرفأ" in seen


def test_nothing_found_is_explained(page):
    unknown = plain(page.get(PAGES["unknown name"] + "&lang=en").get_data(as_text=True))
    assert "No record has the name «حارث الشنوانى الفلاني»" in unknown
    assert "Near names: Harith al-Shanwani" in unknown
    some = page.get("/?q=" + quote("الجسر زرافة") + "&status=disputed&lang=en").get_data(
        as_text=True
    )
    assert re.search("Word الجسر : [23] articles Word زرافة : in no article", plain(some))
    assert "without it this search finds 2 articles" in plain(some)
    # What is offered instead finds what it says.
    for href, count in re.findall(r'<a href="([^"]*)">(\d+) articles?</a>', some):
        there = plain(page.get(unescape(href) + "&apart=1").get_data(as_text=True))
        assert f"{count} article" in there, href
    named = plain(page.get("/?q=" + quote("حارث الشنواني زرافة")).get_data(as_text=True))
    assert "في سجل الأسماء" in named


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/?q=!!!", "There is no word to look for in «!!!»"),
        ("/?q=zzz&page=2", "Word zzz : in no article"),
        ("/?q=" + quote("الجسر") + "&page=2", "the results end before it"),
        ("/claims?q=!!!", "There is no word to look for in «!!!»"),
        ("/claims?page=400", "the results end before it"),
        ("/claims?q=" + quote("جسر السيرات"), "جسر : 3 claims السيرات : in no claim Near words of the archive: السيارات 3"),
        ("/actors/p-harith?show=said&page=9", "the results end before it"),
    ],
)  # fmt: skip
def test_an_empty_page_says_why(page, address, words):
    answer = page.get(address + "&lang=en")
    assert answer.status_code == 200
    assert words in plain(answer.get_data(as_text=True))


def test_all_copies_are_counted_and_what_is_cut_is_told(page, monkeypatch):
    monkeypatch.setattr(find, "_MOST_COPIES", 1)
    monkeypatch.setattr(copies, "MOST_CHANGES", 0)
    assert "1 copy" in plain(page.get(f"/?actor={SHANWANI}&lang=en").get_data(as_text=True))
    told = plain(page.get("/copies/a1?lang=en").get_data(as_text=True))
    assert "The first 0 of 1 changes" in told


def test_a_claim_is_a_time_line(page):
    html = page.get("/claims/cs1").get_data(as_text=True)
    seen = plain(html)
    assert seen.index("قال العميد حارث الشنواني") < seen.index("نفت وزارة الأشغال أن")
    for words in (
        "يؤيده حارث الشنواني، وينفيه وزارة الأشغال",
        "أُعيدت صياغته",
        "صدى المرفأ",
        "ينفي ما يقوله",
    ):
        assert words in seen
    assert re.search(r"سمير : قُسم \(أُلغي\).*سمير : أُلغي قرار", seen)
    # The way back: from the time line to the very words, by an address that holds.
    href = re.search(r'href="([^"]*#c-s1)"', html)[1]
    assert f'id="{href.split("#")[1]}"' in page.get(href).get_data(as_text=True)


def test_a_claim_is_shown_as_of_a_day(reading):
    """The same as `musnad claims show --as-of` prints, in the days of the archive's time zone."""
    page = create_app(reading, time_zone="Asia/Baghdad").test_client()
    then = plain(page.get("/claims/cs1?as_of=2025-03-01&lang=en").get_data(as_text=True))
    assert "As it stood at the end of 1 March 2025" in then
    assert "reported Supported by" in then
    assert "1 statement · 1 outlet" in then
    assert "قال العميد حارث الشنواني" in then
    assert "وزارة الأشغال" not in then.split("Decisions of people")[0]
    assert "Who denies whom" not in then.split("Who said what")[1]
    assert "(reported), as it stood at the end of 1 March 2025." in then
    for later in ("2025-03-02", "2025-03", "2025", "9999"):
        html = page.get(f"/claims/cs1?as_of={later}&lang=en").get_data(as_text=True)
        assert "disputed Supported by" in plain(html)
        assert f'name="as_of" type="text" value="{later}"' in html
    before = page.get("/claims/cs1?as_of=2025-02&lang=en")
    seen = plain(before.get_data(as_text=True))
    assert before.status_code == 200
    assert "Nothing dated was said about it by the end of February 2025" in seen
    for words in ("disputed", "How the status changed", "Who said what", "صدى المرفأ"):
        assert words not in seen


def test_a_day_begins_and_ends_in_the_time_zone_of_the_archive(reading):
    # Published at 08:00 UTC, which is 22:00 of that day in Kiritimati: of the next day for its own midnight.
    page = create_app(reading, time_zone="Pacific/Kiritimati").test_client()
    for day, status in (("2025-03-01T21:59", "Nothing dated"), ("2025-03-01T22:00", "reported")):
        assert status in plain(page.get(f"/claims/cs1?as_of={day}&lang=en").get_data(as_text=True))


def test_the_day_stays_from_page_to_page_and_where_claims_were_merged(page, monkeypatch):
    monkeypatch.setattr(claim, "LINES", 1)
    html = page.get("/claims/cs1?as_of=2025-03-02").get_data(as_text=True)
    assert 'rel="next" href="/claims/cs1?as_of=2025-03-02&amp;page=2"' in html
    moved = page.get("/claims/cs9?as_of=2025-03-01")
    assert moved.headers["Location"] == "/claims/cs1?as_of=2025-03-01"


@pytest.mark.parametrize("day", ["yesterday", "-5", "0000", "10000", "2025-02-30"])
def test_what_is_no_day_is_said_in_a_sentence(page, day):
    told = page.get(f"/claims/cs1?as_of={day}&lang=en")
    assert told.status_code == 400
    assert f"“{day}” is not a date: write it as" in plain(told.get_data(as_text=True))


def test_it_is_not_said_that_there_is_no_contradiction_while_there_is_one(page, monkeypatch):
    monkeypatch.setattr(contradictions, "CLAIMS", 1)
    assert 'href="/claims/cs1' in page.get("/contradictions").get_data(as_text=True)
    monkeypatch.setattr(contradictions, "MOST_LOOKED_AT", 2)
    html = page.get("/contradictions?lang=en").get_data(as_text=True)
    assert "None among these 2 claims; there are more." in plain(html)
    following = page.get(unescape(re.search(r'rel="next" href="([^"]*)"', html)[1]))
    assert 'href="/claims/cs1' in following.get_data(as_text=True)
    beyond = page.get("/contradictions?after=3&lang=en").get_data(as_text=True)
    assert "the results end before it" in plain(beyond)
    none = page.get("/contradictions?between=outlet&after=2&lang=en").get_data(as_text=True)
    assert "None among" not in plain(none)


@pytest.mark.parametrize("address", ["/actors/p-gone", "/outlets/o-gone"])
def test_an_id_without_a_record_is_searched_for_by_itself(page, address):
    html = page.get(f"{address}?lang=en").get_data(as_text=True)
    links = re.findall(r'<a href="(/\?[^"]*gone[^"]*)">', html)
    assert links
    for href in links:
        found = plain(page.get(unescape(href)).get_data(as_text=True))
        assert "1 article " in found, href
        assert "an id without a record" in found


def test_each_statement_is_linked_to_on_the_page_that_holds_it(page, monkeypatch):
    monkeypatch.setattr(claim, "LINES", 1)
    html = page.get("/claims/cs1").get_data(as_text=True)
    targets = set(re.findall(r'href="([^"]*#s-s\d)"', html))
    assert targets == {"#s-s1", "/claims/cs1?page=2#s-s2"}
    second = page.get("/claims/cs1?page=2").get_data(as_text=True)
    assert 'id="s-s2"' in second
    beyond = page.get("/claims/cs1?page=3&lang=en").get_data(as_text=True)
    assert "the results end before it" in plain(beyond)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/claims/cs9", "/claims/cs1"),
        ("/claims/cs9?lang=en", "/claims/cs1?lang=en"),
        ("/actors/p-old", "/actors/p-harith"),
        ("/actors/o-sada", "/outlets/o-sada"),
        ("/outlets/p-harith", "/actors/p-harith"),
        ("/statements/s1", "/articles/a1#c-s1"),
        ("/statements/?id=s1&lang=en", "/articles/a1?lang=en#c-s1"),
    ],
)
def test_what_was_merged_leads_to_what_it_is_today(page, old, new):
    answer = page.get(old)
    assert (answer.status_code, answer.headers["Location"]) == (302, new)


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/articles/nix?lang=en", 404, "no article with the id «nix»"),
        ("/claims/nix?lang=en", 404, "no claim with the id «nix»"),
        ("/actors/nix?lang=en", 404, "no record with the id «nix»"),
        ("/articles/" + "x" * (LONGEST_ID + 1), 404, "ليس في الأرشيف مقال"),
        ("/articles/%00", 404, "ليس في الأرشيف مقال"),
        ("/articles/", 404, "ليس في الأرشيف مقال"),
        ("/nowhere", 404, "ليس في الأرشيف صفحة"),
        ("/static/nowhere.js", 404, "ليس في الأرشيف صفحة"),
        ("/?since=gestern&lang=en", 400, "“gestern” is not a date"),
        ("/?since=2026&until=2025&lang=en", 400, "nothing lies between"),
        ("/?status=true", 400, "لا توجد حالة «true»"),
        ("/?page=0", 400, "ليس رقم صفحة"),
        ("/?page=99999999999999999999", 400, "ليس رقم صفحة"),
        ("/?page=000000001" + "0" * 5000, 400, "ليس رقم صفحة"),
        ("/?page=00000000199999", 400, "ليس رقم صفحة"),
        ("/contradictions?after=99999&lang=en", 400, "is no number of claims"),
        ("/actors/p-harith?show=printed", 400, "لا يوجد قسم «printed»"),
        ("/?lang=de", 400, "لا توجد لغة «de»"),
        ("/?q=" + "x" * 501, 400, "أطول من 500"),
        ("/?" + "&".join(f"actor=a{i}" for i in range(21)), 400, "أكثر من 20"),
        ("/actors/p-harith?show=all", 400, "لا يوجد قسم «all»"),
        ("/contradictions?between=cats", 400, "لا يوجد نوع مصدر «cats»"),
    ],
)
def test_what_does_not_fit_is_told(page, address, status, words):
    answer = page.get(address)
    assert answer.status_code == status
    assert words in plain(answer.get_data(as_text=True))
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_is_for_reading_only(page, method):
    answer = getattr(page, method)("/articles/a1")
    assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True)
    assert "للقراءة فقط" in plain(answer.get_data(as_text=True))


def test_the_key_can_only_read(reading, elasticsearch_node):
    if elasticsearch_node.password is None:
        pytest.skip("this cluster's password, with which keys are made, is not known")
    with pytest.raises(elasticsearch.AuthorizationException):
        reading.client.index(index=f"{reading.prefix}-articles", id="x", document={})


def test_without_elasticsearch_it_says_so():
    settings = Settings(es_url="http://127.0.0.1:9", prefix="gone")
    page = create_app(ArchiveReader(connect(settings), "gone")).test_client()
    answer = page.get("/?lang=en")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "The archive does not answer now" in plain(answer.get_data(as_text=True))
    assert page.get("/help").status_code == 200


def test_an_archive_that_is_not_there_is_no_fault_of_the_program(reading):
    page = create_app(ArchiveReader(reading.client, reading.prefix + "-nix")).test_client()
    assert page.get("/").status_code == 503


def test_addresses_are_those_of_the_public(reading):
    public = Public("https://archive.example/press/")
    page = create_app(reading, public).test_client()
    html = page.get("/articles/a1", headers={"Host": "127.0.0.1:8765"}).get_data(as_text=True)
    assert ">https://archive.example/press/articles/a1</a>" in html
    assert 'href="/press/actors/p-harith"' in html
    assert 'src="/press/static/page.js' in html


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:8765", 200), ("127.0.0.1", 200), ("[::1]:8765", 200), ("evil.example", 421), ("localhost.evil.example:8765", 421)],
)  # fmt: skip
def test_a_page_elsewhere_cannot_read_it_by_a_name_of_its_own(page, host, status):
    assert page.get("/help", headers={"Host": host}).status_code == status


def test_files_do_not_change_under_an_address(page):
    html = page.get("/help").get_data(as_text=True)
    for address in re.findall(r'"(/static/[^"]+)"', html):
        with page.get(address) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]


def test_the_sheet_is_legible():
    """Text on its ground has the contrast that WCAG 2.2 asks for (4.5 to 1)."""
    sheet = (Path(create_app.__code__.co_filename).parent / "static" / "page.css").read_text(
        "utf-8"
    )
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", sheet))

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for name in ("ink", "quiet", "link", "asserts", "denies", "confirms", "doubts", "silent"):
        for ground in ("paper", "sheet", "lit"):
            pair = sorted((light(colours[name]), light(colours[ground])))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (name, ground)
