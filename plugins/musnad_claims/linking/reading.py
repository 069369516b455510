"""What linking reads in a wording: content words, events, quantities, polarity. Pure, of the text alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from musnad.model import Stance

from musnad_claims.linking.data import POLARITY, WORDS, word_set
from musnad_claims.linking.events import Event, lexicon
from musnad_claims.linking.polarity import Negation, negation_in
from musnad_claims.linking.quantities import Quantities, quantities
from musnad_claims.linking.text import bare, fold, stem, variants, words

COMMON_WEIGHT = 0.3
"""Weight of a word that news of any kind uses; others weigh 1."""
MOST_NAMES = 100
"""So many sets of names are remembered for each reading, with what is left of it without them."""
_PUNCTUATION = frozenset(".،,؛;:!؟?%")


@dataclass(frozen=True)
class Reading:
    """A wording as linking sees it."""

    stems: Mapping[str, float]
    """Light stems of content words, without those that name events or numbers, with their weights."""
    events: tuple[str, ...]
    """Families of the events named, in order, each once; without the presupposed one."""
    presupposed: str | None
    """The event that it says something about, taken as known: «هذه الزيارة مهدت …»."""
    quantities: Quantities
    negation: Negation
    pointer: bool
    """It says nothing of its own: «هذا الخبر», «هذه الزيارة»."""
    points_at: str | None
    """For a pointer that names an event («هذه الزيارة»): its family."""

    _others: dict[frozenset[str], tuple[Mapping[str, float], float]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def forms(self) -> frozenset[str]:
        """All that the stems may be (`text.variants`)."""
        return frozenset(self.by_form)

    @cached_property
    def by_form(self) -> Mapping[str, tuple[str, ...]]:
        """The stems by what they may be."""
        found: dict[str, tuple[str, ...]] = {}
        for word in self.stems:
            for form in variants(word):
                found[form] = (*found.get(form, ()), word)
        return found

    @cached_property
    def named(self) -> frozenset[str]:
        """The `events`, without order."""
        return frozenset(self.events)

    @cached_property
    def weight(self) -> float:
        """What all stems weigh together."""
        return sum(self.stems.values())

    def other_than(self, names: frozenset[str]) -> tuple[Mapping[str, float], float]:
        """Return the stems that cannot be one of `names`, and what they weigh together."""
        if self.forms.isdisjoint(names):
            return self.stems, self.weight
        found = self._others.get(names)
        if found is None:
            stems = {
                word: weight
                for word, weight in self.stems.items()
                if variants(word).isdisjoint(names)
            }
            if len(self._others) >= MOST_NAMES:
                self._others.clear()
            found = self._others[names] = stems, sum(stems.values())
        return found

    def negated(self, stance: Stance | None = None) -> bool:
        """Return whether it is a negation, said with this stance (see `polarity.is_negated`)."""
        return self.negation == "matter" or (self.negation == "truth" and stance != "denies")

    @property
    def head(self) -> str | None:
        """The event that it is chiefly about: the first that it names."""
        return self.events[0] if self.events else None


@lru_cache(maxsize=20_000)
def read(text: str) -> Reading:
    """Return the reading of a wording. The same text always gives the same reading."""
    found = words(fold(text))
    tokens = [word for word in found if word not in _PUNCTUATION or word == "%"]
    events = lexicon().find(tokens)
    counted = quantities(tokens)
    presupposed = _presupposed(tokens, events)
    skip = set(counted.used)
    for event in events:
        skip.update(range(event.at, event.at + event.length))
    pointers, demonstrative = word_set(WORDS, "pointer"), word_set(WORDS, "demonstrative")
    stems: dict[str, float] = {}
    content = False
    for i, token in enumerate(tokens):
        word = _content(token)
        if word is not None and i not in skip:
            stems[word.stem] = word.weight
            content = content or word.own
    families = tuple(dict.fromkeys(event.family for event in events if event is not presupposed))
    first_words = {bare(token) for token in tokens[:3]} | set(tokens[:3])
    points = not (
        first_words.isdisjoint(pointers)
        and first_words.isdisjoint(demonstrative)
        and first_words.isdisjoint(word_set(WORDS, "reported"))
    )
    definite = bool(events) and (events[0].definite or bool(set(tokens[:2]) & demonstrative))
    pointer = not content and not counted.numbers and points and not events
    points_at = None
    if len(events) == 1 and not content and not counted.numbers and definite:
        pointer, points_at = True, events[0].family
    return Reading(
        stems=stems,
        events=families,
        presupposed=presupposed.family if presupposed else None,
        quantities=counted,
        negation=negation_in(found),
        pointer=pointer,
        points_at=points_at,
    )


class _Word(NamedTuple):
    """A word that says something by itself."""

    stem: str
    weight: float
    own: bool
    """It says more than «الخبر», «ذلك»."""


@lru_cache(maxsize=100_000)
def _content(token: str) -> _Word | None:
    """Return what a folded word says wherever it stands; None for grammar, marks and empty words."""
    lists = _lists()
    if token in lists.grammar or len(token) < 2 or not token[0].isalpha():
        return None
    plain = bare(token)
    # «وأن», «ولم», «فقد»: grammar too.
    if token[0] in "وف" and token[1:] in lists.stop:
        return None
    if plain in lists.stop or plain in lists.light:
        return None
    forms = {plain, token.removeprefix("و"), token, plain[1:] if plain[0] in "وفبلك" else plain}
    return _Word(
        stem=stem(token),
        weight=1.0 if forms.isdisjoint(lists.common) else COMMON_WEIGHT,
        own=forms.isdisjoint(lists.pointing),
    )


class _Lists(NamedTuple):
    """The lists of words that tell what a word says."""

    stop: frozenset[str]
    light: frozenset[str]
    grammar: frozenset[str]
    """What says nothing in the very form in which it stands in a text."""
    common: frozenset[str]
    pointing: frozenset[str]


@cache
def _lists() -> _Lists:
    stop, light = word_set(WORDS, "stop"), word_set(WORDS, "light")
    empty, demonstrative = word_set(POLARITY, "empty"), word_set(WORDS, "demonstrative")
    return _Lists(
        stop=stop,
        light=light,
        grammar=stop | light | empty | demonstrative,
        common=word_set(WORDS, "common"),
        pointing=word_set(WORDS, "pointer") | word_set(WORDS, "reported"),
    )


def _presupposed(tokens: Sequence[str], events: Sequence[Event]) -> Event | None:
    """Return the event that is the known subject of another verb, if the wording begins with one.

    «الزيارة فتحت الباب» is not about whether there was a visit; «الزيارة لم تحصل» is.
    """
    if not events or events[0].verb or events[0].at > 1:
        return None
    first = events[0]
    demonstrative = word_set(WORDS, "demonstrative")
    if not (first.definite or (first.at == 1 and tokens[0] in demonstrative)):
        return None
    particles = ("لم", "لن", "لا", "قد", "سوف", "كانت", "كان")
    light = word_set(WORDS, "light")
    verbs = {event.at for event in events if event.verb}
    for i in range(first.at + first.length, min(len(tokens), first.at + 5)):
        word = tokens[i]
        if word in light:
            return None
        if word in particles or word.startswith("ال"):
            # Adjectives of the event, and what stands before a verb.
            continue
        if i in verbs or _looks_like_verb(word):
            return first
        return None
    return None


def _looks_like_verb(word: str) -> bool:
    core = word[1:] if word.startswith("س") and len(word) > 4 else word
    return len(core) >= 4 and (core[0] in "يت" or core.endswith("ت")) and not core.endswith("ات")
