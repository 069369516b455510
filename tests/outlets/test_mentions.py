"""What the sentences of data/examples.yaml cannot show: whole articles, offsets, homonyms, rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from musnad.model import Mention
from musnad.pipeline import Enriched

Outlets = Callable[..., list[Mention]]

ARTICLE = """نشرت صحيفة الشرق الأوسط خبرا عن زيارة العمدة نديم الصنوبري إلى جزر السنونو .

هذا الخبر نفاه مصدر في البلدية.

الشرق الأوسط تؤكد زيارة العمدة

وكانت صحيفة الشرق الأوسط تحدثت عن الزيارة، وهي الأولى في الشرق الأوسط منذ عام.

الفيديو التالي نشرته شبكةRT تناول وصول القارب

وفي خبر متصل نشرت إحدى الصحف الفرنسية صورة الجسر."""


def _told(mentions: list[Mention]) -> list[tuple[str, str | None, str | None]]:
    return [(m.surface, m.actor_id, m.provenance.rule) for m in mentions]


def test_an_article(outlets: Outlets) -> None:
    found = outlets(ARTICLE, title="العمدة يزور جزر السنونو سرا")
    awsat = "outlet-asharq-al-awsat"
    assert _told(found) == [
        ("الشرق الأوسط", awsat, "designator"),
        ("الشرق الأوسط", awsat, "subject-of-cue"),
        ("الشرق الأوسط", awsat, "designator"),
        ("RT", "outlet-rt", "designator"),
        ("إحدى الصحف الفرنسية", None, "unnamed:FR"),
    ]
    assert all(ARTICLE[m.start : m.end] == m.surface for m in found)
    assert found[0].name == "الشرق الأوسط"


def test_offsets_hold_with_marks_and_tatweel(outlets: Outlets) -> None:
    body = "قالَ لـــِ «عُكَـاظ» إنّ المعرضَ مفتوح."
    (mention,) = outlets(body)
    assert body[mention.start : mention.end] == mention.surface == "عُكَـاظ"
    assert mention.actor_id == "outlet-okaz"


def test_a_homonym_stays_open_with_candidates(outlets: Outlets) -> None:
    (mention,) = outlets("ونقلت صحيفة الوطن عن البلدية أن الجسر جاهز.")
    assert mention.actor_id is None
    assert mention.name == "الوطن"
    ids = {candidate.id for candidate in mention.candidates}
    assert {"outlet-al-watan-sa", "outlet-al-watan-sy", "outlet-al-watan-kw"} <= ids


@pytest.mark.parametrize(
    ("body", "publisher", "outlet_id"),
    [
        ("ونقلت صحيفة الوطن عن البلدية أن الجسر جاهز.", "outlet-al-watan-kw", "outlet-al-watan-kw"),
        ("ونقلت صحيفة «الوطن» القطرية أن الجسر جاهز.", "outlet-al-watan-kw", "outlet-al-watan-qa"),
        ("ونقلت قناة الحياة أن الجسر جاهز.", "outlet-al-hayat", "outlet-al-hayat-tv"),
        ("ونقلت صحيفة الحياة أن الجسر جاهز.", None, "outlet-al-hayat"),
    ],
)
def test_what_tells_homonyms_apart(
    body: str, publisher: str | None, outlet_id: str, outlets: Outlets
) -> None:
    (mention,) = outlets(body, outlet=publisher)
    assert mention.actor_id == outlet_id


def test_who_was_meant_before_is_meant_again(outlets: Outlets) -> None:
    body = "قالت صحيفة الوطن السورية إن الجسر جاهز. وقالت قناة الشرق. ونقلت الوطن السورية ذلك."
    assert [m.actor_id for m in outlets(body) if m.surface == "الوطن السورية"] == [
        "outlet-al-watan-sy"
    ] * 2


@pytest.mark.parametrize(
    ("body", "surface", "rule"),
    [
        ("أضاف في حديث لـ «عكاظ» أن الجسر جاهز.", "عكاظ", "quoted"),
        ("قال لـBBC إن الجسر جاهز.", "BBC", "latin"),
        ("نقل المراسل ذلك عن رويترز.", "رويترز", "alone"),
        ("قال العمدة للشرق الأوسط إن الجسر جاهز.", "شرق الأوسط", "source-of-cue"),
        ("مرسى الياسمين (رويترز) - أبحرت السفينة.", "رويترز", "credit"),
        ("أبحرت السفينة عند المغرب. (رويترز)", "رويترز", "credit"),
    ],
)
def test_rules(body: str, surface: str, rule: str, outlets: Outlets) -> None:
    (mention,) = outlets(body)
    assert (mention.surface, mention.provenance.rule) == (surface, rule)
    assert mention.actor_id


@pytest.mark.parametrize(
    "body",
    [
        "ارتفع مؤشر فايننشال تايمز نقطتين.",
        "زر موقع www.bbc.com اليوم.",
        "ميزة Real-Time HDR في الهاتف.",
        "يلوح الجنود بالأعلام الوطنية.",
        "وقع الهجوم على أحد المواقع الرسمية.",
        "فككت الشرطة شبكة دولية لتهريب الطيور.",
        "قصفت الطائرات مواقع عسكرية.",
        "التوعية من خلال وسائل الإعلام واجبة.",
        "قال وزير الإعلام المصري إن المعرض مفتوح.",
        "يجد الزائر القرار في موقع الاتحاد.",
        "وصل الوفد إلى المملكة العربية السعودية. ثم غادر المملكة العربية.",
        "أعلنت الرياض أن المعرض مفتوح.",
    ],
)
def test_traps(body: str, outlets: Outlets) -> None:
    assert outlets(body) == []


def test_an_introduced_city_name_is_the_city_again(outlets: Outlets) -> None:
    assert [m.start for m in outlets("نقلت صحيفة الرياض ذلك، ثم وصل الوفد إلى الرياض.")] == [11]


def test_an_adjective_that_no_list_knows(outlets: Outlets) -> None:
    (mention,) = outlets("وذكرت صحيفة هالفارية أن الجسر جاهز.")
    assert _told([mention]) == [("صحيفة هالفارية", None, "unnamed")]


def test_a_definite_description_of_a_named_outlet_is_left_to_anaphora(outlets: Outlets) -> None:
    found = outlets("كتبت صحيفة لوموند عن الخزف. وأضافت الصحيفة الفرنسية أن المعرض كبير.")
    assert [m.surface for m in found] == ["لوموند"]
    alone = outlets("وأضافت الصحيفة الفرنسية أن المعرض كبير.")
    assert _told(alone) == [("الصحيفة الفرنسية", None, "unnamed:FR")]


def test_an_outlet_stands_over_a_place_of_the_same_name() -> None:
    import musnad.testing

    outcome = musnad.testing.run("وذكرت صحيفة «القدس» أن الجسر جاهز في القدس.", installed=True)
    assert [(m.surface, m.type) for m in outcome.mentions] == [
        ("القدس", "outlet"),
        ("القدس", "place"),
    ]


def test_an_adjective_is_no_name_after_a_definite_designator(outlets: Outlets) -> None:
    (mention,) = outlets("فاز بجائزة من جوائز محطات التلفزيون العراقية.")
    assert (mention.actor_id, mention.provenance.rule) == (None, "unnamed:IQ")
    (named,) = outlets("وبثت قناة العراقية حفل الجوائز.")
    assert named.actor_id == "outlet-al-iraqiya"


def test_odd_texts_go_through(enrich: Callable[..., Enriched]) -> None:
    for body in (
        "",
        " ",
        "صحيفة",
        "صحيفة «",
        "«»",
        "صحيفة \n\n«عكاظ»",
        "\u200fصحيفة\u00a0عكاظ",
        "(" * 300,
        "ـ",
    ):
        enrich(body, title=body)
