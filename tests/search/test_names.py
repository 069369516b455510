"""A name is found however it is spelt, prefixed or titled; one that is not says what is near."""

from __future__ import annotations

import pytest
from musnad.archive.read import ArchiveReader
from musnad.search import name_variants, resolve_name


@pytest.mark.parametrize(
    "typed",
    [
        "p-harith",
        "حارث الشنواني",
        "العميد حارث الشنواني",
        "للعميد حارث الشنواني",
        "وبالعميد حارث الشنواني",
        "عميد حارث الشنواني",
        "وزير الأشغال حارث الشنواني",
        "وزير الاشغال حارث الشنواني",
        "وزير الأشغال السابق حارث الشنواني",
        "العميد الشنواني",
        "بحارث الشنواني",
        "وبحارث الشنواني",
        "حارث الشنوانى",
        "حَارِث الشَّنواني",
        "حـارث الشنواني",
        "حارث  الشنوانی",
        "أبو مؤنس",
        "ابو مؤنس",
        "Harith al-Shanwani",
        "harith al shanwani",
        "HARITH AL‐SHANWANI",
        "Harith Chanouani",
        "Hârith Chanouani",
    ],
)
def test_one_actor_by_all_its_names(archive: ArchiveReader, typed: str) -> None:
    answer = resolve_name(archive, typed, outlets=False)
    assert [actor.id for actor in answer.actors] == ["p-harith"]
    assert answer.why


@pytest.mark.parametrize(
    ("typed", "actor_id"),
    [
        ("ارزانيا", "s-arzania"),
        ("آرزانيا", "s-arzania"),
        ("لأرزانيا", "s-arzania"),
        ("ولأرزانيا", "s-arzania"),
        ("Sanaa ul Arz", "s-arzania"),
        ("Sana’a ul-Arz", "s-arzania"),
        ("کرنک", "s-arzania"),
        ("المشير مسعودة", "p-tariq"),
        ("للمشير مسعوده", "p-tariq"),
        ("ومسعودة", "p-tariq"),
        ("الأمير الشنواني", "p-nadim"),
        ("الامير الشنواني", "p-nadim"),
    ],
)
def test_spellings(archive: ArchiveReader, typed: str, actor_id: str) -> None:
    assert [actor.id for actor in resolve_name(archive, typed).actors] == [actor_id]


def test_a_shared_name_stands_for_all(archive: ArchiveReader) -> None:
    answer = resolve_name(archive, "للشنواني")
    assert sorted(actor.id for actor in answer.actors) == ["p-harith", "p-nadim"]


def test_outlets_and_actors_are_kept_apart(archive: ArchiveReader) -> None:
    assert [a.id for a in resolve_name(archive, "صدى المرفا", outlets=True).actors] == ["o-sada"]
    assert [a.id for a in resolve_name(archive, "Warz", outlets=True).actors] == ["o-warz"]
    assert resolve_name(archive, "صدى المرفأ", outlets=False).actors == ()
    assert resolve_name(archive, "o-sada", outlets=False).actors == ()
    assert resolve_name(archive, "أرزانيا", outlets=True).actors == ()


@pytest.mark.parametrize(
    "typed",
    [
        "المشير حارث الشنواني",  # another's title
        "سالم الشنواني",  # another person's name before a family name
        "كحارث",
    ],
)
def test_what_is_not_the_name_is_not_taken_for_it(archive: ArchiveReader, typed: str) -> None:
    assert resolve_name(archive, typed).actors == ()


def test_a_name_that_is_not_there_has_near_ones_and_a_count(archive: ArchiveReader) -> None:
    answer = resolve_name(archive, "حارس الشنواني", outlets=False)
    assert answer.actors == ()
    assert answer.near[0].id == "p-harith"
    assert answer.containing == 0
    assert resolve_name(archive, "الزيتون").containing == 1


def test_an_outlet_without_a_name_is_known_by_its_description(archive: ArchiveReader) -> None:
    answer = resolve_name(archive, "صحيفه فرنسيه", outlets=True)
    assert (answer.actors, answer.described) == ((), 1)
    like = resolve_name(archive, "إحدى الصحف الفرنسية", outlets=True)
    assert (like.described, like.descriptions) == (0, ("صحيفة فرنسية",))


@pytest.mark.parametrize("typed", ["", "  ", "و", "؟!", "«»", "ا" * 5000, "x y z u v w", "\0"])
def test_anything_can_be_typed(archive: ArchiveReader, typed: str) -> None:
    assert resolve_name(archive, typed).actors == ()


def test_the_closest_variant_comes_first() -> None:
    assert name_variants("وبالعميد الشنواني") == [
        ("وبالعميد الشنواني", ()),
        ("العميد الشنواني", ()),
        ("عميد الشنواني", ()),
        ("بالعميد الشنواني", ()),
        ("الشنواني", ("وبالعميد",)),
    ]
