"""Whole texts in the language of the press, about invented people, outlets and places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from musnad.model import Article, Statement
from musnad.pipeline import Pipeline

Extract = Callable[..., Sequence[Statement]]

VISIT = """نشرت صحيفة الميناء تقريرا مفاده وصول القائد سالم النجار ليلا إلى مدينة الرمال.

هذه المعلومات نفاها مسؤول أمني كبير في القيادة وقال :

“ننفي ما يتداول حول الزيارة”، مؤكدا أن “القائد في مكتبه منذ أسبوع”.

وكشفت الصحيفة أن “اللقاء مهد لاتفاق بين الطرفين”.

ولم يؤكد أو ينف أي مصدر في الرمال هذا النبأ.

ومع ذلك فإن شواهد كثيرة تدل على خلافه وتؤكد وصول النجار إلى الرمال.
"""


def told(statements: Sequence[Statement]) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (
            one.stance,
            one.cue.surface,
            one.speaker.span.surface if one.speaker.span else None,
            one.said.surface if one.said else None,
        )
        for one in statements
    ]


def test_a_story_with_its_denial(extract: Extract) -> None:
    source = "مسؤول أمني كبير في القيادة"
    visit = "وصول القائد سالم النجار ليلا إلى مدينة الرمال"
    found = extract(VISIT)
    assert told(found) == [
        ("asserts", "نشرت", "صحيفة الميناء", visit),
        ("denies", "نفاها", source, visit),
        ("denies", "قال", source, "ننفي ما يتداول حول الزيارة"),
        ("asserts", "مؤكدا", source, "القائد في مكتبه منذ أسبوع"),
        ("asserts", "كشفت", "الصحيفة", "اللقاء مهد لاتفاق بين الطرفين"),
        ("no_comment", "لم يؤكد أو ينف", "أي مصدر في الرمال", "هذا النبأ"),
    ]
    kinds = [one.speaker.kind for one in found]
    unnamed = "unnamed_source"
    assert kinds == ["outlet", unnamed, unnamed, unnamed, "outlet", unnamed]
    assert [one.quoted for one in found] == [False, False, True, True, True, False]


def test_headlines(extract: Extract) -> None:
    found = extract("نص الخبر هنا.", title="وزير النقل: الطريق الساحلي مفتوح")
    assert told(found) == [("asserts", ":", "وزير النقل", "الطريق الساحلي مفتوح")]
    found = extract("نص الخبر هنا.", title="مصدر حكومي ينفي إغلاق الميناء")
    assert told(found) == [("denies", "ينفي", "مصدر حكومي", "إغلاق الميناء")]
    assert extract("نص الخبر هنا.", title="كأس البلاد 2031: مباراة الميناء والرمال") == ()


def test_speakers_are_carried_on(extract: Extract) -> None:
    found = extract(
        "وقال وزير الزراعة سالم النجار إن الموسم جيد. وأضاف أن الأسعار ثابتة، مشيرا إلى أن التصدير مستمر. "
        "وتابع: «لا نخشى الجفاف هذا العام أبدا»."
    )
    assert {one.speaker.span.surface for one in found if one.speaker.span} == {
        "وزير الزراعة سالم النجار"
    }
    assert [one.cue.surface for one in found] == ["قال", "أضاف", "مشيرا", "تابع"]


def test_gender_keeps_speakers_apart(extract: Extract) -> None:
    found = extract(
        "وقال المدير إن العمل مستمر. وقالت المديرة إن الأجور دفعت. وأضافت أن العقود جددت. وأضاف أن المصنع باق."
    )
    assert [one.speaker.span.surface for one in found if one.speaker.span] == [
        "المدير",
        "المديرة",
        "المديرة",
        "المدير",
    ]


def test_layers_of_attribution(extract: Extract) -> None:
    found = extract("وذكرت صحيفة الميناء أن وزير النقل أكد أن الجسر سليم.", outlet="صحيفة الضفة")
    inner = next(one for one in found if one.cue.surface == "أكد")
    surfaces = [layer.span.surface for layer in inner.attribution if layer.span]
    assert surfaces == ["صحيفة الميناء", "وزير النقل"]
    passed_on = extract("ونقلت وكالة الضفة عن مصدر حكومي أن الميزانية أقرت.")
    (one,) = passed_on
    assert [layer.span.surface for layer in one.attribution if layer.span] == [
        "وكالة الضفة",
        "مصدر حكومي",
    ]


def test_a_quotation_over_several_sentences(extract: Extract) -> None:
    (one,) = extract("وقال النجار: «سنعود غدا إلى العمل. لا أحد يستطيع منعنا. هذا وعد».")
    assert one.quoted
    assert one.said is not None
    assert one.said.surface == "سنعود غدا إلى العمل. لا أحد يستطيع منعنا. هذا وعد"


def test_a_known_actor_gives_id_name_and_affiliation(extract: Extract) -> None:
    (one,) = extract("وقال مسؤول في الأمم المتحدة إن المساعدات وصلت إلى دمشق.")
    assert one.speaker.kind == "unnamed_source"
    assert one.speaker.affiliation is not None
    assert one.speaker.actor_id is None
    assert one.actors != ()


@pytest.mark.parametrize(
    "text",
    [
        "سجل اللاعب هدفين في الشوط الثاني وخرج الفريق فائزا.",
        "كما أضاف المهاجم الهدف الثالث قبل النهاية.",
        "ومن المتوقع أن ترتفع درجات الحرارة غدا.",
        "يجب أن يؤكد المسافر حجزه قبل يومين.",
        "تقع القرية بين الجبل والبحر.",
        "ذكرى تأسيس المدينة غدا.",
        "قد يعلن الحكم بداية المباراة متأخرا.",
        "",
        "   \n\n ",
        "«»",
        ":",
        "قال",
        "وقال:",
        "نفى أن",
        "بحسب",
        "هذا ما أكدته",
    ],
)
def test_what_is_no_statement(text: str, extract: Extract) -> None:
    assert told(extract(text)) == []


WORDS = st.sampled_from(
    [
        "قال",
        "أكد",
        "نفى",
        "لم",
        "ينف",
        "أو",
        "يؤكد",
        "أن",
        "إن",
        "بأن",
        ":",
        "«",
        "»",
        '"',
        "،",
        ".",
        "الوزير",
        "مصدر",
        "صحيفة",
        "بحسب",
        "وفقا",
        "نقلت",
        "عن",
        "هذا",
        "ما",
        "أكدته",
        "وأضاف",
        "مؤكدا",
        "وهو",
        "الذي",
        "التي",
        "رفض",
        "التعليق",
        "يتسن",
        "التحقق",
        "على",
        "في",
        "إلى",
        "ب",
        "ل",
        "(",
        ")",
        "..",
        "علي",
        "محمد",
        "\n",
        "15",
        "RT",
    ]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(WORDS, max_size=40).map(" ".join))
@example("وفقا على ل")
@example("أفاد ب")
@example("ما")
def test_any_order_of_words_goes_through(pipeline: Pipeline, text: str) -> None:
    result = pipeline.enrich(Article(id="x", title="", body=text))
    assert [error.message for error in result.enrichment.errors] == []
    ids = [one.id for one in result.statements]
    assert len(ids) == len(set(ids))


def test_twice_the_same(extract: Extract) -> None:
    assert extract(VISIT) == extract(VISIT)
