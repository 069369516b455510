"""Words and what is known of them: how frequent they are, whether people or places are called so.

The shipped file is compiled by `musnad_names.compile_lexicon`; `data/README.md` names its sources and licences. All
words are in the spelling of the matching view (`document.key`): أ إ آ as ا, ى as ي, ة as ه.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from musnad_actors.lexicon import read_yaml

FILE = Path(__file__).parent / "data" / "lexicon.txt.gz"
CUES = Path(__file__).parent / "data" / "cues.yaml"
FOLD = str.maketrans("أإآٱىة", "اااايه")
"""Letters as the matching view has them."""
PROCLITICS = (
    "وال",
    "فال",
    "بال",
    "كال",
    "ولل",
    "فلل",
    "لل",
    "ال",
    "وب",
    "ول",
    "و",
    "ف",
    "ب",
    "ل",
    "ك",
)
"""What may be glued to the front of a word, longest first."""
_SHORTEST = 3
_REMEMBERED = 200_000
_MUCH_RARER = 0.155
"""log10 of how much rarer than the whole word the rest may be for a cut (the factor 0.7)."""
NEVER = 9.9
"""Frequency class of words that are not in the list."""


@dataclass(slots=True)
class Lexicon:
    """Frequency classes and name roles of words."""

    frequency: dict[str, float] = field(default_factory=dict)
    """Minus the decimal logarithm of a word's share of all words."""
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """`G1`–`G4` given name, `S1`–`S4` surname (the figure grows with the people called so), `U` either, `P` place,
    `PF` first and `PI` further word of a place's name; of the shipped authority `AL` state or place, `AO` organization,
    `AP` word of a person's name."""

    cues: dict[str, str] = field(default_factory=dict)
    """Group of a cue word (`cues.yaml`)."""

    ambiguous: frozenset[str] = frozenset()
    """Words of the language that are names of people, too (`common_names.yaml`, `guard.yaml` of the plugin `actors`)."""

    _splits: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What `split` found: a text has the same words again and again."""

    def split(self, word: str) -> tuple[str, str]:
        """Return (proclitic, rest): the longest one whose rest is a known word about as frequent."""
        found = self._splits.get(word)
        if found is None:
            if len(self._splits) >= _REMEMBERED:
                self._splits.clear()
            found = self._splits[word] = self._split(word)
        return found

    def _split(self, word: str) -> tuple[str, str]:
        whole = self.frequency.get(word, NEVER)
        for proclitic in PROCLITICS:
            if word.startswith(proclitic) and len(word) - len(proclitic) >= _SHORTEST:
                rest = word[len(proclitic) :]
                if rest in self.frequency:
                    if self.frequency[rest] <= whole + _MUCH_RARER:
                        return proclitic, rest
                elif whole == NEVER and rest in self.roles:
                    return proclitic, rest
        return "", word

    def stem(self, word: str) -> str:
        """Return the word without proclitics and article, as far as `split` finds them."""
        return self.split(word)[1]

    def group(self, word: str) -> str | None:
        """Return the group of a cue word, with or without proclitics and article; None for other words."""
        return (
            self.cues.get(word)
            or self.cues.get(self.stem(word))
            or self.cues.get(word.removeprefix("ال"))
        )

    def bearers(self, word: str) -> int:
        """Return how many people are called so: 0 (none known) to 4 (very many)."""
        return max(
            (int(role[1]) for role in self.roles.get(word, ()) if role[0] in "GS"), default=0
        )


def load(path: Path = FILE) -> Lexicon:
    """Read a compiled lexicon (lines of word, frequency class, which may be empty, and roles, split by tabs)
    and the cue words."""
    lexicon = Lexicon(cues=_cues(), ambiguous=_ambiguous())
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            word, frequency, roles = line.rstrip("\n").split("\t")
            if frequency:
                lexicon.frequency[word] = float(frequency)
            if roles:
                lexicon.roles[word] = tuple(roles.split())
    return lexicon


def _cues() -> dict[str, str]:
    groups: dict[str, list[str]] = yaml.safe_load(CUES.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for group, words in groups.items():
        for word in words:
            # A word of two groups (the first is the usual one) keeps the first.
            found.setdefault(word.translate(FOLD), group)
    return found


def _ambiguous() -> frozenset[str]:
    entries = [*read_yaml("common_names.yaml"), *read_yaml("guard.yaml")["words"]]
    return frozenset(str(entry["word"]).translate(FOLD) for entry in entries)
