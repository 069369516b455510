"""`musnad actors` and the resolution of names that people type."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from musnad_actors.authority import Authority, load_authority, starter_files
from musnad_actors.lookup import Lookup, resolve_name


@pytest.fixture(scope="module")
def starter() -> Authority:
    return load_authority(starter_files())


@pytest.fixture(scope="module")
def lookup(starter: Authority) -> Lookup:
    return Lookup(starter)


@pytest.mark.parametrize(
    "text",
    [
        "person-khalifa-haftar",
        "حفتر",
        "خليفة حفتر",
        "خليفه حفتر",
        "خَليفة  حفتر",
        "المشير حفتر",
        "للمشير حفتر",
        "والمشير خليفة حفتر",
        "لحفتر",
        "Haftar",
        "HAFTAR",
        "Hafter",
        "Khalifa Haftar",
        "Khaleefa Heftar",
        "Khalīfa Ḥaftar",
    ],
)
def test_any_name_in_any_spelling_finds_the_actor(text: str, lookup: Lookup) -> None:
    assert lookup.resolve(text)[0].actor.id == "person-khalifa-haftar"


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("الرئيس السوري بشار الأسد", "person-bashar-al-assad"),
        ("وزارة الخارجية السورية", "org-ministry-foreign-syria"),
        ("للجيش الوطني الليبي", "group-lna"),
        ("Turkiye", "state-turkey"),
        ("الحكومة الليبية المؤقتة", "org-libya-interim-government"),
        ("Cavusoglu", "person-mevlut-cavusoglu"),
        ("UN", "org-un"),
    ],
)
def test_bodies_and_states_are_found_too(text: str, actor: str, lookup: Lookup) -> None:
    assert lookup.resolve(text)[0].actor.id == actor


def test_an_ambiguous_name_gives_all_with_reasons(starter: Authority) -> None:
    answers = resolve_name(starter, "الأسد")
    assert {"person-bashar-al-assad", "person-hafez-al-assad"} <= {a.actor.id for a in answers}
    assert all("الأسد" in a.why for a in answers)


def test_an_unknown_name_gives_nothing_but_near_ones(lookup: Lookup) -> None:
    assert lookup.resolve("حفترر") == []
    near = lookup.suggest("حفترر")
    assert near[0].actor.id == "person-khalifa-haftar"
    assert (near[0].alias, near[0].why) == ("حفتر", "written nearly so")
    for nothing in ("", "   ", "؟", "Zzyzx Qwrtp"):
        assert lookup.resolve(nothing) == []


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from musnad.cli import main; main()", "actors", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=60,
        check=False,
    )


OWN = "- {id: own-one, type: person, names: {ar: سالم الورداني}, country: LY}\n"


def test_commands(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "musnad.toml").write_text(
        '[plugins.actors]\nfiles = ["own.yaml"]\n', encoding="utf-8"
    )
    shown = run("show", "سالم الوردانى", "--json", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["id"] == "own-one"
    listed = run("list", "--type", "person", "--country", "ly", "--json", cwd=tmp_path)
    ids = [json.loads(line)["id"] for line in listed.stdout.splitlines()]
    assert "own-one" in ids
    assert "person-khalifa-haftar" in ids
    assert "person-bashar-al-assad" not in ids
    found = run("find", "Haftar", cwd=tmp_path)
    assert "person-khalifa-haftar" in found.stdout
    unknown = run("show", "حفترر", cwd=tmp_path)
    assert unknown.returncode == 1
    assert "حفتر" in unknown.stderr
    assert "Traceback" not in unknown.stderr
    wrong = run("list", "--type", "people", cwd=tmp_path)
    assert wrong.returncode == 1
    assert '"people" is no type' in wrong.stderr


def test_validate(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(OWN, encoding="utf-8")
    good = run("validate", "good.yaml", cwd=tmp_path)
    assert (good.returncode, good.stdout) == (0, "good.yaml: no problems\n")
    (tmp_path / "bad.yaml").write_text(
        OWN + "- {id: own-one, type: person, names: {ar: س}}\n- {id: z, type: x, names: {ar: س}}\n",
        encoding="utf-8",
    )
    bad = run("validate", "bad.yaml", cwd=tmp_path)
    assert bad.returncode == 1
    lines = bad.stdout.splitlines()
    assert lines[0].startswith('bad.yaml:2: id: "own-one" is taken already at bad.yaml:1')
    assert lines[1].startswith('bad.yaml:3: type: "x" is none of')
    assert len(lines) == 2
