"""Finding where names of outlets stand, before it is judged whether they mean the outlet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from musnad.document import Document
from musnad.model import Alias, Outlet
from musnad_actors.fold import ARABIC_LETTERS, fold
from musnad_actors.lexicon import lexicon as actors_lexicon
from musnad_actors.matching import NameIndex

from musnad_outlets.lexicon import Designator, Lexicon
from musnad_outlets.registry import Registry, is_code

# Stands for a letter of a designator that is written together with a name; no letter, no space.
_MASK = "\u2502"
_RUN_ON = re.compile(rf"ة(?=[{''.join(sorted(ARABIC_LETTERS))}A-Za-z0-9])")
"""A teh marbuta, as all designators have that are written together with a name, and no end of a word after it."""


class Reading(NamedTuple):
    """One outlet that a name may mean."""

    outlet: Outlet
    free: bool
    """True where the name needs no context."""
    latin: bool
    credit: bool
    """True for a short form that counts in credits only («الفرنسية»)."""


class Name(NamedTuple):
    """A place where a name stands. Offsets are into the key view (and the normalized one)."""

    start: int
    end: int
    word: int
    """Where its first word begins, proclitics included."""
    proclitic: str
    form: str
    """The name as it stands, folded, with its article."""
    readings: tuple[Reading, ...]
    glued: Designator | None
    """The designator that is written together with it."""


class OutletIndex:
    """All names of a registry, ready to be found."""

    def __init__(
        self, registry: Registry, lexicon: Lexicon, credits: Mapping[str, str] | None = None
    ) -> None:
        """Build the index; `credits` maps short forms of credits to ids of outlets."""
        self._registry = registry
        self._lexicon = lexicon
        self._readings: dict[tuple[str, str], Reading] = {}
        self._credits: dict[str, set[str]] = {}
        for text, outlet_id in (credits or {}).items():
            self._credits.setdefault(outlet_id, set()).add(text)
        # The guard of the actors knows names of people and places; ours is the context of each name.
        words = replace(actors_lexicon(), guard={}, short_letters=0)
        self._index = NameIndex([self._searched(record) for record in registry], words)

    def _searched(self, record: Outlet) -> Outlet:
        """Return the record with the names only that are looked for in text."""
        known = {fold(name) for name in record.names.values()}
        known |= {fold(alias.text) for alias in record.aliases}
        aliases = [
            alias
            for alias in record.aliases
            if not is_code(alias)
            and not self._designated(alias, known)
            and (record.needs_context or not self._described(alias, known))
        ]
        aliases += [
            Alias(text=text, kind="short")
            for text in self._credits.get(record.id, ())
            if fold(text) not in known
        ]
        names = {code: name for code, name in record.names.items() if "(" not in name}
        return record.model_copy(
            update={"aliases": tuple(aliases), "names": names or dict(record.names)}
        )

    def _designated(self, alias: Alias, known: set[str]) -> bool:
        """Tell whether an alias is a designator and another name of the record («صحيفة» + name)."""
        words = fold(alias.text).split()
        return any(
            tuple(words[:count]) in self._lexicon.designators and " ".join(words[count:]) in known
            for count in range(1, len(words))
        )

    def _described(self, alias: Alias, known: set[str]) -> bool:
        """Tell whether an alias is another name and an adjective of nationality («لوموند الفرنسية»)."""
        name, _, adjective = fold(alias.text).rpartition(" ")
        if name not in known or tuple(name.split()[:1]) in self._lexicon.designators:
            # «وكالة أنباء الطلبة الإيرانية»: in a name that describes, the adjective is part of it.
            return False
        return self._lexicon.country(adjective) is not None

    def find(self, document: Document) -> tuple[list[Name], str]:
        """Return the names in order, without overlaps, and the folded text that they are offsets into."""
        key = document.key.text
        written = document.normalized.text
        glued: dict[int, Designator] = {}
        # The expression alone looks back from each letter, which takes a fifth of the time for all names.
        run_on = _RUN_ON.search(written) is not None
        for match in self._lexicon.glued.finditer(written) if run_on else ():
            start, end = match.span(1)
            glued[end] = self._lexicon.designators[(fold(match[1]),)]
            key = key[:start] + _MASK * (end - start) + key[end:]
            written = written[:start] + _MASK * (end - start) + written[end:]
        found = self._index.find_in(key, written)
        folded = found.text
        names: list[Name] = []
        for place in sorted((*found.names, *found.titles), key=lambda m: (m.start, -m.end)):
            if names and place.start < names[-1].end:
                continue
            here = written[place.start : place.end]
            if _is_part(written, place.start, place.end):
                continue
            apart = not _among_latin(written, place.start, place.end)
            readings = {
                entry.actor_id: self._reading(entry.actor_id, entry.alias)
                for entry in place.entries
                if not _wrong_case(entry.alias, here)
                and (apart or not self._registry.records[entry.actor_id].needs_context)
            }
            if readings:
                names.append(
                    Name(
                        place.start,
                        place.end,
                        place.word,
                        place.proclitic,
                        folded[place.start : place.end],
                        tuple(readings.values()),
                        glued.get(place.word),
                    )
                )
        return names, folded

    def _reading(self, outlet_id: str, alias: str) -> Reading:
        known = self._readings.get((outlet_id, alias))
        if known is None:
            known = self._readings[outlet_id, alias] = self._read(outlet_id, alias)
        return known

    def _read(self, outlet_id: str, alias: str) -> Reading:
        record = self._registry.records[outlet_id]
        latin = alias.isascii()
        own = alias in record.names.values()
        kind = next((a.kind for a in record.aliases if a.text == alias), None)
        credit = not own and kind is None
        free = not credit and (latin or not record.needs_context or (not own and kind == "full"))
        return Reading(record, free, latin, credit)


def _wrong_case(alias: str, written: str) -> bool:
    """Tell whether a Latin name is written otherwise: «ap» for AP, «time» for Time."""
    if not alias.isascii():
        return False
    if alias.isupper():
        return alias != written
    return not (written[:1].isupper() or written[:1].isdigit())


def _is_part(text: str, start: int, end: int) -> bool:
    """Tell whether what stands there is part of an address or account (bbc.com, @AFP)."""
    if not text[start].isascii():
        return False
    before = text[start - 1] if start else " "
    after = text[end : end + 2]
    return before in "@./_" or (after[:1] in (".", "@", "_", "/") and after[1:].isalnum())


def _among_latin(text: str, start: int, end: int) -> bool:
    """Tell whether a Latin name stands among Latin words: «Real-Time HDR» is not the magazine."""
    if not text[start].isascii():
        return False
    before, after = text[max(0, start - 2) : start].strip(" -"), text[end : end + 2].strip(" -")
    return any(letters.isascii() and letters.isalpha() for letters in (before, after))
