"""Every example of data/datelines.yaml gives the groups that stand beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import musnad_outlets
import pytest
import yaml
from musnad_outlets.datelines import Datelines
from musnad_outlets.registry import load_registry, starter_files

DATA = Path(musnad_outlets.__file__).parent / "data"
PATTERNS = yaml.safe_load((DATA / "datelines.yaml").read_text(encoding="utf-8"))["patterns"]
CASES = [(pattern, example) for pattern in PATTERNS for example in pattern["examples"]]


@pytest.fixture(scope="module")
def datelines() -> Datelines:
    return Datelines(load_registry(starter_files()))


@pytest.mark.parametrize(
    ("pattern", "example"), CASES, ids=[f"{p['id']}: {e['text']}" for p, e in CASES]
)
def test_example(pattern: dict[str, Any], example: dict[str, Any], datelines: Datelines) -> None:
    text, publisher = example["text"], example.get("published_by")
    wanted = {k: v for k, v in example.items() if k not in ("text", "published_by")}
    found = (
        datelines.tail(text, publisher)
        if pattern["where"] == "tail"
        else datelines.byline(text, publisher)
    )
    assert found is not None
    assert dict(found.groups) == wanted
    for part in (*found.outlets, *((found.publisher,) if found.publisher else ())):
        assert text[part.start : part.end] in " ".join(wanted.values())


def test_all_patterns_have_examples() -> None:
    assert all(len(pattern["examples"]) >= 3 for pattern in PATTERNS)
