"""`claims list`, `show`, `contradictions` and `export`: what archivists read, and what other programs get."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from musnad.errors import InputError
from musnad_claims.reviews.reading import read_reviews

Commands = Any


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_a_claim_has_the_status_of_the_day(musnad: Commands) -> None:
    claim = musnad.claim_of("told")
    assert claim["status"] == "disputed"
    then = musnad.json("claims", "show", claim["id"], "--as-of", "2026-01-14")
    assert (then["status"], len(then["statements"])) == ("reported", 1)
    assert then["relations"]["denies"] == 0
    before = musnad("claims", "show", claim["id"], "--as-of", "2026-01-12")
    assert "nothing dated was said about claim" in str(before.exception)


def test_claims_are_listed_as_they_were(musnad: Commands) -> None:
    def found(*arguments: str) -> dict[str, str]:
        listed = musnad.json("claims", "list", "--actor", "القسطلي", *arguments)
        return {claim["id"]: claim["status"] for claim in listed["claims"]}

    claim = musnad.claim_of("told")["id"]
    assert found()[claim] == "disputed"
    assert found("--as-of", "2026-01-13")[claim] == "reported"
    assert claim not in found("--as-of", "2026-01-13", "--status", "disputed")
    assert claim in found("--as-of", "2026", "--status", "disputed")
    assert found("--as-of", "2025") == {}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Baghdad"])
@pytest.mark.parametrize(
    ("day", "status"),
    [("9999", "disputed"), ("9999-12", "disputed"), ("9999-12-31", "disputed")]
    + [(day, None) for day in ("0001", "0001-01", "0001-01-01", "0001-01-01T00:00+14:00")],
)
def test_the_ends_of_time_are_days_as_others(
    musnad: Commands, monkeypatch: pytest.MonkeyPatch, zone: str, day: str, status: str | None
) -> None:
    monkeypatch.setitem(musnad.environment, "MUSNAD_TIME_ZONE", zone)
    claim = musnad.claim_of("told")["id"]
    listed = {c["id"]: c["status"] for c in musnad.json("claims", "list", "--as-of", day)["claims"]}
    assert listed.get(claim) == status
    shown = musnad("claims", "show", claim, "--as-of", day, "--json")
    if status:
        assert json.loads(shown.stdout)["status"] == status
    else:
        assert str(shown.exception).endswith(f'about claim "{claim}" by {day}')
    until = musnad.json("claims", "contradictions", "--until", day)["total"]
    assert until == len(
        musnad.json("claims", "list", "--until", day, "--status", "disputed")["claims"]
    )
    assert until == (1 if status else 0)
    assert musnad.json("claims", "list", "--since", day)["total"] == (0 if status else 2)
    assert musnad.json("search", "--until", day)["total"] == (3 if status else 0)


@pytest.mark.parametrize(
    "day", ["-5", "0000", "10000", "9999-13", "", "Thu, 01 Jan 99999999999999 00:00:00 +0000"]
)
def test_what_is_no_day_is_told_in_one_sentence(musnad: Commands, day: str) -> None:
    told = musnad("claims", "list", "--as-of", day).exception
    assert isinstance(told, InputError)
    assert str(told) == f'"{day}" is not a date: write it as 2026-01-31'


def test_a_claim_is_shown_outlet_by_outlet(musnad: Commands) -> None:
    claim = musnad.claim_of("told")
    assert [(r["outlet"], r["articles"]) for r in claim["by_outlet"]] == [
        ("الأرجوان", {"supports": 1}),
        ("وكالة أنباء أرزانيا", {"denies": 1}),
    ]
    assert "وكالة أنباء أرزانيا: 1 denies  (statements: 1 denies)" in musnad.lines(
        "claims", "show", claim["id"]
    )


def test_tables_for_spreadsheets(musnad: Commands) -> None:
    claim = musnad.claim_of("told")["id"]
    line = rows(musnad.lines("claims", "show", claim, "--csv"))
    assert [(r["at"], r["relation"], r["speaker"]) for r in line] == [
        ("2026-01-13", "supports", "نعمان الحجل"),
        ("2026-01-15", "denies", "رياض الطواحين"),
    ]
    listed = rows(musnad.lines("claims", "list", "--csv"))
    assert {r["id"]: r["denies"] for r in listed}[claim] == "1"
    assert "exclude each other" in str(musnad("claims", "list", "--csv", "--json").exception)


def test_who_contradicts_whom(musnad: Commands) -> None:
    (pair,) = musnad.json("claims", "contradictions")["contradictions"]
    assert (pair["supporter"]["name"], pair["denier"]["name"]) == ("نعمان الحجل", "رياض الطواحين")
    assert pair["at"].startswith("2026-01-15")
    told = musnad.lines(
        "claims", "contradictions", "--actor", "رياض الطواحين", "--since", "2026-01-15"
    )
    assert "رياض الطواحين [actor] denies what نعمان الحجل [actor] says" in told
    assert musnad.json("claims", "contradictions", "--about", "القسطلي")["total"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--between", "outlet"],
        ["--actor", "أرزانيا"],
        ["--about", "أرزانيا"],
        ["--since", "2026-01-16"],
        ["--until", "2026-01-14"],
    ],
)
def test_contradictions_of_others_are_left_out(musnad: Commands, arguments: list[str]) -> None:
    assert musnad.json("claims", "contradictions", *arguments)["total"] == 0


def test_export_as_json_lines_and_csv(musnad: Commands) -> None:
    lines = [json.loads(line) for line in musnad.lines("claims", "export").splitlines()]
    claim = next(one for one in lines if one["id"] == musnad.claim_of("told")["id"])
    assert [s["link"]["relation"] for s in claim["statements"]] == ["supports", "denies"]
    file = musnad.folder / "claims.csv"
    result = musnad("claims", "export", str(file), "--format", "csv", "--status", "disputed")
    assert "wrote 1 claims" in result.stderr
    (row,) = rows(file.read_text(encoding="utf-8"))
    assert row["status"] == "disputed"


def test_exported_claimreview_can_be_read_again(musnad: Commands) -> None:
    file = musnad.folder / "claims.json"
    arguments = ["--format", "claimreview", "--status", "disputed", "--url", "https://a.example/c/"]
    musnad.lines("claims", "export", str(file), *arguments, "--publisher", "أرشيف")
    (review,) = read_reviews(file)
    claim = musnad.claim_of("told")
    assert review.review.url == f"https://a.example/c/{claim['id']}"
    assert (review.review.publisher, review.review.verdict) == ("أرشيف", None)
    assert (review.claim, review.claimant) == (claim["text"], "نعمان الحجل")
