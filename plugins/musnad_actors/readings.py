"""One name in a text while it is being decided whom it means, and who else is named around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from musnad_actors.context import Words
from musnad_actors.matching import NameMatch

_STRONG = frozenset({"full", "transliteration", "acronym"})
_SENTENCE_END = re.compile(r"[.!?؟\n]")


class Reading:
    """One match while it is being decided."""

    __slots__ = ("before", "famous", "ids", "match", "start", "strong", "titled")

    def __init__(self, match: NameMatch, before: Words) -> None:
        self.match = match
        self.before = before
        self.ids = tuple(dict.fromkeys(entry.actor_id for entry in match.entries))
        strong = [] if match.weak else [e.actor_id for e in match.entries if e.kind in _STRONG]
        if strong and match.words == 1 and match.entries[0].type != "person":
            # One word that two bodies or places share is no sure name of either («عمان»).
            strong = list(self.ids)
        self.strong = tuple(dict.fromkeys(strong))
        self.start = match.start
        self.titled: tuple[str, ...] = ()
        self.famous: str | None = None
        """The most prominent bearer, where the article names none."""


def said_of_another(
    reading: Reading, named: Mapping[str, list[int]], others: Mapping[str, list[int]]
) -> bool:
    """Tell whether the last full name before a short one was that of another bearer («صدام حفتر … حفتر»)."""
    at = reading.start
    other = max((p for a in reading.ids for p in others.get(a, ()) if p < at), default=-1)
    own = max((p for a in reading.ids for p in named.get(a, ()) if p < at), default=-1)
    return other > own


def named_together(
    text: str, best: str, ids: Sequence[str], named: Mapping[str, list[int]], at: int
) -> bool:
    """Tell whether another bearer of a short name is named before it in the same sentence as the nearest one."""
    last = {a: max((p for p in named[a] if p < at), default=-1) for a in ids}
    return any(
        0 <= last[a] < last[best] and not _SENTENCE_END.search(text, last[a], last[best])
        for a in ids
        if a != best
    )
