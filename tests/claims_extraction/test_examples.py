"""The examples beside the linguistic rules: each is what its rule promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from musnad.model import Statement
from musnad_claims.resources import cue_files, load

OTHERS = ["negation.yaml", "traps.yaml", "anaphora.yaml", "shapes.yaml"]


def examples() -> Iterator[Any]:
    for file in cue_files():
        for entry in load(file):
            name = entry.get("rule") or entry["lemma"]
            for number, example in enumerate(entry.get("examples", ())):
                stance = example.get("stance", entry["stance"])
                stance = "no_comment" if stance == "none" else stance
                yield pytest.param(example, stance, id=f"{file}-{name}-{number}")
    for file in OTHERS:
        for number, example in enumerate(load(file)["examples"]):
            yield pytest.param(example, example.get("stance"), id=f"{file}-{number}")


def surface(statement: Statement, what: str) -> str | None:
    span = statement.said if what == "said" else statement.speaker.span
    return None if span is None else span.surface


@pytest.mark.parametrize(("example", "stance"), list(examples()))
def test_example(
    example: dict[str, Any], stance: str, extract: Callable[[str], Sequence[Statement]]
) -> None:
    found = extract(example["text"])
    if example.get("none"):
        assert [(one.cue.surface, one.said and one.said.surface) for one in found] == []
        return
    told = [
        (one.cue.surface, one.stance, surface(one, "speaker"), surface(one, "said"))
        for one in found
    ]
    one = next((one for one in found if one.cue.surface == example["cue"]), None)
    assert one is not None, told
    assert one.stance == stance
    if "speaker" in example:
        assert surface(one, "speaker") == example["speaker"]
    if "kind" in example:
        assert one.speaker.kind == example["kind"]
    assert surface(one, "said") == example.get("said")
    assert one.quoted == example.get("quoted", False)
    assert one.provenance.rule


def test_every_cue_has_an_example() -> None:
    bare = [
        f"{file}: {entry.get('rule') or entry['lemma']}"
        for file in cue_files()
        for entry in load(file)
        if not entry.get("examples")
    ]
    assert bare == []


@pytest.mark.parametrize("example", load("lemmas.yaml")["examples"], ids=lambda one: one["text"])
def test_without_morphology_no_cue_is_known_by_its_lemma(
    example: dict[str, Any], extract: Callable[[str], Sequence[Statement]]
) -> None:
    assert not [one for one in extract(example["text"]) if one.cue.surface == example.get("cue")]
