"""The data files of linking, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from musnad_claims.linking.text import fold

FOLDER = Path(__file__).parent / "data"
EVENTS = FOLDER / "events.yaml"
WORDS = FOLDER / "words.yaml"
POLARITY = FOLDER / "polarity.yaml"
NUMBERS = FOLDER / "numbers.yaml"
BEARING = FOLDER / "bearing.yaml"
STEM_FREQUENCY = FOLDER / "stem_frequency.tsv"
ARTICLE_LINKS = FOLDER / "article_links.json"
ARTICLE_LINKS_ENCODED = FOLDER / "article_links_encoded.json"
FILES = (EVENTS, WORDS, POLARITY, NUMBERS)
"""What decisions between statements depend on."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml reads the rules ten times as fast, where PyYAML was built with it."""


@cache
def load(path: Path) -> Any:
    """Return the content of a data file, read once in a process; nobody changes it."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader


@cache
def word_set(path: Path, *keys: str) -> frozenset[str]:
    """Return the folded words of the list at `keys` of a data file."""
    value = load(path)
    for key in keys:
        value = value[key]
    return frozenset(fold(str(word)) for word in value)


@cache
def number_table(name: str) -> Mapping[str, float]:
    """Return a table of numbers.yaml, with folded words."""
    return {fold(str(word)): value for word, value in load(NUMBERS)[name].items()}
