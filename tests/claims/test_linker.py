"""Pair decisions and linking inside an article."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from musnad.claims import MemoryClaimRegistry, link_article
from musnad.claims.settle import THRESHOLD
from musnad.model import Actor, Article, Claim, Link, Statement
from musnad_claims.linking import StatementLinker
from musnad_claims.linking.compare import Company
from musnad_claims.linking.decide import Side, decide, link_or_difference
from musnad_claims.linking.keys import blocking_keys
from musnad_claims.linking.known import KnownActors
from musnad_claims.linking.reading import read

ACTORS = {
    actor.id: actor
    for actor in (
        Actor(id="state-x", type="state", names={"ar": "برقاديا"}, country="XB"),
        Actor(id="city-x", type="place", names={"ar": "دارمين"}, country="XB", part_of="state-x"),
        Actor(id="town-x", type="place", names={"ar": "السلة"}, country="XB", part_of="state-x"),
        Actor(id="state-y", type="state", names={"ar": "جوفار"}, country="XC"),
        Actor(id="chief", type="person", names={"ar": "القسطلي"}, part_of="army"),
        Actor(id="army", type="organization", names={"ar": "الجيش"}),
        Actor(id="other", type="person", names={"ar": "المحار"}),
    )
}

SAME = [
    ("زار القسطلي دارمين سرا", ("chief", "city-x"), "زيارة القسطلي إلى برقاديا", ("chief", "state-x")),
    ("القسطلي لم يزر برقاديا", ("chief", "state-x"), "زيارة سرية قام بها القسطلي لدارمين", ("chief", "city-x")),
    ("قائد الجيش زار دارمين", ("army", "city-x"), "زيارة القسطلي لدارمين", ("chief", "city-x")),
    ("مقتل خمسة عمال في انفجار مصنع السماد", (), "قتل 5 عمال بانفجار في مصنع السماد", ()),
    ("استقال المحافظ سالم النجار من منصبه", (), "استقالة المحافظ سالم النجار", ()),
    ("تزويد الحليف بنحو 1200 مقاتل من الوحدات الجبلية", (), "إرسال 1200 مقاتل من الوحدات الجبلية", ()),
    ("وقعت الشركة عقد الغاز مع فالكنور", (), "توقيع عقد الغاز بين الشركة وفالكنور", ()),
    ("إفتتاح السفاره فى مرزابا", (), "افتُتحت السفارة في مرزابا", ()),
    ("المملكة لم تشترِ حصة في حقل البحيرة المالحة", (), "شراء حصة من حقل البحيرة المالحة", ()),
]  # fmt: skip
DIFFERENT = [
    ("زيارة القسطلي لدارمين", ("chief", "city-x"), "زيارة القسطلي لجوفار", ("chief", "state-y"), "other_place"),
    ("زيارة القسطلي لدارمين", ("chief", "city-x"), "زيارة القسطلي للسلة", ("chief", "town-x"), "other_place"),
    ("زيارة القسطلي", ("chief",), "زيارة المحار", ("other",), "too_little"),
    ("زيارة القسطلي لدارمين بطائرة صغيرة", ("chief", "city-x"), "زيارتها لدارمين بطائرة صغيرة", ("other", "city-x"), "other_persons"),
    ("مقتل 12 شخصا في انفجار مصنع السماد", (), "مقتل 27 شخصا في انفجار مصنع السماد", (), "other_number"),
    ("ارتفع سعر الذهب في المصرف المركزي", (), "انخفض سعر الذهب في المصرف المركزي", (), "opposite_event"),
    ("افتتاح معبر الغزال الحدودي", (), "إغلاق معبر الغزال الحدودي", (), "opposite_event"),
    ("انفجار مصنع السماد عمل تخريبي", (), "انفجار مصنع السماد نجم عن تسرب الغاز", (), "other_predicate"),
    ("انفجار مصنع السماد عمل تخريبي", (), "مقتل 27 شخصا في انفجار مصنع السماد", (), "only_one_counts"),
    ("حريق في مصنع السماد قرب المرفأ", (), "استقالة مدير مصنع السماد قرب المرفأ", (), "other_event"),
    ("جلسة البرلمان حول الغاز يوم 3 مارس", (), "جلسة البرلمان حول الغاز يوم 9 مارس", (), "other_day"),
    ("زيارة الوزير", (), "زيارة الوزير", (), "too_little"),
]  # fmt: skip


def score(one: str, first: tuple[str, ...], two: str, second: tuple[str, ...]) -> Any:
    return decide(
        Side(read(one), first), Side(read(two), second), company=Company(KnownActors(ACTORS))
    )


@pytest.mark.parametrize(("one", "first", "two", "second"), SAME)
def test_the_same_thing_in_other_words(one: str, first: Any, two: str, second: Any) -> None:
    decision = score(one, first, two, second)
    assert decision.score >= THRESHOLD, decision
    assert score(two, second, one, first).score == decision.score


@pytest.mark.parametrize(("one", "first", "two", "second", "rule"), DIFFERENT)
def test_different_things(one: str, first: Any, two: str, second: Any, rule: str) -> None:
    decision = score(one, first, two, second)
    assert decision.score < THRESHOLD, decision
    assert decision.rule == rule


def test_another_number_lowers_where_the_number_is_not_the_point() -> None:
    same = score(
        "إرسال 1200 مقاتل من برقاديا إلى السهوب", (), "إرسال 1200 مقاتل من برقاديا إلى السهوب", ()
    )
    other = score(
        "إرسال 1200 مقاتل من برقاديا إلى السهوب", (), "إرسال 1500 مقاتل من برقاديا إلى السهوب", ()
    )
    assert THRESHOLD <= other.score < same.score


arabic = st.text(st.sampled_from("ابتدرسعفقلمنهوي ةى0123 .«»"), max_size=60)
some_actors = st.lists(st.sampled_from(sorted(ACTORS)), max_size=3, unique=True).map(tuple)


@given(arabic, some_actors, arabic, some_actors)
def test_scores_and_features_stay_in_bounds_and_are_symmetrical(
    one: str, first: Any, two: str, second: Any
) -> None:
    decision = score(one, first, two, second)
    assert all(0.0 <= value <= 1.0 for value in (decision.score, *decision.features.values()))
    mirrored = score(two, second, one, first)
    assert mirrored.score == pytest.approx(decision.score)


telling = st.lists(
    st.sampled_from(
        [
            "زار",
            "الوزير",
            "المدينة",
            "انفجار",
            "مصنع",
            "مقتل",
            "تسعة",
            "12",
            "27",
            "قتيلا",
            "حصيلة",
            "استقال",
            "فتح",
            "أغلق",
            "لم",
            "السبت",
            "الأحد",
            "عقد",
            "وقع",
            "تسرب",
        ]
    ),
    max_size=7,
).map(" ".join)
some_day = st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31))


@given(telling, some_actors, some_day, telling, some_actors, some_day)
def test_what_is_told_apart_at_a_glance_would_have_had_no_link(
    one: str, first: Any, at: Any, two: str, second: Any, later: Any
) -> None:
    sides = Side(read(one), first, at), Side(read(two), second, later)
    company = Company(KnownActors(ACTORS))
    for inside in (False, True):
        decision = decide(*sides, company=company, same_article=inside)
        found = link_or_difference(*sides, company=company, same_article=inside)
        if decision.score >= THRESHOLD or decision.differs:
            assert found == decision
        else:
            assert found is None


@given(arabic, some_actors)
def test_a_wording_shares_keys_with_itself_only_if_it_has_content(text: str, actors: Any) -> None:
    keys = blocking_keys(read(text), actors)
    assert keys == blocking_keys(read(text), actors[::-1])
    assert len(keys) < 400


@pytest.mark.parametrize(("one", "first", "two", "second"), SAME)
def test_blocking_lets_the_same_thing_meet(
    one: str, first: Any, two: str, second: Any, statement: Any
) -> None:
    linker = StatementLinker(ACTORS)
    keys = [
        set(linker.keys(statement("s", text, actors=ids)))
        for text, ids in ((one, first), (two, second))
    ]
    assert keys[0] & keys[1]


# In one article.

ARTICLE = Article(id="art", title="القسطلي في دارمين", body="نص")


def linked(
    *made: Statement,
) -> tuple[dict[str, str | None], dict[tuple[str, str], Link], dict[str, Claim]]:
    statements, links, claims = link_article(
        made, ARTICLE, StatementLinker(ACTORS), "claims.linker"
    )
    assert [s.id for s in statements] == [s.id for s in made]
    return (
        {s.id: s.claim_id for s in statements},
        {(k.statement_id, k.claim_id): k for k in links},
        {c.id: c for c in claims},
    )


def test_the_story_of_a_visit(statement: Any) -> None:
    where, links, claims = linked(
        statement("a", "قيام الفريق القسطلي بزيارة سرية لدارمين التقى فيها الرئيس", who="outlet-news", start=0, actors=("chief", "city-x")),
        statement("b", "هذه الأخبار", stance="denies", who="@army", start=200),
        statement("c", "ننفي الأخبار المتداولة حول زيارة القسطلي لدارمين", who="@army", start=300, actors=("chief", "city-x")),
        statement("d", "قائد الجيش لم يزر برقاديا حتى الآن", who="@army", start=400, actors=("army", "state-x")),
        statement("e", "زيارة القسطلي", who="outlet-news", start=500, actors=("chief",)),
        statement("f", "هذه الزيارة", who="outlet-news", start=600),
        statement("g", "هذه الزيارة مهدت الأرضية أمام استئناف العلاقات بين البلدين", who="outlet-news", start=700),
        statement("h", "تزويد الجيش بنحو 1500 مقاتل من الوحدات الجبلية", who=None, start=800, actors=("army",)),
        statement("i", "هذا الخبر", stance="no_comment", cue="لم ينف أو يؤكد", who="?", start=900),
        statement("j", None, stance="no_comment", cue="رفض التعليق", who="other", start=1000),
    )  # fmt: skip
    assert {where[name] for name in "abcdef"} == {"ca"}
    assert (where["g"], where["h"], where["i"], where["j"]) == ("cg", "ch", "ch", "ch")
    assert claims["ca"].status == "disputed"
    assert claims["ch"].status == "unverified"
    assert [step.status for step in claims["ca"].history] == ["reported", "disputed"]
    assert {name: links[name, "ca"].relation for name in "abcdefg"} == {
        "a": "supports", "b": "denies", "c": "denies", "d": "denies", "e": "supports", "f": "supports", "g": "discusses"}  # fmt: skip
    assert links["i", "ch"].relation == links["j", "ch"].relation == "no_comment"
    assert links["a", "ca"].decided_by == "claims.linker:own"
    assert links["i", "ch"].decided_by == "claims.linker:points_back"
    assert links["d", "ca"].features["negated"] == 1.0


def test_a_bare_refusal_leaves_the_claim_reported(statement: Any) -> None:
    _, _, claims = linked(
        statement("a", "استقالة المحافظ سالم النجار"),
        statement("b", None, stance="no_comment", cue="رفض التعليق", who="other", start=90),
    )
    assert claims["ca"].status == "reported"


def test_a_retraction_points_back(statement: Any) -> None:
    _, links, claims = linked(
        statement("a", "زيارة القسطلي لدارمين", who="outlet-news", actors=("chief", "city-x")),
        statement("b", "خبرها السابق", cue="سحبت", who="outlet-news", start=90),
    )
    assert links["b", "ca"].relation == "retracts"
    assert claims["ca"].status == "unverified"


def test_nothing_said_and_nothing_to_point_at(statement: Any) -> None:
    where, links, claims = linked(
        statement("a", None, cue="تصريحات"),
        statement("b", None, stance="no_comment", start=20),
        statement("c", "هذا الخبر", stance="denies", start=40),
    )
    assert where == {"a": None, "b": None, "c": "cc"}
    assert list(links) == [("c", "cc")]
    assert claims["cc"].status == "denied"


def test_no_statements() -> None:
    assert linked() == ({}, {}, {})


def test_claims_come_in_order_of_the_text(statement: Any) -> None:
    made = [
        statement(name, said, start=i * 50)
        for i, (name, said) in enumerate((("z", "افتتاح معبر الغزال"), ("a", "استقالة المحافظ")))
    ]
    assert list(linked(*made)[2]) == ["cz", "ca"]


def test_links_across_articles_need_more_than_a_common_name(statement: Any) -> None:
    linker = StatementLinker(ACTORS)
    one, two = (
        statement("a", "زيارة القسطلي", actors=("chief",)),
        statement("b", "زيارة القسطلي", actors=("chief",), article="x"),
    )
    registry = MemoryClaimRegistry.of([one, two], [linker])
    assert [k.claim_id for k in linker.link([one], registry)] == ["ca"]
    bare = [statement("a", "زيارة الوزير"), statement("b", "زيارة الوزير", article="x")]
    registry = MemoryClaimRegistry.of(bare, [linker])
    assert [k.claim_id for k in linker.link(bare[:1], registry)] == ["ca"]


def test_resources_change_with_what_is_known_of_actors() -> None:
    linker = StatementLinker({})
    before = list(linker.resources())
    linker.know(ACTORS.values())
    assert list(linker.resources()) != before
    assert linker.actors.records == ACTORS


def test_open_takes_the_actors_that_ship() -> None:
    linker = StatementLinker()
    linker.open()
    assert "place-damascus" in linker.actors.records
    given = StatementLinker(ACTORS)
    given.open()
    assert given.actors.records == ACTORS


def links_of(linker: StatementLinker, *made: Statement) -> dict[str, Link]:
    registry = MemoryClaimRegistry.of(made, [linker])
    return {
        one.statement_id: one
        for one in linker.link(made, registry)
        if one.claim_id != "c" + one.statement_id
    }


def test_a_retraction_goes_where_what_it_takes_back_goes(statement: Any) -> None:
    first = statement("a", "شراء المملكة عشرة في المئة من حقل البحيرة المالحة", who="outlet-w")
    taken = "خبرها المنشور عن شراء المملكة عشرة في المئة من حقل البحيرة المالحة"
    back = statement("b", taken, stance="denies", cue="سحبت", who="outlet-w", start=90)
    link = links_of(StatementLinker({}), first, back)["b"]
    assert (link.claim_id, link.relation) == ("ca", "retracts")
    assert link.features["attached"] == 1


def test_this_report_is_what_the_report_began_with(statement: Any) -> None:
    paper = {"who": "outlet-w"}
    made = [
        statement("a", "إرسال 1200 مقاتل من الوحدات الجبلية إلى القسطلي", **paper),
        statement("b", "الدفعة الأولى تصل قبل نهاية الشهر", cue="أضافت", start=90, **paper),
        statement("c", "هذا الخبر", stance="no_comment", cue="لم ينف", who="?", start=190),
    ]
    link = links_of(StatementLinker({}), *made)["c"]
    assert (link.claim_id, link.features["undecided"]) == ("ca", 1)


def test_the_words_tell_that_nothing_is_known(statement: Any) -> None:
    made = [
        statement("a", "دفع الوزير خمسة ملايين في فندق بالعاصمة"),
        statement("b", "لا تملك ما يثبتها ولا ما ينفيها", stance="no_comment", who="?", start=90),
    ]
    linker = StatementLinker({})
    found = list(linker.link(made, MemoryClaimRegistry.of(made, [linker])))
    assert {one.features["undecided"] for one in found if one.statement_id == "b"} == {1}
