"""Families of events: which words of a text name an event, and which event.

Forms are generated from the bases in `data/events.yaml`, so that a verb, its noun and its participles, with
the endings and proclitics of Arabic, are one event in other words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

from musnad_claims.linking.data import EVENTS, WORDS, load, word_set
from musnad_claims.linking.text import bare, fold

_OBJECTS = ("ه", "ها", "هم", "هما", "نا", "ك")
_POSSESSORS = (*_OBJECTS, "ي")
_NOUN_PREFIXES = frozenset(
    first + second + article
    for first, second, article in product(("", "و", "ف"), ("", "ب", "ل", "ك"), ("", "ال"))
    if not (second == "ل" and article)
) | {"لل", "ولل", "فلل"}
_VERB_PREFIXES = tuple(
    sorted(
        {first + second for first, second in product(("", "و", "ف"), ("", "س", "ل"))},
        key=lambda prefix: (len(prefix), prefix),
    )
)
_LENGTHS = range(max(map(len, _NOUN_PREFIXES)) + 1)
_FIRST_LETTERS = frozenset(prefix[0] for prefix in (*_NOUN_PREFIXES, *_VERB_PREFIXES) if prefix)


class Event(NamedTuple):
    """A word that names an event."""

    family: str
    verb: bool
    definite: bool
    """A noun with the article or a possessor: «الزيارة», «زيارته»."""
    at: int
    """Number of its (first) word."""
    length: int = 1


@dataclass(frozen=True, slots=True)
class Family:
    """What `data/events.yaml` says of one event."""

    id: str
    near: frozenset[str]
    opposite: frozenset[str]
    counts: bool
    topic: bool
    after: frozenset[str]
    before: frozenset[str]


class _Analysis(NamedTuple):
    """What one word can be: the first of two words that name an event, or an event by itself."""

    pairs: tuple[tuple[str, bool], ...]
    """(the word without proclitics, definite?)"""
    single: tuple[tuple[str, bool, bool], ...]
    """(family, verb?, definite?), the likeliest first."""


_NO_EVENT = _Analysis((), ())
MOST_KNOWN = 100_000
"""So many analyses of words are remembered at a time."""


class Lexicon:
    """All forms of all families."""

    def __init__(self) -> None:
        """Generate the forms from the data file."""
        self.families: dict[str, Family] = {}
        self.verbs: dict[str, str] = {}
        self.nouns: dict[str, str] = {}
        self.pairs: dict[tuple[str, str], tuple[str, bool]] = {}
        self.bases: list[tuple[str, str]] = []
        """Each base form and its family, for the test that no form has two."""
        for entry in load(EVENTS):
            family = entry["id"]
            self.families[family] = Family(
                id=family,
                near=frozenset(entry.get("near", ())),
                opposite=frozenset(entry.get("opposite", ())),
                counts=bool(entry.get("counts", False)),
                topic=bool(entry.get("topic", False)),
                after=frozenset(fold(word) for word in entry.get("after", ())),
                before=frozenset(fold(word) for word in entry.get("before", ())),
            )
            for kind, forms, table in (
                ("past", _past, self.verbs),
                ("pres", _present, self.verbs),
                ("noun", _noun, self.nouns),
            ):
                for base in entry.get(kind, ()):
                    folded = fold(base)
                    self.bases.append((folded, family))
                    if " " in folded:
                        first, second = folded.split()
                        for form in forms(first):
                            self.pairs[form, second] = family, kind != "noun"
                    else:
                        for form in forms(folded):
                            table.setdefault(form, family)
        self._opening = frozenset(first for first, _ in self.pairs)
        self._known: dict[str, _Analysis] = {}

    def find(self, words: Sequence[str]) -> list[Event]:
        """Return the events named in folded words, in order."""
        return list(self.events(words))

    def events(self, words: Sequence[str]) -> Iterator[Event]:
        """Yield what `find` returns, reading no further than is asked for."""
        known = self._known
        end = 0
        for i, word in enumerate(words):
            found = known.get(word)
            if found is None:
                found = self._analysed(word)
            if found is _NO_EVENT or i < end:
                continue
            event = self._at(words, i, found)
            if event is not None:
                end = event.at + event.length
                yield event

    def _at(self, words: Sequence[str], i: int, found: _Analysis) -> Event | None:
        if found.pairs:
            following = words[i + 1] if i + 1 < len(words) else ""
            for rest, definite in found.pairs:
                pair = self.pairs.get((rest, following)) or self.pairs.get(
                    (rest, following.removeprefix("ال"))
                )
                if pair is not None:
                    return Event(pair[0], pair[1], definite, i, 2)
        for family, verb, definite in found.single:
            if self._fits(family, words, i):
                return Event(family, verb, definite, i)
        return None

    def _analysed(self, word: str) -> _Analysis:
        """Return what a word can be wherever it stands; remembered, because news repeats its words."""
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        found = self._analyse(word)
        if found == _NO_EVENT:
            found = _NO_EVENT
        self._known[word] = found
        return found

    def _analyse(self, word: str) -> _Analysis:
        if word[0] in _FIRST_LETTERS:
            rests = [(p, word[n:]) for n in _LENGTHS if (p := word[:n]) in _NOUN_PREFIXES]
        else:
            rests = [("", word)]
            if not (word in self.nouns or word in self.verbs or word in self._opening):
                return _NO_EVENT
        pairs = tuple(
            (rest, prefix.endswith(("ال", "لل"))) for prefix, rest in rests if rest in self._opening
        )
        if {word, bare(word)} & word_set(WORDS, "no_event"):
            return _Analysis(pairs, ())
        single: list[tuple[str, bool, bool]] = []
        # The shorter the proclitic, the likelier: «وفاة» is no و + «فاة». A noun can be taken for a verb only
        # where it has no article.
        for prefix, rest in rests:
            # «استقالته» is rather his resignation than «she had him resigned».
            if prefix in _VERB_PREFIXES and rest in self.verbs and not self._possessed(rest):
                single.append((self.verbs[rest], True, False))
            if rest in self.nouns:
                definite = prefix.endswith(("ال", "لل")) or self._possessed(rest)
                single.append((self.nouns[rest], False, definite))
        for prefix in _VERB_PREFIXES:
            rest = word[len(prefix) :]
            if word.startswith(prefix) and rest in self.verbs:
                single.append((self.verbs[rest], True, False))
        return _Analysis(pairs, tuple(dict.fromkeys(single)))

    def _possessed(self, noun: str) -> bool:
        """Return whether a noun has a possessor's pronoun: «استقالته»."""
        for pronoun in ("هما", "ها", "هم", "ه"):
            if noun.endswith(pronoun):
                base = noun[: -len(pronoun)]
                return base in self.nouns or (base.endswith("ت") and base[:-1] + "ه" in self.nouns)
        return False

    def _fits(self, family: str, words: Sequence[str], i: int) -> bool:
        rules = self.families[family]
        following = words[i + 1] if i + 1 < len(words) else ""
        return not (
            (i > 0 and words[i - 1].removeprefix("و") in rules.after)
            or following in rules.before
            or following.removeprefix("ال") in rules.before
        )

    def nearness(self, one: str, two: str) -> float:
        """Return 1 for one family, 0.6 for two that often tell the same matter, else 0."""
        if one == two:
            return 1.0
        if two in self.families[one].near or one in self.families[two].near:
            return 0.6
        return 0.0

    def opposed(self, one: Sequence[str], two: Sequence[str]) -> bool:
        """Return whether one list names an event and the other its contrary instead."""
        mine, yours = set(one), set(two)
        return any(
            other not in mine
            and (other in self.families[family].opposite or family in self.families[other].opposite)
            for family in one
            if family not in yours
            for other in two
        )


@cache
def lexicon() -> Lexicon:
    """Return the lexicon, made once in a process."""
    return Lexicon()


def _past(base: str) -> Iterator[str]:
    yield base
    if base.endswith(("ي", "ا")) and len(base) > 2:
        short = base[:-1]
        for ending in ("ت", "تا", "وا", "يا"):
            yield short + ending
        for pronoun in _OBJECTS:
            yield short + "ا" + pronoun
            yield short + "ت" + pronoun
        return
    for ending in ("ت", "ا", "تا", "وا"):
        yield base + ending
    for pronoun in _OBJECTS:
        yield base + pronoun
        yield base + "ت" + pronoun
        yield base + "و" + pronoun


def _present(base: str) -> Iterator[str]:
    rest = base.removeprefix("ي")
    for person in "يتن":
        form = person + rest
        yield form
        if form.endswith("ي"):
            short = form[:-1]
            yield short
            for ending in ("ون", "وا", "يان"):
                yield short + ending
            stems = [form, short]
        else:
            for ending in ("ون", "وا", "ان"):
                yield form + ending
            stems = [form]
        for pronoun in _OBJECTS:
            for start in stems:
                yield start + pronoun
        plural = (form[:-1] if form.endswith("ي") else form) + "ون"
        for pronoun in _OBJECTS:
            yield plural + pronoun
        if person == "ي" and not form.endswith("ي"):
            yield form + "ن"


def _noun(base: str) -> Iterator[str]:
    yield base
    if base.endswith("ه") and len(base) > 2:
        short = base[:-1]
        for ending in ("تان", "تين", "تي", "ات"):
            yield short + ending
        for pronoun in _POSSESSORS:
            yield short + "ت" + pronoun
            yield short + "ات" + pronoun
        return
    for ending in ("ا", "ان", "ين", "ات"):
        yield base + ending
    for pronoun in _POSSESSORS:
        yield base + pronoun
