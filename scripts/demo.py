"""`make demo`: the main job on the sample archive, with each command shown as one would type it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUSNAD = Path(sys.executable).with_name("musnad")
SAMPLE = Path("examples/archive")
CONFIG = SAMPLE / "musnad.toml"


def musnad(*arguments: str, config: bool = True, quiet: bool = False) -> str:
    """Run a command of the command line, show it and what it prints; stop the demo where it fails."""
    words = ["-c", str(CONFIG), *arguments] if config else list(arguments)
    if not quiet:
        print(f"\n$ musnad {shlex.join(words)}", flush=True)
    done = subprocess.run(
        [str(MUSNAD), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )
    if not quiet:
        print(done.stdout, end="", flush=True)
    if done.returncode != 0:
        sys.exit(f"the demo stops here: the command above ended with status {done.returncode}")
    return done.stdout


def heading(text: str) -> None:
    """Print a heading."""
    print(f"\n=== {text}", flush=True)


def main() -> None:
    """Run the demo."""
    started = time.monotonic()
    heading("A private Elasticsearch (the first time it is fetched: 130 MB)")
    if not os.environ.get("MUSNAD_ES_URL"):
        musnad("node", "start", config=False)
    heading("The sample archive: 50 articles of an invented country, 8 outlets, 3 stories")
    musnad("ingest", "--init", str(SAMPLE / "articles.jsonl"))
    heading("Who is in it? Any spelling, prefix or title finds the same actor")
    musnad("search", "--actor", "للفريق القسطلي", "--limit", "3")
    heading("Which articles make claims that are disputed today?")
    musnad("search", "--status", "disputed", "--limit", "3")
    heading("What did one outlet publish about it, citing another?")
    musnad("search", "زيارة", "--outlet", "نداء السهوب", "--limit", "2")
    heading("One claim, with its history")
    found = json.loads(
        musnad("claims", "list", "--status", "disputed", "--limit", "1", "--json", quiet=True)
    )
    if not found["claims"]:
        sys.exit("the demo found no disputed claim: this is a bug")
    musnad("claims", "show", found["claims"][0]["id"])
    heading("Who contradicts whom?")
    musnad("claims", "contradictions", "--limit", "2")
    heading(f"Done in {time.monotonic() - started:.0f} s. What to try next")
    print(
        f"""
  alias musnad={shlex.quote(os.path.relpath(MUSNAD, ROOT))}
  musnad enrich examples/archive/texts/*.txt          # what is found in a text, without Elasticsearch
  musnad -c {CONFIG} search «زيارة سرية» --since 2026-01-15
  musnad -c {CONFIG} claims list --status denied
  musnad -c {CONFIG} actors show "القسطلي"
  musnad doctor                                       # is everything in order?
  musnad node stop                                    # its data stays; `musnad node destroy` removes it

  Status and actors are derived by program; each line says from which sentence."""
    )


if __name__ == "__main__":
    main()
