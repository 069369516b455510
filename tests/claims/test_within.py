"""What a wording takes up that says too little of its own."""

from __future__ import annotations

from typing import Any

import pytest
from musnad.claims import MemoryClaimRegistry
from musnad_claims.linking import StatementLinker
from musnad_claims.linking.compare import Company
from musnad_claims.linking.decide import Side
from musnad_claims.linking.known import KnownActors
from musnad_claims.linking.reading import read
from musnad_claims.linking.within import says_little, taken_up

KNOWN = KnownActors()
TOLL = "مقتل تسعة عمال في انفجار مصنع السماد قرب المرفأ القديم"
VISIT = "زيارة سالم النجار للمدينة القديمة"


def side(text: str) -> Side:
    return Side(read(text))


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("مقتل تسعة", [VISIT, TOLL], 1),
        ("حصول الزيارة من أصلها", [TOLL, VISIT], 1),
        ("لم يزر أحدا", [VISIT], 0),
        # The nearest that tells more, not one that says as little.
        ("مقتل تسعة", ["مقتل تسعة", TOLL], 1),
        # Another number, another event, enough of its own.
        ("مقتل 27", [TOLL], None),
        ("انتخابات 2011", ["انتخابات المجلس البلدي في المدينة القديمة"], None),
        ("الاستقالة", [TOLL, VISIT], None),
        (VISIT, ["زيارة المحافظ للمدينة القديمة"], None),
    ],
)
def test_taken_up(text: str, before: list[str], expected: int | None) -> None:
    assert taken_up(side(text), [side(one) for one in before], Company(KNOWN)) == expected


def test_a_name_is_not_little() -> None:
    assert says_little(side("مقتل تسعة"), KNOWN)
    assert not says_little(Side(read("مقتل تسعة"), ("a", "b")), KNOWN)


def test_the_link_says_that_it_takes_up(statement: Any) -> None:
    made = [
        statement("a", TOLL),
        statement("b", "مقتل تسعة", stance="denies", start=200),
        statement("c", VISIT, start=400),
    ]
    linker = StatementLinker({})
    links = list(linker.link(made, MemoryClaimRegistry.of(made, [linker])))
    (link,) = [link for link in links if link.statement_id == "b"]
    assert (link.claim_id, link.relation, link.decided_by) == ("ca", "denies", "takes_up")
    assert link.features["attached"] == link.features["own_words"] == 1.0


def test_neighbours_that_share_an_event_are_compared_without_a_key(statement: Any) -> None:
    made = [
        statement("a", "زيارة النجار", actors=("person-x", "place-y")),
        statement("b", "لم يغادر البلاد، ولم يزر المدينة", start=100, actors=("place-y",)),
    ]
    linker = StatementLinker({})
    assert not set(linker.keys(made[0])) & set(linker.keys(made[1]))
    links = list(linker.link(made, MemoryClaimRegistry.of(made, [linker])))
    assert ("b", "ca") in {(link.statement_id, link.claim_id) for link in links}
