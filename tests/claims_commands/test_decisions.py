"""What people decide on claims: it holds, it is on record, and it can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

Commands = Any


@pytest.fixture(autouse=True)
def as_before(musnad: Commands) -> Iterator[None]:
    """Take back what a test decided, as a person would."""
    before = {d["id"] for d in musnad.json("decisions", "list")["decisions"]}
    yield
    made = musnad.json("decisions", "list")["decisions"]
    withdrawn = {d["withdraws"] for d in made if d["withdraws"]}
    for decision in made:
        if decision["id"] not in before | withdrawn and decision["kind"] != "withdraw":
            musnad.lines("decisions", "withdraw", decision["id"], "--why", "end of test")
    assert musnad.claim_of("told")["status"] == "disputed"


def test_a_statement_is_unlinked_and_that_is_taken_back(musnad: Commands) -> None:
    claim, denial = musnad.claim_of("told")["id"], musnad.statement_of("denied")
    done = musnad.json("claims", "unlink", denial, claim, "--why", "زيارة أخرى", "--who", "ruba")
    assert done["decision"]["quote"].endswith("زار دارمين سرا")
    assert musnad.claim_of("told")["status"] == "reported"
    assert musnad.claim_of("denied")["id"] != claim
    told = musnad.lines("decisions", "withdraw", done["decision"]["id"], "--why", "كانت هي")
    assert f"{claim}  DISPUTED" in told
    again = musnad("decisions", "withdraw", done["decision"]["id"], "--why", "مرة أخرى")
    assert "withdrawn already" in str(again.exception)


def test_a_statement_is_linked_with_a_relation(musnad: Commands) -> None:
    claim, price = musnad.claim_of("told")["id"], musnad.statement_of("other")
    musnad.lines("claims", "link", price, claim, "--relation", "doubts", "--why", "عنها")
    linked = musnad.json("claims", "show", claim)
    assert linked["relations"]["doubts"] == 1
    (mine,) = [s for s in linked["statements"] if s["id"] == price]
    assert mine["link"]["decided_by"].startswith("person:")


def test_claims_are_merged_and_split(musnad: Commands) -> None:
    claim, other = musnad.claim_of("told")["id"], musnad.claim_of("other")["id"]
    musnad.lines("claims", "merge", claim, other, "--why", "واحد")
    assert musnad.claim_of("other")["id"] == musnad.claim_of("told")["id"]
    # The id of the claim that is gone still leads to it.
    assert {musnad.json("claims", "show", c)["id"] for c in (claim, other)} == {
        musnad.claim_of("told")["id"]
    }
    price = musnad.statement_of("other")
    musnad.lines("claims", "split", musnad.claim_of("told")["id"], price, "--why", "غيره")
    assert musnad.claim_of("other")["id"] != musnad.claim_of("told")["id"]


def test_a_claim_is_renamed(musnad: Commands) -> None:
    claim = musnad.claim_of("told")["id"]
    told = musnad.lines("claims", "rename", claim, "زيارة القسطلي لدارمين", "--why", "أوضح")
    assert "زيارة القسطلي لدارمين" in told
    assert musnad.claim_of("told")["text"] == "زيارة القسطلي لدارمين"


def test_a_wrong_statement_is_out_and_comes_back(musnad: Commands) -> None:
    denial = musnad.statement_of("denied")
    done = musnad.json("claims", "wrong", denial, "--why", "ليس قولا")
    assert musnad.claim_of("told")["status"] == "reported"
    musnad.lines("ingest", "--workers", "0", str(musnad.folder / "in.jsonl"))
    assert musnad.json("show", "denied")["statements"] == []
    told = musnad.lines("decisions", "withdraw", done["decision"]["id"], "--why", "بلى")
    assert "ingest the article again" in told
    musnad.lines("ingest", "--workers", "0", str(musnad.folder / "in.jsonl"))
    assert musnad.statement_of("denied") == denial


def test_a_decision_can_wait_for_the_next_settling(musnad: Commands) -> None:
    claim = musnad.claim_of("told")["id"]
    told = musnad.lines("claims", "rename", claim, "لاحقا", "--why", "-", "--no-settle")
    assert "takes effect with the next" in told
    assert musnad.claim_of("told")["text"] != "لاحقا"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["link", "nobody", "CLAIM"], 'there is no statement "nobody"'),
        (["link", "DENIAL", "nothing"], 'there is no claim "nothing"'),
        (["unlink", "SEED", "CLAIM"], "is where claim"),
        (["merge", "CLAIM", "CLAIM"], "at least two claims"),
        (["split", "CLAIM", "OTHER"], "is not about claim"),
        (["split", "CLAIM", "SEED", "DENIAL"], "no other statements"),
        (["rename", "CLAIM", " "], "the new wording is empty"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    musnad: Commands, arguments: list[str], message: str
) -> None:
    claim = musnad.claim_of("told")["id"]
    names = {
        "CLAIM": claim,
        "SEED": claim[1:],
        "DENIAL": musnad.statement_of("denied"),
        "OTHER": musnad.statement_of("other"),
    }
    result = musnad("claims", *(names.get(a, a) for a in arguments), "--why", "x")
    assert message in str(result.exception)


def test_a_reason_is_needed(musnad: Commands) -> None:
    result = musnad("claims", "wrong", musnad.statement_of("denied"), "--why", " ")
    assert result.exit_code == 2
