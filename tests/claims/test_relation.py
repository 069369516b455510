from __future__ import annotations

from typing import get_args

import pytest
from musnad.claims import claim_is_negated, relation_of
from musnad.model import Stance

CASES = [
    # stance, what is said is negated, the claim is negated, relation
    ("asserts", False, False, "supports"),
    ("asserts", True, False, "denies"),
    ("asserts", False, True, "denies"),
    ("asserts", True, True, "supports"),
    ("confirms", False, False, "confirms"),
    ("confirms", True, False, "denies"),
    ("confirms", False, True, "denies"),
    ("confirms", True, True, "confirms"),
    ("denies", False, False, "denies"),
    ("denies", True, False, "supports"),
    ("denies", False, True, "supports"),
    ("denies", True, True, "denies"),
    ("doubts", False, False, "doubts"),
    ("doubts", True, False, "discusses"),
    ("doubts", False, True, "discusses"),
    ("doubts", True, True, "doubts"),
    ("no_comment", False, False, "no_comment"),
    ("no_comment", True, False, "no_comment"),
    ("no_comment", False, True, "no_comment"),
    ("no_comment", True, True, "no_comment"),
]


@pytest.mark.parametrize(("stance", "said", "claim", "expected"), CASES)
def test_relation(stance: Stance, said: bool, claim: bool, expected: str) -> None:
    assert relation_of(stance, negated=said, claim_negated=claim) == expected
    assert relation_of(stance, negated=said, claim_negated=claim, retracts=True) == "retracts"


def test_the_table_is_complete() -> None:
    assert {(case[0], case[1], case[2]) for case in CASES} == {
        (stance, said, claim)
        for stance in get_args(Stance)
        for said in (True, False)
        for claim in (True, False)
    }


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([], False),
        ([False], False),
        ([True], True),
        ([True, True], True),
        ([True, False, True], False),
    ],
)
def test_a_claim_is_negative_only_where_nobody_put_it_otherwise(
    members: list[bool], expected: bool
) -> None:
    assert claim_is_negated(members) is expected
