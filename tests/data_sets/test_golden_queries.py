"""The golden queries name articles that exist, and never the same one as expected and forbidden."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent.parent / "data"
ARCHIVE = Path(__file__).parents[2] / "examples" / "archive" / "articles.jsonl"
CLASSES = {
    "spelling", "proclitic", "definite", "broken_plural", "dual_feminine", "pronoun_suffix",
    "name_or_word", "name", "several_words", "phrase", "latin", "digits",
}  # fmt: skip


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def golden() -> dict[str, Any]:
    text = (DATA / "golden_queries.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def test_every_named_article_exists() -> None:
    golden_set = golden()
    urls = [record["url"] for record in records(ARCHIVE)]
    assert sorted(golden_set["articles"].values()) == sorted(urls)
    ours = [record["id"] for record in records(DATA / "golden_articles.jsonl")]
    assert len(set(ours)) == len(ours)
    known = set(ours) | set(golden_set["articles"])
    for query in golden_set["queries"]:
        assert set(query["expected"]) | set(query["forbidden"]) <= known, query["query"]


def test_queries_are_of_the_format() -> None:
    queries = golden()["queries"]
    assert len(queries) >= 130
    assert len({query["query"] for query in queries}) == len(queries)
    for query in queries:
        assert set(query) - {"note"} == {"query", "class", "expected", "forbidden"}
        assert query["class"] in CLASSES
        assert query["expected"] or query["forbidden"], query["query"]
        assert not set(query["expected"]) & set(query["forbidden"]), query["query"]
    counts = Counter(query["class"] for query in queries)
    assert set(counts) == CLASSES
    assert sum(bool(query["forbidden"]) for query in queries) >= 40
