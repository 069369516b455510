"""Finding the pieces of dates in a text: patterns are tried only at numbers and at words that begin one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import cast

from musnad.document import Document

from musnad_dates import words
from musnad_dates.atoms import Atom, Relative, Unit, Weekday, Written
from musnad_dates.build import month_of, numeric, written_year
from musnad_dates.calendars import longest_month
from musnad_dates.rules import Pattern, context, names, patterns, said

_PROCLITICS = "وفبلك"


class Scanner:
    """Reads the atoms of one document."""

    def __init__(self, document: Document, published: date | None) -> None:
        self.key = document.key.text
        self.document = document
        self.tokens = document.tokens
        self.published = published
        self._barred = -1
        """The token after a weekday that is one of many («أيام الأحد والثلاثاء»)."""

    def atoms(self) -> Iterator[Atom]:
        """Yield the atoms in order, without overlaps."""
        known, key = patterns(), self.key
        word_patterns, number_patterns = known.word, known.number
        end = 0
        for i, (start, stop, kind) in enumerate(self.tokens):
            if start < end or kind == "latin" or kind == "punctuation":
                continue
            if kind == "number":
                found = self._at(i, start, number_patterns) if self._begins(start) else None
            else:
                word = key[start:stop]
                listed = word_patterns.get(word)
                while listed is None and word[0] in _PROCLITICS and len(word) > 2:
                    word = word[1:]
                    start += 1
                    listed = word_patterns.get(word)
                found = self._at(i, start, listed) if listed else None
            if found is not None:
                yield found
                end = found.end

    def _begins(self, start: int) -> bool:
        """Tell whether a number stands by itself, not amid another («050-123»)."""
        before = self.key[max(0, start - 2) : start]
        if not before:
            return True
        amid = before[-1] in "./:,+#-" and before[:1].isdigit()
        return not amid and not before[-1].isdigit() and before[-1] not in "+#$"

    def _at(self, i: int, start: int, listed: tuple[Pattern, ...]) -> Atom | None:
        for pattern in listed:
            if pattern.before and not self._stands_after(pattern, i):
                continue
            for regex in pattern.regexes:
                match = regex.match(self.key, start)
                if match is not None:
                    found = self._atom(pattern.name, match, i)
                    if found is not None:
                        return found
        return None

    def _stands_after(self, pattern: Pattern, i: int) -> bool:
        """Tell whether what must stand before a pattern does: a word, or a weekday before «21/7»."""
        return words.stands_before(self, i, pattern.before) or (
            pattern.name == "numeric_no_year" and words.weekday_before(self, i)
        )

    def _atom(self, name: str, match: re.Match[str], i: int) -> Atom | None:
        if name in {"days_of_month", "day_of_month", "ordinal_of_month"}:
            return self._in_month(name, match, i)
        if name.startswith("month_"):
            return self._month(name, match, i)
        if name.startswith("numeric"):
            return numeric(name, match, self.published)
        if name.startswith("year"):
            found = written_year(name, match)
            alone = name in {"year_alone", "years"}
            return None if found and alone and not words.year_ends(self, found.end) else found
        if name in {"day_of_this_month", "days_of_this_month", "day_current"}:
            return self._this_month(name, match)
        if name in {"unit_said", "this_unit"}:
            unit = cast("Unit", names().units[match["unit"]])
            offset = names().modifiers[match["mod"]] if name == "unit_said" else 0
            return Relative(*match.span(), name, unit, offset)
        if name == "ago":
            return self._ago(match)
        if name == "relative_day":
            return self._relative(match, i)
        return self._weekday(match, i)

    def _in_month(self, name: str, match: re.Match[str], i: int) -> Written | None:
        found = month_of(match, self.document.normalized.text, name)
        if found is None:
            return None
        if name == "ordinal_of_month":
            found.day = names().ordinals[said(match["ordinal"])]
        else:
            found.day = int(match["day"])
        if name == "days_of_month":
            found.last_day = int(match["day2"])
            joined = match["to"]
            if found.last_day <= found.day or (joined == "و" and found.last_day - found.day > 1):
                return None
        last = longest_month(found.calendar, found.month or 1)
        if (found.last_day or found.day) > last or found.last_month is not None:
            return None
        if found.year is None and found.modifier is None:
            before = words.before(self, i)
            if before in context("named_after"):
                return None
            joined = match.groupdict().get("join") or ""
            month = match["month"].split()[0]
            if month == "صفر" and (
                joined.strip() in {"-", "/"} or before not in context("day_before")
            ):
                return None  # «3 - صفر»: a score
        return found

    def _month(self, name: str, match: re.Match[str], i: int) -> Written | None:
        found = month_of(match, self.document.normalized.text, name)
        if found is None:
            return None
        if name == "month_twice" and not match.groupdict().get("month2"):
            return None
        if name == "month_after" and found.calendar != "gregorian":
            return None  # «في رمضان» is as often any of them
        return found

    def _this_month(self, name: str, match: re.Match[str]) -> Written | None:
        day, groups = int(match["day"]), match.groupdict()
        last = int(groups["day2"]) if groups.get("day2") else None
        if last is not None and last <= day:
            return None
        modifier = names().modifiers[groups["mod"]] if groups.get("mod") else 0
        return Written(
            *match.span(), name, "gregorian", "named", day=day, last_day=last, this_month=True,
            modifier=modifier,
        )  # fmt: skip

    def _ago(self, match: re.Match[str]) -> Relative | None:
        unit, count = names().ago[said(match["ago"])]
        number = match["count"]
        if (count is None) == (number is None):
            return None
        if count is None:
            count = int(number) if number.isdigit() else names().numbers[number]
        after = words.after(self, match.end())
        if (
            after in context("not_ago_after")
            or after[:1].isdigit()
            or after in names().weekdays
            or any(w.split()[0] == after for w in names().months)
        ):
            return None
        return Relative(*match.span(), "ago", cast("Unit", unit), -count)

    def _relative(self, match: re.Match[str], i: int) -> Relative | None:
        if not words.relative_holds(self, match, i):
            return None
        return Relative(*match.span(), "relative_day", "day", names().days[said(match["relative"])])

    def _weekday(self, match: re.Match[str], i: int) -> Weekday | None:
        modifier = names().modifiers[match["mod"]] if match["mod"] else None
        number = names().weekdays[match["weekday"]]
        found = Weekday(*match.span(), "weekday", number, modifier)
        bare = modifier is None
        before = words.before(self, i)
        if before in context("no_weekday_before") or (self._barred == i and match.start() > 0):
            self._barred = i + 1
            return None
        if bare and words.after(self, match.end()) in context("no_weekday_after"):
            return None
        if bare and before not in context("weekday_before"):
            found.sure = found.number not in words.doubtful() or words.stands_free(
                self, match.end()
            )
        return found
