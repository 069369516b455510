"""Every sentence of data/examples.yaml gives what the file says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import musnad_outlets
import pytest
import yaml
from musnad.model import Mention

DATA = Path(musnad_outlets.__file__).parent / "data"
EXAMPLES: list[dict[str, Any]] = yaml.safe_load(
    (DATA / "examples.yaml").read_text(encoding="utf-8")
)
NAMED = [e for e in EXAMPLES if e["outlet"] and not e.get("anaphora")]
UNNAMED = [e for e in EXAMPLES if e["unnamed"]]
TRAPS = [e for e in EXAMPLES if not e["outlet"] and not e["unnamed"]]
ANAPHORA = [e for e in EXAMPLES if e.get("anaphora")]

Outlets = Callable[..., list[Mention]]


def _id(example: dict[str, Any]) -> str:
    return str(example["id"])


def _place(text: str, surface: str, occurrence: int) -> int:
    at = -1
    for _ in range(occurrence):
        at = text.index(surface, at + 1)
    return at


@pytest.mark.parametrize("example", NAMED, ids=_id)
def test_named(example: dict[str, Any], outlets: Outlets) -> None:
    found = outlets(example["text"], outlet=example.get("publisher"))
    start = _place(example["text"], example["surface"], example.get("occurrence", 1))
    assert (start, example["surface"], example["outlet"]) in [
        (m.start, m.surface, m.actor_id) for m in found
    ], [(m.surface, m.actor_id, m.provenance.rule) for m in found]
    wanted = {e["outlet"] for e in NAMED if e["text"] == example["text"]}
    # Whatever else is found must be an outlet too: a second one of a list, or an agency's short name.
    assert len([m for m in found if m.actor_id not in wanted]) <= 1
    assert all(m.actor_id for m in found)


@pytest.mark.parametrize("example", UNNAMED, ids=_id)
def test_unnamed(example: dict[str, Any], outlets: Outlets) -> None:
    (mention,) = outlets(example["text"])
    origin = example.get("country") or example.get("scope")
    assert mention.surface == mention.name == example["surface"]
    assert mention.actor_id is None
    assert not mention.candidates
    assert mention.provenance.rule == (f"unnamed:{origin}" if origin else "unnamed")


@pytest.mark.parametrize("example", TRAPS, ids=_id)
def test_trap(example: dict[str, Any], outlets: Outlets) -> None:
    assert outlets(example["text"]) == []
    assert outlets("افتتح المعرض.", title=example["text"]) == []


@pytest.mark.parametrize("example", ANAPHORA, ids=_id)
def test_the_outlet_that_a_designator_alone_points_to_is_found(
    example: dict[str, Any], outlets: Outlets
) -> None:
    # Resolving «الصحيفة» is for who reads the statement; here the outlet must be there to point to.
    (mention,) = outlets(example["text"])
    assert mention.actor_id == example["outlet"]
    assert mention.end < example["text"].index(example["surface"])


def test_there_are_examples_of_everything() -> None:
    assert len(NAMED) > 50
    assert len(UNNAMED) > 15
    assert len(TRAPS) > 40
    assert ANAPHORA


def test_every_group_of_designators_names_examples_that_exist() -> None:
    raw = yaml.safe_load((DATA / "designators.yaml").read_text(encoding="utf-8"))
    known = {example["id"] for example in EXAMPLES}
    for entry in raw["designators"]:
        assert entry["examples"], entry["id"]
        assert set(entry["examples"]) <= known, entry["id"]
