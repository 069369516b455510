"""From what a person types to actors: by id, by any name in any script, by what sounds like one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import NamedTuple

from musnad.model import Actor

from musnad_actors.authority import Authority
from musnad_actors.fold import fold, fold_latin
from musnad_actors.lexicon import lexicon, without_proclitics
from musnad_actors.matching import Entry, NameIndex, names_of
from musnad_actors.spellings import spellings

_BY_KIND = {"full": 0.98, "transliteration": 0.95, "acronym": 0.95, "kunya": 0.9, "short": 0.9}
_TITLE = 0.7
_MAX_SUGGESTIONS = 5


class Answer(NamedTuple):
    """An actor that a question may mean."""

    actor: Actor
    score: float
    why: str
    """In words for people: which name it was found by, and how."""


class Lookup:
    """Answers questions over one authority; make it once, ask it often."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self._index = NameIndex(authority)
        self._latin: dict[str, set[Entry]] = {}
        self._sounds: dict[str, set[Entry]] = {}
        for record in authority:
            for text, kind in names_of(record):
                form = fold_latin(text)
                if form.isascii():
                    entry = Entry(record.id, text, kind, record.type)
                    self._latin.setdefault(form, set()).add(entry)
                    if len(skeleton(form)) > 2:
                        self._sounds.setdefault(skeleton(form), set()).add(entry)

    def resolve(self, text: str) -> list[Answer]:
        """Return the actors that `text` names, the best first; none where it names none.

        An id is exact and alone. Else a name or alias in any spelling, also with proclitics («لحفتر»),
        titles («المشير حفتر») or both; Latin without regard to case and diacritics; and last what
        sounds alike in Latin letters (Hafter).
        """
        exact = self.authority.get(text.strip())
        if exact is not None:
            return [Answer(exact, 1.0, "id")]
        for form, how, factor in _forms(text):
            entries = self._index.by_name.get(form)
            if entries:
                return self._answers(entries, how, factor)
        latin = fold_latin(text)
        if latin.isascii() and latin:
            bare = re.sub(r"^(al|el|ar|as|ad|an|ash|at|az) ", "", latin)
            for form in dict.fromkeys((latin, bare, f"al {bare}")):
                if form in self._latin:
                    return self._answers(self._latin[form], "", 1.0)
            key = skeleton(latin)
            if len(key) > 2 and key in self._sounds:
                return self._answers(self._sounds[key], "sounds like ", 0.75)
        return []

    def suggest(self, text: str) -> list[str]:
        """Return a few names that are written nearly like `text`."""
        form = fold(text)
        close = difflib.get_close_matches(form, list(self._index.by_name), _MAX_SUGGESTIONS, 0.75)
        names = [next(iter(self._index.by_name[name])).alias for name in close]
        return list(dict.fromkeys(names))

    def _answers(
        self, entries: dict[Entry, None] | set[Entry], how: str, factor: float
    ) -> list[Answer]:
        best: dict[str, Answer] = {}
        for entry in entries:
            score = round(_BY_KIND.get(entry.kind, _TITLE) * factor, 3)
            known = best.get(entry.actor_id)
            if known is None or score > known.score:
                why = f"{how}{entry.kind} «{entry.alias}»"
                best[entry.actor_id] = Answer(self.authority.records[entry.actor_id], score, why)
        return sorted(best.values(), key=lambda answer: (-answer.score, answer.actor.id))


def resolve_name(authority: Authority, text: str) -> list[Answer]:
    """Return the actors that `text` names in `authority`, the best first (see `Lookup.resolve`)."""
    return Lookup(authority).resolve(text)


def _forms(text: str) -> Iterator[tuple[str, str, float]]:
    """Yield what `text` may be as a name, the surest reading first: as it is, without article, proclitic, title."""
    forms = sorted(spellings(text) or {fold(text)}, key=lambda form: form != fold(text))
    for form in forms:
        yield form, "", 1.0
    whole = fold(text)
    if not whole:
        return
    first, _, rest = whole.partition(" ")
    readings = [whole, *(f"{bare} {rest}".strip() for bare in without_proclitics(first))]
    for reading in readings[1:]:
        yield reading, "without proclitic, ", 0.98
    titles = lexicon().titles
    for reading in readings:
        words = reading.split()
        for count in range(min(4, len(words) - 1), 0, -1):
            if tuple(words[:count]) in titles:
                yield " ".join(words[count:]), "without title, ", 0.97
                # «الرئيس السوري بشار الأسد»: an adjective belongs to the title.
                if len(words) - count > 1 and words[count].startswith("ال"):
                    yield " ".join(words[count + 1 :]), "without title, ", 0.95
    if not whole.startswith("ال"):
        yield f"ال{whole}", "with article, ", 0.95
    elif len(whole) > 4:
        yield whole[2:], "without article, ", 0.95


_SAME_SOUND = (
    ("kh", "k"),
    ("gh", "g"),
    ("ph", "f"),
    ("dh", "d"),
    ("th", "t"),
    ("tch", "c"),
    ("sh", "c"),
    ("ch", "c"),
    ("q", "k"),
    ("g", "k"),
    ("z", "s"),
    ("v", "f"),
    ("w", ""),
    ("y", ""),
    ("j", "k"),
)


def skeleton(latin: str) -> str:
    """Return the consonants of a name in Latin letters, those that transliterations confuse made equal."""
    words = []
    for word in latin.split():
        if word in ("al", "el", "bin", "ibn", "ben") and " " in latin:
            continue
        for old, new in _SAME_SOUND:
            word = word.replace(old, new)
        word = re.sub("[aeiou]", "", word)
        words.append(re.sub(r"(.)\1+", r"\1", word))
    return " ".join(word for word in words if word)
