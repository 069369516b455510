"""`musnad search --export` on the real node: every format, any number of articles."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from musnad.archive.read import ArchiveReader
from musnad.cli import app
from musnad.commands.context import context
from musnad.exports.articles import COLUMNS
from musnad.exports.ftm import article_entities, entities, entity_id
from musnad.model import Mention, Review
from musnad.node.state import Connection
from musnad.tables import BOM
from typer.testing import CliRunner, Result

from .conftest import ACTORS, OUTLETS, article, articles, kept, rows

Run = Callable[..., Result]
FORMULA = '=HYPERLINK("http://x")'
UNDATED = article(4, "2025-03-05", FORMULA, "نص بلا تاريخ", outlet_id=None, outlet_name=None)
UNDATED = UNDATED.model_copy(update={"published_at": None, "copy_group": "a3"})
# Of 28 February in UTC; in Baghdad it was 1 March.
LATE = datetime(2025, 2, 28, 22, 30, tzinfo=UTC)

# The properties of FollowTheMoney 4.11 that are used, of those that each schema has; what references may lead to.
PROPERTIES = {
    "Article": {"name", "title", "publishedAt", "author", "publisher", "bodyText", "language", "sourceUrl",
                "keywords"},
    "Mention": {"document", "name", "detectedSchema", "resolved"},
    "Documentation": {"document", "entity", "role"},
    "Membership": {"member", "organization"},
}  # fmt: skip
REQUIRED = {
    "Article": {"name"},
    "Mention": {"document", "name"},
    "Documentation": {"document", "entity"},
}
RANGES = {
    "document": {"Article"},
    "resolved": {"Person", "Organization", "LegalEntity"},
    "entity": {"Person", "Organization", "LegalEntity", "Territory", "Address"},
    "member": {"Person", "Organization", "LegalEntity"},
    "organization": {"Organization"},
}
ENTITY_ID = re.compile(r"[0-9a-zA-Z]([0-9a-zA-Z.\-]*[0-9a-zA-Z])?")


@pytest.fixture(scope="module")
def archive(elasticsearch_node: Connection) -> Iterator[ArchiveReader]:
    documents = rows()
    first, *others = articles()
    late = first.model_copy(update={"published_at": LATE, "published_precision": "day"})
    claim, *merged = documents["claims"]
    review = Review(url="https://x.example/1", rating="صحيح", at=LATE)
    dated = {"first_seen": LATE, "settled_at": LATE, "reviews": (review,)}
    yield from kept(
        elasticsearch_node,
        {
            **documents,
            "articles": [late, *others, UNDATED],
            "claims": [claim.model_copy(update=dated), *merged],
        },
    )


@pytest.fixture
def run(
    archive: ArchiveReader, elasticsearch_node: Connection, monkeypatch: pytest.MonkeyPatch
) -> Run:
    for name, value in elasticsearch_node.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MUSNAD_PREFIX", archive.prefix)
    monkeypatch.setattr(context, "__dict__", {"config": None})
    # A page of one: what is exported is more than fits into a page.
    monkeypatch.setattr("musnad.archive.read.PAGE", 1)
    return lambda *arguments, command="search": CliRunner().invoke(app, [command, *arguments])


def out(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def test_csv_has_all_articles_newest_first_and_runs_nothing(run: Run) -> None:
    text = out(run("--export", "csv"))
    assert text.startswith(BOM)
    table = list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))
    assert tuple(table[0]) == COLUMNS
    assert [row["id"] for row in table] == ["a3", "a2", "a1", "a4"]
    assert table[2]["actors"] == "حارث الشنواني | أرزانيا"
    assert table[2]["claim_status"] == "disputed"
    assert table[1]["cited_outlets"] == "صحيفة فرنسية"
    assert table[3]["title"] == f"'{FORMULA}"


def test_jsonl_has_whole_articles_of_the_search(run: Run) -> None:
    result = run("--actor", "حارث الشنواني", "--export", "jsonl")
    (line,) = out(result).splitlines()
    stored = json.loads(line)
    assert stored["body"] == articles()[0].body
    assert stored["mentions"][0]["actor_id"] == "p-harith"
    assert "exported 1 articles as jsonl" in result.stderr


def test_limit_and_offset_hold(run: Run) -> None:
    text = out(run("--export", "jsonl", "--offset", "1", "--limit", "2"))
    assert [json.loads(line)["id"] for line in text.splitlines()] == ["a2", "a1"]


def test_claimreview_has_each_claim_of_the_articles_once(run: Run) -> None:
    options = ("--export", "claimreview", "--publisher", "أرشيف", "--url", "https://a.example/")
    graph = json.loads(out(run("جسر", *options)))
    assert graph["@context"] == "https://schema.org"
    review, _ = graph["@graph"]
    assert review["url"] == "https://a.example/cs1"
    assert review["author"]["name"] == "أرشيف"
    assert len(review["itemReviewed"]["appearance"]) == 1


@pytest.mark.parametrize(("zone", "day"), [("UTC", "2025-02-28"), ("Asia/Baghdad", "2025-03-01")])
def test_days_are_those_of_the_time_zone(
    run: Run, monkeypatch: pytest.MonkeyPatch, zone: str, day: str
) -> None:
    monkeypatch.setenv("MUSNAD_TIME_ZONE", zone)
    found = json.loads(out(run("جسر", "--export", "claimreview")))["@graph"]
    all_claims = run("export", "--format", "claimreview", command="claims")
    for reviews in (found, json.loads(out(all_claims))["@graph"]):
        assert [review["datePublished"] for review in reviews] == [day, day]
        assert {review["itemReviewed"]["datePublished"] for review in reviews} == {day}
    lines = out(run("--export", "ftm")).splitlines()
    dated = {e["id"]: e["properties"].get("publishedAt") for e in map(json.loads, lines)}
    assert dated["article-a1"] == [day]


def test_claimreview_of_nothing_is_an_empty_graph(run: Run) -> None:
    assert json.loads(out(run("زرافة", "--export", "claimreview")))["@graph"] == []


def test_ftm_is_a_whole_graph(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "found.ftm.json"
    result = run("--export", "ftm", "--out", str(path))
    assert out(result) == ""
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kinds = {entity["id"]: entity["schema"] for entity in found}
    assert len(kinds) == len(found)
    assert [e["id"] for e in found if e["schema"] == "Article"] == [
        "article-a3", "article-a2", "article-a1", "article-a4"]  # fmt: skip
    assert {"p-harith", "o-sada", "o-warz"} <= kinds.keys()
    for entity in found:
        check(entity, kinds)
    mention = next(e for e in found if e["schema"] == "Mention")
    assert mention["properties"] == {
        "document": ["article-a1"],
        "name": ["حارث الشنواني"],
        "detectedSchema": ["Person"],
        "resolved": ["p-harith"],
    }
    assert not list(tmp_path.glob("*.part"))


def check(entity: dict, kinds: dict[str, str]) -> None:
    assert ENTITY_ID.fullmatch(entity["id"])
    properties = entity["properties"]
    if entity["schema"] in PROPERTIES:
        assert properties.keys() <= PROPERTIES[entity["schema"]]
        assert REQUIRED.get(entity["schema"], set()) <= properties.keys()
    for name, values in properties.items():
        assert values
        assert all(isinstance(value, str) and value for value in values)
        if name in RANGES:
            assert {kinds[value] for value in values} <= RANGES[name]


def test_states_and_unknown_names_are_mentioned_without_being_resolved() -> None:
    names = [("أرزانيا", "state", "s-arzania"), ("سمير الغائب", "person", None)]
    body = "أرزانيا وسمير الغائب"
    mentions = tuple(
        Mention(
            field="body",
            start=body.index(name),
            end=body.index(name) + len(name),
            surface=name,
            type=kind,
            actor_id=actor,
            name=name,
        )
        for name, kind, actor in names
    )
    dated = {"published_precision": "day", "url": "https://x.example/خبر", "language": "ar"}
    one = article(7, "2025-03-05", "", body, mentions=mentions, **dated)
    known = {record.id: record for record in [*ACTORS, *OUTLETS]}
    found = list(article_entities(one, known))
    kinds = {e["id"]: e["schema"] for e in [*found, *entities(known.values())]}
    for entity in found:
        check(entity, kinds)
    assert [e["schema"] for e in found] == [
        "Article", "Mention", "Documentation", "Mention", "Documentation"]  # fmt: skip
    assert found[0]["properties"]["publishedAt"] == ["2025-03-05"]
    assert found[0]["properties"]["title"] == [body]
    assert found[0]["properties"]["language"] == ["ara"]
    assert not any("resolved" in e["properties"] for e in found)
    assert list(article_entities(one, known)) == found


def test_ids_that_followthemoney_does_not_take_are_hashed() -> None:
    assert entity_id("ly.haftar-1") == "ly.haftar-1"
    for odd in ("wd:Q1", "a_b", "خبر", "-a", "a-", "x" * 300, ""):
        assert ENTITY_ID.fullmatch(entity_id(odd))
        assert entity_id(odd) == entity_id(odd) != odd


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--export", "xml"), "csv, jsonl, claimreview, ftm"),
        (("--out", "x.csv"), "goes with --export only"),
        (("--limit", "5000"), "--export writes any number"),
        (("--actor", "زارو", "--export", "csv"), "nothing is exported"),
        (("--export", "csv", "--out", "/nowhere/x.csv"), "/nowhere/x.csv: cannot be written"),
    ],
)
def test_what_cannot_be_is_said(run: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    told = re.sub(r"[\s│]+", " ", result.output + str(result.exception or ""))
    assert message in told
