"""The linguistic lists of this plugin, read from `data/*.yaml`.

Each file has `examples` beside its lists; the tests run them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from musnad_arabic.matching import key_form

FOLDER = Path(__file__).parent / "data"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FILES = tuple(FOLDER / name for name in ("abbreviations.yaml", "datelines.yaml", "quality.yaml"))


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """Words whose full stop is no end of a sentence."""

    titles: frozenset[str]
    """Written without the stop; a name follows."""
    units: frozenset[str]
    """Follow a number, with or without a space between."""
    letters: frozenset[str]
    """Names of Latin letters, as in «جي. كيه.»."""
    spaced: frozenset[str]
    """Initials written with spaces, taken as one word."""


@dataclass(frozen=True, slots=True)
class Datelines:
    """Words by which the head of an article is recognized, in key form."""

    places: frozenset[str]
    sources: frozenset[str]
    """Agencies and outlets."""
    roles: frozenset[str]
    """What stands before a reporter's name, or in place of a source."""
    months: frozenset[str]
    noise: tuple[str, ...]
    """Page furniture that some collections leave before the dateline."""


@dataclass(frozen=True, slots=True)
class QualityRules:
    """What looks like an error and is none."""

    doubled: frozenset[str]
    """Words that are rightly written twice."""
    prefixes: frozenset[str]
    """Written without a space before numbers, Latin words and quotation marks."""


def _read(name: str) -> dict[str, Any]:
    data = yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    return dict(data)


@cache
def abbreviations() -> Abbreviations:
    """Return the rules of `data/abbreviations.yaml`."""
    data = _read("abbreviations.yaml")
    return Abbreviations(
        **{name: frozenset(data[name]) for name in ("titles", "units", "letters", "spaced")}
    )


@cache
def datelines() -> Datelines:
    """Return the rules of `data/datelines.yaml`."""
    data = _read("datelines.yaml")
    sets = {
        name: frozenset(map(key_form, data[name]))
        for name in ("places", "sources", "roles", "months")
    }
    return Datelines(**sets, noise=tuple(data["noise"]))


@cache
def quality() -> QualityRules:
    """Return the rules of `data/quality.yaml`."""
    data = _read("quality.yaml")
    return QualityRules(frozenset(data["doubled"]), frozenset(data["prefixes"]))
