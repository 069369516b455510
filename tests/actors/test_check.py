"""Checks of a whole authority: each finding, and nothing where nothing is wrong."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from musnad.model import Actor, Alias, AliasKind
from musnad_actors.authority import load_authority, starter_files
from musnad_actors.check import examine
from musnad_actors.lexicon import lexicon

Make = Callable[..., Actor]


def found(*records: Actor) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(f.kind, f.level, f.ids) for f in examine(records)]


def test_nothing_wrong_with_people_who_share_only_a_family_name(make_record: Make) -> None:
    a = make_record("a", "سالم الورداني", ("الورداني", "short"))
    b = make_record("b", "نوال الورداني", ("الورداني", "short"))
    assert found(a, b) == []


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("سالم الورداني", "سالم الوردانى", None),  # one spelling of the same
        ("عبد الله المرجاني", "عبدالله المرجاني", None),
        ("جبران باسيل المرجاني", "جبران باسل المرجاني", True),
        ("سالم المرجاني", "سالم المرجان", True),
        ("ديمتري ميدفيديف", "ديمتري مدفيديف", True),
        ("حسن المرجاني", "حسين المرجاني", False),
        ("علي المرجاني", "عالي الورداني", False),
        ("سالم المرجاني", "نوال المرجاني", False),
    ],
)
def test_names_that_are_one_or_nearly(
    one: str, other: str, near: bool | None, make_record: Make
) -> None:
    kinds = [
        (kind, level) for kind, level, _ in found(make_record("a", one), make_record("b", other))
    ]
    expected = {None: [("same_name", "problem")], True: [("near_name", "note")], False: []}
    assert kinds == expected[near]


def test_what_is_known_to_be_two_is_no_problem(make_record: Make) -> None:
    a = make_record("a", "سالم الورداني", country="LY")
    b = make_record("b", "سالم الورداني", country="TN")
    assert found(a, b) == [("same_name", "note", ("a", "b"))]
    c = make_record("c", "ديمتري ميدفيديف", identifiers={"wikidata": "Q1"})
    d = make_record("d", "ديمتري مدفيديف", identifiers={"wikidata": "Q2"})
    assert found(c, d) == []


def test_one_identifier_of_two_records(make_record: Make) -> None:
    a = make_record("a", "سالم الورداني", identifiers={"wikidata": "Q1", "legacy": "5"})
    b = make_record("b", "نوال الشراع", identifiers={"wikidata": "Q1"})
    c = make_record("c", "هدى السمان", identifiers={"legacy": "5"})
    assert found(a, b, c) == [("same_identifier", "problem", ("a", "b"))]


@pytest.mark.parametrize(
    ("alias", "kind", "finding"),
    [
        ("اليوم", "short", ("common_word", "problem")),
        ("أحمد", "full", ("given_name", "problem")),
        ("الرئيس", "short", ("title_word", "problem")),
        ("الورداني", "short", None),
        ("اليوم التالي", "full", None),
    ],
)
def test_names_that_are_words(
    alias: str, kind: AliasKind, finding: tuple[str, str] | None, make_record: Make
) -> None:
    told = [(k, level) for k, level, _ in found(make_record("a", "سالم الورداني", (alias, kind)))]
    assert told == ([finding] if finding else [])


def test_words_of_the_guard_are_only_noted(make_record: Make) -> None:
    word = next(w for w, rule in lexicon().guard.items() if " " not in w and len(w) > 3)
    told = found(make_record("a", "سالم الورداني", (word, "short")))
    assert [level for _, level, _ in told] == ["note"]


def test_a_sure_name_hides_the_short_one_of_another(make_record: Make) -> None:
    a = make_record("a", "حركة المرجان", ("المرجان", "full"), kind="organization")
    b = make_record("b", "سالم المرجان", ("المرجان", "short"))
    assert found(a, b) == [("hidden", "problem", ("b", "a"))]


def test_a_name_that_is_another_with_a_proclitic(make_record: Make) -> None:
    a = make_record("a", "بلارد", kind="place")
    b = make_record("b", "لارد", kind="place")
    assert ("hides_after_proclitic", "note", ("a", "b")) in found(a, b)


def test_every_finding_says_what_to_do() -> None:
    findings = examine(list(load_authority(starter_files())))
    assert findings
    assert all(finding.do and finding.message for finding in findings)
    levels = [finding.level for finding in findings]
    assert levels == sorted(levels, reverse=True)


def test_only_what_concerns_some_records(make_record: Make) -> None:
    a = make_record("a", "سالم الورداني", ("اليوم", "short"))
    b = make_record("b", "نوال الشراع", ("أمس", "short"))
    assert [f.ids for f in examine([a, b], {"b"})] == [("b",)]


def test_many_records_take_seconds() -> None:
    """CPU time, ten thousand records: a tenth of what must not take minutes."""
    chosen = random.Random(7)
    letters = "بتجحدرسشصطعفقكلمنه"
    words = ["".join(chosen.choices(letters, k=5)) for _ in range(600)]
    records = [
        Actor(id=f"p-{i}", type="person", names={"ar": " ".join(chosen.sample(words, 3))},
              aliases=(Alias(text=chosen.choice(words), kind="short"),))
        for i in range(10_000)
    ]  # fmt: skip
    started = time.process_time()
    examine(records)
    assert time.process_time() - started < 15
