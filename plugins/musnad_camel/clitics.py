"""Where a word begins and ends without its clitics: by camel-tools' names of them, checked against its letters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "data" / "clitics.yaml"


@dataclass(frozen=True, slots=True)
class Spellings:
    """The letters of clitics by the first part of their names."""

    proclitics: dict[str, tuple[str, ...]]
    enclitics: dict[str, tuple[str, ...]]


@cache
def spellings() -> Spellings:
    """Return what `data/clitics.yaml` says."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Spellings(
        {name: tuple(letters) for name, letters in content["proclitics"].items()},
        {name: tuple(letters) for name, letters in content["enclitics"].items()},
    )


def cut(word: str, proclitics: tuple[str, ...], enclitic: str) -> tuple[int, int]:
    """Return (start, end) of `word` without its clitics, outermost proclitic first.

    A clitic whose letters do not stand there (a spelling nobody foresaw, a vowel mark between) ends the cutting
    on its side; at least one letter is always left.
    """
    start, end = 0, len(word)
    for clitic in proclitics:
        if clitic:
            letters = spellings().proclitics.get(clitic.split("_", 1)[0], ())
            found = next((s for s in letters if word.startswith(s, start)), None)
            if found is None or start + len(found) >= end:
                break
            start += len(found)
    if enclitic:
        letters = spellings().enclitics.get(enclitic.split("_", 1)[0], ())
        found = next((s for s in letters if word.endswith(s, start + 1)), None)
        if found is not None and end - len(found) > start:
            end -= len(found)
    return start, end
