"""Words that look like names do not become people: with all plugins that are on by default."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from musnad.model import Article, Mention
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings
from musnad_actors.fold import fold
from musnad_actors.lexicon import read_yaml

NAMES: list[dict[str, Any]] = read_yaml("common_names.yaml")
GUARD = [e for e in read_yaml("guard.yaml")["words"] if e.get("type", "person") == "person"]
FAMILY = "الورداني"


def _id(entry: dict[str, Any]) -> str:
    return str(entry["word"])


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Yield all default plugins, with the starter's actors and one for each word that is a name too."""
    file = tmp_path_factory.mktemp("traps") / "people.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for number, entry in enumerate(NAMES):
            names = {"ar": f"{entry['word']} {FAMILY}"}
            alias = {"text": entry["word"], "kind": "short"}
            record = {"id": f"trap-{number}", "type": "person", "names": names, "aliases": [alias]}
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
    settings = Settings(plugins={"actors": {"files": [str(file)]}})
    with Pipeline(Plugins.load(settings)) as opened:
        yield opened


def people(pipeline: Pipeline, text: str) -> list[Mention]:
    result = pipeline.enrich(Article(id="a", title="", body=text))
    assert not result.enrichment.errors
    return [m for m in result.mentions if m.type == "person"]


def touching(word: str, text: str, mentions: list[Mention]) -> list[str]:
    """Return the mentions that touch `word` where it stands in the text."""
    words = text.split(" ")
    at = next(i for i, w in enumerate(words) if fold(w).strip("،.") == fold(word))
    start = sum(len(w) + 1 for w in words[:at])
    end = start + len(words[at])
    return [m.surface for m in mentions if m.start < end and start < m.end]


def test_there_are_enough_traps_each_once() -> None:
    words = [fold(entry["word"]) for entry in NAMES]
    assert len(words) >= 150
    assert len(set(words)) == len(words)
    assert set(words).isdisjoint(fold(entry["word"]) for entry in GUARD)
    assert len({entry["example"] for entry in NAMES}) == len(NAMES)


@pytest.mark.parametrize("entry", NAMES, ids=_id)
def test_a_word_is_no_person(entry: dict[str, Any], pipeline: Pipeline) -> None:
    text = entry["example"]
    assert touching(entry["word"], text, people(pipeline, text)) == []


@pytest.mark.parametrize("entry", GUARD, ids=_id)
def test_a_word_of_the_guard_is_no_person(entry: dict[str, Any], pipeline: Pipeline) -> None:
    text = entry["example"]
    words = fold(text).split()
    # Longer names that no record has («سيرينا …» beside the record's «ويليامز») may be proposed.
    found = [
        m.surface
        for m in people(pipeline, text)
        if m.actor_id or m.candidates or " " not in m.surface
    ]
    assert not any(fold(entry["word"]) in (word, fold(s)) for s in found for word in words), found


@pytest.mark.parametrize("entry", NAMES, ids=_id)
def test_the_word_is_the_person_where_the_full_name_stands(
    entry: dict[str, Any], pipeline: Pipeline
) -> None:
    word = entry["word"]
    text = f"قال {word} {FAMILY} إن الاجتماع تأجل. وأضاف {word} أن الموعد الجديد لم يحدد."
    found = [(m.surface, m.actor_id) for m in people(pipeline, text)]
    number = NAMES.index(entry)
    assert found == [(f"{word} {FAMILY}", f"trap-{number}"), (word, f"trap-{number}")]
