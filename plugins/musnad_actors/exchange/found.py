"""What a reader of another format makes of each record of it, and how names are sorted into kinds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from musnad.model import AliasKind

from musnad_actors.fold import ARABIC_LETTERS, clean, fold

EVERYWHERE = frozenset({"wikidata", "viaf", "isni", "lei", "geonames", "popolo"})
"""Schemes of identifiers that mean the same one wherever they stand; others number within one source."""
_KUNYAS = frozenset({"ابو", "ابا", "ابي", "ام"})
_LONGEST_ACRONYM = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A record that can become one of the authority: its values as in an authority file, checked later."""

    line: int
    values: dict[str, Any]
    source_id: str = ""
    """Its id in the source, for messages."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that cannot be taken, with the reason and as it was."""

    line: int
    reason: str
    raw: Any


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that was not asked for; counted by reason only."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take of a source."""

    types: frozenset[str] = frozenset()
    """Types of actors; all (but outlets) where empty."""
    countries: frozenset[str] = frozenset()
    """Country codes, where the source tells countries."""
    default_country: str | None = None
    """The country of records whose source tells none."""
    default_type: str = "person"
    """The type of records whose source tells none."""
    namespace: str = ""
    """Put before ids that are not unique beyond their file."""
    columns: dict[str, str] = field(default_factory=dict)
    """For CSV: field of ours -> column of the file."""
    encoding: str | None = None

    def refuses(self, values: dict[str, Any]) -> str | None:
        """Return why a record is not asked for, None where it is."""
        kind = values.get("type")
        if self.types and kind not in self.types:
            return f"of type {kind}"
        if not self.types and kind == "outlet":
            return "outlets (asked for with --type outlet)"
        if self.countries and values.get("country") not in self.countries:
            return "of another country" if values.get("country") else "without a country"
        return None


def is_arabic(text: str) -> bool:
    """Tell whether a name is written in Arabic letters."""
    return any(character in ARABIC_LETTERS for character in text)


def alias_kind(text: str, kind: str) -> AliasKind:
    """Return the kind of an alias that a source gives without one.

    One word never is a sure name of a person, so it becomes a short one.
    """
    words = clean(text).split()
    if not is_arabic(text):
        if len(words) == 1 and text.isupper() and len(text) <= _LONGEST_ACRONYM:
            return "acronym"
        if kind == "person" and len(words) == 1:
            return "short"
        return "transliteration"
    if kind == "person":
        if words and fold(words[0]) in _KUNYAS and len(words) <= 3:
            return "kunya"
        if len(words) == 1:
            return "short"
    return "full"


def named(kind: str, names: Iterable[tuple[str | None, str]]) -> dict[str, Any]:
    """Return `names` and `aliases` of a record of these (language, name), the most canonical first.

    The first name of a language is canonical; a language that is not told is seen from the letters, as Arabic or
    English. Others are aliases, each once.
    """
    canonical: dict[str, str] = {}
    aliases: list[dict[str, str]] = []
    seen: set[str] = set()
    for language, name in names:
        text = " ".join(name.split())
        if not text or not fold(text):
            continue
        code = language or ("ar" if is_arabic(text) else "en")
        if code not in canonical:
            canonical[code] = text
        elif text not in seen:
            aliases.append({"text": text, "kind": alias_kind(text, kind)})
        seen.add(text)
    return {
        "names": canonical,
        "aliases": [alias for alias in aliases if alias["text"] not in canonical.values()],
    }
