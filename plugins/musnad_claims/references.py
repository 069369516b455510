"""Who is meant where no name stands: «القائد», «قائده», «وزير الطاقة», and the speaker in «أنها قبلت …», «زيارتها»."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from musnad.model import Speaker

from musnad_claims.clauses import Said
from musnad_claims.linking.events import lexicon
from musnad_claims.linking.text import fold
from musnad_claims.phrases import HEADS, THAT, TITLES
from musnad_claims.resources import words
from musnad_claims.words import KNOWN_WORDS, Words

_OFFICES = frozenset(
    word.removeprefix("ال")
    for word in (HEADS["person"] | TITLES) - words("grammar.yaml", "no_office")
)
_SPEAKS_FOR = words("grammar.yaml", "speaks_for")
_BEFORE_NAME = 4
"""An office stands so many words before the name at most: «قائد الجيش الفريق سالم النجار»."""
_PRONOUNS = ("ها", "ه", "هم")
_FIRST_WORDS = 6


class Offices:
    """The offices and titles that an article gives to persons by name."""

    def __init__(self, text: Words) -> None:
        """Collect them: the words right before each person's name."""
        self._text = text
        self._holders: dict[str, list[tuple[int, str]]] = {}
        for number, mention in enumerate(text.mentions):
            first, last = text.mention_bounds[number]
            if mention.type != "person" or not mention.actor_id or last <= first:
                continue
            for token in range(first - 1, max(-1, first - 1 - _BEFORE_NAME), -1):
                other = text.mention[token]
                if not text.is_word[token] or text.sentence[token] != text.sentence[first]:
                    break
                if other >= 0 and text.mentions[other].type == "person":
                    break
                office = _office(text.key(token))
                if office:
                    self._holders.setdefault(office, []).append((first, mention.actor_id))
                if office and token + 1 < first:
                    described = f"{office} {text.key(token + 1)}"
                    self._holders.setdefault(described, []).append((first, mention.actor_id))
        for holders in self._holders.values():
            holders.sort()

    def holder(self, office: str, token: int) -> str | None:
        """Return the id of the one person whom the article calls so before `token`; None for two or nobody.

        A headline is told out by all that follows: for a `token` there, the whole article counts.
        """
        holders = self._holders.get(office, [])
        number = self._text.sentence[token]
        headline = number >= 0 and self._text.sentence_kinds[number] == "title"
        end = len(holders) if headline else bisect_left(holders, (token, ""))
        before = {actor for _, actor in holders[:end]}
        return before.pop() if len(before) == 1 else None

    def meant(self, said: Said) -> list[str]:
        """Return the ids of those who are named by office alone in what is said."""
        found = []
        for token in range(said.first, min(said.last, said.first + _FIRST_WORDS)):
            key = self._text.key(token)
            office = _office(key)
            if self._text.mention[token] >= 0 or not office or self._names(token):
                continue
            if not _alone(key):
                office = f"{office} {self._text.key(token + 1)}"  # «وزير الطاقة»
            holder = self.holder(office, token)
            if holder is not None:
                found.append(holder)
        return found

    def _names(self, token: int) -> bool:
        """Tell whether a name follows («الفريق سالم النجار»): then it says itself who is meant."""
        near = range(token + 1, min(token + _BEFORE_NAME, len(self._text)))
        return any(
            (number := self._text.mention[at]) >= 0 and self._text.mentions[number].type == "person"
            for at in near
        )


@lru_cache(KNOWN_WORDS)
def _office(key: str) -> str:
    """Return the office that a word names, without و, ال and a pronoun; "" where it names none."""
    for word in (key, key[1:] if key[:1] in "وفلب" else key):
        rest = word.removeprefix("ال")
        for base in (
            rest,
            rest.removesuffix("ه"),
            rest.removesuffix("ها"),
            rest.removesuffix("هم"),
        ):
            if len(base) > 2 and base in _OFFICES:
                return base
    return ""


@lru_cache(KNOWN_WORDS)
def _folded(key: str) -> str:
    """Return a word as the lexicon of events spells it."""
    return fold(key)


@lru_cache(KNOWN_WORDS)
def _alone(key: str) -> bool:
    """Tell «القائد», «قائده» from «قائد …», which goes on."""
    office = _office(key)
    if not office:
        return False
    bare = key[1:] if key[:1] in "وفلب" and not key.startswith(("ال", office)) else key
    return bare == "ال" + office or bare.removeprefix(office) in _PRONOUNS


def speaker_is_meant(text: Words, said: Said, speaker: Speaker, persons: bool) -> bool:
    """Tell whether what is said is about its speaker.

    «وأكدت أنها قبلت …»: the pronoun before a verb that names an event. «… زيارتها» with nobody else in it
    (`persons`: somebody is): the possessor is the speaker, unless one speaks for others.
    """
    if not speaker.actor_id or speaker.kind not in ("person", "organization"):
        return False
    span = speaker.span
    if span is not None and set(fold(span.surface).split()) & _SPEAKS_FOR:
        return False
    tokens = [_folded(text.keys[at]) for at in range(said.first, min(said.last, said.first + 8))]
    events = lexicon().find(tokens)
    if not events or events[0].at > 1:
        return False
    before = text.key(said.first - 1)
    if before in THAT and before.endswith(("ه", "ها", "هم")) and events[0].verb:
        return events[0].at == 0
    word = tokens[events[0].at]
    return not persons and not events[0].verb and word.endswith(("ته", "تها", "دها", "ده"))
