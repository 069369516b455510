"""Who is meant where no name stands, and what a description names beside the speaker."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from musnad.model import Statement

Extract = Callable[..., Sequence[Statement]]
HAFTAR = "person-khalifa-haftar"


def test_a_town_is_no_affiliation(extract: Extract) -> None:
    (found,) = extract("وقال نائب رئيس الشرطة في دبي إن الطريق مغلق.")
    assert found.speaker.kind == "person"
    assert found.speaker.affiliation is None


def test_a_body_that_is_named_is_one(extract: Extract) -> None:
    (found,) = extract("وقال مسؤول في القيادة العامة للجيش الوطني الليبي إن الطريق مغلق.")
    assert found.speaker.affiliation == "org-lna-general-command"


def test_a_surname_in_quotation_marks_is_the_person(extract: Extract) -> None:
    _, second = extract(
        'وقال الفريق سالم النجاري إن الطريق مغلق. وقال "النجاري" لـ"الميناء" إن الأمر بسيط.'
    )
    assert second.speaker.kind == "person"


def test_an_office_stands_for_its_holder(extract: Extract) -> None:
    found = extract("وصل المشير خليفة حفتر إلى المدينة. وقال مصدر إن المشير لم يزر الميناء.")
    assert HAFTAR in found[-1].actors


def test_an_office_of_nobody_named_stands_for_nobody(extract: Extract) -> None:
    found = extract("وصل خليفة حفتر إلى المدينة. وقال مصدر إن الوزير لم يزر الميناء.")
    assert HAFTAR not in found[-1].actors


def test_an_office_of_two_stands_for_nobody(extract: Extract) -> None:
    found = extract(
        "وصل الرئيس عبد الفتاح السيسي إلى المدينة واستقبله الرئيس بشار الأسد. "
        "وقال مصدر إن الرئيس لم يزر الميناء."
    )
    assert found[-1].actors == ()


def test_the_speaker_is_meant_by_the_pronoun(extract: Extract) -> None:
    (found,) = extract("وأكد خليفة حفتر أنه زار الميناء سرا.")
    assert HAFTAR in found.actors


def test_a_spokesman_does_not_mean_himself(extract: Extract) -> None:
    (found,) = extract("ونفى المتحدث باسم الجيش أحمد المسماري زيارته للميناء.")
    assert found.actors == ()


def test_a_subject_with_a_relative_clause(extract: Extract) -> None:
    found = extract("الدراسة التي نشرتها دورية الأعشاب قالت إن الشاي مفيد.")
    assert [(one.speaker.span and one.speaker.span.surface) for one in found] == ["الدراسة"]


def test_an_unknown_name_with_what_it_is_of(extract: Extract) -> None:
    (found,) = extract("وحسب جينيا هيلم من جامعة الضفة، فإن الشاي مفيد.")
    assert found.speaker.span is not None
    assert found.speaker.span.surface == "جينيا هيلم من جامعة الضفة"


def test_talks_name_those_who_talked(extract: Extract) -> None:
    (found,) = extract("وحسب حديث مع بعض المسؤولين في البلدية، فإن العمل سيبدأ.")
    assert found.speaker.kind == "unnamed_source"


def test_a_verb_ends_the_description(extract: Extract) -> None:
    (found,) = extract("كشفت دراسة في جامعة الضفة أجريت العام الماضي أن الشاي مفيد.")
    assert found.speaker.span is not None
    assert found.speaker.span.surface == "دراسة في جامعة الضفة"


def test_a_headline_means_the_office_holder_of_its_article(extract: Extract) -> None:
    body = "وصل وزير الدفاع خليفة حفتر إلى المدينة. وغادر وزير النقل سالم النجار."
    for title in ("صحيفة: وزير الدفاع زار الميناء", "صحيفة: الوزير زار الميناء"):
        found = extract(body, title=title)
        assert HAFTAR in found[0].actors, title
    assert HAFTAR not in extract(body, title="صحيفة: وزير النقل زار الميناء")[0].actors


@pytest.mark.parametrize("title", ["الجيش ينفي إغلاق الميناء", "الجيش الوطني: الميناء مفتوح"])
def test_a_headline_is_said_by_the_speaker_of_its_article(extract: Extract, title: str) -> None:
    headline, denial = extract("نفى الجيش الوطني الليبي إغلاق الميناء.", title=title)
    assert denial.speaker.actor_id is not None
    assert headline.speaker.actor_id == denial.speaker.actor_id
    assert headline.speaker.span is not None
    assert headline.speaker.span.field == "title"


def test_a_headline_that_fits_two_is_said_by_neither(extract: Extract) -> None:
    body = "نفى الجيش الوطني الليبي إغلاق الميناء. ونفى الجيش السوري ذلك."
    headline = extract(body, title="الجيش ينفي إغلاق الميناء")[0]
    assert headline.speaker.actor_id is None
