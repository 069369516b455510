"""Which actor a name means: full then short, titles, other bearers, bodies inside titles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from musnad.errors import NotConfigured
from musnad.model import Actor, Mention
from musnad_actors.authority import AuthorityError
from musnad_actors.config import ActorsSettings
from musnad_actors.tagger import ActorTagger

Tag = Callable[..., list[Mention]]
Make = Callable[..., Actor]


@pytest.fixture
def actors(make_record: Make) -> list[Actor]:
    return [
        make_record(
            "marshal",
            "خليفة حفتان",
            ("حفتان", "short"),
            ("قائد الجيش الورداني", "title"),
            ("أبو غيث", "kunya"),
            titles=["المشير"],
            country="LY",
        ),
        make_record(
            "army", "الجيش الوطني الورداني", ("الجيش الورداني", "short"), kind="armed_group"
        ),
        make_record("first", "نبيل الكيلاوي", ("الكيلاوي", "short"), titles=["الرئيس"]),
        make_record("second", "سامي الكيلاوي", ("الكيلاوي", "short"), titles=["اللواء"]),
        make_record("capital", "دمسقة", kind="place"),
    ]


def brief(mentions: list[Mention]) -> list[tuple[str, str | None, str | None]]:
    return [(m.surface, m.actor_id, m.provenance.rule) for m in mentions]


def test_first_full_then_short(tag: Tag, actors: list[Actor]) -> None:
    found = tag(actors, "وصل المشير خليفة حفتان إلى دمسقة. ثم غادر حفتان.")
    assert brief(found) == [
        ("خليفة حفتان", "marshal", "alias:full"),
        ("دمسقة", "capital", "alias:full"),
        ("حفتان", "marshal", "alias:short+support"),
    ]
    assert {m.name for m in found} == {"خليفة حفتان", "دمسقة"}


def test_an_ambiguous_short_name_means_the_one_named_before(tag: Tag, actors: list[Actor]) -> None:
    text = "التقى نبيل الكيلاوي الوفد. قال الكيلاوي إنه راض. ثم حضر سامي الكيلاوي. وغادر الكيلاوي."
    ids = [m.actor_id for m in tag(actors, text)]
    assert ids == ["first", "first", "second", "second"]


def test_a_headline_takes_the_full_name_of_the_body(tag: Tag, actors: list[Actor]) -> None:
    found = tag(actors, "استقبل سامي الكيلاوي الوفد.", title="الكيلاوي يستقبل الوفد")
    assert brief(found)[0] == ("الكيلاوي", "second", "alias:short+support-after")
    assert found[0].score < found[1].score


def test_without_support_candidates_stay(tag: Tag, actors: list[Actor]) -> None:
    (found,) = tag(actors, "قالت مصادر في الكيلاوي إن الأمر سهل، ولم تقل غير ذلك.")
    assert found.actor_id is None
    assert [c.id for c in found.candidates] == ["first", "second"]
    assert found.name == "الكيلاوي"
    assert found.score < 0.6


def test_a_title_of_ones_own_decides(tag: Tag, actors: list[Actor]) -> None:
    (found,) = tag(actors, "وصل اللواء الكيلاوي أمس.")
    assert (found.surface, found.actor_id) == ("الكيلاوي", "second")
    # And supports what follows it.
    both = tag(actors, "وصل اللواء الكيلاوي أمس. وقال الكيلاوي إنه عائد.")
    assert [m.actor_id for m in both] == ["second", "second"]


def test_the_only_bearer_of_a_short_name(tag: Tag, actors: list[Actor]) -> None:
    (found,) = tag(actors, "تحدثت الصحف عن حفتان أمس.")
    assert (found.actor_id, found.provenance.rule) == ("marshal", "alias:short+unique")
    assert found.score < 0.9


@pytest.mark.parametrize(
    "text",
    [
        "التقى صدام حفتان الوفد",
        "قال أحمد محمد حفتان إن الأمر سهل",
        "غادر فيصل بن حفتان المدينة",
        "حضر علي وحسن حفتان الحفل",
    ],
)
def test_another_bearer_of_a_short_name_is_not_the_known_one(
    text: str, tag: Tag, actors: list[Actor]
) -> None:
    assert tag(actors, text) == []
    # Not even where the article has the known one.
    supported = tag(actors, f"{text}. وكان خليفة حفتان غائبا.")
    assert [m.surface for m in supported] == ["خليفة حفتان"]


def test_the_short_name_after_another_bearer_is_the_others(tag: Tag, actors: list[Actor]) -> None:
    text = "وصل خليفة حفتان. وقال حفتان شيئا. ثم حضر صدام حفتان. وقال حفتان شيئا آخر."
    assert [m.surface for m in tag(actors, text)] == ["خليفة حفتان", "حفتان"]


def test_an_indefinite_ending_makes_it_no_name(tag: Tag, actors: list[Actor]) -> None:
    assert tag(actors, "أوقف الجيش دمسقةً واحدة") == []


def test_a_body_of_another_country(tag: Tag, make_record: Make) -> None:
    records = [
        make_record("x", "وحدات الواحة الخاصة", ("الوحدات الخاصة", "short"), kind="organization")
    ]
    assert tag(records, "اقتحمت الوحدات الخاصة الإسرائيلية البلدة") == []
    assert [m.actor_id for m in tag(records, "انسحبت الوحدات الخاصة أمس")] == ["x"]


def test_family_names_of_many_stay_open(tag: Tag, make_record: Make) -> None:
    records = [make_record("x", "سعود الورداني", ("الورداني", "short"), titles=["المستشار"])]
    (found,) = tag(records, "قال الورداني إن الأمر سهل")
    assert (found.actor_id, [c.id for c in found.candidates]) == (None, ["x"])
    assert tag(records, "قالت سلوان الورداني إن الأمر سهل") == []
    (his,) = tag(records, "قال المستشار الورداني إن الأمر سهل")
    assert his.actor_id == "x"


def test_a_conjunction_parts_two_people(tag: Tag, actors: list[Actor]) -> None:
    found = tag(actors, "التقى خليفة حفتان الوفد. واتفق صدام وحفتان على اللقاء.")
    assert [m.surface for m in found] == ["خليفة حفتان", "حفتان"]


def test_own_names_between_given_name_and_surname(tag: Tag, actors: list[Actor]) -> None:
    found = tag(actors, "وصل خليفة بلقاسم حفتان أمس. وقال حفتان ما قال.")
    assert brief(found) == [
        ("خليفة بلقاسم حفتان", "marshal", "alias:full+middle"),
        ("حفتان", "marshal", "alias:short+support"),
    ]
    (one,) = tag(actors, "وقال لخليفة بلقاسم حفتان ما قال.")
    assert one.surface == "خليفة بلقاسم حفتان"


def test_kunya(tag: Tag, actors: list[Actor]) -> None:
    found = tag(actors, "التقى خليفة حفتان الوفد، وسلم الوفد أبا غيث رسالة.")
    assert brief(found)[1] == ("أبا غيث", "marshal", "alias:kunya+support")


def test_a_title_means_its_holder_where_he_is_named(tag: Tag, actors: list[Actor]) -> None:
    text = "وصل خليفة حفتان. وانتشر الجيش الوطني الورداني. ولم يزر قائد الجيش الورداني المدينة."
    found = tag(actors, text)
    assert brief(found)[-1] == ("قائد الجيش الورداني", "marshal", "alias:title+support")


def test_a_title_does_not_hide_the_only_mention_of_a_body(tag: Tag, actors: list[Actor]) -> None:
    found = tag(actors, "وصل خليفة حفتان. ولم يزر قائد الجيش الورداني المدينة.")
    assert [m.actor_id for m in found] == ["marshal", "army"]
    assert found[-1].surface == "الجيش الورداني"


@pytest.mark.parametrize(
    "text",
    ["المشير خليفة حفتان قائد الجيش الورداني", "قائد الجيش الورداني، المشير خليفة حفتان، هنا"],
)
def test_a_title_beside_the_name_is_context(text: str, tag: Tag, actors: list[Actor]) -> None:
    found = tag(actors, f"وصل {text}. وانتشر الجيش الورداني.")
    assert {m.surface for m in found} == {"خليفة حفتان", "الجيش الورداني"}


def test_the_holder_of_an_office_on_the_day(tag: Tag, make_record: Make, july: datetime) -> None:
    title = ("الرئيس الأندرومي", "title")
    records = [
        make_record("old", "سالم الورداني", title, valid_from="2001-01-01", valid_to="2010-01-01"),
        make_record("new", "نبيل الورداني", title, valid_from="2010-01-02"),
    ]
    (found,) = tag(
        records, "زار الرئيس الأندرومي المدينة؟ نعم، قال الرئيس الأندرومي.", published=july
    )[:1]
    dated = tag(records, "وقال الرئيس الأندرومي إن الأمر سهل.", published=july)
    assert [(m.actor_id, m.provenance.rule) for m in dated] == [("new", "alias:title+date")]
    (undated,) = tag(records, "وقال الرئيس الأندرومي إن الأمر سهل.")
    assert undated.actor_id is None
    assert {c.id for c in undated.candidates} == {"old", "new"}
    # A former holder, another holder, and a deputy are somebody else.
    for text in ("الرئيس الأندرومي السابق", "الرئيس الأندرومي فيصل", "نائب الرئيس الأندرومي"):
        assert tag(records, f"وقال {text} إن الأمر سهل.", published=july) == []
    assert found.type == "person"


def test_a_title_inside_an_alias_is_left_out(tag: Tag, make_record: Make) -> None:
    king = make_record(
        "king", "سلمون بن عبد العزيز", ("الملك سلمون", "short"), titles=["الملك"], country="SA"
    )
    for text in ("استقبل الملك سلمون الوفد", "قدم الوفد للملك سلمون هدية"):
        (found,) = tag([king], text)
        assert (found.surface, found.actor_id) == ("سلمون", "king")
    (whole,) = tag([king], "استقبل الملك سلمون بن عبد العزيز الوفد")
    assert whole.surface == "سلمون بن عبد العزيز"


def test_two_places_of_one_name_are_told_apart_by_country(tag: Tag, make_record: Make) -> None:
    records = [
        make_record("one", "طربلوس", kind="place", country="LY"),
        make_record("two", "طربلوس", kind="place", country="LB"),
        make_record("state", "ليبوريا", kind="state", country="LY"),
    ]
    (open_one,) = tag(records, "وصل الوفد إلى طربلوس")
    assert open_one.actor_id is None
    found = tag(records, "وصل الوفد إلى طربلوس غرب ليبوريا")
    assert found[0].actor_id == "one"


def test_given_names_alone_are_many_people(tag: Tag, make_record: Make) -> None:
    records = [
        make_record("king", "عبد الله بن عبد العزيز", titles=["الملك"]),
        make_record("chief", "نصير صالح", ("صالح", "short"), titles=["الدكتور"]),
    ]
    assert [m.actor_id for m in tag(records, "وصل الملك عبدالله بن عبدالعزيز أمس")] == ["king"]
    assert tag(records, "وصل الدكتور عبدالله بن عبدالعزيز الوردان أمس") == []
    assert [m.actor_id for m in tag(records, "وصل الدكتور صالح أمس")] == ["chief"]
    assert tag(records, "وصل الدكتور صالح الورداني أمس") == []


def test_a_newspaper_is_no_place(tag: Tag, actors: list[Actor]) -> None:
    assert tag(actors, 'وقال لـ"دمسقة" إن الأمر سهل، وكتبت صحيفة دمسقة ذلك.') == []


def test_spans_are_of_the_original_text(tag: Tag, actors: list[Actor]) -> None:
    body = "وصل  «المُشير خَليفة\u00a0\u00a0حفتـان» لدمسقةَ"
    found = tag(actors, body, title="حفتان")
    assert [m.field for m in found] == ["title", "body", "body"]
    for m in found[1:]:
        assert body[m.start : m.end] == m.surface
    assert found[1].surface == "خَليفة\u00a0\u00a0حفتـان"
    assert found[2].surface == "دمسقةَ"


def test_opening(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="no authority records"):
        ActorTagger(ActorsSettings(starter=False)).open()
    bad = tmp_path / "a.yaml"
    bad.write_text("- id: x\n", encoding="utf-8")
    with pytest.raises(AuthorityError, match=r"a\.yaml:1: type: is missing"):
        ActorTagger(ActorsSettings(files=(bad,))).open()
    tagger = ActorTagger(ActorsSettings(files=(bad,)))
    assert bad in tagger.resources()
