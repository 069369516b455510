"""Telling why an article is found, or not, and why a search finds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from musnad.commands.show_article import isolate, one_line
from musnad.search import Filters, Match, Nothing, PartWhy
from musnad.search.query import Condition, wordless

_MOST_WORDS = 6
_SENTENCES = {
    "as written": "as written",
    "other spelling": "in another spelling",
    "with what is attached": "with what is attached to it",
    "without endings": "without its endings",
    "lemma": "by its lemma",
}


def tell_parts(parts: Sequence[PartWhy], indent: str = "  ") -> None:
    """Print how each part of a search matches an article, or that it does not."""
    for one in parts:
        part = f"{'phrase ' if one.part.phrase else ''}«{isolate(one.part.words)}»"
        if not one.found:
            why = "is not in it"
            if one.matches and one.part.phrase:
                why = "is not in it as a phrase, only its words"
            typer.echo(f"{indent}{part} {why}")
            if one.near:
                listed = ", ".join(f"«{isolate(word)}»" for word in one.near)
                typer.echo(f"{indent}  like it: {listed}")
            continue
        typer.echo(f"{indent}{part}:")
        for match in one.matches:
            typer.echo(f"{indent}  {_told(match)}")


def _told(match: Match) -> str:
    words = ", ".join(f"«{isolate(one_line(word))}»" for word in match.words[:_MOST_WORDS])
    more = len(match.words) - _MOST_WORDS
    words += f" and {more} forms more" if more > 0 else ""
    rule = f" ({isolate(match.rule)})" if match.rule else ""
    times = f", {match.count} times" if match.count > 1 else ""
    if not match.words:
        return f"by a name or lemma that enrichment found in it{rule}"
    return f"{match.field}: {words} {_SENTENCES[match.how]}{rule}{times}"


def parts_as_json(parts: Sequence[PartWhy]) -> list[dict[str, Any]]:
    """Return the same for programs."""
    return [
        {
            "words": one.part.words,
            "phrase": one.part.phrase,
            "found": one.found,
            "near": list(one.near),
            "matches": [
                {
                    "field": match.field,
                    "how": match.how,
                    "words": list(match.words),
                    "count": match.count,
                    "rule": match.rule or None,
                }
                for match in one.matches
            ],
        }
        for one in parts
    ]


def tell_nothing(nothing: Nothing, filters: Filters) -> None:
    """Print why a search finds nothing, and what near it there is."""
    values: dict[Condition, str] = {
        "actor": ", ".join(filters.actors),
        "status": ", ".join(filters.statuses),
        "outlet": ", ".join(filters.outlets),
        "cited outlet": ", ".join([*filters.cited_outlets, *filters.unnamed_outlets]),
        "date": f"{filters.since or '…'} to {filters.until or '…'}",
        "stale": "out of date",
    }
    if nothing.articles == 0:
        typer.echo("the archive has no articles yet: see `musnad ingest`")
        return
    if wordless(filters.text):
        typer.echo(f"there is no word to look for in «{isolate(filters.text or '')}»")
    for one in nothing.parts:
        part = f"{'phrase ' if one.part.phrase else ''}«{isolate(one.part.words)}»"
        if one.count == 0:
            typer.echo(f"{part} is in no article")
            if one.near:
                listed = ", ".join(f"«{isolate(word)}» ({count})" for word, count in one.near)
                typer.echo(f"  like it: {listed}")
        elif len(nothing.parts) + len(nothing.conditions) > 1:
            typer.echo(f"{part} is in {one.count} articles; without it: {one.without}")
    for condition in nothing.conditions:
        rest = ""
        if nothing.parts or len(nothing.conditions) > 1:
            rest = f"; without it: {condition.without}"
        typer.echo(
            f"filter {condition.condition} ({isolate(values[condition.condition])}): holds for {condition.count} articles{rest}"
        )
    for actor, count in nothing.actors:
        near = "" if nothing.exact else ", a name near it"
        option = "--outlet" if actor.type == "outlet" else "--actor"
        typer.echo(
            f"{isolate(actor.name)} is in the authority{near}: {count} articles (search {option} {actor.id})"
        )
