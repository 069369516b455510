"""The linguistic lists are true to the examples that stand beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from musnad.document import Document
from musnad_arabic import rules

Analyze = Callable[..., Document]


def examples(name: str) -> list[dict[str, Any]]:
    data = yaml.safe_load((rules.FOLDER / name).read_text(encoding="utf-8"))
    assert data["examples"]
    return list(data["examples"])


def sentences(document: Document, *kinds: str) -> list[str]:
    """Return the sentences as they stand in the original."""
    return [
        document.text[slice(*document.original(s.start, s.end))]
        for s in document.sentences
        if not kinds or s.kind in kinds
    ]


@pytest.mark.parametrize("example", examples("abbreviations.yaml"), ids=lambda e: e["text"])
def test_abbreviations(analyze: Analyze, example: dict[str, Any]) -> None:
    document = analyze(example["text"])
    if "sentences" in example:
        assert sentences(document) == example["sentences"]
    if "words" in example:
        assert [document.normalized.text[t.start : t.end] for t in document.tokens] == example[
            "words"
        ]


@pytest.mark.parametrize("example", examples("datelines.yaml"), ids=lambda e: e["text"])
def test_datelines(analyze: Analyze, example: dict[str, Any]) -> None:
    document = analyze(example["text"])
    expected = [example["dateline"]] if example["dateline"] else []
    assert sentences(document, "dateline") == expected
    rest = example["text"].removeprefix(example["dateline"] or "").strip()
    assert sentences(document, "sentence", "heading") == (rest.split("\n") if rest else [])


@pytest.mark.parametrize("example", examples("quality.yaml"), ids=lambda e: e["text"])
def test_quality(analyze: Analyze, example: dict[str, Any]) -> None:
    found = [[note.kind, note.span.surface] for note in analyze(example["text"])["quality"]]
    assert found == example["notes"]


def test_files_hold_no_key_that_nobody_reads() -> None:
    known = {
        "abbreviations.yaml": {"titles", "units", "letters", "spaced", "examples"},
        "datelines.yaml": {"places", "sources", "roles", "months", "noise", "examples"},
        "quality.yaml": {"doubled", "prefixes", "examples"},
    }
    assert {path.name for path in rules.FILES} == set(known)
    for path in rules.FILES:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert set(data) == known[path.name]
        for key, values in data.items():
            if key != "examples":
                # YAML makes booleans and numbers of unquoted words («no», «1»).
                assert all(isinstance(value, str) for value in values), (path.name, key)
