"""Ids for new records: of type and name, readable in a list, free among those that are taken."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from musnad.model import EntityType

from musnad_actors.fold import clean, fold_latin

PREFIX: Mapping[EntityType, str] = {
    "person": "person",
    "organization": "org",
    "state": "state",
    "armed_group": "group",
    "place": "place",
    "outlet": "outlet",
    "other": "other",
}
_LONGEST = 80
# Only for ids: no vowels are guessed, so that the same name always gives the same letters.
_LETTERS = str.maketrans({
    **dict(zip("ابتجحدرزسصضطظعفقكلمنهوي", "abtjhdrzssdtzafqklmnhwy", strict=True)),
    **dict.fromkeys("أإآٱىة", "a"),
    "ث": "th", "خ": "kh", "ذ": "dh", "ش": "sh", "غ": "gh", "ؤ": "w", "ئ": "y", "ء": "",
    "پ": "p", "چ": "ch", "ژ": "zh", "ڤ": "v", "گ": "g",
})  # fmt: skip


def slug(text: str) -> str:
    """Return `text` in small Latin letters, digits and hyphens; empty where nothing of it can be written so."""
    latin = fold_latin(clean(text).translate(_LETTERS))
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:_LONGEST].rstrip("-")


def free_id(kind: EntityType, names: Mapping[str, str], taken: Container[str]) -> str:
    """Return an id for a new record: `person-salem-al-wardani`, with a number where that is taken."""
    name = names.get("en") or next((n for n in names.values() if n.isascii()), "")
    name = name or next(iter(names.values()), "")
    base = f"{PREFIX[kind]}-{slug(name) or 'x'}"
    number, candidate = 1, base
    while candidate in taken:
        number += 1
        candidate = f"{base}-{number}"
    return candidate
