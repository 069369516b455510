"""The benchmark's arithmetic, on passages of our own."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def scores() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "eval_statements.py"
    spec = importlib.util.spec_from_file_location("eval_statements", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_token_f1(scores: ModuleType) -> None:
    assert scores.token_f1(None, None) == 1
    assert scores.token_f1("المدير", None) == 0
    assert scores.token_f1("«المدير العام»", "المدير العام") == 1
    assert scores.token_f1("المدير العام", "المدير") == pytest.approx(2 / 3)


def test_the_whole_run(
    scores: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "وقال المدير إن المصنع يعمل. ونفت الوزارة خبر الإغلاق."
    statement = {
        "cue": "قال",
        "stance": "asserts",
        "speaker": "المدير",
        "speaker_kind": "person",
        "said": "المصنع يعمل",
        "quoted": False,
        "start": 1,
    }
    gold = {"id": "1", "source": "x", "title": "", "text": text, "statements": [statement]}
    none = {
        "id": "2",
        "source": "x",
        "title": "",
        "text": "وقال المدير إن العمل باق.",
        "statements": [],
    }
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in (gold, none)), encoding="utf-8")
    assert scores.main([str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["cue_and_stance"]["recall"] == 100
    assert found["cue_and_stance"]["precision"] == pytest.approx(33.3)
    assert found["speaker"] == found["said"] == 100
    assert found["false_alarms_in_those"] == found["passages_with_false_alarms"] == 1
    low, high = found["cue_and_stance"]["interval_95"]
    assert low <= found["cue_and_stance"]["f1"] <= high
    assert found["speaker_interval_95"] == found["said_interval_95"] == [0.0, 100.0]
    assert found["by_stance"]["asserts"]["interval_95"][1] == 100


def test_a_bad_file_is_one_sentence(
    scores: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("{", encoding="utf-8")
    assert scores.main([str(path)]) == 1
    assert "gold.jsonl" in capsys.readouterr().err
