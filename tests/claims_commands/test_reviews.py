"""Fact-checks: read in two formats, linked to claims, above every other status, corrected by people."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from musnad.errors import InputError
from musnad_claims.fold import fold
from musnad_claims.reviews.ratings import FILE, numeric_verdict, ratings
from musnad_claims.reviews.reading import MAX_BYTES, Refused, read_reviews

Commands = Any
TABLE = yaml.safe_load(FILE.read_text(encoding="utf-8"))
CHECKED = {
    "text": "الفريق حسني القسطلي زار دارمين سرا",
    "claimant": "صفحة",
    "claimDate": "2026-01-14T00:00:00Z",
    "claimReview": [
        {
            "publisher": {"name": "ميزان", "site": "mizan.example"},
            "url": "https://mizan.example/1",
            "title": "لم يزرها",
            "reviewDate": "2026-01-18T00:00:00Z",
            "textualRating": "زائف",
            "languageCode": "ar",
        }
    ],
}
SCHEMA = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://verify.example/2",
    "claimReviewed": "سعر القمح ارتفع",
    "author": {"@type": "Organization", "name": "Verify", "url": "https://verify.example"},
    "datePublished": "2026-01-19",
    "reviewRating": {
        "ratingValue": "5",
        "bestRating": 5,
        "worstRating": 1,
        "alternateName": "As said",
    },
    "itemReviewed": {
        "@type": "Claim",
        "author": {"name": "الوزارة"},
        "datePublished": "2026-01-10",
    },
}


@pytest.mark.parametrize(
    ("words", "verdict"), [(w, row["verdict"]) for row in TABLE["ratings"] for w in row["words"]]
)
def test_each_wording_of_the_table(words: str, verdict: str | None) -> None:
    assert ratings().verdict(f"«{words.upper()}»") == verdict
    assert ratings().known(words)


def test_no_wording_has_two_verdicts() -> None:
    words = [
        (" ".join(fold(w).casefold().split()), r["verdict"])
        for r in TABLE["ratings"]
        for w in r["words"]
    ]
    assert len({w for w, _ in set(words)}) == len(set(words))


@pytest.mark.parametrize("example", [e for row in TABLE["sentences"] for e in row["examples"]])
def test_each_example_of_a_sentence(example: dict[str, str]) -> None:
    assert ratings().verdict(example["text"]) == example["verdict"]


@pytest.mark.parametrize(
    ("scale", "verdict"),
    [
        ((1, 1, 5), "false"),
        ((5, 1, 5), "true"),
        ((2, 1, 5), "mixed"),
        ((0, 0, 0), None),
        ((9, 1, 5), None),
    ],
)
def test_numbers(scale: tuple[float, float, float], verdict: str | None) -> None:
    assert numeric_verdict(*scale) == verdict


def test_both_formats_are_read(tmp_path: Path) -> None:
    graph = {"@graph": [{"@type": "WebPage"}, SCHEMA]}
    file = tmp_path / "in.json"
    file.write_text(json.dumps([{"claims": [CHECKED]}, graph]), encoding="utf-8")
    one, two = read_reviews(file)
    assert not isinstance(one, Refused)
    assert not isinstance(two, Refused)
    assert (one.review.publisher, one.review.verdict, one.claimant) == ("ميزان", "false", "صفحة")
    assert (two.review.publisher, two.review.rating, two.review.verdict) == (
        "Verify",
        "As said",
        "true",
    )
    packed = tmp_path / "in.jsonl.gz"
    packed.write_bytes(gzip.compress(f"{json.dumps(CHECKED)}\n{json.dumps(SCHEMA)}\n".encode()))
    assert list(read_reviews(packed)) == [one, two]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (7, "no JSON object"),
        ({"@type": "Article"}, "neither"),
        ({**SCHEMA, "url": "javascript:alert(1)"}, "is no web address"),
        ({**SCHEMA, "claimReviewed": " ", "itemReviewed": None}, "no text of the claim"),
        ({**SCHEMA, "reviewRating": []}, "there is no rating"),
        ({"claimReview": ["x"]}, "no JSON object"),
    ],
)
def test_what_is_no_fact_check_is_listed(tmp_path: Path, record: Any, reason: str) -> None:
    file = tmp_path / "in.json"
    file.write_text(json.dumps(record), encoding="utf-8")
    (refused,) = read_reviews(file)
    assert isinstance(refused, Refused)
    assert reason in refused.reason
    assert refused.place == f"{file}: record 1"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"{", "in.json:1: no JSON"), (b"\xff", "not UTF-8"), (b"[" * 99_999, "in.json")],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "in.json"
    file.write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(read_reviews(file))


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_BYTES >= 1024**2
    monkeypatch.setattr("musnad_claims.reviews.reading.MAX_BYTES", 1000)
    file = tmp_path / "in.json.gz"
    file.write_bytes(gzip.compress(b" " * 5000))
    with pytest.raises(InputError, match="split it"):
        list(read_reviews(file))


def test_a_fact_check_comes_before_all_else(musnad: Commands, tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text(json.dumps([CHECKED, {"x": 1}]), encoding="utf-8")
    result = musnad("reviews", "import", str(file))
    assert result.exit_code == 1
    assert (
        "2 fact-checks read: 1 new, 0 changed, 0 unchanged, 0 repeated, 1 refused" in result.stdout
    )
    claim = musnad.claim_of("told")
    assert claim["status"] == "reviewed_false"
    assert [step["status"] for step in claim["history"]] == [
        "reported",
        "disputed",
        "reviewed_false",
    ]
    told = musnad.lines("claims", "show", claim["id"])
    assert "fact-check by ميزان: زائف (false)" in told
    assert (
        musnad.json("claims", "show", claim["id"], "--as-of", "2026-01-16")["status"] == "disputed"
    )
    file.write_text(json.dumps(CHECKED), encoding="utf-8")
    assert "0 new, 0 changed, 1 unchanged" in musnad.lines("reviews", "import", str(file))

    (review,) = musnad.json("reviews", "list")["reviews"]
    musnad.lines("reviews", "unlink", review["id"], claim["id"], "--why", "زيارة أخرى")
    assert musnad.claim_of("told")["status"] == "disputed"
    # Nothing automatic overwrites what a person decided.
    musnad.lines("reviews", "relink")
    musnad.lines("claims", "settle", "--all")
    assert musnad.claim_of("told")["status"] == "disputed"
    assert musnad.json("reviews", "list", "--unlinked")["total"] == 1
    musnad.lines("reviews", "link", review["id"], claim["id"], "--opposite", "--why", "عكسه")
    assert musnad.claim_of("told")["status"] == "reviewed_true"
