"""The archive knows a name in every spelling of the data file, without the authority's files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from musnad.archive.read import ArchiveReader
from musnad.search import resolve_name

FILE = Path(__file__).parent.parent / "data" / "spellings.yaml"
ROWS: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["records"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_spelling_finds_its_actor_alone(
    row: dict[str, Any], spellings: ArchiveReader
) -> None:
    for asked in row["asked"]:
        answer = resolve_name(spellings, asked, outlets=False)
        assert [actor.id for actor in answer.actors] == [row["id"]], asked
        assert answer.why, asked


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_another_name_does_not(row: dict[str, Any], spellings: ArchiveReader) -> None:
    for asked in row["others"]:
        answer = resolve_name(spellings, asked, outlets=False)
        assert row["id"] not in {actor.id for actor in answer.actors}, asked


def test_a_typing_error_gets_the_name_as_near_and_the_count_of_articles(
    spellings: ArchiveReader,
) -> None:
    answer = resolve_name(spellings, "خالد حفتار", outlets=False)
    assert answer.actors == ()
    assert (answer.near[0].id, answer.near_names[0]) == ("p-khaled", "خالد حفتان")
    assert answer.containing == 1
    latin = resolve_name(spellings, "Khaled Hafatran", outlets=False)
    assert (latin.near[0].id, latin.containing) == ("p-khaled", 0)
