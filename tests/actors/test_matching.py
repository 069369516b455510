"""Names where they stand: proclitics, articles, boundaries, spaces, longest match."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from musnad.document import Document
from musnad.model import Actor
from musnad_actors.matching import NameIndex

MakeDocument = Callable[..., Document]
Make = Callable[..., Actor]
Find = Callable[..., list[tuple[str, str, str]]]


@pytest.fixture
def find(make_document: MakeDocument) -> Find:
    """Return (surface, proclitic, id) of what an index of some records finds in a text."""

    def run(records: list[Actor], body: str) -> list[tuple[str, str, str]]:
        document = make_document(body)
        found = NameIndex(records).find(document)
        spans = [(document.span(m.start, m.end, "key"), m) for m in found.names + found.titles]
        return [(s.surface, m.proclitic, m.entries[0].actor_id) for s, m in spans]

    return run


@pytest.mark.parametrize(
    ("text", "surface", "proclitic"),
    [
        ("حفتان", "حفتان", ""),
        ("وحفتان", "حفتان", "و"),
        ("بحفتان", "حفتان", "ب"),
        ("لحفتان", "حفتان", "ل"),
        ("فلحفتان", "حفتان", "فل"),
        ("وبحفتان", "حفتان", "وب"),
        ("«حفتان»", "حفتان", ""),
        ("لـ«حفتان»", "حفتان", ""),
        ("لــحفتان،", "حفتان", "ل"),
        ("حَفْتَان", "حَفْتَان", ""),
        ("#حفتان", "حفتان", ""),
        ("30حفتان", "حفتان", ""),
        ("حفتانRT", "حفتان", ""),
    ],
)
def test_proclitics_are_taken_off(
    text: str, surface: str, proclitic: str, find: Find, make_record: Make
) -> None:
    found = find([make_record("x", "حفتان")], f"وصل {text} أمس.")
    assert found == [(surface, proclitic, "x")]


@pytest.mark.parametrize(
    "text", ["حفتانية", "محفتان", "سحفتان", "الحفتان", "يوحفتان", "حفتاني", "كتاب", "استحفتان"]
)
def test_what_is_left_must_be_a_whole_known_name(text: str, find: Find, make_record: Make) -> None:
    assert find([make_record("x", "حفتان"), make_record("y", "تابان")], f"رأى {text} هنا.") == []


@pytest.mark.parametrize(
    ("text", "surface", "proclitic"),
    [
        ("الجيش الورداني", "الجيش الورداني", ""),
        ("والجيش الورداني", "الجيش الورداني", "و"),
        ("بالجيش الورداني", "الجيش الورداني", "ب"),
        ("وبالجيش الورداني", "الجيش الورداني", "وب"),
        ("كالجيش الورداني", "الجيش الورداني", "ك"),
        ("للجيش الورداني", "جيش الورداني", "لل"),
        ("وللجيش الورداني", "جيش الورداني", "ولل"),
        ("الجيش  الورداني", "الجيش  الورداني", ""),
        ("الجيش\u00a0الورداني", "الجيش\u00a0الورداني", ""),
        ("#الجيش_الورداني", "الجيش_الورداني", ""),
    ],
)
def test_the_article_of_a_name(
    text: str, surface: str, proclitic: str, find: Find, make_record: Make
) -> None:
    records = [make_record("x", "الجيش الورداني", kind="organization")]
    assert find(records, f"وصل {text} أمس.") == [(surface, proclitic, "x")]


@pytest.mark.parametrize(
    "text", ["جيش الورداني", "الجيش\nالورداني", "الجيش، الورداني", "الجيش الورداني1ا"]
)
def test_no_name_without_its_article_over_lines_or_punctuation(
    text: str, find: Find, make_record: Make
) -> None:
    records = [make_record("x", "الجيش الورداني", kind="organization")]
    found = find(records, f"وصل {text} أمس.")
    assert found == [] or text.endswith("1ا")


def test_of_three_lams_one_is_dropped(find: Find, make_record: Make) -> None:
    records = [make_record("x", "الليوان المتحد", kind="organization")]
    assert find(records, "قدموا لليوان المتحد رسالة") == [("ليوان المتحد", "لل", "x")]


def test_an_initial_al_that_is_no_article_stays(find: Find, make_record: Make) -> None:
    records = [make_record("x", "إلياس الورداني")]
    assert find(records, "رحب بإلياس الورداني") == [("إلياس الورداني", "ب", "x")]
    assert find(records, "قدم لإلياس الورداني") == [("إلياس الورداني", "ل", "x")]


@pytest.mark.parametrize("text", ["الأونيتاس", "أونيتاس", "للأونيتاس", "بالأونيتاس"])
def test_a_body_with_and_without_article(text: str, find: Find, make_record: Make) -> None:
    assert len(find([make_record("x", "أونيتاس", kind="organization")], f"مع {text} هنا")) == 1
    if text != "أونيتاس":
        assert find([make_record("x", "أونيتاس")], f"مع {text} هنا") == []


def test_the_longest_name_wins_and_the_leftmost_of_two_that_overlap(
    find: Find, make_record: Make
) -> None:
    records = [
        make_record("short", "الجيش الورداني", kind="organization"),
        make_record("long", "القيادة العامة للجيش الورداني", kind="organization"),
        make_record("prince", "محمد بن سلمون"),
        make_record("king", "سلمون بن عبد العزيز"),
    ]
    assert [f[2] for f in find(records, "قالت القيادة العامة للجيش الورداني أمس")] == ["long"]
    assert [f[2] for f in find(records, "وصل محمد بن سلمون بن عبد العزيز")] == ["prince"]
    assert [f[2] for f in find(records, "وصل سلمون بن عبد العزيز")] == ["king"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("عبد الله الورداني", "عبدالله الورداني"),
        ("عبدالله الورداني", "عبد الله الورداني"),
        ("أبو غيث", "ابوغيث"),
        ("أبو غيث", "أبي غيث"),
        ("وزارة الخارجية الوردانية", "وزارةالخارجية الوردانية"),
        ("مؤسسة الواحة", "مؤسسه الواحه"),
        ("مصطفى الورداني", "مصطفي الورداني"),
        ("کریم الوردانی", "كريم الورداني"),
        ("إسلام الورداني", "اسلام  الوردانى"),
    ],
)
def test_spellings(name: str, text: str, find: Find, make_record: Make) -> None:
    assert find([make_record("x", name)], f"كتب {text} رسالة") == [(text, "", "x")]


def test_latin_names_in_arabic_text(find: Find, make_record: Make) -> None:
    records = [
        make_record(
            "rt",
            "شبكة الواحة",
            ("WHT", "acronym"),
            ("Waha News", "transliteration"),
            kind="organization",
        )
    ]
    assert find(records, "نشرته شبكةWHT أمس") == [("WHT", "", "rt")]
    assert find(records, "وفق WAHA NEWS أمس") == [("WAHA NEWS", "", "rt")]
    assert find(records, "كلمة wht صغيرة") == []
    assert find(records, "xWHT أو WHT2") == []
    assert find(records, "راسل WHT@mail.example أو mail.WHT.example") == []


def test_short_names_take_only_the_proclitics_of_the_list(find: Find, make_record: Make) -> None:
    records = [make_record("x", "عوق", kind="person"), make_record("y", "قطف", kind="state")]
    assert [f[2] for f in find(records, "مع وعوق وبقطف")] == ["x", "y"]
    assert find(records, "هذا بعوق وفبقطف") == []


WORDS = [
    "حفتان",
    "الجيش",
    "الورداني",
    "و",
    "لل",
    "ب",
    " ",
    "  ",
    "\n",
    "،",
    "RT",
    "1",
    "\u064e",
    "\u0640",
    "ة",
]


@given(st.lists(st.sampled_from(WORDS), max_size=30))
@settings(max_examples=200, deadline=None)
def test_every_match_reads_as_one_of_the_names(parts: list[str]) -> None:
    from musnad_actors.fold import fold_same_length

    text = fold_same_length("".join(p for p in parts if p not in "\u064e\u0640"))
    records = [
        Actor(id="x", type="person", names={"ar": "حفتان"}),
        Actor(id="y", type="organization", names={"ar": "الجيش الورداني"}),
    ]
    for match in NameIndex(records).find_in(text, text).names:
        words = " ".join(text[match.start : match.end].split(" ")).split()
        assert " ".join(words) in ("حفتان", "الجيش الورداني", "جيش الورداني")
        assert "\n" not in text[match.start : match.end]
        after = text[match.end : match.end + 1]
        assert not after or not after.isalpha() or after.isascii()


VOCABULARY = ["بني", "حفتان", "الجيش", "جيش", "الورداني", "عبد", "RT", "b2", "a.b", "ال", "و"]


@given(
    st.lists(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=4), min_size=1, max_size=6),
    st.lists(
        st.sampled_from([*VOCABULARY, " ", " ", " ", "  ", "\n", "،", "لل", "ب", "1"]), max_size=40
    ),
)
@settings(max_examples=300, deadline=None)
def test_first_words_find_what_whole_names_would(names: list[list[str]], parts: list[str]) -> None:
    from musnad_actors.fold import ARABIC_LETTERS, fold_same_length

    records = [
        Actor(id=f"r{i}", type="organization", names={"ar": " ".join(words)})
        for i, words in enumerate(names)
    ]
    index = NameIndex(records)
    text = fold_same_length("".join(parts))

    def ends(at: int) -> bool:
        if at == len(text):
            return True
        if text[at] in ARABIC_LETTERS:
            return text[at - 1] not in ARABIC_LETTERS
        return text[at - 1] in ARABIC_LETTERS or not text[at].isalnum()

    def begins(at: int) -> bool:
        if not at:
            return True
        before, first = text[at - 1], text[at]
        if first in ARABIC_LETTERS:
            return before not in ARABIC_LETTERS or before in "وفبلك"
        return not before.isalnum() or before in ARABIC_LETTERS

    expected = {
        (at, at + len(form))
        for form in index.table.numbers
        for at in range(len(text))
        if text.startswith(form, at) and begins(at) and ends(at + len(form))
    }
    assert {(start, end) for start, end, _ in index._named(text)} == expected
