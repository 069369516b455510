"""Finding all names of an authority in a text at once.

Names are found as they stand in the key view; what may be attached to them is looked at afterwards: the
letters before must be known proclitics, and nothing may follow in the same word. What is left after the
proclitics is a known name by construction; the guard sorts out words that only look like that.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import ahocorasick_rs
from musnad.document import Document
from musnad.model import Actor

from musnad_actors.fold import ARABIC_LETTERS, clean, fold_same_length
from musnad_actors.lexicon import Lexicon, is_definite, lexicon
from musnad_actors.patterns import RUN, SHORT, Entry, Pattern, PatternTable

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


class Found(NamedTuple):
    """What stands in a text: names, and titles that mean a person («قائد الجيش»); each without overlaps."""

    names: list[NameMatch]
    titles: list[NameMatch]
    text: str
    """The folded text that the matches are offsets into."""


class NameIndex:
    """All names and aliases of some records, ready to be found."""

    def __init__(
        self,
        records: Iterable[Actor] = (),
        words: Lexicon | None = None,
        table: PatternTable | None = None,
    ) -> None:
        """Build the automaton, of a `table` made before or else of the records' names."""
        self.lexicon = words or lexicon()
        self.table = table or PatternTable.compiled(records, self.lexicon)
        # Of names of several words only the first is searched for: what may follow it is looked up. An
        # automaton of all names finds the same, but takes seconds to build for a hundred thousand records.
        # One that is no name by itself («ال», «ان») is searched for with the space behind it: without, it would be
        # found in every other word.
        searched = [*self.table.longest, *self.table.irregular]
        written = [text if text in self.table.numbers else f"{text} " for text in searched]
        self._automaton = ahocorasick_rs.AhoCorasick(written) if searched else None
        self._searched = [self._begin(text, self.table) for text in searched]

    @staticmethod
    def _begin(text: str, table: PatternTable) -> tuple[bool, bool, int, int | None]:
        """Return of what is searched for: first, last letter Arabic; most words of a name; number of the form."""
        return (
            text[0] in ARABIC_LETTERS,
            text[-1] in ARABIC_LETTERS,
            table.longest.get(text, 1),
            table.numbers.get(text),
        )

    def find(self, document: Document) -> Found:
        """Return the names in a document; the longest first where several begin at one place."""
        return self.find_in(document.key.text, document.normalized.text)

    def find_in(self, key: str, written: str) -> Found:
        """Return the names in a key view; `written` is the normalized view of the same length."""
        folded = fold_same_length(key)
        text, place = folded, None
        if "  " in folded:
            text, place = _squeezed(folded)
        names: list[NameMatch] = []
        titles: list[NameMatch] = []
        for start, end, pattern in self._named(text):
            attached = _begins(pattern, text, start)
            if attached is None:
                continue
            word, begin, proclitic, entries = attached
            if place is not None:
                word, begin, end = place(word), place(begin), place(end - 1) + 1
            match = self._judged(folded, written, word, begin, end, proclitic, entries, pattern)
            if match is not None:
                kinds = {entry.kind for entry in match.entries}
                (titles if kinds == {"title"} else names).append(match)
        return Found(_longest(names), _longest(titles), folded)

    def _named(self, text: str) -> Iterator[tuple[int, int, Pattern]]:
        """Yield (start, end, pattern) of all forms that end where a word does and may begin where one does."""
        if self._automaton is None:
            return
        numbers, pattern_of, searched = self.table.numbers, self.table.pattern, self._searched
        length = len(text)
        for found, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            first_arabic, last_arabic, most, number = searched[found]
            if number is None:
                end -= 1
            # Boundaries first: nearly all that the automaton reports are parts of longer words.
            if end < length:
                after = text[end]
                if after in ARABIC_LETTERS:
                    if last_arabic:
                        continue
                elif not last_arabic and after.isalnum():
                    continue
            if start:
                before = text[start - 1]
                if before in ARABIC_LETTERS:
                    if first_arabic and before not in _LAST_LETTERS:
                        continue
                elif not first_arabic and before.isalnum():
                    continue
            if number is not None:
                yield start, end, pattern_of(number)
            while most > 1 and end < length and text[end] == " ":
                following = RUN.match(text, end + 1)
                if following is None:
                    break
                end = following.end()
                most -= 1
                number = numbers.get(text[start:end])
                if number is not None:
                    yield start, end, pattern_of(number)

    def _judged(
        self,
        text: str,
        written: str,
        word: int,
        start: int,
        end: int,
        proclitic: str,
        entries: tuple[Entry, ...],
        pattern: Pattern,
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
                if len(name) <= SHORT:
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


def _begins(
    pattern: Pattern, text: str, start: int
) -> tuple[int, int, str, tuple[Entry, ...]] | None:
    """Return (start of the word, of the name, proclitic, entries) for a form found at `start`."""
    low = start
    if pattern.first_arabic:
        while low and start - low <= _LONGEST and text[low - 1] in ARABIC_LETTERS:
            low -= 1
    if low == start:
        return (start, start, "", pattern.plain) if pattern.plain else None
    attached = _attached(pattern, text[low:start], text[start])
    if attached is None or not attached[2]:
        return None
    proclitic, back, entries = attached
    return low, start - back, proclitic, entries


def _attached(
    pattern: Pattern, prefix: str, first: str
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
