"""The linguistic data of this plugin: what misleads (guard), titles, given names. Read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from musnad_actors.fold import fold

DATA = Path(__file__).parent / "data"
FILES = (
    DATA / "guard.yaml",
    DATA / "common_names.yaml",
    DATA / "titles.yaml",
    DATA / "bearers.yaml",
    DATA / "given_names.txt",
)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Verdict = Literal["no", "unsupported", "yes"]


def read_yaml(name: str) -> Any:
    """Return the content of a data file of this plugin."""
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader


def without_proclitics(word: str) -> list[str]:
    """Return what `word` (folded) may be without proclitics, the longest first; not `word` itself."""
    found = []
    for _ in range(3):
        if word.startswith("لل") and len(word) > 4:
            found.append("ال" + word[2:])
        if len(word) < 4 or word[0] not in "وفبلك":
            break
        word = word[1:]
        found.append(word)
    return found


_FUNCTION_WORDS = frozenset(
    map(
        fold,
        [
            "إلى",
            "إلا",
            "الآن",
            "اليوم",
            "الذي",
            "التي",
            "الذين",
            "اللتين",
            "اللذين",
            "التى",
            "الذى",
        ],
    )
)


def is_definite(word: str) -> bool:
    """Tell whether `word` (folded) has the article, proclitics or not."""
    if word in _FUNCTION_WORDS:
        return False
    if word.startswith(("ال", "لل")) and len(word) > 4:
        return True
    bare = word.lstrip("وف")[1:] if word.lstrip("وف")[:1] in tuple("بك") else word.lstrip("وف")
    return bare.startswith(("ال", "لل")) and len(bare) > 4 and bare not in _FUNCTION_WORDS


@dataclass(frozen=True, slots=True)
class _Words:
    """A list of words; one with a * stands for all that begin or end so."""

    whole: frozenset[str]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]

    @classmethod
    def of(cls, words: list[str]) -> _Words:
        return cls(
            frozenset(fold(word) for word in words if "*" not in word),
            tuple(fold(word[:-1]) for word in words if word.endswith("*")),
            tuple(fold(word[1:]) for word in words if word.startswith("*")),
        )

    def __contains__(self, word: str) -> bool:
        if word in self.whole:
            return True
        if self.endings and word.endswith(self.endings) and not is_definite(word):
            return True
        if self.beginnings and word.startswith(self.beginnings):
            return True
        # «لحركة», «وبحركة» are «حركة» here: what is left must be in the list.
        return any(bare in self.whole for bare in without_proclitics(word))


@dataclass(frozen=True, slots=True)
class GuardWord:
    """When a written word that looks like a name is none."""

    when: Literal["always", "context", "unsupported", "adjective"]
    previous: _Words
    next: _Words
    unless_previous: _Words
    name: str = ""
    """The name (folded) that the word is mistaken for."""

    def judge(self, previous: str, following: str) -> Verdict:
        """Tell whether it may be the name, from the words beside it (folded; empty for none)."""
        if previous in self.unless_previous:
            return "yes"
        if self.when == "always" or previous in self.previous or following in self.next:
            return "no"
        if self.when == "adjective" and is_definite(previous):
            return "no"
        return "unsupported" if self.when == "unsupported" else "yes"


@dataclass(frozen=True, slots=True)
class Prominent:
    """Whom a short name means where nothing else in the article says it."""

    actor: str
    after: frozenset[str]
    """Words of which one must stand directly before; empty for none."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All of it, folded."""

    guard: Mapping[str, GuardWord]
    nisbas: frozenset[str]
    adjectives: frozenset[str]
    """The nisbas, masculine and feminine."""
    eponyms: frozenset[str]
    short_letters: int
    short_proclitics: Mapping[str, frozenset[str]]
    titles: frozenset[tuple[str, ...]]
    """Titles as words."""
    title_words: frozenset[str]
    adjective_titles: frozenset[tuple[str, ...]]
    given: frozenset[str]
    before_names: frozenset[str]
    after_titles: frozenset[str]
    deputies: frozenset[str]
    papers: frozenset[str]
    after_definite: frozenset[str]
    """First words of bodies that are adjectives after a definite word («السياسة الخارجية»)."""
    prominent: Mapping[str, tuple[Prominent, ...]]
    """By short name; those with a condition first."""
    generic: frozenset[str]
    """Words that mean the body of one country where the article speaks of no other («الجيش»)."""
    theatres: Mapping[str, frozenset[str]]
    """By actor: countries and other actors of which the article must speak for a short name of it."""

    def is_given(self, word: str) -> bool:
        """Tell whether `word` (folded) is a given name, or has one after «و»."""
        return word in self.given or (word[:1] == "و" and word[1:] in self.given)

    def all_given(self, name: str) -> bool:
        """Tell whether a name (folded) is nothing but given names («محمد بن عبد الرحمن»)."""
        words = name.replace("عبد ", "عبد").split()
        return all(word in self.given or word in ("بن", "ابن") for word in words)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the lexicon; read from the data files on the first call."""
    raw = read_yaml("guard.yaml")
    bearers = read_yaml("bearers.yaml")
    guard = {
        fold(entry["word"]): GuardWord(
            entry["when"],
            _Words.of(entry.get("previous", [])),
            _Words.of(entry.get("next", [])),
            _Words.of(entry.get("unless_previous", [])),
            fold(entry["name"]),
        )
        for entry in raw["words"]
    }
    none = _Words.of([])
    for entry in [*raw["generic"], *read_yaml("common_names.yaml")]:
        guard.setdefault(fold(entry["word"]), GuardWord("unsupported", none, none, none))
    short = raw["short_names"]
    titles = read_yaml("titles.yaml")
    words = {tuple(fold(entry["text"]).split()) for entry in titles}
    given = [
        name
        for line in (DATA / "given_names.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for name in line.split()
    ]
    return Lexicon(
        guard=guard,
        nisbas=frozenset(map(fold, raw["nisbas"])),
        adjectives=frozenset(
            form for nisba in map(fold, raw["nisbas"]) for form in (nisba, nisba + "ه")
        ),
        eponyms=frozenset(fold(entry["word"]) for entry in raw["eponyms"]),
        short_letters=short["letters"],
        short_proclitics={kind: frozenset(items) for kind, items in short["proclitics"].items()},
        titles=frozenset(words),
        title_words=frozenset(word for title in words for word in title),
        adjective_titles=frozenset(
            tuple(fold(entry["text"]).split()) for entry in titles if entry.get("adjective")
        ),
        given=frozenset(map(fold, given)),
        before_names=frozenset(map(fold, raw["before_names"])),
        after_titles=frozenset(map(fold, raw["after_titles"])),
        deputies=frozenset(map(fold, raw["deputies"])),
        papers=frozenset(map(fold, raw["papers"])),
        after_definite=frozenset(fold(entry["word"]) for entry in raw["after_definite"]),
        prominent=_prominent(bearers["prominent"]),
        generic=frozenset(fold(entry["word"]) for entry in raw["generic"]),
        theatres={entry["actor"]: frozenset(entry["where"]) for entry in bearers["theatres"]},
    )


def _prominent(entries: list[dict[str, Any]]) -> dict[str, tuple[Prominent, ...]]:
    found: dict[str, list[Prominent]] = {}
    for entry in entries:
        after = frozenset(map(fold, entry.get("after", [])))
        for text in entry["texts"]:
            found.setdefault(fold(text), []).append(Prominent(entry["actor"], after))
    return {text: tuple(sorted(all_, key=lambda p: not p.after)) for text, all_ in found.items()}
