"""The names of an authority as they are written, compiled: what is searched for, and whom each form names.

A table holds every written form of every name once, with numbers that lead to the records. It can be kept
as bytes and comes back without reading a single record: an entry is made of its record when it is asked for.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from musnad.model import Actor, AliasKind, EntityType

from musnad_actors.fold import ARABIC_LETTERS, clean
from musnad_actors.lexicon import Lexicon
from musnad_actors.spellings import has_article, spellings

SHORT = 4
"""Up to so many letters, final ه and ة, ي and ى tell words apart («جده» his grandfather, «جدة»)."""
_ARTICLE_TYPES = frozenset({"organization", "armed_group"})
_ARABIC = "".join(sorted(ARABIC_LETTERS))
RUN = re.compile(f"[{_ARABIC}]+|[^\\W_{_ARABIC}]+")
"""A word: letters of the Arabic script, or other letters and digits, but not both."""
_REGULAR = re.compile(f"(?:{RUN.pattern})(?: (?:{RUN.pattern}))*")
_FIELDS = 4
"""Numbers of an entry: record, name in the record, letters of a title, whether its article is cut off."""


class Entry(NamedTuple):
    """A name of an actor."""

    actor_id: str
    alias: str
    kind: AliasKind
    type: EntityType
    offset: int = 0
    """Letters of the written name that are a title («الملك سلمان»), not part of the mention."""


class Pattern(NamedTuple):
    """All entries with one written form, apart from the article."""

    plain: tuple[Entry, ...]
    definite: tuple[Entry, ...]
    optional: tuple[Entry, ...]
    """Plain ones that may have the article too («الناتو»)."""
    first_arabic: bool
    last_arabic: bool
    words: int
    length: int
    capital: str | None
    """For Latin acronyms: how it must be written («UN» is not «un»)."""


class PatternTable:
    """All written forms of some records' names."""

    def __init__(
        self,
        records: Sequence[Actor],
        forms: list[str],
        longest: dict[str, int],
        irregular: list[str],
        starts: array[int],
        entries: array[int],
    ) -> None:
        """Take what `compiled` made; the entries of form n stand from `starts[n]` to `starts[n + 1]`."""
        self.numbers: Mapping[str, int] = {form: number for number, form in enumerate(forms)}
        """Number of each form; a form that begins with the article is listed without it."""
        self.longest = longest
        """First words of forms, with the number of words of the longest form that begins so."""
        self.irregular = irregular
        """Forms in which words and punctuation are mixed: they are searched for as a whole."""
        self._records = records
        self._forms = forms
        self._starts = starts
        self._entries = entries
        self._patterns: dict[int, Pattern] = {}

    @classmethod
    def compiled(cls, records: Iterable[Actor], lexicon: Lexicon) -> PatternTable:
        """Return the table of these records' names; takes about 0.1 ms a record."""
        listed = list(records)
        found: dict[str, dict[tuple[int, int, int, int], None]] = {}
        for number, record in enumerate(listed):
            for place, (text, kind) in enumerate(names_of(record)):
                article = has_article(text)
                for form in spellings(text):
                    cut = article and form.startswith("ال") and len(form) > 3
                    title = _title_letters(form, kind, record, lexicon)
                    entry = (number, place, title, int(cut))
                    found.setdefault(form[2:] if cut else form, {})[entry] = None
        starts, flat = array("I", [0]), array("I")
        for entries in found.values():
            for entry in entries:
                flat.extend(entry)
            starts.append(len(flat) // _FIELDS)
        longest: dict[str, int] = {}
        irregular: list[str] = []
        for form in found:
            if not _REGULAR.fullmatch(form):
                irregular.append(form)
                continue
            first, _, _ = form.partition(" ")
            longest[first] = max(longest.get(first, 0), form.count(" ") + 1)
        return cls(listed, list(found), longest, irregular, starts, flat)

    def __len__(self) -> int:
        return len(self.numbers)

    def pattern(self, number: int) -> Pattern:
        """Return the entries of a form by its number."""
        known = self._patterns.get(number)
        if known is None:
            known = self._patterns[number] = self._pattern(number)
        return known

    def named(self, form: str) -> tuple[Entry, ...]:
        """Return the entries with exactly this written form, article included; none for an unknown one."""
        entries: tuple[Entry, ...] = ()
        if (number := self.numbers.get(form)) is not None:
            entries = self.pattern(number).plain
        if form.startswith("ال") and (number := self.numbers.get(form[2:])) is not None:
            entries += self.pattern(number).definite
        return entries

    def _pattern(self, number: int) -> Pattern:
        text = self._forms[number]
        plain: dict[Entry, None] = {}
        definite: dict[Entry, None] = {}
        for i in range(self._starts[number], self._starts[number + 1]):
            record_number, place, title, cut = self._entries[_FIELDS * i : _FIELDS * (i + 1)]
            record = self._records[record_number]
            name, kind = names_of(record)[place]
            (definite if cut else plain)[Entry(record.id, name, kind, record.type, title)] = None
        optional = tuple(
            entry
            for entry in plain
            if entry.type in _ARTICLE_TYPES
            and " " not in text
            and (entry.kind in ("acronym", "transliteration") or len(text) > SHORT)
        )
        acronyms = [clean(e.alias) for e in plain if e.kind == "acronym" and e.alias.isascii()]
        capital = None
        if acronyms and len(acronyms) == len(plain) and len(text) <= SHORT:
            capital = acronyms[0] if acronyms[0].isupper() else None
        return Pattern(
            tuple(plain),
            tuple(definite),
            optional,
            text[0] in ARABIC_LETTERS,
            text[-1] in ARABIC_LETTERS,
            text.count(" ") + 1,
            len(text),
            capital,
        )

    # As bytes.

    def sections(self) -> list[bytes]:
        """Return all of the table but the records, as `from_sections` takes it."""
        words = [self._forms, self.longest, self.irregular]
        return [
            json.dumps(words, ensure_ascii=False).encode(),
            self._starts.tobytes(),
            self._entries.tobytes(),
        ]

    @classmethod
    def from_sections(cls, records: Sequence[Actor], sections: Sequence[bytes]) -> PatternTable:
        """Return the table that `sections` was made of. Raises `ValueError` for what is no such table."""
        forms, longest, irregular = json.loads(sections[0])
        starts, entries = array("I"), array("I")
        starts.frombytes(sections[1])
        entries.frombytes(sections[2])
        if len(starts) != len(forms) + 1 or starts[-1] * _FIELDS != len(entries):
            raise ValueError("the table of names is damaged")
        return cls(records, forms, longest, irregular, starts, entries)


def names_of(record: Actor) -> list[tuple[str, AliasKind]]:
    """Return all names of a record, canonical ones first."""
    names: list[tuple[str, AliasKind]] = [(name, "full") for name in record.names.values()]
    names.extend((alias.text, alias.kind) for alias in record.aliases)
    return names


def _title_letters(form: str, kind: AliasKind, record: Actor, lexicon: Lexicon) -> int:
    """Return how many letters of `form` are a title with its space: «الملك » in «الملك سلمان»."""
    if record.type != "person" or kind not in ("short", "full"):
        return 0
    words = form.split()
    for count in range(len(words) - 1, 0, -1):
        if tuple(words[:count]) in lexicon.titles:
            rest = words[count]
            if rest in lexicon.nisbas or rest == "بن":
                return 0
            return sum(map(len, words[:count])) + count
    return 0
