"""A reindex that is killed (SIGKILL, a real process) goes on where it was, whatever it was doing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from musnad.reindex.state import load

pytestmark = pytest.mark.slow
MUSNAD = Path(sys.executable).with_name("musnad")
KILLED_AT = ("copying statements", "enriching", "swapped")


def test_killed_again_and_again(
    archive: Any, make_record: Callable[..., dict[str, object]], tmp_path: Path
) -> None:
    archive.ingest(*(make_record(n) for n in range(30)))
    archive.with_plugin()
    actors = json.dumps(archive.settings.plugins["actors"]["files"])
    settings = tmp_path / "musnad.toml"
    settings.write_text(
        f'plugin_files = ["money.py"]\nblocked_plugins = ["names", "camel", "careful"]\n'
        f"[plugins.actors]\nstarter = false\nfiles = {actors}\n",
        encoding="utf-8",
    )
    command = [str(MUSNAD), "-c", str(settings), "reindex", "--yes", "--who", "desk"]
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    former = archive.behind()
    ids: set[str] = set()
    for number, moment in enumerate(KILLED_AT):
        with subprocess.Popen(
            command,
            env=environment,
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process:
            assert process.stderr is not None
            told = []
            for line in process.stderr:
                told.append(line)
                if line.startswith(moment):
                    process.kill()
                    break
            else:
                pytest.fail(f"never came to {moment}: {told}")
        state = load(archive.reader.client, archive.prefix)
        assert state is not None
        ids.add(state.id)
        assert (archive.behind() == former) is (moment != "swapped")
        # Readers and writers go on meanwhile.
        archive.settings = archive.settings.model_copy(update={"state_dir": tmp_path / "other"})
        assert archive.ingest(make_record(100 + number), settle=False).indexed == 1
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "going on with reindex" in done.stderr
    assert len(ids) == 1
    after = archive.stored()
    assert set(after) == {f"a{n:04}" for n in (*range(30), *range(100, 103))}
    other = {
        key: (article["ext"], article["enrichment"]["errors"])
        for key, article in after.items()
        if article["ext"].get("money") != {"count": 1}
    }
    assert other == {}
    assert load(archive.reader.client, archive.prefix) is None
    found = {s["id"] for article in after.values() for s in article["statements"]}
    assert found == set(archive.stored("statements"))
    run = archive.stored("runs")[ids.pop()]
    assert (run["kind"], run["state"]) == ("reindex", "done")
