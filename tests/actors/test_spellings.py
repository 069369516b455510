"""Names as people type them: every spelling of the data file finds its actor, and no other name does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from musnad.model import Actor
from musnad_actors.authority import Authority
from musnad_actors.lookup import Lookup

FILE = Path(__file__).parent.parent / "data" / "spellings.yaml"
RECORDS: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["records"]
ASKED = [(text, row["id"]) for row in RECORDS for text in row["asked"]]
OTHERS = [(text, row["id"]) for row in RECORDS for text in row["others"]]


@pytest.fixture(scope="module")
def lookup() -> Lookup:
    rows = [{k: v for k, v in row.items() if k not in ("asked", "others")} for row in RECORDS]
    return Lookup(Authority({row["id"]: Actor.model_validate(row) for row in rows}))


def test_there_are_enough_spellings() -> None:
    assert len(ASKED) >= 60
    assert len(OTHERS) >= 30


@pytest.mark.parametrize(("asked", "actor"), ASKED)
def test_a_spelling_finds_its_actor_alone(asked: str, actor: str, lookup: Lookup) -> None:
    answers = lookup.resolve(asked)
    assert [answer.actor.id for answer in answers] == [actor]
    assert answers[0].why


@pytest.mark.parametrize(("asked", "actor"), OTHERS)
def test_another_name_does_not(asked: str, actor: str, lookup: Lookup) -> None:
    assert actor not in {answer.actor.id for answer in lookup.resolve(asked)}


@pytest.mark.parametrize(
    ("asked", "actor"),
    [
        ("خالد حفتار", "p-khaled"),
        ("خلد حفتان", "p-khaled"),
        ("Khaled Hafatran", "p-khaled"),
        ("عبد الرحيم الوردي", "p-mustafa"),
        ("Qasem Ghazfny", "p-qasem"),
        ("المجلس الأعلى للأنهر", "o-council"),
        ("Supreme River Council", "o-council"),
    ],
)
def test_a_typing_error_gets_the_name_as_near(asked: str, actor: str, lookup: Lookup) -> None:
    near = lookup.suggest(asked)
    assert near[0].actor.id == actor
    assert near[0].why
    assert near == lookup.suggest(asked)


@pytest.mark.parametrize(
    "asked", ["", "  ", "و", "؟!", "«»", "ا" * 5000, "x y z", "\0", "\ud800", "Z"]
)
def test_anything_can_be_asked(asked: str, lookup: Lookup) -> None:
    assert lookup.resolve(asked) == []
    lookup.suggest(asked)
