"""Datelines and credits: who wrote an article and where, by the patterns of data/datelines.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from musnad.model import Outlet
from musnad_actors.fold import fold

from musnad_outlets.lexicon import read_yaml
from musnad_outlets.registry import Registry

_WINDOW = 300
_HEAD_LINES = 3
_TAIL = 200
_MACRO = re.compile(r"\{([a-z_]+)\}")
_LINE = re.compile(r"[^\S\n]*\S[^\n]*")
# A line of a dateline has one of these near its start, or is short.
_SIGNS = re.compile(r"[-–—‒−|ـ/:(\[«\"“„{]| من ")
_REACH = 90
_SHORT = 60
_QUOTES = "«»\"“”„''‘’{}"
Where = Literal["byline", "head", "tail"]


class Part(NamedTuple):
    """One outlet of a credit, with its offsets into the text."""

    start: int
    end: int
    outlets: tuple[Outlet, ...]
    """Several where homonyms cannot be told apart; none for a collective («وكالات»)."""
    desk: bool = False
    """True for words that name no source at all («متابعة»)."""

    @property
    def outlet(self) -> Outlet | None:
        """The outlet where it is clear which one is meant."""
        return self.outlets[0] if len(self.outlets) == 1 else None


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a dateline or credit says."""

    pattern: str
    where: Where
    groups: Mapping[str, str]
    """`place`, `outlet`, `author`, `publisher` as they stand in the text."""
    outlets: tuple[Part, ...]
    publisher: Part | None


@dataclass(frozen=True, slots=True)
class _Pattern:
    id: str
    tail: bool
    regex: re.Pattern[str]
    known_place: bool
    own: bool


@dataclass(frozen=True, slots=True)
class _Rules:
    patterns: tuple[_Pattern, ...]
    split: re.Pattern[str]
    credits: Mapping[str, str]
    collectives: frozenset[str]
    places: frozenset[str]
    place_names: frozenset[str]
    desk: frozenset[str]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    raw = read_yaml("datelines.yaml")
    macros: dict[str, str] = raw["macros"]
    patterns = tuple(
        _Pattern(
            entry["id"],
            entry["where"] == "tail",
            re.compile(_MACRO.sub(lambda match: macros[match[1]], entry["regex"])),
            bool(entry.get("known_place")),
            bool(entry.get("own")),
        )
        for entry in raw["patterns"]
    )
    return _Rules(
        patterns,
        re.compile(raw["outlet_split"]),
        {fold(entry["text"]): entry["outlet"] for entry in raw["credits"]},
        frozenset(map(fold, raw["collectives"])),
        frozenset(map(fold, raw["places"])),
        frozenset(map(fold, raw["place_names"])),
        frozenset(map(fold, raw["desk"])),
    )


def credits() -> Mapping[str, str]:
    """Return the short forms that mean an outlet in credits: form to outlet id."""
    return _rules().credits


class Datelines:
    """Reads datelines over one registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._rules = _rules()

    def byline(self, text: str, publisher: str | None = None) -> Dateline | None:
        """Return what a byline says; `publisher` is the id of the outlet that published, where known."""
        return self._match(text, 0, "byline", publisher)

    def head(self, text: str, publisher: str | None = None) -> Iterator[Dateline]:
        """Yield what the first three lines that are not blank say; offsets are into `text`."""
        at = 0
        for _ in range(_HEAD_LINES):
            line = _LINE.search(text, at)
            if line is None:
                return
            at = line.end()
            short = len(line[0]) < _SHORT
            if not short and not _SIGNS.search(text, line.start(), line.start() + _REACH):
                continue
            found = self._match(text, line.start(), "head", publisher)
            if found is not None:
                yield found

    def tail(self, text: str, publisher: str | None = None) -> Dateline | None:
        """Return the credit at the end of `text`."""
        return self._match(text, max(0, len(text) - _TAIL), "tail", publisher)

    def _match(self, text: str, at: int, where: Where, publisher: str | None) -> Dateline | None:
        window = text[at : at + _WINDOW]
        for pattern in self._rules.patterns:
            if pattern.tail != (where == "tail"):
                continue
            match = (pattern.regex.search if pattern.tail else pattern.regex.match)(window)
            if match is None:
                continue
            found = self._checked(pattern, match, at, where, publisher)
            if found is not None:
                return found
        return None

    def _checked(
        self,
        pattern: _Pattern,
        match: re.Match[str],
        at: int,
        where: Where,
        publisher: str | None,
    ) -> Dateline | None:
        groups = {name: value for name, value in match.groupdict().items() if value}
        place, author = groups.get("place"), groups.get("author")
        if place and pattern.known_place and not self._is_place(place, publisher):
            return None
        if (
            place
            and not pattern.known_place
            and not self._is_place(place, publisher)
            and self._outlets(place, publisher)
        ):
            return None
        if author and (self._outlets(author, publisher) or self._is_place(author, publisher)):
            return None
        first: Part | None = None
        if "publisher" in groups:
            first = self._part(match, "publisher", at, where, publisher)
            if first is None or not first.outlets:
                return None
        parts: tuple[Part, ...] = ()
        if "outlet" in groups:
            parts = self._parts(match, at, where, publisher)
            if not parts:
                return None
            if pattern.own and not all(
                (part.outlet is not None and part.outlet.id == publisher) or part.desk
                for part in parts
            ):
                return None
        return Dateline(pattern.id, where, groups, parts, first)

    def _parts(
        self, match: re.Match[str], at: int, where: Where, publisher: str | None
    ) -> tuple[Part, ...]:
        """Return the outlets of the group, all of them or none."""
        whole = self._part(match, "outlet", at, where, publisher)
        if whole is not None:
            return (whole,)
        parts: list[Part] = []
        text, start = match["outlet"], match.start("outlet")
        last = 0
        for end, following in [
            *(m.span() for m in self._rules.split.finditer(text)),
            (len(text), len(text)),
        ]:
            part = self._named(match, start + last, start + end, at, where, publisher)
            if part is None:
                return ()
            parts.append(part)
            last = following
        return tuple(parts)

    def _part(
        self, match: re.Match[str], group: str, at: int, where: Where, publisher: str | None
    ) -> Part | None:
        return self._named(match, *match.span(group), at, where, publisher)

    def _named(
        self,
        match: re.Match[str],
        start: int,
        end: int,
        at: int,
        where: Where,
        publisher: str | None,
    ) -> Part | None:
        text = match.string
        while start < end and (text[start].isspace() or text[start] in _QUOTES):
            start += 1
        while start < end and (text[end - 1].isspace() or text[end - 1] in _QUOTES):
            end -= 1
        name = text[start:end]
        if fold(name) in self._rules.collectives:
            return Part(at + start, at + end, (), fold(name) in self._rules.desk)
        outlets = self._outlets(name, publisher)
        if not outlets:
            return None
        own = any(outlet.id == publisher for outlet in outlets)
        sure = own or _is_quoted(text, start, end)
        named = fold(name)
        if named in self._rules.place_names and not sure:
            return None
        if where != "byline" and not sure and any(map(_needs_context, outlets)):
            # «الجزيرة نت», «الوطن السعودية» say enough by themselves.
            bare = {fold(own_name) for outlet in outlets for own_name in outlet.names.values()}
            if named in bare:
                return None
        return Part(at + start, at + end, tuple(outlets))

    def _outlets(self, name: str, publisher: str | None) -> list[Outlet]:
        """Return the outlets of that name; of several the one that published alone."""
        credit = self._rules.credits.get(fold(name))
        known = self._registry.get(credit) if credit else None
        if known is not None:
            return [known]
        found = self._registry.named(name)
        return [outlet for outlet in found if outlet.id == publisher] or found

    def _is_place(self, text: str, publisher: str | None) -> bool:
        """Tell whether all of `text` (several places, or one with its country) is known as places."""
        places = self._rules.places
        bare = fold(text.partition("(")[0])
        if bare in places:
            # «الرياض: …» in the newspaper of that name: which side it stands on tells.
            return True
        several = [part for part in re.split(r"\s?[-–—،,]\s?", text.partition("(")[0]) if part]
        return len(several) > 1 and all(fold(part) in places for part in several)


def _is_quoted(text: str, start: int, end: int) -> bool:
    before, after = text[:start].rstrip()[-1:], text[end:].lstrip()[:1]
    return bool(before) and before in _QUOTES and bool(after) and after in _QUOTES


def _needs_context(outlet: Outlet) -> bool:
    return outlet.needs_context and outlet.kind != "agency"
