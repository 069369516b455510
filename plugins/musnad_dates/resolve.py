"""What the groups mean: days, and where their parts disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from musnad.dates import Calendar, Conflict, DateKind, DatePrecision, iso

from musnad_dates.atoms import Relative, Weekday, Written
from musnad_dates.calendars import Span
from musnad_dates.config import DatesSettings
from musnad_dates.groups import Group, is_range
from musnad_dates.readings import Readings, as_written, moved, near_weekday, readings

_WEEK = {"monday": 0, "saturday": 5, "sunday": 6}
_HALF_A_WEEK = 3
_NEAR = 60
"""Days from publication within which a date without a year may be a Hijri one."""


@dataclass(slots=True)
class Resolved:
    """A date that was found: offsets into the key view, and what it means."""

    start: int
    end: int
    rule: str
    calendar: Calendar
    kind: DateKind
    precision: DatePrecision
    written: str | None = None
    days: Span | None = None
    inferred: bool = False
    other: Span | None = None
    conflicts: set[Conflict] = field(default_factory=set)

    @property
    def value(self) -> str | None:
        """The Gregorian date in ISO 8601."""
        return iso(*self.days) if self.days else None


class Resolver:
    """Resolves groups against the day of publication, where it is known."""

    def __init__(self, settings: DatesSettings, published: date | None) -> None:
        self.settings = settings
        self.published = published

    def resolve(self, groups: Sequence[Group], key: str) -> Iterator[Resolved]:
        """Yield the dates of all groups in order."""
        i = 0
        while i < len(groups):
            if i + 1 < len(groups) and is_range(groups[i], groups[i + 1], key):
                merged = self._range(groups[i], groups[i + 1])
                if merged is not None:
                    yield merged
                    i += 2
                    continue
            yield from self.of(groups[i])
            i += 1

    def of(self, group: Group) -> list[Resolved]:
        """Return the dates of one group: one for each calendar, one for «أمس الثلاثاء»."""
        weekday, relative = group.weekday, group.relative
        found = self._written(group)
        if relative is not None:
            found.append(self._relative(group, relative, found))
            found.sort(key=lambda one: one.start)
        elif not found and weekday is not None:
            found.append(self._weekday(weekday))
        if weekday is not None and weekday is group.atoms[0] and len(group.atoms) > 1:
            found[0].start = weekday.start
        return found

    def _range(self, first: Group, second: Group) -> Resolved | None:
        one, last = first.dates[0], self.of(second)[0]
        if one.year is None and last.days is not None:
            begin = readings(one, last.days[0], exact=True)
        else:
            begin = readings(one, self.published)
        before = self._chosen(first, one, begin.spans, [])
        if last.days is None or before is None:
            return None
        if before.days is not None and before.days[0] > last.days[0] and one.year is None:
            # «من 28 ديسمبر إلى 3 يناير 2016»
            earlier = [s for s in readings(one, last.days[0] - timedelta(days=183)).spans
                       if s[0] <= last.days[0]]  # fmt: skip
            before.days = earlier[0] if earlier else before.days
        if before.days is None or before.days[0] > last.days[1]:
            return None
        return Resolved(
            min(before.start, first.start), last.end, last.rule, last.calendar, last.kind,
            last.precision, f"{before.written}/{last.written}", (before.days[0], last.days[1]),
            last.inferred, conflicts=before.conflicts | last.conflicts,
        )  # fmt: skip

    # Written dates.

    def _written(self, group: Group) -> list[Resolved]:
        dates = group.dates
        if not dates:
            return []
        # Exact calendars first, those with a year before those without: what they say helps with the others.
        order = sorted(dates, key=lambda w: (w.calendar == "hijri", w.year is None, w.swapped))
        known: list[Resolved] = []
        for written in order:
            beside = next((one.days[0] for one in known if one.days), None)
            reference = beside if beside is not None else self.published
            spans = readings(written, reference, exact=beside is not None)
            if self._rather_hijri(group, written, spans):
                written = replace(written, calendar="hijri", swapped=False)
                spans = readings(written, reference)
            one = self._chosen(group, written, spans.spans, known)
            one.inferred = spans.inferred and beside is None
            known.append(one)
        return sorted(known, key=lambda one: one.start)

    def _rather_hijri(self, group: Group, written: Written, found: Readings) -> bool:
        """Tell whether «السبت 2-10» fits its weekday only as a Hijri date, near the day of publication."""
        weekday, today = group.weekday, self.published
        if written.rule != "numeric_no_year" or weekday is None or today is None:
            return False
        if any(span[0].weekday() == weekday.number for span in found.spans):
            return False
        hijri = readings(replace(written, calendar="hijri", swapped=False), today).spans
        return any(
            abs((span[0] - today).days) <= _NEAR
            and near_weekday(span[0], weekday.number, self.settings.hijri_tolerance_days)
            for span in hijri
        )

    def _chosen(
        self, group: Group, written: Written, spans: Sequence[Span], beside: Sequence[Resolved]
    ) -> Resolved:
        """Return the reading that fits the weekday and the dates beside it, with what does not fit."""
        weekday = group.weekday
        tolerance = self.settings.hijri_tolerance_days if written.calendar == "hijri" else 0
        found = Resolved(
            written.start, written.end, written.rule, written.calendar, written.kind, _precision(written),
            conflicts=set(written.conflicts),
        )  # fmt: skip
        anchors = [one for one in beside if one.days]
        fitting = [
            s for s in spans if all(_agree(s, a, a.days, tolerance) for a in anchors if a.days)
        ]
        if anchors and spans and not fitting:
            found.conflicts.add("calendar")
            for anchor in anchors:
                anchor.conflicts.add("calendar")
        spans = fitting or spans
        single = weekday is not None and _precision(written) == "day"
        if single and weekday is not None:
            on_day = [s for s in spans if s[0].weekday() == weekday.number]
            if spans and not on_day and tolerance and not anchors and spans[0][0] == spans[0][1]:
                # The month began another day than Umm al-Qura says: the weekday tells which.
                moved_to = near_weekday(spans[0][0], weekday.number, tolerance)
                on_day = [(moved_to, moved_to)] if moved_to else []
            if spans and not on_day and not (anchors and tolerance):
                found.conflicts.add("weekday")
            spans = on_day or spans
        if len(spans) > 1:
            found.other = spans[1]
        if spans:
            days = spans[0]
            same = anchors and tolerance and found.precision == "day" and not found.conflicts
            found.days = anchors[0].days if same else days
        found.written = as_written(written, found.days[0] if found.days else None)
        return found

    # Dates that count from the day of publication.

    def _relative(self, group: Group, relative: Relative, beside: Sequence[Resolved]) -> Resolved:
        start, end, weekday = relative.start, relative.end, group.weekday
        at = group.atoms.index(relative)
        if weekday is not None and weekday in group.atoms[at : at + 2]:
            end = weekday.end
        found = Resolved(start, end, relative.rule, "gregorian", "relative", relative.unit)
        known = next((one.days for one in beside if one.days), None)
        if self.published is None:
            found.days = known
            return found
        found.inferred = True
        found.days = self._counted(relative, self.published)
        if known is not None and found.days != known:
            found.conflicts.add("published")
            found.days = known
        elif weekday is not None and found.days[0].weekday() != weekday.number:
            found.conflicts.add("weekday")
            day = near_weekday(found.days[0], weekday.number, _HALF_A_WEEK)
            if day is not None:
                found.days = (day, day)
        return found

    def _counted(self, relative: Relative, today: date) -> Span:
        by = relative.offset
        if relative.unit == "day":
            day = today + timedelta(days=by)
            return day, day
        if relative.unit == "week":
            begins = (today.weekday() - _WEEK[self.settings.week_starts]) % 7
            first = today + timedelta(days=7 * by - begins)
            return first, first + timedelta(days=6)
        if relative.unit == "month":
            year, month = moved(today, by)
            after = date(*moved(date(year, month, 1), 1), 1)
            return date(year, month, 1), after - timedelta(days=1)
        year = today.year + by
        return date(year, 1, 1), date(year, 12, 31)

    def _weekday(self, weekday: Weekday) -> Resolved:
        found = Resolved(
            weekday.start, weekday.end, weekday.rule, "gregorian", "weekday", "day", inferred=True
        )
        if self.published is None:
            found.inferred = False
            return found
        back = (self.published.weekday() - weekday.number) % 7
        past = self.published - timedelta(days=back)
        coming = past + timedelta(days=7)
        if weekday.modifier == 1:
            day = coming
        elif weekday.modifier == -1 and back == 0:
            day = past - timedelta(days=7)
        else:
            day = past
            if weekday.modifier is None and back:
                found.other = (coming, coming)
        found.days = (day, day)
        return found


def _precision(written: Written) -> DatePrecision:
    if written.has_day:
        return "day"
    return "month" if written.month is not None else "year"


def _agree(span: Span, beside: Resolved, other: Span, tolerance: int) -> bool:
    """Tell whether a date means the same as one beside it: months and years overlap, days are as near as is usual."""
    if beside.precision == "day":
        return abs((span[0] - other[0]).days) <= tolerance
    return span[0] <= other[1] and other[0] <= span[1]
