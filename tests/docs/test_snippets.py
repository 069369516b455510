"""Every snippet in README and docs is executed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from musnad.plugins import Plugins
from musnad.settings import Settings
from musnad.testing import run

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "examples" / "README.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"^[a-z-]+(?=:)", re.MULTILINE)
ELSEWHERE = (
    "make ",
    "docker ",
    "alias ",
    ".venv/bin/pre-commit",
    "musnad camel ",
    "musnad kibana install ",
)
"""Commands that this test does not run: targets run by .ci/run itself (`make test-ner` downloads camel-tools' data),
and what needs Docker or Kibana."""


def blocks(page, language):
    return [
        code for lang, code in BLOCK.findall(page.read_text(encoding="utf-8")) if lang == language
    ]


def pages_with(language):
    return [pytest.param(page, id=page.name) for page in PAGES if blocks(page, language)]


@pytest.mark.parametrize("page", pages_with("python"))
def test_python_snippets_load_as_a_plugin_and_their_tests_pass(page, tmp_path, monkeypatch):
    file = tmp_path / "snippets.py"
    file.write_text("\n".join(blocks(page, "python")), encoding="utf-8")
    monkeypatch.setitem(sys.modules, "musnad_plugin_file_snippets", None)
    plugins = Plugins.load(Settings(), [file])
    assert plugins.infos["snippets"].state == "on"
    module = sys.modules["musnad_plugin_file_snippets"]
    for name, value in vars(module).items():
        if name.startswith("test_"):
            value()
    outcome = run(module, "دفع 1500 دينار", installed=True)
    outcome.assert_success()
    assert any("دينار" in surface for surface in outcome.surfaces("other"))


@pytest.mark.node
@pytest.mark.slow
@pytest.mark.parametrize("page", pages_with("console"))
def test_commands_run(page, musnad_settings, tmp_path):
    (tmp_path / "state").mkdir()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MUSNAD_STATE_DIR": str(tmp_path / "state"),
        "PYTHONUTF8": "1",
    }
    commands = [
        line[2:].split("  #")[0].strip()
        for code in blocks(page, "console")
        for line in code.splitlines()
        if line.startswith("$ ")
    ]
    assert commands
    for command in commands:
        if command.startswith("make "):
            target = command.split()[1]
            assert target in MAKE.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
        if command.startswith(ELSEWHERE):
            continue
        done = subprocess.run(
            command,
            shell=True,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, f"$ {command}\n{done.stderr}"


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_command_and_hook_is_named_in_the_docs():
    from musnad import hookspecs
    from musnad.cli import app
    from typer.main import get_command

    text = "\n".join(page.read_text(encoding="utf-8") for page in [*PAGES, ROOT / "CHANGELOG.md"])
    text += Path(hookspecs.__file__).read_text(encoding="utf-8")
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        assert name in text, name
    for hook in (name for name in vars(hookspecs) if name.startswith("musnad_")):
        assert hook in text, hook
