"""The examples in the data files of linking, executed."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from musnad_claims.linking.data import EVENTS, NUMBERS, POLARITY, WORDS, load
from musnad_claims.linking.events import lexicon
from musnad_claims.linking.polarity import is_negated, is_retraction, is_undecided
from musnad_claims.linking.quantities import quantities
from musnad_claims.linking.reading import read
from musnad_claims.linking.text import fold, words

FAMILIES: list[dict[str, Any]] = load(EVENTS)
KNOWN = {"id", "past", "pres", "noun", "near", "opposite", "counts", "topic", "after", "before", "same", "not"}  # fmt: skip


def families(text: str) -> set[str]:
    return {event.family for event in lexicon().find(words(fold(text)))}


@pytest.mark.parametrize("family", FAMILIES, ids=[f["id"] for f in FAMILIES])
def test_family(family: dict[str, Any]) -> None:
    assert set(family) <= KNOWN
    assert family["same"], "each family needs an example"
    for text in family["same"]:
        assert family["id"] in families(text), text
    for text in family.get("not", ()):
        assert family["id"] not in families(text), text
    ids = {f["id"] for f in FAMILIES}
    assert {*family.get("near", ()), *family.get("opposite", ())} <= ids


def test_there_are_enough_families_and_no_form_has_two() -> None:
    assert len(FAMILIES) >= 150
    owners: dict[str, set[str]] = defaultdict(set)
    for base, family in lexicon().bases:
        owners[base].add(family)
    assert {base: found for base, found in owners.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("زار", "زيارات"), ("يزر", "وبزيارتها"), ("التقى", "لقاؤهما"), ("اجتمع", "الاجتماعات"), ("قُتل", "مقتلهم"),
        ("زوّد", "التزويد"), ("وقّعت", "توقيعه"), ("إفتتح", "بافتتاح"), ("استقال", "لاستقالته"), ("سيفتتحونها", "الافتتاح"),
        ("فاعتقلوه", "والاعتقالات"), ("تنسحب", "للانسحاب"), ("التقاه", "لقائه"), ("يلتق", "يلتقون"),
    ],
)  # fmt: skip
def test_verb_and_noun_are_one_event(one: str, two: str) -> None:
    assert families(one) == families(two) != set()


EXAMPLES = load(POLARITY)["examples"]


@pytest.mark.parametrize("text", EXAMPLES["negated"])
def test_negated(text: str) -> None:
    assert is_negated(text)


@pytest.mark.parametrize("text", EXAMPLES["affirmed"])
def test_affirmed(text: str) -> None:
    assert not is_negated(text)


@pytest.mark.parametrize("text", EXAMPLES["denied_once"])
def test_a_denials_own_words_do_not_negate_it_again(text: str) -> None:
    assert not is_negated(text, "denies")
    assert is_negated(text, "asserts")


@pytest.mark.parametrize("text", EXAMPLES["denied_twice"])
def test_a_denial_of_a_negation(text: str) -> None:
    assert is_negated(text, "denies")


UNDECIDED = load(POLARITY)["undecided"]["examples"]


@pytest.mark.parametrize("cue", UNDECIDED["undecided"])
def test_undecided(cue: str) -> None:
    assert is_undecided(cue)


@pytest.mark.parametrize("cue", UNDECIDED["bare"])
def test_bare_refusal(cue: str) -> None:
    assert not is_undecided(cue)


@pytest.mark.parametrize("case", load(POLARITY)["retracts"]["examples"])
def test_retraction(case: dict[str, Any]) -> None:
    assert is_retraction(case["cue"], case["said"]) is case["retracts"]


@pytest.mark.parametrize("case", load(NUMBERS)["examples"])
def test_number(case: dict[str, Any]) -> None:
    found = quantities(words(fold(case["text"]))).numbers
    assert (float(case["number"]), fold(case["unit"])) in {(n, fold(u)) for n, u in found}


@pytest.mark.parametrize("text", load(WORDS)["examples"]["pointer"])
def test_pointer(text: str) -> None:
    assert read(text).pointer


@pytest.mark.parametrize("text", load(WORDS)["examples"]["content"])
def test_content(text: str) -> None:
    assert not read(text).pointer


@pytest.mark.parametrize("text", load(WORDS)["examples"]["no_event"])
def test_no_event(text: str) -> None:
    assert families(text) == set()


@pytest.mark.parametrize(
    ("text", "days", "weekdays"),
    [
        ("زيارة في 11 يناير 2026", {(1, 11)}, set()),
        ("يفتتح في الثالث من آذار", set(), set()),
        ("وصل يوم الثلاثاء الماضي", set(), {"tue"}),
        ("في 7 كانون الثاني", {(1, 7)}, set()),
        ("عام 2015", set(), set()),
    ],
)
def test_days(text: str, days: set[tuple[int, int]], weekdays: set[str]) -> None:
    found = quantities(words(fold(text)))
    assert (found.days, found.weekdays) == (days, weekdays)
    assert found.numbers == frozenset()


@pytest.mark.parametrize(
    "text", ["", " ", "«»", "123", "!!!", "a", "ا", "\u064b", "و" * 300, "لم", "هذا", "1,5,3 ألف"]
)
def test_anything_can_be_read(text: str) -> None:
    assert read(text) == read(text)
