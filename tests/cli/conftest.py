"""Run the command line as its user would."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

MUSNAD = Path(sys.executable).with_name("musnad")


@dataclass
class Done:
    code: int
    out: str
    err: str


@pytest.fixture
def musnad(tmp_path):
    """Return a function that runs `musnad` in an empty folder; a stack trace fails the test at once."""

    def run(*arguments, stdin=None, **environment):
        done = subprocess.run(
            [str(MUSNAD), *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "200", **environment},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    return run
