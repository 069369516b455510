"""From what a person types to actors: by id, by any name in any script, by what sounds like one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from musnad.model import Actor
from musnad.sounds import likeness, sound_keys, sounding_alike, without_titles
from rapidfuzz import fuzz, process

from musnad_actors.authority import Authority
from musnad_actors.compiled import Compiled, compile_records
from musnad_actors.fold import fold, fold_latin
from musnad_actors.lexicon import lexicon, without_proclitics
from musnad_actors.patterns import Entry
from musnad_actors.spellings import spellings

_BY_KIND = {"full": 0.98, "transliteration": 0.95, "acronym": 0.95, "kunya": 0.9, "short": 0.9}
_TITLE = 0.7
_SOUND = 0.8
_MAX_SUGGESTIONS = 5
_LOOKED_AT = 10
"""Nearest spellings that are looked at, and bearers of each."""
_NEAR_WRITTEN = 75.0
_NEAR_SOUND = 80.0
_LEAST_LIKE = 0.6


class Answer(NamedTuple):
    """An actor that a question may mean."""

    actor: Actor
    score: float
    why: str
    """In words for people: which name it was found by, and how."""


class Suggestion(NamedTuple):
    """An actor that a question may have been meant for."""

    actor: Actor
    alias: str
    score: float
    why: str


class Lookup:
    """Answers questions over one authority; make it once, ask it often."""

    def __init__(self, known: Authority | Compiled) -> None:
        """Take an authority; one that is compiled (see `compiled.compiled`) is ready at once."""
        ready = known if isinstance(known, Compiled) else compile_records(known)
        self.authority = ready.authority
        self._patterns = ready.patterns
        self._sounds = ready.sounds

    def resolve(self, text: str) -> list[Answer]:
        """Return the actors that `text` names, the best first; none where it names none.

        An id is exact and alone. Else a name or alias in any spelling, also with proclitics («لحفتر»),
        titles («المشير حفتر») or both; and last what sounds alike, in Latin letters or across scripts
        («Hafter», «Khalifa Hiftar» for خليفة حفتر).
        """
        exact = self.authority.get(text.strip())
        if exact is not None:
            return [Answer(exact, 1.0, "id")]
        for form, how, factor in _forms(text):
            entries = self._patterns.named(form)
            if entries:
                return self._answers((entry, how, factor) for entry in entries)
        for words in without_titles(text):
            if found := self._sounding(words):
                return found
        return []

    def suggest(self, text: str) -> list[Suggestion]:
        """Return a few names that are written or sound nearly like `text`, the nearest first."""
        best: dict[str, Suggestion] = {}
        form = fold(text)
        for near, score, _ in process.extract(
            form, list(self._patterns.numbers), scorer=fuzz.ratio, score_cutoff=_NEAR_WRITTEN,
            limit=_LOOKED_AT,
        ):  # fmt: skip
            entries = self._patterns.named(near) or self._patterns.named(f"ال{near}")
            for entry in entries[:_LOOKED_AT]:
                self._suggested(best, entry, score / 100, "written nearly so")
        for key in sound_keys(text):
            for near, score, _ in process.extract(
                key, list(self._sounds.keys()), scorer=fuzz.ratio, score_cutoff=_NEAR_SOUND,
                limit=_LOOKED_AT,
            ):  # fmt: skip
                for entry in islice(self._sounds.named(near), _LOOKED_AT):
                    alike = likeness(text, entry.alias)
                    if alike >= _LEAST_LIKE:
                        self._suggested(best, entry, min(alike, score / 100), "sounds nearly so")
        ranked = sorted(best.values(), key=lambda one: (-one.score, one.actor.id))
        return ranked[:_MAX_SUGGESTIONS]

    def nothing(self, text: str) -> str:
        """Return the sentence that says that `text` names nobody, and what is near it, a line each."""
        near = [
            f"\n  {one.actor.id}  {one.actor.name}  ({one.why}: «{one.alias}»)"
            for one in self.suggest(text)
        ]
        rest = f"; near ones:{''.join(near)}" if near else ", and no name is near it"
        return f'no actor is called "{text}"{rest}'

    def _suggested(self, best: dict[str, Suggestion], entry: Entry, score: float, why: str) -> None:
        known = best.get(entry.actor_id)
        if known is None or score > known.score:
            record = self.authority.records[entry.actor_id]
            best[entry.actor_id] = Suggestion(record, entry.alias, round(score, 3), why)

    def _sounding(self, text: str) -> list[Answer]:
        """Return the actors with a name that sounds like `text`."""
        known = {entry: None for key in sound_keys(text) for entry in self._sounds.named(key)}
        latin = fold_latin(text)
        return self._answers(
            (entry, "", 1.0)
            if fold_latin(name) == latin
            else (entry, "sounds like ", _SOUND * alike)
            for entry, name, alike in sounding_alike(text, ((e, e.alias) for e in known))
        )

    def _answers(self, found: Iterable[tuple[Entry, str, float]]) -> list[Answer]:
        best: dict[str, Answer] = {}
        for entry, how, factor in found:
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
