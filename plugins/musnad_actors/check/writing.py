"""All names of all records by how they are written, computed once for all checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from musnad.model import Actor, AliasKind, EntityType

from musnad_actors.fold import fold
from musnad_actors.patterns import names_of
from musnad_actors.spellings import spellings


class Bearer(NamedTuple):
    """A record that has a name."""

    actor_id: str
    text: str
    kind: AliasKind
    type: EntityType


Written = Mapping[str, Sequence[Bearer]]
"""Written form -> who bears it; of several spellings that are found as one, the first in order stands for all."""


def written_forms(records: Iterable[Actor]) -> Written:
    """Return the bearers of every name, by written form."""
    found: dict[str, list[Bearer]] = {}
    for record in records:
        seen: set[tuple[str, str]] = set()
        for text, kind in names_of(record):
            form = one_form(text)
            if form and (form, kind) not in seen:
                seen.add((form, kind))
                found.setdefault(form, []).append(Bearer(record.id, text, kind, record.type))
    return found


def one_form(text: str) -> str:
    """Return one key form that all spellings of a name share («عبد الله», «عبدالله»)."""
    if " " not in text and "عبد" not in text and "بو" not in text:
        return fold(text)
    return min(spellings(text), default="")
