"""Numbers with their units, and days, as a text gives them. Tables: `data/numbers.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from musnad_claims.linking.data import WORDS, number_table, word_set
from musnad_claims.linking.text import bare


@dataclass(frozen=True, slots=True)
class Quantities:
    """What a text counts and when it says that things happen."""

    numbers: frozenset[tuple[float, str]] = frozenset()
    """(value, the folded word counted); the unit of a share is `%`, of a bare number empty."""
    values: frozenset[float] = frozenset()
    """The values of `numbers`."""
    weekdays: frozenset[str] = frozenset()
    days: frozenset[tuple[int, int]] = frozenset()
    """(month, day)."""
    used: frozenset[int] = frozenset()
    """Numbers of the words that these were read from."""


def quantities(tokens: Sequence[str]) -> Quantities:
    """Return the numbers and days in folded words."""
    if not any(map(_may_begin, tokens)):
        return _NOTHING
    weekdays = number_table("weekdays")
    numbers: set[tuple[float, str]] = set()
    days: set[tuple[int, int]] = set()
    named: set[str] = set()
    used: set[int] = set()
    i = 0
    while i < len(tokens):
        word = tokens[i]
        if not _may_begin(word):
            i += 1
            continue
        day = word.removeprefix("و") if word.removeprefix("و") in weekdays else word
        if day in weekdays:
            named.add(str(weekdays[day]))
            used.add(i)
            i += 1
            continue
        value, end = _number(tokens, i)
        if value is None:
            i += 1
            continue
        month, after = _month(tokens, end)
        if month is not None and value == int(value) and 1 <= value <= 31:
            days.add((month, int(value)))
            used.update(range(i, after))
            i = after
            continue
        used.update(range(i, end))
        if not (_is_year(value) and _names_a_year(tokens, i, end)):
            unit, end = _unit(tokens, end)
            numbers.add((value, unit))
        i = max(end, i + 1)
    return Quantities(
        numbers=frozenset(numbers),
        values=frozenset(value for value, _ in numbers),
        weekdays=frozenset(named),
        days=frozenset(days),
        used=frozenset(used),
    )


_NOTHING = Quantities()


@lru_cache(maxsize=100_000)
def _may_begin(word: str) -> bool:
    """Return whether a number or a day can begin with this word, wherever it stands."""
    return (
        word[0].isdigit()
        or word.removeprefix("و") in number_table("weekdays")
        or word in number_table("weekdays")
        or word in number_table("teens")
        or bare(word) in number_table("words")
    )


def _number(tokens: Sequence[str], i: int) -> tuple[float | None, int]:
    """Return the number that begins at word `i`, and the number of the word after it."""
    words, teens, scales = number_table("words"), number_table("teens"), number_table("scales")
    word = tokens[i]
    value: float | None = None
    end = i
    if word[0].isdigit():
        value, end = _digits(word), i + 1
    elif bare(word) in words:
        value, end = words[bare(word)], i + 1
        if value < 10 and end < len(tokens) and tokens[end] in ("عشر", "عشره"):
            value, end = value + 10, end + 1
    elif word in teens and i + 1 < len(tokens) and tokens[i + 1] in ("عشر", "عشره"):
        return teens[word] + 10, i + 2
    if value is None:
        return None, i
    while end < len(tokens):
        following = tokens[end]
        if following in scales:
            value, end = value * scales[following], end + 1
        elif following.startswith("و") and following[1:] in words:
            value, end = value + words[following[1:]], end + 1
        else:
            break
    return value, end


def _digits(word: str) -> float:
    parts = word.replace(",", ".").split(".")
    grouped = len(parts) > 1 and all(len(part) == 3 for part in parts[1:])
    return float("".join(parts) if grouped else ".".join(parts[:2]))


def _month(tokens: Sequence[str], i: int) -> tuple[int | None, int]:
    months, long_months = number_table("months"), number_table("long_months")
    while i < len(tokens) and tokens[i] in ("من", "شهر"):
        i += 1
    if i < len(tokens) and tokens[i] in months:
        return int(months[tokens[i]]), i + 1
    if i + 1 < len(tokens) and f"{tokens[i]} {tokens[i + 1]}" in long_months:
        return int(long_months[f"{tokens[i]} {tokens[i + 1]}"]), i + 2
    return None, i


def _is_year(value: float) -> bool:
    return value == int(value) and 1900 <= value <= 2100


def _names_a_year(tokens: Sequence[str], start: int, end: int) -> bool:
    before = bare(tokens[start - 1]) if start else ""
    months = number_table("months")
    after = tokens[end] if end < len(tokens) else ""
    stop = word_set(WORDS, "stop")
    return (
        before.lstrip("ب") in ("عام", "سنه", "خطه", "منذ", "مونديال", "كاس")
        or before in months
        or not after
        or not after[0].isalpha()
        or after in stop
    )


def _unit(tokens: Sequence[str], i: int) -> tuple[str, int]:
    if i < len(tokens) and tokens[i] == "%":
        return "%", i + 1
    if i + 1 < len(tokens) and tokens[i] in ("في", "ب") and tokens[i + 1] in ("المءه", "الماءه"):
        return "%", i + 2
    if i < len(tokens) and tokens[i] == "بالمءه":
        return "%", i + 1
    if i < len(tokens) and tokens[i][0].isalpha() and tokens[i] not in word_set(WORDS, "stop"):
        return tokens[i], i
    return "", i
