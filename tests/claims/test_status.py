"""The table of design §2, case by case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations

import pytest
from musnad.claims import Evidence, status_as_of, status_of
from musnad.model import Review, Speaker

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
Make = Callable[..., Evidence]


def ev(
    relation: str,
    who: object = "person-a",
    outlet: str | None = "outlet-1",
    at: float | None = 0,
    **kw: object,
) -> tuple[tuple[object, ...], dict[str, object]]:
    return (relation, who, outlet, at), kw


PARTY = ("org-army", "person-b")
FRENCH = Speaker(kind="outlet", name="صحيفة فرنسية")
AGENCY = Speaker(kind="outlet", actor_id="outlet-agency")

# (what it shows, events, status at the end)
CASES = [
    # reported
    ("one support", [ev("supports")], "reported"),
    ("support by an unnamed source", [ev("supports", "?")], "reported"),
    ("support by the article itself", [ev("supports", None)], "reported"),
    ("a party's own assertion is no confirmation", [ev("supports", "person-b")], "reported"),
    ("confirmed by somebody who is no party", [ev("confirms", "person-z")], "reported"),
    ("the same outlet twice", [ev("supports", "?"), ev("supports", "?", at=1)], "reported"),
    ("support and a mention", [ev("supports"), ev("discusses", "person-z", "outlet-2", 1)], "reported"),
    ("a bare refusal changes nothing", [ev("supports"), ev("no_comment", "person-b", "outlet-2", 1)], "reported"),
    ("two bare refusals change nothing", [ev("supports"), ev("no_comment", "person-b", at=1), ev("no_comment", "@org-army", at=2)], "reported"),
    # unverified
    ("doubted", [ev("supports"), ev("doubts", "person-z", at=1)], "unverified"),
    ("doubted before anybody supports", [ev("doubts", "person-z"), ev("supports", at=1)], "unverified"),
    ("neither confirmed nor denied", [ev("supports"), ev("no_comment", "?", at=1, undecided=True)], "unverified"),
    ("neither confirmed nor denied, first", [ev("no_comment", "?", undecided=True), ev("supports", at=1)], "unverified"),
    ("could not be verified by the outlet itself", [ev("supports", FRENCH), ev("no_comment", "outlet-1", at=1, undecided=True)], "unverified"),
    ("only a doubt", [ev("doubts")], "unverified"),
    ("only a bare refusal", [ev("no_comment")], "unverified"),
    ("only a mention", [ev("discusses")], "unverified"),
    ("nothing at all", [], "unverified"),
    ("support taken back, no denial", [ev("supports"), ev("retracts", at=1)], "unverified"),
    ("denial taken back, no support", [ev("denies"), ev("retracts", at=1)], "unverified"),
    ("doubt stays when support is taken back", [ev("supports"), ev("doubts", "person-z", at=1), ev("retracts", at=2)], "unverified"),
    ("a retraction of nothing", [ev("retracts")], "unverified"),
    # confirmed: by a party concerned
    ("confirmed by a party", [ev("supports"), ev("confirms", "person-b", at=1)], "confirmed"),
    ("confirmed by a party alone", [ev("confirms", "person-b")], "confirmed"),
    ("confirmed by a party's unnamed source", [ev("supports"), ev("confirms", "@org-army", at=1)], "confirmed"),
    ("confirmed by an unnamed source of another body", [ev("supports"), ev("confirms", "@org-other", at=1)], "reported"),
    ("a party confirms in spite of doubt", [ev("doubts", "person-z"), ev("confirms", "person-b", at=1)], "confirmed"),
    ("a party confirms, doubt comes later", [ev("confirms", "person-b"), ev("doubts", "person-z", at=1)], "confirmed"),
    ("a party confirms though another could not verify", [ev("confirms", "person-b"), ev("no_comment", "?", at=1, undecided=True)], "confirmed"),
    # confirmed: by two independent sources
    ("two outlets, two sources", [ev("supports", "?"), ev("supports", "?", "outlet-2", 1)], "confirmed"),
    ("two outlets, by themselves", [ev("supports", None), ev("supports", None, "outlet-2", 1)], "confirmed"),
    ("two outlets, two people", [ev("supports", "person-x"), ev("supports", "person-y", "outlet-2", 1)], "confirmed"),
    ("a support and a confirmation elsewhere", [ev("supports", "person-x"), ev("confirms", "person-y", "outlet-2", 1)], "confirmed"),
    ("two outlets, the same person", [ev("supports", "person-x"), ev("supports", "person-x", "outlet-2", 1)], "reported"),
    ("two outlets, copies of one text", [ev("supports", "?", copy="t"), ev("supports", "?", "outlet-2", 1, copy="t")], "reported"),
    ("two outlets, copies of different texts", [ev("supports", "?", copy="t"), ev("supports", "?", "outlet-2", 1, copy="u")], "confirmed"),
    ("the second cites the first", [ev("supports", "?"), ev("supports", "?", "outlet-2", 1, cites=("outlet-1",))], "reported"),
    ("the first cites the second", [ev("supports", "?", cites=("outlet-2",)), ev("supports", "?", "outlet-2", 1)], "reported"),
    ("both cite a third", [ev("supports", "?", cites=("outlet-3",)), ev("supports", "?", "outlet-2", 1, cites=("outlet-3",))], "reported"),
    ("each cites another", [ev("supports", "?", cites=("outlet-3",)), ev("supports", "?", "outlet-2", 1, cites=("outlet-4",))], "confirmed"),
    ("both attribute it to one agency", [ev("supports", "?", attribution=(AGENCY,)), ev("supports", "?", "outlet-2", 1, attribution=(AGENCY,))], "reported"),
    ("the agency's own report, and one that attributes it", [ev("supports", "?", "outlet-agency"), ev("supports", "?", "outlet-2", 1, attribution=(AGENCY,))], "reported"),
    ("the agency as speaker in two outlets", [ev("supports", "outlet-agency"), ev("supports", "outlet-agency", "outlet-2", 1)], "reported"),
    ("an unnamed paper is nobody's witness", [ev("supports", FRENCH), ev("supports", None, "outlet-2", 1)], "reported"),
    ("unknown outlets are not known to differ", [ev("supports", "?", None), ev("supports", "?", "outlet-2", 1)], "reported"),
    ("two sources in one article", [ev("supports", "outlet-3", article="x"), ev("supports", "outlet-4", article="x", at=1)], "reported"),
    ("third outlet is the independent one", [ev("supports", "?", copy="t"), ev("supports", "?", "outlet-2", 1, copy="t"), ev("supports", "?", "outlet-3", 2)], "confirmed"),
    ("two independent sources in spite of doubt", [ev("doubts", "person-z"), ev("supports", "?"), ev("supports", "?", "outlet-2", 1)], "confirmed"),
    ("one of two independent sources takes it back", [ev("supports", "person-x"), ev("supports", "person-y", "outlet-2", 1), ev("retracts", "person-y", "outlet-2", 2)], "reported"),
    ("of three one takes it back", [ev("supports", "person-x"), ev("supports", "person-y", "outlet-2", 1), ev("supports", "person-z", "outlet-3", 1), ev("retracts", "person-y", "outlet-2", 2)], "confirmed"),
    # denied
    ("only denied", [ev("denies")], "denied"),
    ("denied twice", [ev("denies"), ev("denies", "person-z", at=1)], "denied"),
    ("denied, doubted", [ev("denies"), ev("doubts", "person-z", at=1)], "denied"),
    ("denied, and a refusal", [ev("denies"), ev("no_comment", "person-z", at=1)], "denied"),
    ("denied, could not be verified", [ev("denies"), ev("no_comment", "person-z", at=1, undecided=True)], "denied"),
    ("denied after support was taken back", [ev("supports"), ev("retracts", at=1), ev("denies", "person-z", at=2)], "denied"),
    ("support taken back after the denial", [ev("supports"), ev("denies", "person-z", at=1), ev("retracts", at=2)], "denied"),
    ("one who supported denies: his last word stands", [ev("supports"), ev("denies", at=1)], "denied"),
    ("an outlet takes back what its unnamed source said", [ev("supports", "?"), ev("denies", "person-z", "outlet-2", 1), ev("retracts", "outlet-1", at=2)], "denied"),
    ("and what others said citing it", [ev("supports", "?"), ev("supports", "?", "outlet-2", 1, cites=("outlet-1",)), ev("denies", "person-z", at=1), ev("retracts", "outlet-1", at=2)], "denied"),
    ("and copies of it", [ev("supports", "?", copy="t"), ev("supports", "?", "outlet-2", 1, copy="t"), ev("denies", "person-z", at=1), ev("retracts", "outlet-1", at=2)], "denied"),
    # disputed
    ("supported and denied", [ev("supports"), ev("denies", "person-z", at=1)], "disputed"),
    ("denied, then supported", [ev("denies", "person-z"), ev("supports", at=1)], "disputed"),
    ("confirmed by a party, denied by another", [ev("confirms", "person-b"), ev("denies", "@org-army", at=1)], "disputed"),
    ("two independent sources, one denial", [ev("supports", "?"), ev("supports", "?", "outlet-2", 1), ev("denies", "person-b", at=2)], "disputed"),
    ("disputed and doubted", [ev("supports"), ev("denies", "person-z", at=1), ev("doubts", "person-y", at=2)], "disputed"),
    ("denied by an unnamed source, told by another", [ev("supports", "?"), ev("denies", "?", at=1)], "disputed"),
    ("supported and denied in one article", [ev("supports", "outlet-1", article="x"), ev("denies", "@org-army", article="x", start=9)], "disputed"),
    ("a named man's word stands though the outlet takes back", [ev("supports", "person-x"), ev("denies", "person-z", at=1), ev("retracts", "outlet-1", at=2)], "disputed"),
    ("another one's retraction", [ev("supports"), ev("denies", "person-z", at=1), ev("retracts", "person-y", at=2)], "disputed"),
    ("reasserted after the retraction", [ev("supports"), ev("denies", "person-z", at=1), ev("retracts", at=2), ev("supports", at=3)], "disputed"),
    ("denial taken back", [ev("supports"), ev("denies", "person-z", at=1), ev("retracts", "person-z", at=2)], "reported"),
    ("denial taken back, two independent sources left", [ev("supports", "?"), ev("supports", "?", "outlet-2", 1), ev("denies", "person-b", at=2), ev("retracts", "person-b", at=3)], "confirmed"),
    ("one of two denials taken back", [ev("supports"), ev("denies", "person-z", at=1), ev("denies", "person-y", at=1), ev("retracts", "person-z", at=2)], "disputed"),
    ("one who denied supports: his last word stands", [ev("denies"), ev("supports", at=1)], "reported"),
    ("the retraction is dated before the support", [ev("retracts", at=0), ev("supports", at=1)], "reported"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_status(
    events: list[tuple[tuple[object, ...], dict[str, object]]], expected: str, evidence: Make
) -> None:
    made = [evidence(*args, **kwargs) for args, kwargs in events]
    status, history = status_of(made, actors=PARTY)
    assert status == expected
    assert bool(history) == bool(made)
    if history:
        assert history[-1].status == status
        assert all(step.reason.endswith(".") for step in history)
        assert all(a.status != b.status for a, b in pairwise(history))
        assert {step.because for step in history} <= {e.statement.id for e in made}
    # The order in which evidence comes in never matters.
    for shuffled in list(permutations(made))[:24]:
        assert status_of(shuffled, actors=PARTY) == (status, history)


def test_enough_cases() -> None:
    assert len(CASES) >= 60
    assert len({case[0] for case in CASES}) == len(CASES)


def test_history_tells_each_step(evidence: Make) -> None:
    events = [
        evidence("supports", "outlet-1", at=0, name="told"),
        evidence("denies", "@org-army", "outlet-2", at=1, name="denied"),
        evidence("no_comment", "person-b", at=2, name="silent"),
        evidence("retracts", "@org-army", at=3, name="other-source"),
        evidence("retracts", "outlet-1", at=4, name="withdrawn"),
    ]
    status, history = status_of(events)
    assert status == "denied"
    assert [(step.status, step.because) for step in history] == [
        ("reported", "told"),
        ("disputed", "denied"),
        ("denied", "withdrawn"),
    ]
    assert history[0].at == START
    assert "outlet-1" in history[1].reason
    assert "both stand" in history[1].reason


def test_an_unnamed_source_is_the_same_one_only_in_its_article(evidence: Make) -> None:
    same = [
        evidence("supports", "@org", article="x"),
        evidence("retracts", "@org", article="x", start=20),
    ]
    other = [
        evidence("supports", "@org", article="x"),
        evidence("retracts", "@org", article="y", at=1),
    ]
    assert status_of(same)[0] == "unverified"
    assert status_of(other)[0] == "reported"


def test_order_is_by_stated_then_published_then_undated(evidence: Make) -> None:
    late = evidence("supports", at=None, published=5, name="published-late")
    early = evidence("denies", at=1, published=9, name="stated-early")
    undated = evidence("doubts", "person-z", at=None, name="undated")
    _, history = status_of([undated, late, early])
    assert [step.because for step in history] == ["stated-early", "published-late", "undated"]
    assert [step.status for step in history] == ["denied", "reported", "unverified"]


def test_ties_go_by_article_field_and_offset(evidence: Make) -> None:
    title = evidence("supports", article="x", field="title", start=3, name="title")
    body = evidence("denies", article="x", start=1, name="body")
    later = evidence("supports", article="x", start=50, name="later")
    _, history = status_of([later, body, title])
    assert [step.because for step in history] == ["title", "body", "later"]


def test_dates_without_a_zone_compare_with_those_that_have_one(evidence: Make) -> None:
    naive = evidence("supports", at=None)
    naive = Evidence(naive.statement, "supports", published_at=datetime(2026, 1, 1))
    assert status_of([naive, evidence("denies", "person-z", at=1)])[0] == "disputed"


@pytest.mark.parametrize(
    ("days", "expected"), [(-1, "unverified"), (0, "reported"), (1, "disputed"), (2, "denied")]
)
def test_as_of(days: int, expected: str, evidence: Make) -> None:
    events = [
        evidence("supports", at=0),
        evidence("denies", "person-z", at=1),
        evidence("retracts", at=2),
        evidence("supports", "person-y", at=None),
    ]
    assert status_of(events, as_of=START + timedelta(days=days))[0] == expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["true"], "reviewed_true"),
        (["false"], "reviewed_false"),
        (["mixed"], "reviewed_mixed"),
        ([None], "disputed"),
        ([None, "false"], "reviewed_false"),
        (["false", "false"], "reviewed_false"),
        (["false", "true"], "reviewed_mixed"),
    ],
)
def test_reviews_come_first_and_history_keeps_what_was_before(
    verdicts: list[str | None], expected: str, evidence: Make
) -> None:
    events = [
        evidence("supports", at=0),
        evidence("denies", "person-z", at=1),
        evidence("confirms", "person-b", at=9),
    ]
    reviews = [
        Review(
            url=f"https://check.example/{i}",
            rating="-",
            verdict=v,
            at=START + timedelta(days=3 + i),
        )  # type: ignore[arg-type]
        for i, v in enumerate(verdicts)
    ]
    status, history = status_of(events, actors=PARTY, reviews=reviews)
    assert status == expected
    assert [step.status for step in history][:2] == ["reported", "disputed"]
    if expected != "disputed":
        assert history[-1].because.startswith("review:https://check.example/")


def test_an_undated_review_counts_last(evidence: Make) -> None:
    review = Review(url="https://check.example/1", rating="خطأ", verdict="false", publisher="مدقق")
    status, history = status_of([evidence("supports")], reviews=[review])
    assert status == "reviewed_false"
    assert "مدقق" in history[-1].reason


@pytest.mark.parametrize("day", range(-1, 4))
@pytest.mark.parametrize("events", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_the_history_tells_the_status_of_any_day(
    events: list[tuple[tuple[object, ...], dict[str, object]]], day: int, evidence: Make
) -> None:
    made = [evidence(*args, **kwargs) for args, kwargs in events]
    moment = START + timedelta(days=day)
    _, history = status_of(made, actors=PARTY)
    step = status_as_of(history, moment)
    status, then = status_of(made, actors=PARTY, as_of=moment)
    assert (step.status if step else None) == (status if then else None)
