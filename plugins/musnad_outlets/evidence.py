"""What shows that a name means the outlet: designators, quotation marks, cues, an earlier introduction."""

from __future__ import annotations

import re
from dataclasses import dataclass

from musnad_actors.context import words_before
from musnad_actors.lexicon import without_proclitics
from musnad_actors.matching import next_word, previous_word

from musnad_outlets.finder import Name
from musnad_outlets.lexicon import Designator, Lexicon, Words

_OPEN = frozenset("\"'«“”„‘’‹([{")
_CLOSE = frozenset("\"'»”“’‘›)]}")
_QUOTES = _OPEN | _CLOSE
_BREAKS = frozenset("\n.!?؟:؛;،,-–—…")
# What may stand between two outlets of a list: «…» و«…», also an adjective of the first one.
_LIST = re.compile(r"[\"'»”“’)\]]?(?: +\w+){0,2} *(?:[،,/] *)?و? *[\"'«“‘(\[]?")
_FOR = ("ل", "لل")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a name means the outlet."""

    rule: str
    score: float
    designator: Designator | None = None
    country: str | None = None
    """Country that an adjective after the name gives («الوطن» المصرية)."""


# Above the scores that the authority of actors gives: of equally long mentions the higher one stands.
_SCORES = {
    "designator": 0.995,
    "quoted": 0.992,
    "credit": 0.992,
    "latin": 0.97,
    "subject-of-cue": 0.96,
    "source-of-cue": 0.96,
    "alone": 0.95,
    "earlier": 0.9,
}


def evidence(
    rule: str, designator: Designator | None = None, country: str | None = None
) -> Evidence:
    """Return evidence with the score of its rule."""
    return Evidence(rule, _SCORES[rule], designator, country)


class Witness:
    """Looks at the surroundings of the names in one text, in order."""

    def __init__(self, text: str, lexicon: Lexicon, publisher: str | None) -> None:
        self.text = text
        self.lexicon = lexicon
        self.publisher = publisher
        self.introduced: set[str] = set()
        """Names (folded) that the text has introduced as outlets."""
        self._last: tuple[Name, Evidence] | None = None

    def hear(self, name: Name) -> Evidence | None:
        """Return what shows that `name` means an outlet, None where nothing does."""
        found = self._judge(name)
        if found is not None:
            self._last = (name, found)
            if found.rule != "alone":
                self.introduced.add(name.form)
        return found

    def _judge(self, name: Name) -> Evidence | None:
        text = self.text
        opening = name.start == name.word and self._quote_before(name.start)
        quoted = bool(opening) and self._quote_after(name.end)
        left = self._quote_at(name.start) if quoted else name.word
        before = words_before(text, left)
        attached = self._attached(left) if quoted else ""
        previous = attached or (before[-1] if before else "")
        country = self._country_after(name.end + (1 if quoted else 0))
        kinds = {reading.outlet.kind for reading in name.readings}
        free = any(reading.free for reading in name.readings)
        credit = all(reading.credit for reading in name.readings)
        if not quoted and not name.glued and self._another_thing(before):
            return None
        designator = name.glued or self._designator(before, name, quoted)
        if (
            designator is not None
            and designator.id == "site"
            and "site" not in kinds
            and not quoted
        ):
            # «موقع الاتحاد» is the site of any union, «موقع الجزيرة» that of the channel.
            common = name.form in self.lexicon.everyday or name.form in self.lexicon.never
            designator = None if common and not free else designator
        if designator is not None and (free or any(map(designator.fits, kinds))):
            return evidence("designator", designator, country)
        if designator is None and self._continues(name, quoted):
            return evidence("quoted" if quoted else "designator", None, country)
        if quoted and (free or self._quotation_counts(name, before, previous)):
            return evidence("quoted", None, country)
        if any(reading.latin for reading in name.readings):
            return evidence("latin", None, country)
        if credit:
            return None
        if free:
            return evidence("alone", None, country)
        if designator is not None:
            # «مجلة الوطن»: another outlet of that name, or the word itself.
            return None
        return self._by_cue(name, before, country)

    # Beside the name.

    def _quote_at(self, start: int) -> int:
        at = start - 1
        return at - 1 if self.text[at] == " " else at

    def _quote_before(self, start: int) -> bool:
        if not start:
            return False
        at = start - 1
        if self.text[at] == " " and at:
            at -= 1
        return self.text[at] in _OPEN

    def _quote_after(self, end: int) -> bool:
        after = self.text[end : end + 2]
        return after[:1] in _CLOSE or (after[:1] == " " and after[1:] in _CLOSE and after[1:] != "")

    def _attached(self, left: int) -> str:
        """Return the proclitic that is written directly before a quotation mark: لـ«…»."""
        word = previous_word(self.text, left) or _letters_before(self.text, left)
        return word if word in ("ل", "ب", "ول", "فل", "وب") else ""

    def _country_after(self, end: int) -> str | None:
        word = next_word(self.text, end)
        return self.lexicon.country(word) if word else None

    def _another_thing(self, before: tuple[str, ...]) -> bool:
        if not before:
            return False
        return any(
            form.removeprefix("ال") in self.lexicon.other_thing
            for form in (before[-1], *without_proclitics(before[-1]))
        )

    def _designator(self, before: tuple[str, ...], name: Name, quoted: bool) -> Designator | None:
        """Return the designator before a name, over adjectives and linkers («صحيفة محلية تدعى …»)."""
        rest, linked = before, quoted
        if name.proclitic:
            return None
        for _ in range(4):
            found = self.lexicon.designator_before(rest)
            if found is not None:
                designator = found[0]
                # A word of the guard right after it: «قناة السويس», «شبكة رصد».
                between = before[len(rest) :]
                following = between[0] if between else name.form.split(" ")[0]
                if (between or not quoted) and designator.means_another_thing(following):
                    return None
                if not quoted and rest[-1].startswith("ال") and self.lexicon.adjective(following):
                    # «محطات التلفزيون العراقية»: the article on both makes an adjective of it.
                    return None
                return designator if linked or rest == before else None
            # «الصحيفة الفرنسية «لوموند»»: with the article only before a quotation or a linker.
            if linked and rest:
                bare = rest[-1].removeprefix("ال")
                found = self.lexicon.designator_before((*rest[:-1], bare))
                if found is not None and bare != rest[-1]:
                    return found[0]
            if rest and self.lexicon.adjective(rest[-1]):
                rest = rest[:-1]
            elif rest[-2:] in self.lexicon.linkers:
                rest, linked = rest[:-2], True
            elif rest[-1:] in self.lexicon.linkers:
                rest, linked = rest[:-1], True
            else:
                return None
        return None

    def _continues(self, name: Name, quoted: bool) -> bool:
        """Tell whether the name goes on with a list: «صحيفتا … و…», «…» و«…»."""
        if self._last is None:
            return False
        last, found = self._last
        between = self.text[last.end : name.start]
        if len(between) > 40 or ("و" not in between + name.proclitic and "،" not in between):
            return False
        if not _LIST.fullmatch(between):
            return False
        if quoted:
            return found.rule in ("designator", "quoted", "latin", "alone")
        several = found.designator is not None and found.designator.number != "single"
        return several and name.proclitic in ("", "و") and "،" not in between[:1]

    # Cues.

    def _quotation_counts(self, name: Name, before: tuple[str, ...], previous: str) -> bool:
        lexicon = self.lexicon
        if any(reading.outlet.id == self.publisher for reading in name.readings):
            return True
        bare = previous.lstrip("وف") if len(previous) <= 2 else previous
        if bare in lexicon.quoted_after:
            return True
        if _verb(previous, lexicon.feminine) or self._source_word(before, lexicon.before):
            return True
        if name.form in lexicon.everyday or name.form in lexicon.never:
            return name.form in self.introduced
        if _verb(previous, lexicon.masculine):
            return True
        return next_word(self.text, name.end + 1) in lexicon.feminine

    def _source_word(self, before: tuple[str, ...], phrases: frozenset[Words]) -> bool:
        return any(
            (form, *before[len(before) - count + 1 :]) in phrases
            for count in (1, 2)
            if len(before) >= count
            for form in (before[-count], *without_proclitics(before[-count]))
        )

    def _by_cue(self, name: Name, before: tuple[str, ...], country: str | None) -> Evidence | None:
        lexicon = self.lexicon
        form = name.form
        known = form in self.introduced
        if form in lexicon.never:
            return None
        if name.proclitic.endswith("لل") and any(word.endswith("وكاله") for word in before):
            # «وكالة الجمهورية الإسلامية للأنباء»: the last word of a longer name.
            return None
        distinct = form in lexicon.distinct
        everyday = form in lexicon.everyday and not known
        after = next_word(self.text, name.end)
        if not name.proclitic and before:
            # «ذكرت الشرق الأوسط أن»: with a masculine site also «ذكر».
            kinds = {reading.outlet.kind for reading in name.readings}
            agrees = _verb(before[-1], lexicon.feminine) or (
                kinds == {"site"} and _verb(before[-1], lexicon.masculine)
            )
            if agrees and (distinct or (not everyday and after in lexicon.said)):
                return evidence("subject-of-cue", None, country)
        begins = name.proclitic in ("", "و") and self._begins(name.word)
        if begins and not everyday and after in lexicon.feminine:
            return evidence("subject-of-cue", None, country)
        if not everyday:
            told = name.proclitic in _FOR and self._told(before)
            cited = not name.proclitic and self._source_word(before, lexicon.before)
            sure = distinct or known
            if not name.proclitic and self._source_word(before, lexicon.before_any):
                return evidence("source-of-cue", None, country)
            if (sure and (told or cited)) or (told and after in lexicon.said):
                return evidence("source-of-cue", None, country)
        return evidence("earlier", None, country) if known and distinct else None

    def _told(self, before: tuple[str, ...]) -> bool:
        return any(_verb(word, self.lexicon.told) for word in before)

    def _begins(self, start: int) -> bool:
        """Tell whether a sentence, a heading or a clause begins here."""
        at = start
        while at and (self.text[at - 1] == " " or self.text[at - 1] in _QUOTES):
            at -= 1
        return not at or self.text[at - 1] in _BREAKS


def _verb(word: str, verbs: frozenset[str]) -> bool:
    return word in verbs or (word[:1] in "وف" and word[1:] in verbs)


def _letters_before(text: str, at: int) -> str:
    start = at
    while start and text[start - 1].isalpha():
        start -= 1
    return text[start:at]
