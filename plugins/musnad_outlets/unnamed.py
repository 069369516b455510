"""Outlets that are described, not named: «صحيفة فرنسية», «إحدى الصحف الفرنسية», «وسائل إعلام إسرائيلية»."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import ahocorasick_rs
from musnad_actors.context import words_before
from musnad_actors.fold import ARABIC_LETTERS, fold
from musnad_actors.lexicon import without_proclitics
from musnad_actors.matching import next_word

from musnad_outlets.lexicon import Lexicon, Words

_REACH = 7
"""Words that a description may have."""

# Designators that are seldom anything else; the others («شبكة دولية») need a cue beside them.
_SURE = frozenset(
    (fold(word),)
    for word in [
        "صحيفة",
        "صحف",
        "جريدة",
        "جرائد",
        "فضائية",
        "فضائيات",
        "مجلة",
        "مجلات",
        "تلفزيون",
        "تليفزيون",
        "إذاعة",
        "إذاعات",
    ]
)
_BY_ADJECTIVE = frozenset({(fold("قناة"),), (fold("قنوات"),)})
# «وسائل الإعلام» alone is mostly the press at large.
_GENERIC = frozenset(map(fold, ("وسائل", "وسيلة", "وكالات", "صحافة")))
_SHORT = 4
_MEDIA = fold("إعلام")
_TELEVISION = fold("تلفزيون")
_CITED = frozenset({"بحسب", "حسب", "وفق", "وفقا", "عن", "نقلا", "ل"})


class Description(NamedTuple):
    """An outlet without a name. Offsets are into the key view (and the normalized one)."""

    start: int
    end: int
    kind: str | None
    origin: str | None
    """Country code or scope."""
    definite: bool
    """True for «الصحيفة الفرنسية»: one that was spoken of before, as a rule."""

    @property
    def rule(self) -> str:
        """The rule of its mention."""
        return f"unnamed:{self.origin}" if self.origin else "unnamed"


class _Word(NamedTuple):
    start: int
    end: int
    text: str


class Descriptions:
    """Finds descriptions."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Compile the lexicon's designators and collective words into one expression of their heads."""
        self.lexicon = lexicon
        letters = "".join(sorted(ARABIC_LETTERS))
        self._word = re.compile(f"[{letters}]+")
        heads = {words[0].removeprefix("ال") for words in lexicon.designators}
        heads |= {words[0].removeprefix("ال") for words in lexicon.collectives}
        # Looking for the heads themselves first is several times faster than the expression alone.
        self._heads = ahocorasick_rs.AhoCorasick(sorted(heads))
        alternatives = "|".join(sorted(map(re.escape, heads), key=len, reverse=True))
        self._head = re.compile(
            f"(?<![{letters}])([وف]?(?:[بلك]?(?:ال)?|لل))((?:{alternatives}))(?![{letters}])"
        )

    def find(self, text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Description]:
        """Yield descriptions in `text` (folded) that overlap none of the `taken` spans of names."""
        last = 0
        for match in self._matches(text):
            if match.start() < last:
                continue
            before = words_before(text, match.start())
            if before and _bare(before[-1].removeprefix("ال")) & self.lexicon.not_cited:
                continue
            found = self._at(text, match)
            if found is None or any(s < found.end and found.start < e for s, e in taken):
                continue
            if self._introduces(text, found, taken):
                continue
            last = found.end
            yield found

    def _matches(self, text: str) -> Iterator[re.Match[str]]:
        last = -1
        for _, at, end in self._heads.find_matches_as_indexes(text, overlapping=True):
            if end < len(text) and text[end] in ARABIC_LETTERS:
                continue
            start = at
            while start and text[start - 1] in ARABIC_LETTERS:
                start -= 1
            match = self._head.match(text, start) if start > last else None
            if match is not None:
                last = start
                yield match

    def _introduces(self, text: str, found: Description, taken: Iterable[tuple[int, int]]) -> bool:
        """Tell whether a name follows: «صحيفة محلية تدعى «…»», «الصحيفة الأمريكية «…»»."""
        for start, _ in taken:
            if 0 <= start - found.end <= 30:
                between = re.sub(r"[\"'«“(\[ ]+", " ", text[found.end : start]).strip()
                if not between or tuple(between.split()) in self.lexicon.linkers:
                    return True
        return False

    def _at(self, text: str, match: re.Match[str]) -> Description | None:
        prefix, head = match.groups()
        start = match.start(2)
        article = prefix.endswith(("ال", "لل"))
        if prefix.endswith("ال"):
            start -= 2
        words = [_Word(start, match.end(2), head)]
        at = match.end(2)
        while len(words) < _REACH:
            following = self._word.match(text, at + 1) if text[at : at + 1] == " " else None
            if following is None:
                break
            words.append(_Word(following.start(), following.end(), following[0]))
            at = following.end()
        return self._collective(text, words, article, match) or self._designated(
            text, words, article, match
        )

    def _collective(
        self, text: str, words: list[_Word], article: bool, match: re.Match[str]
    ) -> Description | None:
        for count in (2, 1):
            own = tuple(word.text for word in words[:count])
            phrase = (f"ال{own[0]}", *own[1:]) if article else own
            needs = self.lexicon.collectives.get(phrase)
            if len(own) < count or needs is None:
                continue
            definite = phrase[-1].startswith("ال")
            end, origin, known = self._adjectives(words[count:], definite)
            if needs and (end is None or (own[0] == _MEDIA and words[count].text.endswith("ه"))):
                # «الأعلام الوطنية» are flags: «الإعلام» takes a masculine adjective.
                return None
            general = not known and own[0] in _GENERIC
            # «الإعلام الرياضي» is a trade, «الإعلام العبري» an outlet.
            general |= needs and not (origin or "").isupper()
            if general and not self._cited(text, match, end or words[count - 1].end):
                return None
            quantified = self._quantifier(text, match) if own[0] in _GENERIC else None
            start = words[0].start if quantified is None else quantified
            return Description(start, end or words[count - 1].end, None, origin, False)
        return None

    def _designated(
        self, text: str, words: list[_Word], article: bool, match: re.Match[str]
    ) -> Description | None:
        lexicon = self.lexicon
        for count in (3, 2, 1):
            own: Words = tuple(word.text for word in words[:count])
            phrase = (f"ال{own[0]}", *own[1:]) if article else own
            designator = lexicon.designators.get(phrase) or lexicon.designators.get(own)
            if len(own) < count or designator is None or designator.number == "dual":
                continue
            following = words[count].text if len(words) > count else ""
            if designator.means_another_thing(following):
                return None
            definite = phrase[-1].startswith("ال")
            end, origin, known = self._adjectives(words[count:], definite)
            if end is not None and text[words[0].start : end] in lexicon.not_outlets:
                return None
            if end is not None and own == (_TELEVISION,) and following.endswith("ه"):
                # «محطات التلفزيون العراقية»: the adjective belongs to the word before.
                return None
            if end is not None and definite and self._goes_on(text, end):
                return None
            start = words[0].start
            quantified = self._quantifier(text, match) if designator.number == "plural" else None
            if (end is None and quantified is None) or (not known and own not in _SURE):
                return None
            certain = self._sure(own, origin) and (known or quantified is not None)
            if quantified is not None:
                start = quantified
            if not certain and not self._cited(
                text, match, end or words[count - 1].end, quantified
            ):
                return None
            return Description(
                start,
                end or words[count - 1].end,
                designator.kind,
                origin,
                definite and designator.number == "single",
            )
        return None

    @staticmethod
    def _goes_on(text: str, end: int) -> bool:
        """Tell whether what seems a description is the name of something: «البوابة العربية للأخبار».

        Also «الموقع الإلكتروني الخاص بالمقابلات», which is no outlet.
        """
        following = next_word(text, end)
        return following.startswith("لل") or (
            text[:end].endswith(("الخاص", "الخاصه")) and following.startswith("ب")
        )

    def _sure(self, own: Words, origin: str | None) -> bool:
        if len(own) > 1 or own in _SURE:
            return True
        return (
            own in _BY_ADJECTIVE and origin is not None and (origin.isupper() or origin == "arab")
        )

    def _adjectives(
        self, words: list[_Word], definite: bool
    ) -> tuple[int | None, str | None, bool]:
        """Return (end, country or scope, whether any is known) of the adjectives `words` begin with.

        An adjective that no list knows is one by its ending («صحيفة هالفارية»).
        """
        end: int | None = None
        origin: str | None = None
        found = False
        at = 0
        known = self.lexicon.adjectives
        while at < min(len(words), 4):
            for count in (2, 1):
                texts = [word.text for word in words[at : at + count]]
                if len(texts) < count or (definite and not all(t.startswith("ال") for t in texts)):
                    continue
                form = " ".join(text[2:] if definite else text for text in texts)
                listed = form in known
                if listed or (count == 1 and _is_nisba(form)):
                    origin = known.get(form) or origin
                    found |= listed
                    end = words[at + count - 1].end
                    at += count
                    break
            else:
                break
        return end, origin, found

    def _quantifier(self, text: str, match: re.Match[str]) -> int | None:
        """Return where a quantifier directly before the designator begins («إحدى الصحف»)."""
        if match[1] not in ("ال", ""):
            return None
        before = words_before(text, match.start())
        for words in self.lexicon.quantifiers:
            if len(before) < len(words) or before[len(before) - len(words) + 1 :] != words[1:]:
                continue
            first = before[-len(words)]
            if first == words[0] or words[0] in without_proclitics(first):
                at = match.start()
                for word in reversed(before[-len(words) :]):
                    at = text.rindex(word, 0, at)
                return at + len(first) - len(words[0])
        return None

    def _cited(
        self, text: str, match: re.Match[str], end: int, quantified: int | None = None
    ) -> bool:
        """Tell whether it is the subject or the object of a report."""
        verbs = self.lexicon.feminine | self.lexicon.masculine
        before = words_before(text, match.start() if quantified is None else quantified)
        if before and (_bare(before[-1]) & verbs or _bare(before[-1]) & _CITED):
            return True
        if "ل" in match[1] and not match[1].endswith("ال") and before and before[-1] in _CITED:
            return True
        after = next_word(text, end)
        return after in verbs or (
            (after in ("ان", "التي", "الذي"))
            and bool(_bare(next_word(text, end + 1 + len(after))) & verbs)
        )


def _is_nisba(word: str) -> bool:
    return len(word) > _SHORT and word.endswith("يه") and not word.startswith("ال")


def _bare(word: str) -> set[str]:
    return {word, *without_proclitics(word)}


def is_spoken_of(found: Description, kinds: Iterable[tuple[str, str | None]]) -> bool:
    """Tell whether a definite description means an outlet named before; `kinds`: (kind, country) of these."""
    return found.definite and any(
        kind == found.kind and (country is None or found.origin in (None, country))
        for kind, country in kinds
    )
