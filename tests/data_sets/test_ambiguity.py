"""The ambiguity set is consistent: focuses lie where they claim, golds are actors of its authority."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent.parent / "data" / "ambiguity"
ITEM = {"id", "text", "published_at", "focus", "gold", "class", "resolved_by", "half"}
GOLD_OF = {
    "context": str,
    "open": list,
    "not_a_name": type(None),
    "plain": str,
    "unlisted": type(None),
}


def sentences() -> list[dict[str, Any]]:
    lines = (FOLDER / "sentences.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def authority() -> dict[str, set[str]]:
    """Each actor's Arabic names and aliases."""
    records = yaml.safe_load((FOLDER / "authority.yaml").read_text(encoding="utf-8"))
    return {
        record["id"]: {record["names"]["ar"]} | {a["text"] for a in record.get("aliases", [])}
        for record in records
    }


def test_items_are_of_the_format() -> None:
    names = authority()
    for item in sentences():
        assert set(item) == ITEM
        focus = item["focus"]
        assert item["text"][focus["start"] : focus["end"]] == focus["surface"], item["id"]
        assert isinstance(item["gold"], GOLD_OF[item["class"]]), item["id"]
        assert (item["class"] == "context") == (item["resolved_by"] is not None), item["id"]
        if item["published_at"] is not None:
            date.fromisoformat(item["published_at"])
        golds = item["gold"] if isinstance(item["gold"], list) else [item["gold"]]
        assert {gold for gold in golds if gold} <= names.keys(), item["id"]


def test_what_is_open_may_mean_each_of_its_candidates() -> None:
    names = authority()
    for item in sentences():
        if item["class"] == "open":
            assert len(item["gold"]) >= 2, item["id"]
            assert all(item["focus"]["surface"] in names[gold] for gold in item["gold"]), item["id"]


def test_classes_are_all_well_represented_in_both_halves() -> None:
    items = sentences()
    counts = Counter((item["half"], item["class"]) for item in items)
    least = {"context": 40, "open": 25, "not_a_name": 20, "plain": 15, "unlisted": 5}
    for half in ("tune", "report"):
        assert all(counts[half, name] >= number for name, number in least.items()), counts
    assert len({item["text"] for item in items}) == len(items) >= 220
