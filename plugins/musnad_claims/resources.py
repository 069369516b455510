"""Reads the plugin's data files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from musnad.errors import PluginError

from musnad_claims.fold import fold

DATA = Path(__file__).parent / "data"


@cache
def load(name: str) -> Any:
    """Return the content of `data/<name>`. Raises `PluginError` naming the file where it is no YAML."""
    path = DATA / name
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise PluginError(f"claims: data/{name} cannot be read: {error}") from error


@cache
def words(name: str, key: str) -> frozenset[str]:
    """Return the word list `key` of `data/<name>`, folded."""
    return frozenset(fold(str(word)) for word in load(name)[key])


@cache
def word_table(name: str, key: str) -> Mapping[str, frozenset[str]]:
    """Return the mapping `key` of `data/<name>` from a word to a list of words, all folded."""
    table = load(name)[key]
    return {fold(word): frozenset(fold(one) for one in table[word]) for word in table}


@cache
def phrases(name: str, key: str) -> tuple[tuple[str, ...], ...]:
    """Return the phrase list `key` of `data/<name>` as folded words, the longest phrase first."""
    split = (tuple(fold(str(phrase)).split()) for phrase in load(name)[key])
    return tuple(sorted(split, key=len, reverse=True))


def cue_files() -> list[str]:
    """Return the names of the cue files, relative to `data/`."""
    return sorted(f"cues/{path.name}" for path in (DATA / "cues").glob("*.yaml"))


def files() -> Collection[Path]:
    """Return all data files of the statement extractor: its results depend on them."""
    return sorted([*DATA.glob("*.yaml"), *(DATA / "cues").glob("*.yaml")])
