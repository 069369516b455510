"""`make test-wheel`: build the wheel, install it in a fresh environment with the run-time lock, use it there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ARTICLE = (
    "وزير الخارجية ينفي\nنفى وزير الخارجية السوري خبر زيارته إلى موسكو، وقال إنه لم يغادر دمشق.\n"
)

# Pages that ask nothing of an archive: templates, words and static files must be there.
PAGE = """
import re
from musnad.archive.read import ArchiveReader
from musnad.serve import create_app
client = create_app(ArchiveReader(None, "musnad")).test_client()
page = client.get("/help?lang=en").get_data(as_text=True)
assert "What the marks mean" in page
files = re.findall('"(/static/[^"]+)"', page)
assert len(files) == 3 and all(client.get(file).status_code == 200 for file in files), files
"""


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a program and return what it printed; stop where it fails."""
    # Nothing of the checkout may help: neither its packages nor its settings.
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "MUSNAD_CONFIG"}}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**environment, "PYTHONUTF8": "1"},
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout)
        sys.exit(f"failed ({done.returncode}): {' '.join(str(part) for part in command)}")
    return done.stdout


def main() -> None:
    """Build, install, use."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist")
        (wheel,) = (folder / "dist").glob("*.whl")
        print(f"built {wheel.name}, {wheel.stat().st_size / 1e6:.1f} MB")
        venv.create(folder / "env", with_pip=True)
        python = folder / "env" / "bin" / "python"
        install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
        run(*install, "--require-hashes", "-r", ROOT / "requirements" / "runtime.txt")
        run(*install, wheel)
        musnad = folder / "env" / "bin" / "musnad"
        (folder / "article.txt").write_text(ARTICLE, encoding="utf-8")
        plugins = json.loads(run(musnad, "plugins", "--json", cwd=folder))
        off = [
            plugin
            for plugin in plugins["plugins"]
            # The data of one is the user's to fetch, the time that another takes is theirs to give; they say so.
            if plugin["state"] != "on"
            and not any(
                hint in plugin["reason"]
                for hint in ("musnad camel install", "[plugins.careful]", "[plugins.embeddings]")
            )
        ]
        if off or not plugins["components"]:
            sys.exit(f"plugins are off in the wheel: {off}")
        line = json.loads(run(musnad, "enrich", "--json", "article.txt", cwd=folder))
        if line["enrichment"]["errors"] or not line["mentions"] or not line["statements"]:
            sys.exit(f"the wheel finds nothing, or fails: {line['enrichment']['errors']}")
        found = run(
            python,
            "-c",
            "from musnad.archive.mappings import load; print(sorted(load('articles')))",
            cwd=folder,
        )
        if "mappings" not in found:
            sys.exit("the mapping files are not in the wheel")
        pack = run(musnad, "kibana", "export", cwd=folder).splitlines()
        if sum(json.loads(line)["type"] == "dashboard" for line in pack) != 4:
            sys.exit("the Kibana pack is not in the wheel")
        run(python, "-c", PAGE, cwd=folder)
        print(
            f"from the wheel: {len(line['mentions'])} mentions, {len(line['statements'])} statements, "
            "mappings and reading page there"
        )


if __name__ == "__main__":
    main()
