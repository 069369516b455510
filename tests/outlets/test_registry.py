"""The registry: starter, files of one's own, errors, what components say about themselves, commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from musnad.errors import NotConfigured
from musnad_actors.authority import AuthorityError
from musnad_outlets import plugin
from musnad_outlets.config import OutletsSettings, load
from musnad_outlets.tagger import OutletTagger
from typer.testing import CliRunner

OWN = """
- id: outlet-sunono-post
  type: outlet
  names: {ar: بريد السنونو, en: Sunono Post}
  domains: [sunono.example]
  kind: newspaper
- id: outlet-reuters
  type: outlet
  names: {ar: رويترز المعدلة}
  kind: agency
"""


def _own(folder: Path, text: str = OWN) -> OutletsSettings:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return OutletsSettings(files=(path,))


def test_the_starter_has_the_outlets_of_the_region() -> None:
    registry = load(OutletsSettings())
    assert len(registry) >= 80
    for record in registry:
        assert record.id.startswith("outlet-")
        assert record.names.get("ar")
    assert {record.kind for record in registry} == {
        "newspaper",
        "agency",
        "channel",
        "site",
        "magazine",
        "radio",
    }


def test_no_domain_belongs_to_two_outlets() -> None:
    seen: dict[str, str] = {}
    for record in load(OutletsSettings()):
        for domain in record.domains:
            assert seen.setdefault(domain, record.id) == record.id, domain


def test_own_files_add_and_override(tmp_path: Path) -> None:
    registry = load(_own(tmp_path))
    post = registry.get("outlet-sunono-post")
    assert registry.on_domain("https://www.sunono.example/1") == post
    changed = registry.get("outlet-reuters")
    assert changed is not None
    assert changed.name == "رويترز المعدلة"
    assert len(registry) == len(load(OutletsSettings())) + 1


def test_own_files_alone(tmp_path: Path) -> None:
    settings = _own(tmp_path).model_copy(update={"starter": False})
    assert [record.id for record in load(settings)] == ["outlet-sunono-post", "outlet-reuters"]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    assert load(_own(tmp_path)).get("outlet-sunono-post") is not None
    assert (
        load(_own(tmp_path, OWN.replace("sunono-post", "sunono"))).get("outlet-sunono-post") is None
    )


def test_without_any_outlet_the_tagger_declines() -> None:
    with pytest.raises(NotConfigured, match=r"plugins\.outlets"):
        OutletTagger(OutletsSettings(starter=False)).open()


def test_errors_name_file_line_and_field(tmp_path: Path) -> None:
    settings = _own(tmp_path, OWN.replace("kind: agency", "kind: pigeon"))
    with pytest.raises(AuthorityError, match=r"own\.yaml:10: kind:.*pigeon"):
        load(settings)


def test_an_actor_in_the_registry_is_refused(tmp_path: Path) -> None:
    person = '- {id: person-x, type: person, names: {ar: "سهيل الريان"}}\n'
    with pytest.raises(AuthorityError, match=r"own\.yaml.*person-x.*plugins\.actors"):
        load(_own(tmp_path, person))


def test_the_tagger_offers_its_records_and_names_what_it_depends_on(tmp_path: Path) -> None:
    settings = _own(tmp_path)
    tagger = OutletTagger(settings)
    tagger.open()
    assert "outlet-sunono-post" in {record.id for record in tagger.authority()}
    resources = [Path(path) for path in tagger.resources()]
    assert settings.files[0] in resources
    assert all(path.is_file() for path in resources)
    tagger.close()


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    plugin.musnad_commands(app)

    @app.command()
    def other() -> None:
        """Make `outlets` a sub-command."""

    return app


def test_list(app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["outlets", "list", "--country", "ly", "--json"])
    assert result.exit_code == 0
    records = [json.loads(line) for line in result.output.splitlines()]
    assert records
    assert {record["country"] for record in records} == {"LY"}
    table = CliRunner().invoke(app, ["outlets", "list", "--kind", "agency"])
    assert "outlet-reuters" in table.output


def test_show(app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("aawsat", "الشرق الاوسط", "https://aawsat.com/x", "outlet-asharq-al-awsat"):
        result = CliRunner().invoke(app, ["outlets", "show", name, "--json"])
        assert [json.loads(line)["id"] for line in result.output.splitlines()] == [
            "outlet-asharq-al-awsat"
        ]
    missing = CliRunner().invoke(app, ["outlets", "show", "بريد السنونو"])
    assert missing.exit_code == 1
    assert "بريد السنونو" in missing.output
    assert CliRunner().invoke(app, ["outlets", "list", "--kind", "pigeon"]).exit_code == 1


def test_a_broken_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "musnad.toml").write_text(
        '[plugins.outlets]\nfiles = ["gone.yaml"]\n', encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-c", "from musnad.cli import main; main()", "outlets", "list"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "gone.yaml: no such file" in done.stderr
    assert "Traceback" not in done.stderr
