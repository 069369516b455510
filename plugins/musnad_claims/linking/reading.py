"""What linking reads in a wording: content words, events, quantities, polarity. Pure, of the text alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from musnad.model import Stance

from musnad_claims.linking.data import POLARITY, WORDS, word_set
from musnad_claims.linking.events import Event, lexicon
from musnad_claims.linking.polarity import Negation, negation
from musnad_claims.linking.quantities import Quantities, quantities
from musnad_claims.linking.text import bare, fold, stem, variants, words

COMMON_WEIGHT = 0.3
"""Weight of a word that news of any kind uses; others weigh 1."""
_PUNCTUATION = frozenset(".،,؛;:!؟?%")


@dataclass(frozen=True, slots=True)
class Reading:
    """A wording as linking sees it."""

    stems: Mapping[str, float]
    """Light stems of content words, without those that name events or numbers, with their weights."""
    forms: frozenset[str]
    """All that these stems may be (`text.variants`)."""
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
    tokens = [word for word in words(fold(text)) if word not in _PUNCTUATION or word == "%"]
    events = lexicon().find(tokens)
    counted = quantities(tokens)
    presupposed = _presupposed(tokens, events)
    named = {i for event in events for i in range(event.at, event.at + event.length)}
    skip = named | counted.used
    empty = word_set(POLARITY, "empty")
    stop, common = word_set(WORDS, "stop"), word_set(WORDS, "common")
    light, reported = word_set(WORDS, "light"), word_set(WORDS, "reported")
    pointers, demonstrative = word_set(WORDS, "pointer"), word_set(WORDS, "demonstrative")
    stems: dict[str, float] = {}
    content: list[str] = []
    for i, token in enumerate(tokens):
        if i in skip or token in stop or token in empty or len(token) < 2 or not token[0].isalpha():
            continue
        plain = bare(token)
        # «وأن», «ولم», «فقد»: grammar too.
        if token[0] in "وف" and token[1:] in stop:
            continue
        if plain in stop or plain in light or token in light or token in demonstrative:
            continue
        forms = {plain, token.removeprefix("و"), token, plain[1:] if plain[0] in "وفبلك" else plain}
        found = stem(token)
        stems[found] = COMMON_WEIGHT if forms & common else 1.0
        if not forms & pointers and not forms & reported:
            content.append(found)
    families = tuple(dict.fromkeys(event.family for event in events if event is not presupposed))
    first_words = {bare(token) for token in tokens[:3]} | set(tokens[:3])
    points = bool(first_words & (pointers | demonstrative | reported))
    definite = bool(events) and (events[0].definite or bool(set(tokens[:2]) & demonstrative))
    pointer = not content and not counted.numbers and points and not events
    points_at = None
    if len(events) == 1 and not content and not counted.numbers and definite:
        pointer, points_at = True, events[0].family
    return Reading(
        stems=stems,
        forms=frozenset().union(*map(variants, stems)),
        events=families,
        presupposed=presupposed.family if presupposed else None,
        quantities=counted,
        negation=negation(text),
        pointer=pointer,
        points_at=points_at,
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
