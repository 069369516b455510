"""From the articles of the sample archive to the status of its claims, as benchmarks/eval_stories.py counts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "eval_stories.py"
RIGHT = 12
"""Claims with the right status at the last count."""
PLACES = 55
"""Annotated places in the cluster of their claim, a little under the last count."""


def test_claims_of_the_sample_archive_do_not_get_worse() -> None:
    run = subprocess.run(
        [sys.executable, str(SCRIPT), "--json"], capture_output=True, text=True, check=True
    )
    claims = json.loads(run.stdout)
    right = {claim["key"] for claim in claims if claim["got"] == claim["expected"]}
    assert len(right) >= RIGHT, sorted({claim["key"] for claim in claims} - right)
    assert sum(claim["in_cluster"] for claim in claims) >= PLACES
    # What is annotated for one claim must not lead to another.
    assert sum(claim["foreign"] for claim in claims) == 0
