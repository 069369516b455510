"""From names that stand in a text to actors: what each match means, as far as the article supports it.

A full name means its actor. A short or ambiguous one means the actor whose full name the article has (before
it rather than after it), or whose title stands directly before it, or the only one there is with that short
form; else it stays open, with candidates. A title that means a person («قائد الجيش») never hides the body
in it where the article has no other mention of that body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from musnad.model import Actor

from musnad_actors.company import BY_COUNTRY, Company
from musnad_actors.context import (
    beside_a_name,
    goes_on,
    is_eponym,
    middle_names,
    other_bearer,
    own_title_before,
    title_before,
    words_before,
)
from musnad_actors.fold import fold
from musnad_actors.lexicon import Lexicon, is_definite, without_proclitics
from musnad_actors.matching import Found, NameMatch, next_word, previous_word
from musnad_actors.offices import Offices
from musnad_actors.outcome import Decision, nearest, resolved, undecided
from musnad_actors.readings import Reading, named_together, said_of_another
from musnad_actors.spellings import has_article

_HOUSE = fold("آل")
_BODIES = frozenset({"organization", "armed_group", "outlet"})
_SHORT = 4
"""Names of so many letters or fewer are not believed after ب, ك and ف without support («برايس»), and
end in ي without being names of tribes and towns («كيري»)."""


class Judge:
    """Decides over the matches of one document after another."""

    def __init__(self, records: Mapping[str, Actor], lexicon: Lexicon) -> None:
        self.records = records
        self.lexicon = lexicon
        self._offices = Offices(records, lexicon)
        self._own: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def decide(self, found: Found, published: date | None) -> list[Decision]:
        """Return the decisions in order of their start, without overlaps."""
        text = found.text
        decisions: list[Decision] = []
        readings: list[Reading] = []
        named: dict[str, list[int]] = {}
        others: dict[str, list[int]] = {}
        for match in found.names:
            person = match.entries[0].type == "person"
            reading = Reading(match, words_before(text, match.word) if person else ())
            if person:
                if self._is_somebody_else(reading):
                    for actor in reading.ids:
                        others.setdefault(actor, []).append(reading.start)
                    continue
                whole = self._with_own_names(reading, text)
                if whole is not None and whole.actor_id is not None:
                    decisions.append(whole)
                    named.setdefault(whole.actor_id, []).append(whole.start)
                    continue
            elif match.entries[0].type in ("place", "state") and self._is_paper(match, text):
                continue
            readings.append(reading)
            if len(reading.strong) == 1:
                named.setdefault(reading.strong[0], []).append(reading.start)
        company = Company(self.records, self.lexicon)
        for reading in readings:
            ids = reading.strong or reading.ids
            if len(ids) == 1 and not reading.match.weak:
                company.add(ids[0], bool(reading.strong))
        for reading in readings:
            if not reading.strong and not reading.match.proclitic:
                self._look_for_title(reading, text, published, company)
                if len(reading.titled) == 1:
                    named.setdefault(reading.titled[0], []).append(reading.start)
        for reading in readings:
            self._look_for_fame(reading, text, named, others)
        for places in named.values():
            places.sort()
        for reading in readings:
            if (
                not reading.strong
                and not reading.titled
                and said_of_another(reading, named, others)
            ):
                continue
            decision = self._decide(reading, text, named, company)
            if decision is not None:
                decisions.append(decision)
        decisions.sort()
        return self._offices.add_titles(found, decisions, named, published)

    # Names.

    def _look_for_fame(
        self,
        reading: Reading,
        text: str,
        named: dict[str, list[int]],
        others: Mapping[str, list[int]],
    ) -> None:
        """Note the most prominent bearer of a short name, where the article names no bearer of it."""
        known = self.lexicon.prominent.get(text[reading.start : reading.match.end])
        single = len(reading.strong) == 1
        if known is None or single or any(a in named or a in others for a in reading.ids):
            return
        last = reading.before[-1] if reading.before else previous_word(text, reading.match.word)
        words = {last, *without_proclitics(last)}
        for prominent in known:
            if prominent.actor not in reading.ids:
                continue
            if prominent.after:
                if reading.match.proclitic or not words & prominent.after:
                    continue
            elif reading.match.weak or (
                self.lexicon.all_given(text[reading.start : reading.match.end])
                and beside_a_name(text, reading.match.end, reading.before, self.lexicon)
            ):
                continue
            reading.famous = prominent.actor
            if self.records[prominent.actor].type == "person":
                named[prominent.actor] = [reading.start]
            return

    def _names(self, actor_id: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return all words of an actor's full names, and the first ones of them."""
        own = self._own.get(actor_id)
        if own is None:
            record = self.records[actor_id]
            full = [fold(name).split() for name in record.names.values()]
            full += [fold(a.text).split() for a in record.aliases if a.kind in ("full", "kunya")]
            # The house after «آل» is no name of the bearer's: «سعود بن نايف» is not محمد بن نايف آل سعود.
            full = [words[: words.index("ال")] if "ال" in words else words for words in full]
            own = self._own[actor_id] = (
                frozenset(word for words in full for word in words),
                frozenset(words[0] for words in full if len(words) > 1),
            )
        return own

    def _is_somebody_else(self, reading: Reading) -> bool:
        """Tell whether the words before make the name that of a place or of another bearer."""
        match, before = reading.match, reading.before
        if not before:
            return False
        if is_eponym(before, self.lexicon):
            return True
        if match.proclitic:
            return False
        if reading.strong and title_before(before, self.lexicon.titles) and not match.titled:
            # «الدكتور عبد الله بن عبد العزيز …»: given names alone, and a title that is not his.
            name = " ".join(match.entries[0].alias.split())
            others = [a for a in reading.ids if own_title_before(before, self.records[a])]
            if not others and self.lexicon.all_given(fold(name)):
                return True
        own = frozenset[str]().union(*(self._names(actor)[0] for actor in reading.ids))
        if not other_bearer(before, own, self.lexicon):
            return False
        return not self._own_names(reading)

    def _own_names(self, reading: Reading) -> int:
        """Return how many words before a surname are its known bearer's own names; 0 for none."""
        if reading.strong or len(reading.ids) != 1 or reading.match.proclitic:
            return 0
        given = self._names(reading.ids[0])[1]
        count = middle_names(reading.before, given, self.lexicon)
        return count if count > 1 else 0

    def _with_own_names(self, reading: Reading, text: str) -> Decision | None:
        """Return the mention of the actor by a fuller name than is known («خليفة بلقاسم حفتر»)."""
        count = self._own_names(reading)
        if not count:
            return None
        start = reading.match.word
        word = ""
        for _ in range(count):
            word = previous_word(text, start)
            start = text.rindex(word, 0, start)
        if word not in self._names(reading.ids[0])[1]:
            start += 1  # a proclitic
        return resolved(
            self.records, start, reading.match.end, reading.ids[0], 0.95, "alias:full+middle"
        )

    def _is_paper(self, match: NameMatch, text: str) -> bool:
        """Tell whether a place's name is that of a newspaper here: «صحيفة الرياض», لـ«الرياض»."""
        before = previous_word(text, match.word)
        if any(word in self.lexicon.papers for word in (before, *without_proclitics(before))):
            return True
        return (
            text[match.start - 1 : match.start] == '"'
            and text[match.end : match.end + 1] == '"'
            and text[: match.start - 1].rstrip().endswith((" ل", " ول", "\nل"))
        )

    def _look_for_title(
        self, reading: Reading, text: str, published: date | None, company: Company
    ) -> None:
        """Note whose title stands directly before the name."""
        if not reading.before:
            return
        if not reading.match.titled and self._family_follows(reading, text):
            # «الدكتور صالح الحارثي», «الشيخ صالح آل فلان»: the title may be his, the family name is not.
            return
        titled = [a for a in reading.ids if own_title_before(reading.before, self.records[a])]
        if len(titled) > 1:
            # The late King Abdullah in an article on Saudi Arabia is not the king of Jordan.
            titled = company.here(titled) or titled
            titled = self._offices.holders(titled, published) or titled
        reading.titled = tuple(titled)

    def _decide(
        self,
        reading: Reading,
        text: str,
        named: Mapping[str, list[int]],
        company: Company,
    ) -> Decision | None:
        match = reading.match
        start, end = reading.start, match.end
        kind = self._kind(reading)
        if len(reading.strong) == 1:
            score = 0.99 if match.words > 1 else 0.95
            return resolved(self.records, start, end, reading.strong[0], score, kind)
        ids = reading.strong or reading.ids
        if reading.famous is not None:
            return resolved(self.records, start, end, reading.famous, 0.85, f"{kind}+prominent")
        if self._is_adjective(reading, text) or self._is_given_name(reading, text):
            return None
        there = [a for a in ids if a in named]
        best = nearest(there, named, start)
        if reading.strong:
            if best is not None:
                return resolved(self.records, start, end, best, 0.85, f"{kind}+support")
        elif best is not None and (len(reading.titled) != 1 or reading.titled[0] == best):
            before = named[best][0] < start
            if not reading.titled and named_together(text, best, there, named, start):
                # Two brothers in one sentence: the last one named is meant more often, not surely.
                return resolved(self.records, start, end, best, 0.68, f"{kind}+nearest")
            how = "title" if reading.titled else "support" if before else "support-after"
            return resolved(
                self.records, start, end, best, 0.92 if before else 0.85, f"{kind}+{how}"
            )
        if len(reading.titled) == 1:
            return resolved(self.records, start, end, reading.titled[0], 0.9, f"{kind}+title")
        name = text[start:end]
        person = match.entries[0].type == "person"
        if match.weak:
            return self._generic(reading, text, company, kind) or self._after_on(reading, text)
        if not reading.strong:
            ids = company.possible(ids)
            if not ids:
                return None
        if person:
            return self._person(reading, text, ids, company, kind)
        if next_word(text, end) in self.lexicon.adjectives:
            # «الوحدات الخاصة الإسرائيلية»: another country's.
            return None
        if len(ids) == 1 and name not in self.lexicon.nisbas:
            # «الراية», «الأفق»: a definite word that may be any other one, unless the article speaks of the country.
            common = (
                kind == "alias:short" and match.words == 1 and has_article(match.entries[0].alias)
            )
            at_home = self.records[ids[0]].country is None or company.fits(ids[0]) > 0
            score = 0.66 if common and not at_home and match.entries[0].type in _BODIES else 0.8
            return resolved(self.records, start, end, ids[0], score, f"{kind}+unique")
        if fitting := company.fitting(ids):
            actor, how, score = fitting
            return resolved(self.records, start, end, actor, score, f"{kind}+{how}")
        return undecided(self.records, start, end, ids, (), company.counter, kind)

    def _generic(self, reading: Reading, text: str, company: Company, kind: str) -> Decision | None:
        """Return the body of the only country that the article speaks of («الجيش»)."""
        start, end = reading.start, reading.match.end
        name = text[reading.match.word : end]
        if not any(
            n in self.lexicon.generic for n in (name, text[start:end], *without_proclitics(name))
        ):
            return None
        if next_word(text, end) in self.lexicon.adjectives:
            return None
        actor = company.only_here(reading.ids)
        if actor is None:
            return None
        return resolved(self.records, start, end, actor, BY_COUNTRY, f"{kind}+country")

    def _after_on(self, reading: Reading, text: str) -> Decision | None:
        """Return the bearer after the preposition that looks like his given name («على خامنئي»)."""
        start, end = reading.start, reading.match.end
        first, _, rest = text[start:end].partition(" ")
        known = self.lexicon.prominent.get(rest) if first == "علي" else None
        for prominent in known or ():
            if prominent.actor in reading.ids and not prominent.after:
                start += len(first) + 1
                return resolved(self.records, start, end, prominent.actor, 0.8, "alias:prominent")
        return None

    def _person(
        self,
        reading: Reading,
        text: str,
        ids: Sequence[str],
        company: Company,
        kind: str,
    ) -> Decision | None:
        """Decide on a person's short name that nothing in the article supports."""
        match = reading.match
        start, end = match.start, match.end
        name = text[start:end]
        given = self.lexicon.all_given(name)
        if given and beside_a_name(text, reading.match.end, reading.before, self.lexicon):
            return None
        titled = match.titled or title_before(reading.before, self.lexicon.titles) > 0
        if given and titled and not match.titled and not reading.titled:
            # «الدكتور عباس …»: a title, but not his.
            return None
        nisba = name in self.lexicon.nisbas
        following = next_word(text, end)
        if titled and not match.titled and following.startswith("ال") and following.endswith("ي"):
            # «الرائد حماد المطيري»: the short name is the given name of somebody else.
            return None
        if given and titled and not match.titled and goes_on(following, self.lexicon):
            # «الدكتور صالح العقيل»
            return None
        if match.proclitic[-1:] in ("ب", "ك", "ف") and len(name) <= _SHORT:
            return None
        last = reading.before[-1] if reading.before else ""
        safe = not last or any(
            word in self.lexicon.before_names for word in (last, *without_proclitics(last))
        )
        if name.endswith("ي") and len(name) > _SHORT and not match.titled:
            # Names of tribes and towns («القحطاني») have too many bearers.
            return (
                undecided(self.records, start, end, ids, reading.titled, company.counter, kind)
                if safe or match.proclitic or titled
                else None
            )
        if len(ids) == 1 and titled and (match.titled or not given):
            return resolved(self.records, start, end, ids[0], 0.8, f"{kind}+unique")
        if len(ids) == 1 and not given and not nisba and (safe or match.proclitic):
            return resolved(self.records, start, end, ids[0], 0.8, f"{kind}+unique")
        if not safe and not titled and not match.proclitic and (given or nisba):
            # A family name after a word that may well be somebody else's given name.
            return None
        if (
            len(ids) > 1
            and (safe or titled or match.proclitic)
            and (fitting := company.fitting(ids))
        ):
            actor, how, score = fitting
            return resolved(self.records, start, end, actor, score, f"{kind}+{how}")
        return undecided(self.records, start, end, ids, reading.titled, company.counter, kind)

    def _is_adjective(self, reading: Reading, text: str) -> bool:
        """Tell whether a name in ي is said of what stands before: «الشاعر العسيري», «القيادي الحوثي»."""
        match = reading.match
        if match.entries[0].type != "person" or reading.strong or reading.titled or match.titled:
            return False
        name = text[reading.start : match.end]
        if match.proclitic or not (name.startswith("ال") and name.endswith("ي")) or " " in name:
            return False
        last = reading.before[-1] if reading.before else ""
        if not is_definite(last) or last in self.lexicon.before_names:
            return False
        return not title_before(reading.before, self.lexicon.titles)

    def _is_given_name(self, reading: Reading, text: str) -> bool:
        """Tell whether it is somebody's given name, after a title that is not the bearer's: «العميد صالح …»."""
        match = reading.match
        if match.entries[0].type != "person" or reading.strong or reading.titled or match.titled:
            return False
        titled = title_before(reading.before, self.lexicon.titles) > 0
        return titled and self._family_follows(reading, text)

    def _family_follows(self, reading: Reading, text: str) -> bool:
        """Tell whether a short name that may be a given name stands beside a family name of its own."""
        end = reading.match.end
        if not (reading.match.weak or self.lexicon.all_given(text[reading.start : end])):
            return False
        following = next_word(text, end)
        return (
            beside_a_name(text, end, reading.before, self.lexicon)
            or following == _HOUSE
            or goes_on(following, self.lexicon)
        )

    @staticmethod
    def _kind(reading: Reading) -> str:
        kinds = {e.actor_id: e.kind for e in reversed(reading.match.entries)}
        ids = reading.strong or reading.ids
        return f"alias:{kinds[ids[0]]}"
