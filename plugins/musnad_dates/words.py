"""What stands around a piece of a date, and whether it is one there."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

from musnad_dates.rules import context, context_value, fold, names, said

if TYPE_CHECKING:
    from musnad_dates.scan import Scanner

_WORD = re.compile(r" ?([^\W_]+)")
_TANWIN = "\u064b"
_PAUSE = re.compile(r" ?(?:[.،,؛;:!؟?()\"\]\n-]|$)")


def before(scanner: Scanner, i: int) -> str:
    """Return the word before token `i` in key form; empty where there is none in its line."""
    if i == 0:
        return ""
    start, end, kind = scanner.tokens[i - 1]
    if kind != "word" or "\n" in scanner.key[end : scanner.tokens[i].start]:
        return ""
    return scanner.key[start:end]


def stands_before(scanner: Scanner, i: int, listed: Collection[str]) -> bool:
    """Tell whether one of the words listed stands before token `i`, or as a proclitic in front of it."""
    word = before(scanner, i)
    if word in listed or (word[:1] in {"و", "ف", "ل", "ب"} and word[1:] in listed):
        return True
    # «في (2015)», «بتاريخ: 5/7»
    if i >= 2 and not word and scanner.key[scanner.tokens[i - 1].start] in "(:":
        return before(scanner, i - 1) in listed
    return False


def weekday_before(scanner: Scanner, i: int) -> bool:
    """Tell whether a weekday stands before token `i`, a comma or parenthesis between or not."""
    return before(scanner, i) in names().weekdays or (
        i >= 2
        and scanner.key[scanner.tokens[i - 1].start] in "،,("
        and before(scanner, i - 1) in names().weekdays
    )


def after(scanner: Scanner, end: int) -> str:
    """Return the word after offset `end`, only a space between; else empty."""
    match = _WORD.match(scanner.key, end)
    return match[1] if match else ""


def year_ends(scanner: Scanner, end: int) -> bool:
    """Tell whether what stands after a year lets it be one: no noun that it counts."""
    if _PAUSE.match(scanner.key, end):
        return True
    word = after(scanner, end)
    return word in context("year_after") or (word[:1] == "و" and len(word) > 2)


def stands_free(scanner: Scanner, end: int) -> bool:
    """Tell whether a pause or a particle stands after `end`."""
    return bool(_PAUSE.match(scanner.key, end)) or after(scanner, end) in context("doubtful_after")


@cache
def doubtful() -> frozenset[int]:
    """Return the weekdays whose names are common words too."""
    return frozenset(context_value("doubtful_weekdays"))


def relative_holds(scanner: Scanner, match: re.Match[str], i: int) -> bool:
    """Tell whether «اليوم», «غدا», «أمس» … are meant as days at this place."""
    word, follows = said(match["relative"]), after(scanner, match.end())
    offset = names().days[word]
    inside = match.start() > scanner.tokens[i].start
    if inside and scanner.key[match.start() - 1] not in "وف" and word != fold("الأمس"):
        return False
    if offset == -1:
        return follows not in context("no_yesterday_after")
    if offset == 0:
        return _today(scanner, match, i, follows)
    if word in {"غد", "غدا"}:
        return follows in names().weekdays or (word == "غدا" and _tomorrow(scanner, match, i))
    return True


def _today(scanner: Scanner, match: re.Match[str], i: int, follows: str) -> bool:
    key = scanner.key
    if key[match.start() - 1 : match.start()] == '"' and key[match.end() : match.end() + 1] == '"':
        return False  # the newspaper «اليوم»
    if follows in context("today_after"):
        return True
    prefix = context_value("no_today_after_prefix")
    return not (
        follows.startswith(prefix)
        or follows in context("no_today_after")
        or before(scanner, i) in context("no_today_before")
    )


def _tomorrow(scanner: Scanner, match: re.Match[str], i: int) -> bool:
    """Tell «غدا» from the verb (became) of the same letters: by its mark, or by what stands around."""
    original = scanner.document.text[slice(*scanner.document.original(*match.span()))]
    return _TANWIN in original or bool(_PAUSE.match(scanner.key, match.end()))
