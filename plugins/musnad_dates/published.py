"""The day of publication from the head of an article: its dateline, or a line that is a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

from musnad.dates import FIRST_YEAR, LAST_YEAR
from musnad.document import Document

from musnad_dates.groups import Group
from musnad_dates.resolve import Resolved, Resolver
from musnad_dates.rules import context

_HEAD = 5
"""So many sentences, title and headings included, are the head of an article."""
_EXACT = ("second", "minute", "day")
_LETTERS = re.compile(r"[^\W\d_]")


def metadata_day(document: Document) -> date | None:
    """Return the day of publication that the record gives, None where it gives no day."""
    article = document.article
    if article.published_at is None or article.published_precision not in (None, *_EXACT):
        return None
    day = article.published_at.date()
    # «0001-01-01», «9999-12-31»: no days, and the day before the one and after the other cannot be computed.
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def as_time(day: date) -> datetime:
    """Return the beginning of a day as metadata without a time has it."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def day_of_publication(
    document: Document, groups: Sequence[Group], resolver: Resolver
) -> Resolved | None:
    """Return the date with day and year at the head of the text that is its day of publication.

    `resolver` must know no day: what counts from one cannot tell it. None where no date is sure.
    """
    heads = [
        (sentence.start, sentence.end, sentence.kind == "dateline")
        for sentence in document.sentences[:_HEAD]
    ]
    for group in groups:
        at = next((head for head in heads if head[0] <= group.start and group.end <= head[1]), None)
        if at is None or not any(one.has_day and one.year for one in group.dates):
            continue
        if not at[2] and not _alone(document.key.text, *at[:2], group):
            continue
        for one in resolver.of(group):
            if one.days and one.days[0] == one.days[1] and not one.other and not one.conflicts:
                return one
    return None


def _alone(key: str, start: int, end: int, group: Group) -> bool:
    """Tell whether a sentence is nothing but a date, with at most a label and a time of day."""
    before, after = key[start : group.start].strip(" :-،|"), key[group.end : end]
    return (not before or before in context("published_labels")) and not _LETTERS.search(
        re.sub(r"(?<!\w)(?:م|ص|مساء|صباحا|ه|الساعه|gmt|بتوقيت|غرينتش)(?!\w)", "", after)
    )
