"""Zero results: which part of the search fails, and what near it exists, each with the search that finds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g

from musnad.archive.read import ArchiveReader
from musnad.search import Filters, NameAnswer, Nothing, why_nothing
from musnad.search.query import Condition, Part, wordless
from musnad.serve.parameters import Asked

Address = Callable[..., str]
_PARAMETERS: dict[Condition, tuple[str, dict[str, Any]]] = {
    "actor": ("search.actor", {"actor": [], "maybe": False}),
    "status": ("search.status", {"status": []}),
    "outlet": ("search.outlet", {"outlet": []}),
    "cited outlet": ("search.cited", {"cited": []}),
    "date": ("why.date", {"since": None, "until": None}),
}
"""The label of a condition, and what is changed to search without it."""


@dataclass(frozen=True, slots=True)
class Near:
    """What would be found instead: in words, how many, and where."""

    name: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or filter of the search by itself."""

    label: str
    name: str
    alone: Near
    """It alone, in the whole archive."""
    without: Near | None
    """The search without it; None where nothing is left of it then."""
    near: tuple[Near, ...] = ()
    """Near words of the archive, where it is in no article: the search with them."""


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that no record has."""

    parameter: str
    typed: str
    near: tuple[tuple[str, str, str], ...]
    """(name, the similar name of the record where it is another, address of the search for it)."""
    descriptions: tuple[tuple[str, str], ...]
    """(words that articles describe an unnamed outlet with, address of the search for them)."""
    containing: int
    as_words: str


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a search found nothing."""

    empty: bool
    """There is no article at all."""
    names: tuple[UnknownName, ...] = ()
    pieces: tuple[Piece, ...] = ()
    actors: tuple[Near, ...] = ()
    """Records whose name was typed among the words, or one near it."""
    exact: bool = False
    wordless: bool = False
    """There is no word to look for in what was typed."""


def explain_nothing(
    reader: ArchiveReader,
    query: Asked,
    filters: Filters,
    unknown: Sequence[tuple[str, NameAnswer]],
    address: Address,
) -> Explained:
    """Return why nothing was found, and what near it there is. Raises `ArchiveError`."""
    if unknown:
        names = tuple(_unknown(query, parameter, answer, address) for parameter, answer in unknown)
        return Explained(reader.count("articles", {"match_all": {}}) == 0, names)
    found = why_nothing(reader, filters)
    pieces = [*_words(query, found, address), *_filters(query, found, address)]
    return Explained(
        found.articles == 0,
        pieces=tuple(pieces),
        actors=tuple(
            Near(
                record.names.get(g.words.language) or record.name,
                count,
                address(_nothing_else("outlet" if record.type == "outlet" else "actor", record.id)),
            )
            for record, count in found.actors
        ),
        exact=found.exact,
        wordless=wordless(filters.text),
    )


def _words(query: Asked, found: Nothing, address: Address) -> list[Piece]:
    parts = [one.part for one in found.parts]
    alone = len(parts) + len(found.conditions) == 1
    pieces = []
    for i, one in enumerate(found.parts):

        def instead(words: str | None, place: int = i) -> str:
            text = [_shown(part) for part in parts]
            text[place : place + 1] = [words] if words else []
            return address(query, q=" ".join(text) or None)

        shown = _shown(one.part)
        pieces.append(
            Piece(
                g.words("why.word"),
                shown,
                Near(shown, one.count, address(_nothing_else("q", shown))),
                None if alone else Near(shown, one.without, instead(None)),
                tuple(Near(word, count, instead(word)) for word, count in one.near),
            )
        )
    return pieces


def _filters(query: Asked, found: Nothing, address: Address) -> list[Piece]:
    words = g.words
    comma = f"{words('comma')} "
    names: dict[Condition, str] = {
        "actor": comma.join(query.actors),
        "status": comma.join(words.term("status", status) for status in query.statuses),
        "outlet": comma.join(query.outlets),
        "cited outlet": comma.join(query.cited),
        "date": f"{query.since or '…'} – {query.until or '…'}",
    }
    alone = len(found.parts) + len(found.conditions) == 1
    pieces = []
    for one in found.conditions:
        if one.condition not in _PARAMETERS:
            continue
        label, changes = _PARAMETERS[one.condition]
        others = {key: value for _, more in _PARAMETERS.values() for key, value in more.items()}
        only = {key: value for key, value in others.items() if key not in changes}
        pieces.append(
            Piece(
                words(label),
                names[one.condition],
                Near("", one.count, address(query, q=None, **only)),
                None if alone else Near("", one.without, address(query, **changes)),
            )
        )
    return pieces


def _shown(part: Part) -> str:
    return f"«{part.words}»" if part.phrase else part.words


def _nothing_else(parameter: str, value: str) -> Asked:
    """Return the search for just this."""
    return Asked(
        text=value if parameter == "q" else None,
        actors=(value,) if parameter == "actor" else (),
        outlets=(value,) if parameter == "outlet" else (),
        cited=(),
        statuses=(),
        since=None,
        until=None,
        maybe=False,
        apart=False,
        page=1,
    )


def _unknown(query: Asked, parameter: str, answer: NameAnswer, address: Address) -> UnknownName:
    language = g.words.language
    typed = {"actor": query.actors, "outlet": query.outlets, "cited": query.cited}[parameter]
    rest = [value for value in typed if value != answer.typed]
    near = tuple(
        (
            record.names.get(language) or record.name,
            "" if name in record.names.values() else name,
            address(query, **{parameter: [*rest, record.id]}),
        )
        for record, name in zip(answer.near, answer.near_names, strict=True)
    )
    text = " ".join(filter(None, (query.text, f"«{answer.typed}»")))
    descriptions = answer.descriptions if parameter == "cited" else ()
    return UnknownName(
        parameter,
        answer.typed,
        near,
        tuple((w, address(query, **{parameter: [*rest, w]})) for w in descriptions),
        answer.containing,
        address(query, **{parameter: rest, "q": text}),
    )
