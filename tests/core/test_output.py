"""The JSON of `enrich --json`, held to design §2 key by key and to the schema in the repository."""

import json
from pathlib import Path

import jsonschema
import musnad
import pytest
from musnad.components import Rejected
from musnad.model import Source
from musnad.output import article_line, error_line, schema
from musnad.testing import run

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "docs" / "enrich-schema.json"

SPAN = {"field", "start", "end", "surface"}
PROVENANCE = {"plugin", "version", "component", "rule"}
SPEAKER = {"kind", "span", "actor_id", "name", "affiliation"}
LINE = {
    "schema_version": None,
    "article": {
        "id", "title", "body", "outlet", "url", "byline", "published_at", "published_precision",
        "published_source", "language", "collection", "source", "extra",
    },
    "outlet": {"id", "name", "source"},
    "mentions": SPAN | {"type", "actor_id", "name", "candidates", "score", "provenance"},
    "statements": {
        "id", "stance", "cue", "said", "quoted", "speaker", "attribution", "actors", "article_id",
        "outlet_id", "stated_at", "claim_id", "score", "provenance",
    },
    "claims": {"id", "text", "status"},
    "enrichment": {"components", "errors"},
}  # fmt: skip
COMPONENT = {"name", "plugin", "version", "outcome", "fingerprint", "seconds"}
ERROR = {"plugin", "component", "exception", "message", "article_id"}
TEXT = (
    "نفى مصدر عسكري في وزارة الدفاع السورية أن تكون روسيا قد سلمت دمشق طائرات، "
    "وقالت صحيفة الشرق الأوسط إن موسكو سلمت دمشق طائرات."
)


class Broken(musnad.Tagger):
    name = "broken"

    def tag(self, document):
        raise ValueError("no")


@pytest.fixture(scope="module")
def enriched():
    return run(
        Broken(), TEXT, title="موسكو ودمشق", outlet="aawsat", published_at="2026-01-02T00:00:00Z",
        installed=True,
    ).enriched  # fmt: skip


@pytest.fixture(scope="module")
def line(enriched):
    return json.loads(article_line(enriched))


def test_the_line_has_the_keys_of_the_design_and_no_others(line):
    assert set(line) == set(LINE)
    assert line["schema_version"] == musnad.model.SCHEMA_VERSION
    for key in ("article", "outlet", "enrichment"):
        assert set(line[key]) == LINE[key], key
    for key in ("mentions", "statements", "claims"):
        assert line[key], f"the text must yield {key}"
        for item in line[key]:
            assert set(item) == LINE[key], key


def test_the_parts_have_the_keys_of_the_design(line):
    for mention in line["mentions"]:
        assert set(mention["provenance"]) == PROVENANCE
        assert all(set(candidate) == {"id", "score"} for candidate in mention["candidates"])
    for statement in line["statements"]:
        assert set(statement["cue"]) == SPAN
        assert set(statement["said"] or SPAN) == SPAN
        assert set(statement["provenance"]) == PROVENANCE
        for speaker in [statement["speaker"], *statement["attribution"]]:
            assert set(speaker) == SPEAKER
            assert set(speaker["span"] or SPAN) == SPAN
    assert all(set(component) == COMPONENT for component in line["enrichment"]["components"])
    (error,) = line["enrichment"]["errors"]
    assert set(error) == ERROR
    assert set(line["article"]["source"] or {"file", "position", "sha256"}) == {
        "file", "position", "sha256",
    }  # fmt: skip


def test_spans_read_what_they_say(line):
    def check(span):
        assert line["article"][span["field"]][span["start"] : span["end"]] == span["surface"]

    for mention in line["mentions"]:
        check(mention)
    for statement in line["statements"]:
        check(statement["cue"])
        for span in (statement["said"], statement["speaker"]["span"]):
            if span:
                check(span)


def test_statements_and_claims_refer_to_each_other(line):
    claims = {claim["id"] for claim in line["claims"]}
    assert {s["claim_id"] for s in line["statements"] if s["claim_id"]} == claims


def test_stable_leaves_out_times_and_nothing_else(enriched, line):
    stable = json.loads(article_line(enriched, stable=True))
    for component in line["enrichment"]["components"]:
        component.pop("seconds")
    assert stable == line


def test_the_schema_in_the_repository_is_that_of_the_code():
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema(), (
        "run: .venv/bin/python -m musnad.output > docs/enrich-schema.json"
    )


def test_lines_are_valid_by_the_schema(enriched):
    rejected = Rejected(
        Source(file="a", position=0, sha256=""), "bad_json", "a, line 1: no", "x", 1
    )
    rules = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for text in (article_line(enriched), article_line(enriched, stable=True), error_line(rejected)):
        rules.validate(json.loads(text))
    assert not rules.is_valid({"schema_version": 1})
    error = json.loads(error_line(rejected))
    assert set(error) == {"schema_version", "error"}
    assert set(error["error"]) == {"code", "message", "source"}
