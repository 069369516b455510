"""The linguistic data of this plugin: designators, adjectives, cues. Read once, folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from musnad.model import OutletKind
from musnad_actors.fold import ARABIC_LETTERS, fold
from musnad_actors.lexicon import without_proclitics

DATA = Path(__file__).parent / "data"
FILES = tuple(DATA / name for name in ("designators.yaml", "context.yaml", "datelines.yaml"))
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Number = Literal["single", "dual", "plural"]
Words = tuple[str, ...]

# What a designator may be used for: «موقع الجزيرة» is the channel's site, «صحيفة سبق» a site.
_FITTING: Mapping[str, frozenset[OutletKind]] = {
    "newspaper": frozenset(("newspaper", "site", "magazine")),
    "channel": frozenset(("channel", "radio", "site", "agency")),
    "television": frozenset(("channel", "radio")),
    "agency": frozenset(("agency", "site")),
    "site": frozenset(("site", "newspaper", "channel", "agency", "magazine", "radio")),
    "magazine": frozenset(("magazine",)),
    "radio": frozenset(("radio", "channel")),
}


def read_yaml(name: str) -> Any:
    """Return the content of a data file of this plugin."""
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader


@dataclass(frozen=True, slots=True)
class Designator:
    """A word that introduces an outlet."""

    id: str
    kind: OutletKind
    number: Number
    guard: frozenset[str]

    def fits(self, kind: OutletKind) -> bool:
        """Tell whether an outlet of `kind` may be called so."""
        return kind in _FITTING[self.id]

    def means_another_thing(self, following: str) -> bool:
        """Tell whether the next word (folded) shows that no outlet follows («قناة السويس»)."""
        return following in self.guard


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All of it, folded."""

    designators: Mapping[Words, Designator]
    adjectives: Mapping[str, str | None]
    """Adjective without article, one or two words, to country code or scope."""
    linkers: frozenset[Words]
    collectives: Mapping[Words, bool]
    """Words to whether they need an adjective."""
    quantifiers: Sequence[Words]
    feminine: frozenset[str]
    masculine: frozenset[str]
    before: frozenset[Words]
    before_any: frozenset[Words]
    told: frozenset[str]
    said: frozenset[str]
    quoted_after: frozenset[str]
    other_thing: frozenset[str]
    not_cited: frozenset[str]
    not_outlets: frozenset[str]
    distinct: frozenset[str]
    everyday: frozenset[str]
    never: frozenset[str]
    glued: re.Pattern[str]
    """A designator written together with the name, in the normalized (unfolded) text."""

    def designator_before(self, words: Sequence[str]) -> tuple[Designator, int] | None:
        """Return the designator that `words` (folded, in order) end with, and of how many words it is."""
        for count in (3, 2, 1):
            if len(words) < count:
                continue
            for first in (words[-count], *without_proclitics(words[-count])):
                found = self.designators.get((first, *words[len(words) - count + 1 :]))
                if found is not None:
                    return found, count
        return None

    def adjective(self, word: str) -> bool:
        """Tell whether `word` is one of the adjectives, with or without article."""
        return word in self.adjectives or word.removeprefix("ال") in self.adjectives

    def country(self, word: str) -> str | None:
        """Return the country of an adjective of nationality, with or without article."""
        origin = self.adjectives.get(word) or self.adjectives.get(word.removeprefix("ال"))
        return origin if origin is not None and origin.isupper() else None


def _words(items: Iterable[str]) -> frozenset[Words]:
    return frozenset(tuple(fold(item).split()) for item in items)


def _folded(items: Iterable[Any]) -> frozenset[str]:
    return frozenset(fold(str(item)) for item in items)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the lexicon; read from the data files on the first call."""
    raw = read_yaml("designators.yaml")
    context = read_yaml("context.yaml")
    designators: dict[Words, Designator] = {}
    glued: list[str] = []
    for entry in raw["designators"]:
        guard = _folded(entry["guard"])
        guard |= {f"ال{word}" for word in guard} | {word.removeprefix("ال") for word in guard}
        numbers: tuple[Number, ...] = ("single", "dual", "plural")
        for number in numbers:
            for text in entry[number]:
                found = Designator(entry["id"], entry["kind"], number, guard)
                designators.setdefault(tuple(fold(text).split()), found)
        # Inside a word, only teh marbuta shows that a word has ended.
        glued += [text for text in entry["single"] if text.endswith("ة") and " " not in text]
    adjectives: dict[str, str | None] = {}
    for entry in raw["adjectives"]:
        for form in (*entry["m"], *entry["f"]):
            adjectives[fold(form)] = entry.get("country") or entry.get("scope")
    letters = "".join(sorted(ARABIC_LETTERS))
    verbs = context["verbs"]
    return Lexicon(
        designators=designators,
        adjectives=adjectives,
        linkers=_words(raw["linkers"]),
        collectives={
            tuple(fold(entry["text"]).split()): "needs" in entry for entry in raw["collectives"]
        },
        quantifiers=[
            tuple(fold(text).split()) for group in raw["quantifiers"].values() for text in group
        ],
        feminine=_folded(verbs["feminine"]),
        masculine=_folded(verbs["masculine"]),
        before=_words([*context["before"], *context["before_any"]]),
        before_any=_words(context["before_any"]),
        told=_folded(context["told"]),
        said=_folded(context["said"]),
        quoted_after=_folded(context["quoted_after"]),
        other_thing=_folded(context["other_thing"]),
        not_cited=_folded(context["not_cited"]),
        not_outlets=_folded(context["not_outlets"]),
        distinct=_folded(context["distinct"]),
        everyday=_folded(context["everyday"]),
        never=_folded(context["never"]),
        glued=re.compile(
            f"(?<![{letters}])[وفبلك]{{0,2}}({'|'.join(glued)})(?=[{letters}A-Za-z0-9])"
        ),
    )
