"""The command that scores the tagging of names: its terms, on a text with the shipped authority."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from musnad_names.corpus import Sentence
from musnad_names.scoring import Counts, prf

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def main() -> Callable[[list[str]], int]:
    return runpy.run_path(str(BENCHMARKS / "eval_entities.py"))["main"]  # type: ignore[no-any-return]


def score(main: Any, path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    assert main([str(path), "--json", "--only", ""]) == 0
    return json.loads(capsys.readouterr().out)["rows"][0]["scores"]


def test_a_mention_stands_for_every_token_it_touches(
    main: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """«وبالسعودية» with its proclitics is one token; states are LOC, armed groups ORG, MISC is nothing."""
    path = tmp_path / "c.txt"
    path.write_text(
        "التقى O\nوزير O\nقطر B-LOC\nوفدا O\nمن O\nحركة O\nحماس B-ORG\nوبالولايات B-LOC\nالمتحدة I-LOC\n"
        "مليون O\nدولار B-MISC\n. O\n\nزار O\nخليفة B-PERS\nحفتر I-PERS\nدمشق B-LOC\n. O\n",
        encoding="utf-8",
    )
    scores = score(main, path, capsys)
    assert scores["LOC"]["f1"] == 100
    assert scores["PERS"]["f1"] == 100
    assert scores["ORG"]["gold"] == 1
    assert scores["all"]["gold"] == 5


def test_says_what_is_wrong_with_the_file(
    main: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.txt"
    path.write_text("زار\n", encoding="utf-8")
    assert main([str(path)]) == 1
    assert "c.txt:1: expected a token and a tag" in capsys.readouterr().err


def test_scores_are_of_exact_spans_and_kinds() -> None:
    one = Sentence(tuple("abcd"), ("B-PERS", "I-PERS", "O", "B-LOC"))
    counts = Counts()
    counts.add(one.spans(), [(0, 1, "PERS"), (3, 4, "LOC")])
    assert prf([counts]) == {"precision": 50.0, "recall": 50.0, "f1": 50.0, "gold": 2, "found": 2}
    assert prf([counts], ("PERS",))["f1"] == 0.0
