"""The component that provides `dates` and `published`, and the fields `ext.dates`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from musnad.components import Annotator
from musnad.dates import DateMention, Published, iso
from musnad.document import Document
from musnad.errors import ComponentError

from musnad_dates import rules
from musnad_dates.config import DatesSettings
from musnad_dates.groups import group
from musnad_dates.published import as_time, day_of_publication, metadata_day
from musnad_dates.resolve import Resolved, Resolver
from musnad_dates.scan import Scanner


class Dates(Annotator):
    """Finds dates and what day each means."""

    name = "dates"
    version = "1"
    requires = ("tokens", "sentences")
    uses = ("mentions",)
    provides = ("dates", "published")

    def __init__(self, settings: DatesSettings | None = None) -> None:
        self.settings = settings or DatesSettings()

    def open(self) -> None:
        """Read names and patterns."""
        rules.patterns()

    def resources(self) -> Iterable[Path | str]:
        """Return the data files."""
        return rules.FILES

    def annotate(self, document: Document) -> Mapping[str, Any]:
        """Return the dates in order, the day of publication where only the text tells it, and both for the archive."""
        known = metadata_day(document)
        scanner = Scanner(document, known)
        groups = group(scanner.atoms(), scanner.key)
        if not groups:
            return {"dates": (), "published": None, "ext": {}}
        head = day_of_publication(document, groups, Resolver(self.settings, None))
        day = known or (head.days[0] if head and head.days else None)
        resolved = list(Resolver(self.settings, day).resolve(groups, scanner.key))
        people = [document.in_view(m) for m in document.mentions if m.type == "person"]
        dates = [
            mention
            for one in resolved
            if not any(start < one.end and one.start < end for start, end in people)
            and (mention := _mention(document, one))
        ]
        published = None
        if head is not None and head.days and document.article.published_at is None:
            published = Published(at=as_time(head.days[0]))
        return {
            "dates": tuple(dates),
            "published": published,
            "ext": self._fields(document, dates, head),
        }

    def _fields(
        self, document: Document, dates: Sequence[DateMention], head: Resolved | None
    ) -> dict[str, Any]:
        kept = dates[: self.settings.max_dates]
        fields: dict[str, Any] = {
            "found": [_stored(one) for one in kept],
            "days": sorted(
                {
                    one.first.isoformat()
                    for one in kept
                    if one.first and one.precision == "day" and not one.conflicts
                }
            ),
            "calendars": sorted({one.calendar for one in kept}),
            "count": len(dates),
            "conflict": any(one.conflicts for one in dates),
        }
        if head is not None and head.days:
            fields["dateline"] = head.days[0].isoformat()
            known = metadata_day(document)
            if known is not None:
                apart = abs((known - head.days[0]).days)
                fields["dateline_differs"] = apart > self.settings.published_tolerance_days
        return fields


def _mention(document: Document, one: Resolved) -> DateMention | None:
    key, end = document.key.text, one.end
    if (
        "(" in key[one.start : end]
        and ")" not in key[one.start : end]
        and key[end : end + 1] == ")"
    ):
        end += 1
    try:
        span = document.span(one.start, end, view="key")
    except ComponentError:
        return None  # over the end of the title
    first, last = one.days or (None, None)
    return DateMention(
        **span.model_dump(),
        calendar=one.calendar,
        kind=one.kind,
        precision=one.precision,
        written=one.written,
        first=first,
        last=last,
        inferred=one.inferred,
        ambiguous=one.other is not None,
        other=iso(*one.other) if one.other else None,
        conflicts=tuple(sorted(one.conflicts)),
        rule=one.rule,
    )


def _stored(one: DateMention) -> dict[str, Any]:
    return {
        **one.model_dump(mode="json", exclude={"conflicts"}),
        "value": one.value,
        "conflict": bool(one.conflicts),
        "conflicts": list(one.conflicts),
    }
