"""The words of the page in two languages, with numbers and dates as each writes them.

All words are data: `messages.yaml`, `months.yaml`, `reasons.yaml`, beside this file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from musnad.timezone import local

Language = Literal["ar", "en"]
LANGUAGES: tuple[Language, ...] = ("ar", "en")
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "ps", "ckb", "syr")
Forms = str | Mapping[str, str]
FENCE, END = "\u2068", "\u2069"
"""First strong isolate and its end: what stands between them cannot change the order of the words around."""
_CONTROLS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def load(name: str) -> Any:
    """Return the content of a data file beside this module."""
    text = (files("musnad.serve") / name).read_text(encoding="utf-8")
    return yaml.safe_load(text)


@cache
def messages() -> Mapping[str, Mapping[str, Forms]]:
    """Return all texts: by key, then by language."""
    found: Mapping[str, Mapping[str, Forms]] = load("messages.yaml")
    return found


def plural(language: Language, number: int) -> str:
    """Return the form that a number takes, after the plural rules of Unicode CLDR."""
    if language == "en":
        return "one" if number == 1 else "other"
    if number in (0, 1, 2):
        return ("zero", "one", "two")[number]
    last = number % 100
    return "few" if 3 <= last <= 10 else "many" if 11 <= last <= 99 else "other"


def without_controls(text: str) -> str:
    """Return a name or title for use inside a line: without what would end the fence around it."""
    return text.translate(_CONTROLS)


def fenced(text: str) -> str:
    """Return `text` so that it leaves the order of the words around it alone, whatever is in it."""
    return f"{FENCE}{without_controls(text)}{END}"


def direction(language: str) -> str:
    """Return `rtl` or `ltr`."""
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


class Words:
    """The texts of one language."""

    def __init__(self, language: Language, zone: tzinfo = UTC) -> None:
        self.zone = zone
        self.language = language
        self.direction = direction(language)
        self.other: Language = "en" if language == "ar" else "ar"

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key with its values in place. Raises `KeyError` for no such key.

        A text with forms takes the one of `n`. Values are fenced, so that a name in the other direction, or one
        with controls of direction in it, leaves the sentence in order.
        """
        forms = messages()[key][self.language]
        if not isinstance(forms, str):
            forms = forms[plural(self.language, int(str(values["n"])))]
        if not values:
            return forms
        told = {
            name: f"{value:,}" if isinstance(value, int) else fenced(str(value))
            for name, value in values.items()
        }
        return forms.format_map(told)

    def term(self, group: str, value: str | None) -> str:
        """Return the word for a value of the data (`stance`, `denies`), the value itself where there is none."""
        found = messages().get(f"{group}.{value}")
        return str(found[self.language]) if found else value or ""

    def date(self, moment: datetime | None, precision: str | None = None) -> str:
        """Return a date as it is written, in the archive's time zone: to the day, month or year that is known."""
        if moment is None:
            return self("date.unknown")
        moment = local(moment, self.zone)
        month = load_months()[self.language][moment.month - 1]
        if precision == "year":
            return f"{moment.year}"
        if precision == "month":
            return f"{month} {moment.year}"
        return f"{moment.day} {month} {moment.year}"

    def month(self, key: str) -> str:
        """Return a month («2026-01») in words."""
        year, number = key.split("-")
        return f"{load_months()[self.language][int(number) - 1]} {year}"

    def reason(self, sentence: str, name_of: Callable[[str], str]) -> str:
        """Return why a claim has its status; `name_of` makes a name of an actor's id."""
        for pattern, forms in _reasons("sentences"):
            if match := pattern.fullmatch(sentence):
                told = {
                    key: fenced(self._somebody(value, name_of))
                    for key, value in match.groupdict().items()
                }
                return forms[self.language].format_map(told)
        return sentence

    def _somebody(self, who: str, name_of: Callable[[str], str]) -> str:
        for pattern, forms in _reasons("somebody"):
            if match := pattern.fullmatch(who):
                told = {key: name_of(value) for key, value in match.groupdict().items()}
                return forms[self.language].format_map(told)
        return name_of(who)


@cache
def load_months() -> Mapping[str, list[str]]:
    """Return the names of the months by language."""
    found: Mapping[str, list[str]] = load("months.yaml")
    return found


@cache
def _reasons(part: str) -> list[tuple[re.Pattern[str], Mapping[str, str]]]:
    return [(_pattern(row["en"]), row) for row in load("reasons.yaml")[part]]


def _pattern(sentence: str) -> re.Pattern[str]:
    """Return the pattern of a sentence in which {names} stand for anything."""
    parts = re.split(r"\{(\w+)\}", sentence)
    return re.compile(
        "".join(f"(?P<{p}>.+?)" if i % 2 else re.escape(p) for i, p in enumerate(parts)), re.DOTALL
    )
