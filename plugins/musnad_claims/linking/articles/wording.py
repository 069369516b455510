"""What matching reads in the wording of a claim and in an article. Pure, of the text alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from musnad_claims.linking.articles.rarity import weight
from musnad_claims.linking.data import POLARITY, WORDS, word_set
from musnad_claims.linking.events import lexicon
from musnad_claims.linking.quantities import Quantities, quantities
from musnad_claims.linking.text import bare, fold, key_stem, stem, variants, words

_PUNCTUATION = frozenset(".،,؛;:!؟?%")
_WEAK = str.maketrans("", "", "اويءه")
MAX_WORDS = 6_000
"""Of an article longer than that, what comes after is not looked at: matching takes bounded time."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A content word of a claim, which an article may have in this or another form."""

    stems: frozenset[str]
    loose: str | None
    """Its consonants: «عاشوا» and «يعيشون», «ترامب» and «ترمب» have the same."""
    event: str | None
    weight: float
    at: int
    """Number of its word in the claim."""


@dataclass(frozen=True, slots=True)
class ClaimWording:
    """The text of a claim as matching sees it."""

    text: str
    units: tuple[Unit, ...]
    events: tuple[str, ...]
    quantities: Quantities

    @property
    def total(self) -> float:
        """The weight of all its words."""
        return sum(unit.weight for unit in self.units)


@dataclass(frozen=True, slots=True)
class ArticleWording:
    """An article as matching sees it: where each stem, each group of consonants and each event stands."""

    tokens: tuple[str, ...]
    stems: Mapping[str, tuple[int, ...]]
    loose: Mapping[str, tuple[int, ...]]
    events: Mapping[str, tuple[int, ...]]
    quantities: Quantities


def consonants(word: str) -> str | None:
    """Return the consonants of a stem without what inflection puts before them; None for too few."""
    found = key_stem(word).translate(_WEAK)
    while len(found) > 3 and found[0] in "تمنس":
        found = found[1:]
    return found if len(found) >= 3 else None


def tokens_of(text: str) -> list[str]:
    """Return the folded words and numbers of a text, without punctuation."""
    return [word for word in words(fold(text)) if word not in _PUNCTUATION or word == "%"]


def is_content(token: str) -> bool:
    """Return whether a folded word has content of its own."""
    if len(token) < 2 or not token[0].isalpha():
        return False
    stop, empty = word_set(WORDS, "stop"), word_set(POLARITY, "empty")
    return not {token, bare(token), token.removeprefix("و")} & (stop | empty)


def read_claim(text: str) -> ClaimWording:
    """Return the wording of a claim."""
    tokens = tokens_of(text)
    events = {event.at: event.family for event in lexicon().find(tokens)}
    units: dict[str, Unit] = {}
    for i, token in enumerate(tokens):
        if not is_content(token):
            continue
        found = stem(token)
        units.setdefault(
            key_stem(found),
            Unit(
                stems=variants(found),
                loose=consonants(found),
                event=events.get(i),
                # A proclitic makes a common word look rare: the most frequent reading counts.
                weight=min(weight(form) for form in variants(found)),
                at=i,
            ),
        )
    return ClaimWording(
        text=text,
        units=tuple(units.values()),
        events=tuple(dict.fromkeys(events.values())),
        quantities=quantities(tokens),
    )


def read_article(title: str, body: str) -> ArticleWording:
    """Return the wording of an article."""
    tokens = [*tokens_of(title), *tokens_of(body)][:MAX_WORDS]
    stems: dict[str, list[int]] = {}
    loose: dict[str, list[int]] = {}
    for i, token in enumerate(tokens):
        if not is_content(token):
            continue
        found = stem(token)
        for form in variants(found):
            stems.setdefault(form, []).append(i)
        skeleton = consonants(found)
        if skeleton is not None:
            loose.setdefault(skeleton, []).append(i)
    events: dict[str, list[int]] = {}
    for event in lexicon().find(tokens):
        events.setdefault(event.family, []).append(event.at)
    return ArticleWording(
        tokens=tuple(tokens),
        stems=_frozen(stems),
        loose=_frozen(loose),
        events=_frozen(events),
        quantities=quantities(tokens),
    )


def _frozen(places: Mapping[str, Sequence[int]]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(found) for key, found in places.items()}
