"""The names and patterns of this plugin, read from `data/*.yaml`; the tests run the examples beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import yaml
from musnad.dates import Calendar
from musnad_arabic.matching import key_form

FOLDER = Path(__file__).parent / "data"
FILES = tuple(
    FOLDER / name for name in ("names.yaml", "relative.yaml", "context.yaml", "patterns.yaml")
)
CALENDARS: tuple[Calendar, ...] = get_args(Calendar)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PART = re.compile(r"<([A-Z][A-Z0-9]*)>")
_DUAL = (
    r"(?P<month><MONTHNAME>)(?!\w)(?P<dual> ?[/-] ?| ?\( ?| )(?P<month2><MONTHNAME>)(?!\w)(?: ?\))?"
)
_SINGLE = r"(?P<month><MONTHNAME>)(?!\w)"


@dataclass(frozen=True, slots=True)
class MonthName:
    """What a name of a month says."""

    calendar: Calendar
    month: int
    sets: frozenset[str]
    """Naming sets of the Gregorian calendar that it belongs to."""
    rare: bool
    """A common word too: a date only with day and year, or beside another name of the month."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of writing dates."""

    name: str
    regexes: tuple[re.Pattern[str], ...]
    before: frozenset[str]
    """Words of which one must stand before; none where it is empty."""


@dataclass(frozen=True, slots=True)
class Names:
    """What words mean, all in key form."""

    months: Mapping[str, MonthName]
    weekdays: Mapping[str, int]
    marks: Mapping[str, Calendar]
    ordinals: Mapping[str, int]
    numbers: Mapping[str, int]
    days: Mapping[str, int]
    """Days from that of publication."""
    units: Mapping[str, str]
    modifiers: Mapping[str, int]
    ago: Mapping[str, tuple[str, int | None]]


@dataclass(frozen=True, slots=True)
class Patterns:
    """All ways of writing dates."""

    number: tuple[Pattern, ...]
    """Tried at a number."""
    word: Mapping[str, tuple[Pattern, ...]]
    """Tried at a word: by their first word."""
    same_day: re.Pattern[str]
    """What stands between two dates that name one day."""
    to: re.Pattern[str]
    """What stands between the ends of a range."""


@cache
def _read(name: str) -> dict[str, Any]:
    data = yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    return dict(data)


def fold(text: str) -> str:
    """Return words of a data file as the key view has them."""
    return key_form(str(text).replace("ـ", ""))


def said(words: str) -> str:
    """Return words of a match as the tables of names have them: one space between."""
    return " ".join(words.split())


def _folded(words: Iterable[str]) -> list[str]:
    return [fold(word) for word in words]


@cache
def context(name: str) -> frozenset[str]:
    """Return the list `name` of `context.yaml`, in key form."""
    return frozenset(_folded(_read("context.yaml")[name]))


@cache
def context_value(name: str) -> Any:
    """Return the value `name` of `context.yaml` as it is."""
    return _read("context.yaml")[name]


@cache
def names() -> Names:
    """Return what the words of `names.yaml` and `relative.yaml` mean."""
    data, relative = _read("names.yaml"), _read("relative.yaml")
    return Names(
        months=_months(data),
        weekdays={w: n for n, words in data["weekdays"].items() for w in _folded(words)},
        marks={w: c for c in CALENDARS for w in _folded(data["marks"][c])},
        ordinals=_ordinals(data["ordinals"]),
        numbers={w: n for n, words in data["numbers"].items() for w in _folded(words)},
        days={w: entry["days"] for entry in relative["days"] for w in _folded(entry["words"])},
        units={w: unit for unit, words in relative["units"].items() for w in _folded(words)},
        modifiers={w: n for n, words in relative["modifiers"].items() for w in _folded(words)},
        ago={
            w: (entry["unit"], entry["count"])
            for entry in relative["ago"]
            for w in _folded(entry["words"])
        },
    )


def _months(data: Mapping[str, Any]) -> dict[str, MonthName]:
    found: dict[str, MonthName] = {}
    for set_name, months in data["gregorian"].items():
        for number, words in months.items():
            for word in _folded(words):
                known = found.get(word)
                sets = {set_name} | (known.sets if known else set())
                found[word] = MonthName("gregorian", number, frozenset(sets), set_name == "libyan")
    for calendar in CALENDARS[1:]:
        for number, words in data[calendar].items():
            for word in _folded(words):
                found[word] = MonthName(calendar, number, frozenset(), calendar != "hijri")
    return found


def _ordinals(data: Mapping[str, Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    units = {n: _folded(words) for n, words in data["units"].items()}
    tens = {n: _folded(words) for n, words in data["tens"].items()}
    teen = fold(data["teen"])
    for ten, words in tens.items():
        found.update(dict.fromkeys(words, ten))
    for unit, words in units.items():
        for word in words:
            found[word] = unit
            found[f"{word} {teen}"] = 10 + unit
            for ten in (20, 30) if unit == 1 else (20,):
                found.update({f"{word} و{after}": ten + unit for after in tens[ten]})
    for word in ("الحادي", fold("الفاتح")):
        found.pop(word, None)
    found[fold("الفاتح")] = 1
    return found


def _either(words: Iterable[str]) -> str:
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", " ") for word in ordered) + ")"


@cache
def patterns() -> Patterns:
    """Return the patterns of `patterns.yaml`, ready to run."""
    known, data = names(), _read("patterns.yaml")
    parts: dict[str, str] = dict(data["parts"])
    parts |= {
        "MONTHNAME": _either(known.months),
        "WEEKDAY": _either(known.weekdays),
        "MARK": _either(known.marks),
        # «1500م» is as often a length.
        "MARKNOTM": _either(w for w in known.marks if w not in {"م", "ق", "ش"}),
        "ORDINAL": _either(known.ordinals),
        "NUMBER": _either(known.numbers),
        "RELATIVE": _either(known.days),
        "UNIT": _either(known.units),
        "MODIFIER": _either(known.modifiers),
        "AGO": _either(known.ago),
        "YEARWORD": _either(context("year_words")),
    }
    same = _either(context("same_day"))
    return Patterns(
        number=tuple(_pattern(entry, parts) for entry in data["number"]),
        word=_by_word([_pattern(entry, parts) for entry in data["word"]], known),
        same_day=re.compile(rf"[ ،,:]{{0,3}}[(/\-=|]?[ ]?(?:{same}(?: يوم)?)?[ :(]{{0,3}}"),
        to=re.compile(r" ?(?:-|الي|حتي|ولغايه|لغايه|وحتي|الي غايه|وينتهي)(?: يوم| تاريخ| شهر)? ?"),
    )


def _pattern(entry: Mapping[str, Any], parts: Mapping[str, str]) -> Pattern:
    source = str(entry["pattern"])
    # Two names of one month first, then one: «آب/أغسطس 2015», «آب 2015».
    forms = [_DUAL, _SINGLE] if "<MONTH>" in source else [""]
    before = context(entry["before"]) if "before" in entry else frozenset()
    return Pattern(
        str(entry["name"]),
        tuple(
            re.compile(_spaced(_expanded(source, {**parts, "MONTH": _month(form)})))
            for form in forms
        ),
        before,
    )


def _month(form: str) -> str:
    return f"(?:شهر )?{form}"


def _expanded(source: str, parts: Mapping[str, str]) -> str:
    while _PART.search(source):
        source = _PART.sub(lambda match: parts[match[1]], source)
    return source


def _spaced(source: str) -> str:
    """Return a pattern in which a space stands for up to three; lookbehinds must keep their length."""
    if "(?<=" in source:
        return source
    return re.sub(r" (\?)?", lambda match: " {0,3}" if match[1] else " {1,3}", source)


def _by_word(found: Iterable[Pattern], known: Names) -> dict[str, tuple[Pattern, ...]]:
    """Return the patterns by the words that they can begin with."""
    months = {fold("شهر"), *(w.split()[0] for w, m in known.months.items() if not m.rare)}
    starts: dict[str, Iterable[str]] = {
        "ordinal_of_month": known.ordinals,
        "month_and_year": months,
        "month_said": months,
        "month_named": [fold("شهر")],
        "month_twice": months,
        "month_after": months,
        "years_worded": context("year_words"),
        "year_worded": context("year_words"),
        "unit_said": known.units,
        "this_unit": [fold("هذا"), fold("هذه")],
        "ago": [fold("قبل")],
        "relative_day": known.days,
        "weekday": known.weekdays,
    }
    table: dict[str, list[Pattern]] = {}
    for pattern in found:
        for word in dict.fromkeys(w.split()[0] for w in starts[pattern.name]):
            table.setdefault(word, []).append(pattern)
    return {word: tuple(listed) for word, listed in table.items()}
