"""docs/authority.md: its example files load as they stand, and mean what the page says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from musnad.model import Mention
from musnad_actors.authority import load_authority, validate
from musnad_actors.config import ActorsSettings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "authority.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
Tag = Callable[..., list[Mention]]


@pytest.mark.parametrize("format_", ["yaml", "json", "csv"])
def test_the_example_file_has_no_problem(format_: str, tmp_path: Path) -> None:
    file = tmp_path / f"actors.{format_}"
    file.write_text(BLOCKS[format_], encoding="utf-8")
    assert validate([file]) == []
    assert len(load_authority([file])) == {"yaml": 2, "json": 1, "csv": 1}[format_]


def test_the_csv_says_the_same_as_the_yaml(tmp_path: Path) -> None:
    actors = {}
    for format_ in ("yaml", "csv"):
        file = tmp_path / f"actors.{format_}"
        file.write_text(BLOCKS[format_], encoding="utf-8")
        actors[format_] = load_authority([file]).records["person-salem-alwardani"]
    assert actors["csv"].names == actors["yaml"].names
    assert actors["csv"].titles == actors["yaml"].titles
    assert {(a.text, a.kind) for a in actors["csv"].aliases} & {
        (a.text, a.kind) for a in actors["yaml"].aliases
    } == {("الورداني", "short"), ("أبو راشد", "kunya")}


def test_the_names_mean_what_the_page_says(tmp_path: Path, tag: Tag) -> None:
    file = tmp_path / "actors.yaml"
    file.write_text(BLOCKS["yaml"], encoding="utf-8")
    records = list(load_authority([file]))
    found = tag(records, "وصل سالم الورداني. ثم قال للمحافظ الورداني ضيوفه: شكرا.")
    assert [m.surface for m in found] == ["سالم الورداني", "الورداني"]
    for year, count in ((2018, 0), (2020, 1)):
        day = datetime(year, 6, 1, tzinfo=UTC)
        assert (
            len(tag(records, "قال محافظ مرسى الياسمين إن الميناء مفتوح.", published=day)) == count
        )


def test_the_settings_name_files() -> None:
    table = tomllib.loads(BLOCKS["toml"])["plugins"]["actors"]
    assert [str(path) for path in ActorsSettings(**table).files] == ["our-actors.yaml"]
