"""docs/authority.md: its example files load as they stand, and mean what the page says."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from musnad.model import Mention
from musnad_actors.authority import load_authority, validate
from musnad_actors.config import ActorsSettings
from typer.testing import CliRunner

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "authority.md").read_text(encoding="utf-8")
SHELL = re.findall(r"^```shell\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
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


def _files(folder: Path) -> None:
    (folder / "our-actors.yaml").write_text(BLOCKS["yaml"], encoding="utf-8")
    (folder / "musnad.toml").write_text(
        '[plugins.actors]\nstarter = false\nfiles = ["our-actors.yaml"]\n', encoding="utf-8"
    )
    people = [{"id": "p1", "name": "نوال الشراع"}]
    (folder / "parliament.popolo.json").write_text(
        json.dumps({"persons": people}), encoding="utf-8"
    )
    (folder / "members.csv").write_text("الاسم;البلد\nهدى السمان;LY\n", encoding="utf-8")
    entity = {
        "id": "x1",
        "schema": "Person",
        "properties": {"name": ["قاسم القسطلي"], "country": ["ly"]},
    }
    (folder / "entities.ftm.json").write_text(json.dumps(entity) + "\n", encoding="utf-8")
    human = {"rank": "normal", "mainsnak": {"datavalue": {"value": {"id": "Q5"}}}}
    item = {"id": "Q7", "labels": {"ar": {"value": "سلمى الوراق"}}, "claims": {"P31": [human]}}
    dump = gzip.compress(("[\n" + json.dumps(item) + "\n]\n").encode())
    (folder / "dump.json.gz").write_bytes(dump)


def test_the_commands_do_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but `apply` and `suggest`, which need an archive: tests/archive and test_suggestions.py run these."""
    from musnad.commands import context
    from musnad_actors.commands import app

    _files(tmp_path)
    monkeypatch.chdir(tmp_path)
    last = ""
    for line in "".join(SHELL).splitlines():
        arguments = shlex.split(line)
        assert arguments[:2] == ["musnad", "actors"]
        if "suggest" in line:
            continue
        if arguments[2] == "undo":
            arguments[3] = last
        context.context.__dict__.clear()
        context.context.config = tmp_path / "musnad.toml"
        done = CliRunner().invoke(app, arguments[2:])
        assert done.exit_code == 0, f"$ {line}\n{done.output}\n{done.exception!r}"
        decision = re.search(r"\(decision ([^)]+)\)", done.output)
        last = decision[1] if decision else last
        if "show person-layla-2" in line:
            assert "person-layla-mansouri" in done.output
    imported = [
        tmp_path / f
        for f in ("parliament.jsonl", "members.yaml", "entities.jsonl", "wikidata.jsonl")
    ]
    assert validate(imported) == []
    assert [len(load_authority([path])) for path in imported] == [1, 1, 1, 1]
    assert len(load_authority([tmp_path / "ours.csv"])) == 5
