"""The labelled passages say what they mean: spans lie where they claim, values are of the format."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "data" / "statements"
PASSAGE = {"id", "source", "day", "title", "text", "stratum", "statements"}
STATEMENT = {
    "cue", "stance", "speaker", "speaker_kind", "said", "quoted",
    "start", "speaker_start", "said_start",
}  # fmt: skip
STANCES = {"asserts", "denies", "confirms", "doubts", "no_comment"}
KINDS = {"person", "organization", "outlet", "unnamed_source", "document", "none"}
OPENERS = {"«": "»", "“": "”"}


def passages(name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def inside_quotes(text: str, start: int) -> bool:
    before = text[:start]
    return before.count('"') % 2 == 1 or any(
        before.count(left) > before.count(right) for left, right in OPENERS.items()
    )


@pytest.mark.parametrize("name", ["dev.jsonl", "held_out.jsonl"])
def test_every_span_is_where_it_says(name: str) -> None:
    for passage in passages(name):
        assert set(passage) == PASSAGE
        date.fromisoformat(passage["day"])
        text = passage["text"]
        for statement in passage["statements"]:
            assert set(statement) == STATEMENT, passage["id"]
            assert statement["stance"] in STANCES
            assert statement["speaker_kind"] in KINDS
            assert (statement["speaker"] is None) == (statement["speaker_kind"] == "none")
            for words, at in (
                ("cue", "start"),
                ("speaker", "speaker_start"),
                ("said", "said_start"),
            ):
                if statement[words] is None:
                    assert statement[at] is None
                    assert words != "cue"
                else:
                    assert text.startswith(statement[words], statement[at]), passage["id"]
                    assert statement[words] == statement[words].strip()
            if statement["quoted"]:
                assert inside_quotes(text, statement["said_start"]), passage["id"]
        cues = [(s["start"], s["cue"]) for s in passage["statements"]]
        assert len(cues) == len(set(cues)), passage["id"]


def test_both_halves_are_large_and_apart() -> None:
    dev, held_out = passages("dev.jsonl"), passages("held_out.jsonl")
    everything = dev + held_out
    assert len(dev) >= 80
    assert len(held_out) >= 80
    for field in ("id", "text"):
        assert len({passage[field] for passage in everything}) == len(everything)
    stances = Counter(s["stance"] for passage in everything for s in passage["statements"])
    least = {"asserts": 90, "denies": 30, "no_comment": 25, "confirms": 20, "doubts": 20}
    assert all(stances[stance] >= number for stance, number in least.items()), stances
    assert sum(not passage["statements"] for passage in everything) >= 30
