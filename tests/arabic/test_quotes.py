"""Quotations: pairs of marks of all kinds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from musnad.document import Document
from musnad.text import NormalizedText
from musnad_arabic.quotes import find_quotes

Analyze = Callable[..., Document]


def quotes(document: Document) -> list[str]:
    """Return the quotations as in the original; an unclosed one ends with `~`."""
    return [
        document.text[slice(*document.original(q.start, q.end))] + ("" if q.closed else "~")
        for q in document.quotes
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("قال «نعم» ومضى", ["نعم"]),
        ("قال “نعم” ومضى", ["نعم"]),
        ("قال „نعم‟ ومضى", ["نعم"]),
        ("قال ‹نعم› ومضى", ["نعم"]),
        ('قال "نعم" ومضى', ["نعم"]),
        ("قال ''نعم'' ومضى", ["نعم"]),
        ("قال <<نعم>> ومضى", ["نعم"]),
        ("قال ,,نعم'' ومضى", ["نعم"]),
        ("قال ‘نعم’ ومضى", ["نعم"]),
        ("قال 'نعم' ومضى", ["نعم"]),
        ("قال ”نعم” ومضى", ["نعم"]),
        ("قال “نعم“ ومضى", ["نعم"]),
        ("قال »نعم« ومضى", ["نعم"]),
        ("قال »نعم» ومضى", ["نعم"]),
        ("قال « نعم » ومضى", ["نعم"]),
        ('قال " نعم " ومضى', ["نعم"]),
        ("تحت عنوان” طوارئ المدينة”، أمس", ["طوارئ المدينة"]),
        ("زوار معرض ” رام 2014 “, أمس", ["رام 2014"]),
        ('قال ل"النجم "مصدر مسؤول', ["النجم"]),
        ('قال:"نعم". ومضى', ["نعم"]),
        ('قال: " نعم ". ومضى', ["نعم"]),
        ("قال : ” نعم ”. ومضى", ["نعم"]),
        ("حلويات وعيدية “ مبالغ مالية “ لأبناء", ["مبالغ مالية"]),
        ('قال في قلبها: "... إنكم باقون". ومضى', ["... إنكم باقون"]),
        ('أعضاء بـ"النجم" ولـ"الفجر" و"الأفق"', ["النجم", "الفجر", "الأفق"]),
        ("قال «إن حزب \"النجم\" فاز» ومضى", ['إن حزب "النجم" فاز', "النجم"]),
        ('قال "إن حزب "النجم" فاز" ومضى', ['إن حزب "النجم" فاز', "النجم"]),
        ("قال «إن ‹النجم› فاز» ومضى", ["إن ‹النجم› فاز", "النجم"]),
        ("قال «إن الأمر لم يحسم", ["إن الأمر لم يحسم~"]),
        ("قال إن الأمر لم يحسم»", []),
        ("وصل إلى دمشق”. وقال إن “الزيارة مهمة.", ["الزيارة مهمة.~"]),
        ("رواية O'Neil ورواية D'Alba", []),
        ('شاشة 55" وأخرى', []),
        ("«أول\n«ثان»", ["أول~", "ثان"]),
        ("قال «أول\nثان» ومضى", ["أول\nثان"]),
        ("قال «أول\nثان «ثالث» ومضى", ["أول~", "ثالث"]),
        ("وقال :\n\n“ننفي”، مؤكدا أن “القائد لم يزر”.", ["ننفي", "القائد لم يزر"]),
        ('قال: "أول. وأضاف: "ثان وهو أطول من أن يكون اسما في علامتي تنصيص هنا.',
         ["أول. وأضاف: \"ثان وهو أطول من أن يكون اسما في علامتي تنصيص هنا.~",
          "ثان وهو أطول من أن يكون اسما في علامتي تنصيص هنا.~"]),
        ("«»", []),
        ("قال «نعم “لا» ومضى", ["نعم “لا", "لا~"]),
    ],
)  # fmt: skip
def test_quotes(analyze: Analyze, body: str, expected: list[str]) -> None:
    assert quotes(analyze(body)) == expected


def test_quotes_of_title_and_body_do_not_mix(analyze: Analyze) -> None:
    assert quotes(analyze("ثان» ومضى", title="قال «أول")) == ["أول~"]


@given(st.text(alphabet="اب «»“”\"'‹›،.:\nل", max_size=40))
def test_anything_goes_through(text: str) -> None:
    spans = []
    at = 0
    for line in text.split("\n"):
        spans.append((at, at + len(line)))
        at += len(line) + 1
    found = find_quotes(NormalizedText.of(text), spans)
    for quote in found.quotes:
        assert 0 <= quote.start < quote.end <= len(text)
        assert not text[quote.start].isspace()
        assert not text[quote.end - 1].isspace()
    assert found.quotes == sorted(found.quotes, key=lambda q: (q.start, -q.end))
    assert all(0 <= at < len(text) for at in found.stray)


def test_marks_that_no_step_normalized_are_found_too() -> None:
    text = NormalizedText.of("قال «نعم» ثم “لا”")
    found = [text.text[q.start : q.end] for q in find_quotes(text, [(0, len(text))]).quotes]
    assert found == ["نعم", "لا"]
