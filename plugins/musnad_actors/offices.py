"""Titles that mean somebody by the office held («قائد الجيش», «الرئيس السوري»).

A title means its holder where the article names him, or where the records say who held it on the day; it is
context where the name itself stands beside it; and it never hides the only mention of the body in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from musnad.model import Actor

from musnad_actors.context import FORMER, is_eponym, words_before
from musnad_actors.fold import fold
from musnad_actors.lexicon import Lexicon, without_proclitics
from musnad_actors.matching import Found, NameMatch, next_word, previous_word
from musnad_actors.outcome import Decision, nearest, resolved, undecided

_HONOURS = frozenset(
    map(fold, ["صاحب", "السمو", "الملكي", "فخامة", "دولة", "جلالة", "سمو", "حضرة", "سماحة"])
)
_TITLES_BETWEEN = 40
"""Letters of further titles that may stand between a title and the name."""


class Offices:
    """Decides over the titles of one document after another."""

    def __init__(self, records: Mapping[str, Actor], lexicon: Lexicon) -> None:
        self.records = records
        self.lexicon = lexicon

    def add_titles(
        self,
        found: Found,
        decisions: list[Decision],
        named: Mapping[str, list[int]],
        published: date | None,
    ) -> list[Decision]:
        """Return the decisions together with those on titles, in order, without overlaps."""
        kept = decisions
        for match in found.titles:
            inside = [d for d in kept if d.start < match.end and match.start < d.end]
            if any(d.start < match.start or d.end > match.end for d in inside):
                continue
            decision = self._title(match, found.text, kept, inside, named, published)
            if decision is not None:
                kept = sorted([*(d for d in kept if d not in inside), decision])
        return kept

    def _title(
        self,
        match: NameMatch,
        text: str,
        decisions: Iterable[Decision],
        inside: Sequence[Decision],
        named: Mapping[str, list[int]],
        published: date | None,
    ) -> Decision | None:
        ids = tuple(dict.fromkeys(entry.actor_id for entry in match.entries))
        person = match.entries[0].type == "person"
        if any(d.actor_id in ids for d in inside) or self._in_apposition(
            match, text, decisions, ids
        ):
            return None
        following = next_word(text, match.end)
        if person and is_eponym(words_before(text, match.word), self.lexicon):
            # «كأس خادم الحرمين الشريفين»: named after the holder.
            return None
        if person and (
            following in self.lexicon.given
            or following in FORMER
            or (following,) in self.lexicon.titles
            or previous_word(text, match.word) in self.lexicon.deputies
        ):
            # «وزير الخارجية … فلان»: the title of somebody whom the authority does not know, or not now.
            return None
        elsewhere = {d.actor_id for d in decisions if d not in inside}
        if any(d.actor_id not in elsewhere for d in inside):
            return None
        fitting = self.holders(ids, published) or list(ids)
        best = nearest([a for a in fitting if a in named], named, match.start)
        if best is not None:
            return resolved(self.records, match.start, match.end, best, 0.88, "alias:title+support")
        fitting = self._not_later(fitting, published)
        if inside or match.weak or not fitting:
            return None
        start, end = match.start, match.end
        if not person:
            if len(ids) == 1:
                return resolved(self.records, start, end, ids[0], 0.75, "alias:title+unique")
            return undecided(self.records, start, end, ids, (), Counter(), "alias:title")
        alone = not following or any(
            word in self.lexicon.after_titles
            for word in (following, *without_proclitics(following))
        )
        if not alone:
            return None
        certain = self.holders(ids, published)
        if len(certain) == 1:
            return resolved(self.records, start, end, certain[0], 0.75, "alias:title+date")
        return undecided(self.records, start, end, fitting, (), Counter(), "alias:title")

    def _in_apposition(
        self, match: NameMatch, text: str, decisions: Iterable[Decision], ids: Sequence[str]
    ) -> bool:
        """Tell whether the name itself stands beside the title, perhaps after other titles."""
        for decision in decisions:
            if decision.type != "person" and decision.actor_id not in ids:
                continue
            if decision.start >= match.end:
                gap = text[match.end : decision.start]
                limit = _TITLES_BETWEEN
            else:
                gap = text[decision.end : match.start]
                limit = 3
            if len(gap) > limit or "\n" in gap:
                continue
            rest = gap.strip(" ،,:(")
            if not rest or all(
                word in _HONOURS or word in FORMER or word in self.lexicon.title_words
                for word in rest.replace("،", " ").split()
            ):
                return True
        return False

    def _not_later(self, ids: Sequence[str], published: date | None) -> list[str]:
        """Return those whose record does not say that they came into the office later."""
        if published is None:
            return list(ids)
        return [
            actor
            for actor in ids
            if (first := self.records[actor].valid_from) is None or first <= published
        ]

    def holders(self, ids: Sequence[str], published: date | None) -> list[str]:
        """Return those whose record says that they held the office on that day; none without a date."""
        if published is None:
            return []
        return [
            actor
            for actor in ids
            if (first := self.records[actor].valid_from) is not None
            and first <= published
            and ((last := self.records[actor].valid_to) is None or published <= last)
        ]
