"""Every example in the data files is executed: what looks like a name and is none, titles, eponyms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from musnad.model import Actor, Mention
from musnad_actors.fold import fold
from musnad_actors.lexicon import read_yaml

Tag = Callable[..., list[Mention]]
Make = Callable[..., Actor]
GUARD: dict[str, Any] = read_yaml("guard.yaml")
TITLES: list[dict[str, Any]] = read_yaml("titles.yaml")
# What supports a short name in the examples that show it found.
FULL_NAMES = {
    "عون": "ميشال عون",
    "الأسد": "بشار الأسد",
    "صالح": "علي عبد الله صالح",
    "بري": "نبيه بري",
    "سعيد": "قيس سعيد",
    "مبارك": "حسني مبارك",
    "سلام": "تمام سلام",
    "ماي": "تيريزا ماي",
    "ظريف": "محمد جواد ظريف",
    "تميم": "تميم بن حمد",
    "المعلم": "وليد المعلم",
    "الأحمر": "علي محسن الأحمر",
    "صدام": "صدام حسين",
    "الإمام": "حسن الإمام",
}


def _named(make: Make, entry: dict[str, Any]) -> Actor:
    name, kind = entry["name"], entry.get("type", "person")
    if kind == "person" and " " not in name:
        return make("x", FULL_NAMES.get(name, f"{name} الورداني"), (name, "short"), kind=kind)
    return make("x", name, kind=kind)


def _id(entry: dict[str, Any]) -> str:
    return str(entry.get("word", entry.get("text")))


def test_the_guard_has_at_least_sixty_words_once_each() -> None:
    words = [fold(entry["word"]) for entry in GUARD["words"]]
    assert len(words) >= 60
    assert len(words) == len(set(words))


@pytest.mark.parametrize("entry", GUARD["words"], ids=_id)
def test_a_word_that_looks_like_a_name_is_none(
    entry: dict[str, Any], tag: Tag, make_record: Make
) -> None:
    mentions = tag([_named(make_record, entry)], entry["example"])
    assert not mentions, [m.surface for m in mentions]


@pytest.mark.parametrize("entry", [e for e in GUARD["words"] if "counter" in e], ids=_id)
def test_the_same_word_as_a_name_is_found(
    entry: dict[str, Any], tag: Tag, make_record: Make
) -> None:
    mentions = tag([_named(make_record, entry)], entry["counter"])
    assert mentions
    assert {m.actor_id for m in mentions} == {"x"}
    # The last one is the word of this entry.
    assert fold(mentions[-1].surface) in fold(entry["word"]) or fold(entry["name"]) == fold(
        mentions[-1].surface
    )


@pytest.mark.parametrize("entry", GUARD["words"], ids=_id)
def test_each_example_holds_the_word(entry: dict[str, Any]) -> None:
    assert fold(entry["word"]) in fold(entry["example"])


@pytest.mark.parametrize("entry", GUARD["endings"], ids=_id)
def test_a_last_letter_tells_short_words_apart(
    entry: dict[str, Any], tag: Tag, make_record: Make
) -> None:
    record = make_record("x", entry["name"], kind=entry["type"])
    assert not tag([record], entry["example"])
    assert [m.surface for m in tag([record], entry["counter"])] == [entry["name"]]


@pytest.mark.parametrize("entry", GUARD["generic"], ids=_id)
def test_a_generic_word_needs_the_full_name(
    entry: dict[str, Any], tag: Tag, make_record: Make
) -> None:
    word = entry["word"]
    body = make_record("x", f"{word} الوردانية للتنمية", (word, "short"), kind="organization")
    assert not tag([body], entry["example"])
    supported = tag([body], f"{word} الوردانية للتنمية في الميزان. {entry['example']}")
    assert [m.actor_id for m in supported] == ["x", "x"]


@pytest.mark.parametrize("entry", GUARD["eponyms"], ids=_id)
def test_a_place_named_after_a_person_is_not_the_person(
    entry: dict[str, Any], tag: Tag, make_record: Make
) -> None:
    person = make_record("x", "سالم الورداني")
    assert not tag([person], entry["example"])
    assert tag([person], "وصل سالم الورداني إلى القرية.")


@pytest.mark.parametrize("entry", TITLES, ids=_id)
def test_a_title_is_context_and_no_part_of_the_name(
    entry: dict[str, Any], tag: Tag, make_record: Make
) -> None:
    # Two bearers of the short name: only a title of one's own tells which is meant.
    records = [
        make_record("x", "سالم الورداني", ("الورداني", "short"), titles=[entry["text"]]),
        make_record("y", "نبيل الورداني", ("الورداني", "short")),
    ]
    mentions = tag(records, entry["example"])
    assert [(m.surface, m.actor_id) for m in mentions] == [("الورداني", "x")]
    assert mentions[0].provenance.rule == "alias:short+title"


@pytest.mark.parametrize("entry", [e for e in TITLES if e.get("adjective")], ids=_id)
def test_an_adjective_may_stand_between_title_and_name(
    entry: dict[str, Any], tag: Tag, make_record: Make
) -> None:
    records = [
        make_record("x", "سالم الورداني", ("الورداني", "short"), titles=[entry["text"]]),
        make_record("y", "نبيل الورداني", ("الورداني", "short")),
    ]
    body = entry["example"].replace("الورداني", "الأندرومي الورداني")
    assert [m.actor_id for m in tag(records, body)] == ["x"]
