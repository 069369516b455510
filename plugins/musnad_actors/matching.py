"""Finding all names of an authority in a text at once.

Names are found as they stand in the key view; what may be attached to them is looked at afterwards: the
letters before must be known proclitics, and nothing may follow in the same word. What is left after the
proclitics is a known name by construction; the guard sorts out words that only look like that.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

import ahocorasick_rs
from musnad.document import Document
from musnad.model import Actor, AliasKind, EntityType

from musnad_actors.fold import ARABIC_LETTERS, clean, fold_same_length
from musnad_actors.lexicon import Lexicon, is_definite, lexicon
from musnad_actors.spellings import has_article, spellings

# س stands before verbs only. Interrogative أ is not written before names in the press.
PROCLITICS = frozenset(["", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك"])
ARTICLES = {
    **{before + "ال": before for before in ("", "و", "ف", "ب", "ك", "وب", "وك", "فب", "فك")},
    "لل": "لل",
    "ولل": "ولل",
    "فلل": "فلل",
}
"""What stands before a name without its article, and the proclitics in it."""
# ل + الليكود is written لليكود: of three lams one is dropped.
_LAM_ARTICLES = {"ل": "لل", "ول": "ولل", "فل": "فلل"}
_LAST_LETTERS = frozenset("وفبلك")
_LONGEST = max(map(len, ARTICLES))
_SPACES = re.compile(" {2,}")
_UNSPACED = 4
"""Up to so many letters, final ه and ة, ي and ى tell words apart («جده» his grandfather, «جدة»)."""
_ARTICLE_TYPES = frozenset({"organization", "armed_group"})


class Entry(NamedTuple):
    """A name of an actor."""

    actor_id: str
    alias: str
    kind: AliasKind
    type: EntityType
    offset: int = 0
    """Letters of the written name that are a title («الملك سلمان»), not part of the mention."""


class NameMatch(NamedTuple):
    """A place where a name stands. Offsets are into the key view (and the normalized one)."""

    start: int
    end: int
    word: int
    """Where the first word begins, proclitics included."""
    proclitic: str
    entries: tuple[Entry, ...]
    words: int
    """How many words the name has."""
    weak: bool
    """True where the guard says that only the article can make it a name."""
    titled: bool = False
    """True where the alias found has a title of its own, which stands before `start`."""


class _Pattern(NamedTuple):
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


class Found(NamedTuple):
    """What stands in a text: names, and titles that mean a person («قائد الجيش»); each without overlaps."""

    names: list[NameMatch]
    titles: list[NameMatch]
    text: str
    """The folded text that the matches are offsets into."""


class NameIndex:
    """All names and aliases of some records, ready to be found."""

    def __init__(self, records: Iterable[Actor], words: Lexicon | None = None) -> None:
        """Build the automaton; takes well under a second for some thousand records."""
        self.lexicon = words or lexicon()
        plain: dict[str, dict[Entry, None]] = {}
        definite: dict[str, dict[Entry, None]] = {}
        self.by_name: dict[str, dict[Entry, None]] = {}
        """Every written form, article included, with its entries: what a question is looked up in."""
        for record in records:
            for text, kind in names_of(record):
                article = has_article(text)
                for form in spellings(text):
                    entry = Entry(
                        record.id, text, kind, record.type, self._title_letters(form, kind, record)
                    )
                    self.by_name.setdefault(form, {})[entry] = None
                    if article and form.startswith("ال") and len(form) > 3:
                        definite.setdefault(form[2:], {})[entry] = None
                    else:
                        plain.setdefault(form, {})[entry] = None
        self._texts = list(plain.keys() | definite.keys())
        self._patterns = [
            self._pattern(text, tuple(plain.get(text, ())), tuple(definite.get(text, ())))
            for text in self._texts
        ]
        self._automaton = ahocorasick_rs.AhoCorasick(self._texts) if self._texts else None

    def _title_letters(self, form: str, kind: AliasKind, record: Actor) -> int:
        """Return how many letters of `form` are a title with its space: «الملك » in «الملك سلمان»."""
        if record.type != "person" or kind not in ("short", "full"):
            return 0
        words = form.split()
        for count in range(len(words) - 1, 0, -1):
            if tuple(words[:count]) in self.lexicon.titles:
                rest = words[count]
                if rest in self.lexicon.nisbas or rest == "بن":
                    return 0
                return sum(map(len, words[:count])) + count
        return 0

    @staticmethod
    def _pattern(text: str, plain: tuple[Entry, ...], definite: tuple[Entry, ...]) -> _Pattern:
        optional = tuple(
            entry
            for entry in plain
            if entry.type in _ARTICLE_TYPES
            and " " not in text
            and (entry.kind in ("acronym", "transliteration") or len(text) > _UNSPACED)
        )
        acronyms = [clean(e.alias) for e in plain if e.kind == "acronym" and e.alias.isascii()]
        capital = None
        if acronyms and len(acronyms) == len(plain) and len(text) <= _UNSPACED:
            capital = acronyms[0] if acronyms[0].isupper() else None
        return _Pattern(
            plain,
            definite,
            optional,
            text[0] in ARABIC_LETTERS,
            text[-1] in ARABIC_LETTERS,
            text.count(" ") + 1,
            len(text),
            capital,
        )

    def find(self, document: Document) -> Found:
        """Return the names in a document; the longest first where several begin at one place."""
        return self.find_in(document.key.text, document.normalized.text)

    def find_in(self, key: str, written: str) -> Found:
        """Return the names in a key view; `written` is the normalized view of the same length."""
        folded = fold_same_length(key)
        if self._automaton is None:
            return Found([], [], folded)
        text, place = folded, None
        if "  " in folded:
            text, place = _squeezed(folded)
        names: list[NameMatch] = []
        titles: list[NameMatch] = []
        patterns = self._patterns
        length = len(text)
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            pattern = patterns[number]
            # Boundaries first: nearly all that the automaton reports are parts of longer words.
            if end < length:
                after = text[end]
                if after in ARABIC_LETTERS:
                    if pattern.last_arabic:
                        continue
                elif not pattern.last_arabic and after.isalnum():
                    continue
            word, proclitic, begin, entries = start, "", start, pattern.plain
            if start:
                before = text[start - 1]
                if pattern.first_arabic:
                    if before in ARABIC_LETTERS:
                        if before not in _LAST_LETTERS:
                            continue
                        low = start - 1
                        while low and start - low <= _LONGEST and text[low - 1] in ARABIC_LETTERS:
                            low -= 1
                        attached = _attached(pattern, text[low:start], text[start])
                        if attached is None:
                            continue
                        proclitic, back, entries = attached
                        word, begin = low, start - back
                elif before.isalnum() and before not in ARABIC_LETTERS:
                    continue
            if not entries:
                continue
            if place is not None:
                word, begin, end = place(word), place(begin), place(end - 1) + 1
            match = self._judged(folded, written, word, begin, end, proclitic, entries, pattern)
            if match is not None:
                kinds = {entry.kind for entry in match.entries}
                (titles if kinds == {"title"} else names).append(match)
        return Found(_longest(names), _longest(titles), folded)

    def _judged(
        self,
        text: str,
        written: str,
        word: int,
        start: int,
        end: int,
        proclitic: str,
        entries: tuple[Entry, ...],
        pattern: _Pattern,
    ) -> NameMatch | None:
        """Return the match if the guard lets it pass."""
        weak = False
        if not pattern.first_arabic and _in_address(written, start, end):
            return None
        if pattern.words <= 2:
            if pattern.capital is not None and written[start:end] != pattern.capital:
                return None
            name = text[start:end]
            verdict = self._verdict(text, word, start, end, name)
            if verdict == "no":
                return None
            weak = verdict == "unsupported"
            if pattern.words == 1 and pattern.first_arabic:
                if proclitic and len(name) <= self.lexicon.short_letters:
                    allowed = self.lexicon.short_proclitics
                    entries = tuple(e for e in entries if proclitic in allowed.get(e.type, ()))
                if len(name) <= _UNSPACED:
                    entries = tuple(e for e in entries if _same_ending(e.alias, written[end - 1]))
                if not entries:
                    return None
            elif written[start:end].startswith("على ") and not weak:
                # «على صالح» is a preposition and a name at least as often as the given name.
                weak = True
        offset = min(entry.offset for entry in entries)
        if offset:
            start += offset - (2 if proclitic.endswith("لل") else 0)
            return NameMatch(start, end, start, "", entries, pattern.words, weak, True)
        return NameMatch(start, end, word, proclitic, entries, pattern.words, weak)

    def _verdict(self, text: str, word: int, start: int, end: int, name: str) -> str:
        guard = self.lexicon.guard
        first = name.partition(" ")[0]
        if first in self.lexicon.after_definite:
            before = previous_word(text, word)
            if word == start and (is_definite(before) or "سياسه" in before):
                return "no"
        rule = guard.get(text[word:end]) or (guard.get(name) if word != start else None)
        if rule is None and word < start and text[word:start].startswith("لل"):
            rule = guard.get("ال" + name)
        if rule is None or (rule.when == "always" and word == start and rule.name != name):
            # «بشار» is never شار with ب, but it is بشار.
            return "yes"
        previous = previous_word(text, word)
        if rule.when == "adjective" and text[word:start].strip("و") not in ("", "ال"):
            # «الموالية للحوثي»: an adjective has no preposition.
            previous = ""
        return rule.judge(previous, next_word(text, end))


def names_of(record: Actor) -> Iterable[tuple[str, AliasKind]]:
    """Yield all names of a record, canonical ones first."""
    for name in record.names.values():
        yield name, "full"
    for alias in record.aliases:
        yield alias.text, alias.kind


def previous_word(text: str, at: int) -> str:
    """Return the word directly before `at` with only spaces between, else ''."""
    end = at
    while end and text[end - 1] == " ":
        end -= 1
    if end == at and at and text[at - 1] not in " ":
        return ""
    start = end
    while start and (text[start - 1] in ARABIC_LETTERS or text[start - 1].isalnum()):
        start -= 1
    return text[start:end]


def next_word(text: str, at: int) -> str:
    """Return the word directly after `at` with only spaces between, else ''."""
    start, length = at, len(text)
    while start < length and text[start] == " ":
        start += 1
    if start == at:
        return ""
    end = start
    while end < length and (text[end] in ARABIC_LETTERS or text[end].isalnum()):
        end += 1
    return text[start:end]


def _attached(
    pattern: _Pattern, prefix: str, first: str
) -> tuple[str, int, tuple[Entry, ...]] | None:
    """Return (proclitic, letters before that belong to the name, entries) for letters before a name."""
    if pattern.definite:
        proclitic = ARTICLES.get(prefix)
        if proclitic is not None:
            return proclitic, 0 if prefix.endswith("لل") else 2, pattern.definite
        if first == "ل" and prefix in _LAM_ARTICLES and not pattern.plain:
            return _LAM_ARTICLES[prefix], 0, pattern.definite
    if pattern.plain and prefix in PROCLITICS:
        return prefix, 0, pattern.plain
    if pattern.optional and prefix in ARTICLES:
        return ARTICLES[prefix], 0 if prefix.endswith("لل") else 2, pattern.optional
    return None


def _same_ending(alias: str, last: str) -> bool:
    own = clean(alias)[-1:]
    return own not in "ةهىي" or last not in "ةه" or own == last


def _longest(matches: list[NameMatch]) -> list[NameMatch]:
    """Return the matches without overlaps: leftmost first, then the longest."""
    matches.sort(key=lambda match: (match.start, -match.end))
    kept: list[NameMatch] = []
    last = -1
    for match in matches:
        if match.start >= last:
            kept.append(match)
            last = match.end
    return kept


def _in_address(written: str, start: int, end: int) -> bool:
    """Tell whether a Latin name is part of a mail or web address (`hammad@…`, `/qatar/`, `egypt.example`)."""
    if start and written[start - 1] in "@/_.":
        return True
    after = written[end : end + 2]
    return after[:1] in ("@", "_", "/") or (after[:1] == "." and after[1:].isalnum())


class _Places:
    """From offsets in a text whose runs of spaces were made one to offsets in the text itself."""

    def __init__(self, after: list[int], removed: list[int]) -> None:
        self._after = after
        self._removed = removed

    def __call__(self, offset: int) -> int:
        return offset + self._removed[bisect_right(self._after, offset)]


def _squeezed(text: str) -> tuple[str, _Places]:
    pieces: list[str] = []
    after: list[int] = []
    removed = [0]
    last = 0
    for match in _SPACES.finditer(text):
        pieces.append(text[last : match.start() + 1])
        last = match.end()
        # The space that stays is the first one; what follows it has moved.
        after.append(match.start() + 1 - removed[-1])
        removed.append(removed[-1] + match.end() - match.start() - 1)
    pieces.append(text[last:])
    return "".join(pieces), _Places(after, removed)
