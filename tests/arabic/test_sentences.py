"""Sentences, headings, datelines and paragraphs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from musnad.document import Document

Analyze = Callable[..., Document]


def sentences(document: Document) -> list[str]:
    """Return paragraph number, first letter of the kind and text of each sentence."""
    return [
        f"{s.paragraph}{s.kind[0]} " + document.text[slice(*document.original(s.start, s.end))]
        for s in document.sentences
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("جاء الوفد. ثم غادر.", ["1s جاء الوفد.", "1s ثم غادر."]),
        ("جاء الوفد . ثم غادر .", ["1s جاء الوفد .", "1s ثم غادر ."]),
        ("هل جاء؟ نعم! ثم غادر", ["1s هل جاء؟", "1s نعم!", "1s ثم غادر"]),
        ("انتهت الحرب.وقال الوزير نعم.", ["1s انتهت الحرب.", "1s وقال الوزير نعم."]),
        ("بلغت النسبة 3.5 بالمئة. ثم هبطت.", ["1s بلغت النسبة 3.5 بالمئة.", "1s ثم هبطت."]),
        ("قال «الأمر انتهى.» وغادر.", ["1s قال «الأمر انتهى.»", "1s وغادر."]),
        ("قال «الأمر انتهى. لن نعود.» وغادر.", ["1s قال «الأمر انتهى. لن نعود.»", "1s وغادر."]),
        ("قال «الأمر انتهى. لن نعود» وغادر.", ["1s قال «الأمر انتهى. لن نعود» وغادر."]),
        ("قال «الأمر انتهى. وقال آخر.", ["1s قال «الأمر انتهى.", "1s وقال آخر."]),
        ("سأل «هل انتهى الأمر؟» الوزير.", ["1s سأل «هل انتهى الأمر؟» الوزير."]),
        ("سأل «هل انتهى الأمر؟» ومضى.", ["1s سأل «هل انتهى الأمر؟»", "1s ومضى."]),
        ("قال (في بيان. أمس) إنه باق.", ["1s قال (في بيان. أمس) إنه باق."]),
        ("قال.. إنه باق... ثم مضى.", ["1s قال.. إنه باق...", "1s ثم مضى."]),
        ("زار example.com أمس. ثم مضى.", ["1s زار example.com أمس.", "1s ثم مضى."]),
        ("1. جاء الوفد. ثم مضى.", ["1s 1. جاء الوفد.", "1s ثم مضى."]),
        ("أولا\n***\nثانيا", ["1s أولا", "2s ثانيا"]),
        (
            "وقال :\n\n“ننفي الأخبار”، مؤكدا.",
            ["1s وقال :", "2s “ننفي الأخبار”، مؤكدا."],
        ),
        (
            "جاء الوفد أمس إلى المدينة.\n\nافتتاح السفارة في المدينة\n\n\nوكانت السفارة مغلقة.",
            [
                "1s جاء الوفد أمس إلى المدينة.",
                "2h افتتاح السفارة في المدينة",
                "3s وكانت السفارة مغلقة.",
            ],
        ),
        (
            # Nothing below it: not a heading.
            "جاء الوفد أمس.\n\nافتتاح السفارة في المدينة",
            ["1s جاء الوفد أمس.", "2s افتتاح السفارة في المدينة"],
        ),
        (
            # A poem.
            "سطر أول قصير\n\nسطر ثان قصير\n\nسطر ثالث قصير\n\nهذا ما قاله الشاعر أمس.",
            [
                "1s سطر أول قصير",
                "2s سطر ثان قصير",
                "3s سطر ثالث قصير",
                "4s هذا ما قاله الشاعر أمس.",
            ],
        ),
        (
            "القاهرة - رويترز: أعلن الوزير أمس أن الحوار باق. ثم غادر.",
            ["1d القاهرة - رويترز:", "1s أعلن الوزير أمس أن الحوار باق.", "1s ثم غادر."],
        ),
        (
            "لندن: «الشرق الأوسط»\n\nأعلن الوزير أمس أن الحوار باق.",
            ["1d لندن: «الشرق الأوسط»", "2s أعلن الوزير أمس أن الحوار باق."],
        ),
    ],
)
def test_sentences(analyze: Analyze, body: str, expected: list[str]) -> None:
    assert sentences(analyze(body)) == expected


def test_title_is_one_sentence_and_paragraph_zero(analyze: Analyze) -> None:
    document = analyze("جاء الوفد.", title=" هل جاء؟ نعم. ")
    assert sentences(document) == ["0t هل جاء؟ نعم.", "1s جاء الوفد."]


def test_empty_article(analyze: Analyze) -> None:
    document = analyze("")
    assert not document.sentences
    assert not document.tokens
    assert not document.quotes
    assert document["quality"] == []


def test_removed_characters_at_the_title_s_end_do_not_shift_the_body(analyze: Analyze) -> None:
    document = analyze("\u202bجاء الوفدُ.\u202c", title="عُنوانٌ\u200f")
    assert sentences(document) == ["0t عُنوانٌ", "1s جاء الوفدُ."]


@given(
    st.text(alphabet='اب .؟!…\n\r«»"()1:-\u064b\u200f', max_size=50),
    st.text(alphabet="اب .\n«»\u200f", max_size=10),
)
def test_anything_goes_through(analyze: Analyze, body: str, title: str) -> None:
    document = analyze(body, title=title)
    text = document.normalized.text
    found = document.sentences
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(a.paragraph <= b.paragraph for a, b in pairwise(found))
    for sentence in found:
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
        assert sentence.kind == "title" or "\n" not in text[sentence.start : sentence.end]
        document.span(sentence.start, sentence.end, view="normalized")
    # No word is lost between sentences.
    covered = {i for s in found for i in range(s.start, s.end)}
    assert all(i in covered for i, c in enumerate(text) if c.isalnum())


@given(st.text(st.characters(categories=None, exclude_categories=()), max_size=60))
def test_any_string_goes_through(analyze: Analyze, body: str) -> None:
    document = analyze(body, title=body[:10])
    for note in document["quality"]:
        assert note.span.surface
