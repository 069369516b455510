"""Searching articles: the front page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, render_template
from markupsafe import Markup, escape

from musnad.archive.documents import ArticleDocument
from musnad.archive.read import ArchiveReader
from musnad.excerpt import sentence_around
from musnad.search import (
    Count,
    Facets,
    Filters,
    Found,
    NameAnswer,
    count_maybe,
    find_articles,
    find_facets,
    resolve_name,
)
from musnad.serve import addresses
from musnad.serve.empty import explain_nothing
from musnad.serve.parameters import MOST_PAGES, MOST_RESULTS, PAGE_SIZE, STATUSES, Asked, asked

_MARKERS = {ord("⟦"): None, ord("⟧"): None}
_SNIPPET = re.compile("⟦(.*?)⟧", re.DOTALL)


def add_to(app: Flask) -> None:
    """Add the page to `app`."""
    app.add_url_rule("/", "search", show)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be chosen, or was."""

    name: str
    href: str
    count: int = 0
    chosen: bool = False
    share: int = 0
    """Of the most frequent value of its kind, in percent."""
    kind: str = ""


def show() -> str:
    """Return the page."""
    query = asked()
    reader: ArchiveReader = g.reader
    answers = {
        "actor": [resolve_name(reader, name, outlets=False) for name in query.actors],
        "outlet": [resolve_name(reader, name, outlets=True) for name in query.outlets],
        "cited": [resolve_name(reader, name, outlets=True) for name in query.cited],
    }
    described = [a.typed for a in answers["cited"] if a.described and not a.actors]
    unknown = [
        (parameter, answer)
        for parameter, found in answers.items()
        for answer in found
        if not answer.ids and answer.typed not in described
    ]
    filters = _filters(query, answers, described)
    offset = (query.page - 1) * PAGE_SIZE
    total, facets, maybe = 0, Facets(), 0
    found: list[Found] = []
    if not unknown:
        total, found = find_articles(
            reader, filters, size=PAGE_SIZE + 1, offset=offset, copies_apart=query.apart
        )
        facets = find_facets(reader, filters)
        maybe = count_maybe(reader, filters)
    claims = reader.claims(
        sorted({c for item in found for c in item.source.get("claim_ids", ())[:50]})
    )
    _load_names(found, facets, answers)
    return render_template(
        "search.html",
        asked=query,
        statuses=STATUSES,
        total=total,
        first=offset + 1,
        results=[_result(item, filters, claims) for item in found[:PAGE_SIZE]],
        more=len(found) > PAGE_SIZE,
        last_page=MOST_PAGES,
        most=MOST_RESULTS,
        maybe=maybe,
        with_maybe=_address(query, maybe=True),
        facets=_facets(query, filters, facets),
        chosen=_chosen(query, answers),
        answers=[(p, a) for p, group in answers.items() for a in group if a.ids],
        described=described,
        nothing=None if total else explain_nothing(reader, query, filters, unknown, _address),
        address=lambda number: _address(query, page=number),
    )


def _filters(
    query: Asked, answers: dict[str, list[NameAnswer]], described: Sequence[str]
) -> Filters:
    ids = {kind: [i for answer in found for i in answer.ids] for kind, found in answers.items()}
    return Filters(
        text=query.text,
        actors=ids["actor"],
        outlets=ids["outlet"],
        cited_outlets=ids["cited"],
        unnamed_outlets=described,
        statuses=query.statuses,
        maybe=query.maybe,
        since=query.since,
        until=query.until,
        time_zone=g.time_zone,
    )


def _load_names(
    found: Sequence[Found], facets: Facets, answers: dict[str, list[NameAnswer]]
) -> None:
    wanted = [item.source.get("outlet_id") for item in found]
    wanted += [copy.get("outlet_id") for item in found for copy in item.copies]
    counted = (*facets.actors, *facets.outlets, *facets.cited_outlets)
    wanted += [count.value for count in counted]
    g.names.load(wanted)


def _result(item: Found, filters: Filters, claims: dict[str, Any]) -> dict[str, Any]:
    article = ArticleDocument.model_validate(item.source)
    # The title comes back whole among the excerpts: what was found in it is marked in its place.
    title = next((s for s in item.snippets if _plain(s) == _plain(article.title)), None)
    return {
        "article": article,
        "title": snippet(title) if title else None,
        "snippets": [snippet(text) for text in item.snippets if text != title],
        "why": list(_mentions(article, filters)),
        "claims": [
            claim
            for claim_id in article.claim_ids
            if (claim := claims.get(claim_id))
            and (not filters.statuses or claim.status in filters.statuses)
        ],
        "copies": item.copy_count,
        "copy_outlets": list(
            dict.fromkeys(c.get("outlet_name") or g.words("outlet.unknown") for c in item.copies)
        ),
    }


def _mentions(article: ArticleDocument, filters: Filters) -> Any:
    """Yield (name as written, sentence, whether it is ambiguous) for each actor that was asked for."""
    for actor_id in [*filters.actors, *filters.cited_outlets]:
        sure = next((m for m in article.mentions if m.actor_id == actor_id), None)
        mention = sure or next(
            (m for m in article.mentions if actor_id in {c.id for c in m.candidates}), None
        )
        if mention is not None:
            sentence = sentence_around(article, mention)
            yield emphasized(sentence, mention.surface), sure is None


def emphasized(sentence: str, words: str) -> Markup:
    """Return a sentence with the first occurrence of some words marked."""
    before, found, after = sentence.partition(" ".join(words.split()))
    if not found:
        return escape(sentence)
    return Markup("{}<mark>{}</mark>{}").format(before, found, after)


def snippet(text: str) -> Markup:
    """Return an excerpt, in which ⟦⟧ stand around what was found, as HTML."""
    return Markup(_SNIPPET.sub(r"<mark>\1</mark>", str(escape(" ".join(text.split())))))  # noqa: S704


def _plain(text: str) -> str:
    return " ".join(text.translate(_MARKERS).split())


def _address(query: Asked, **changes: Any) -> str:
    """Return the address of this search with some parameters changed, on its first page."""
    values: dict[str, Any] = {
        "q": query.text,
        "actor": list(query.actors),
        "outlet": list(query.outlets),
        "cited": list(query.cited),
        "status": list(query.statuses),
        "since": query.since,
        "until": query.until,
        "maybe": query.maybe,
        "apart": query.apart,
        "page": 1,
        **changes,
    }
    values["maybe"] = "1" if values["maybe"] else None
    values["apart"] = "1" if values["apart"] else None
    values["page"] = None if values["page"] == 1 else values["page"]
    return addresses.page("search", **values)


def _facets(query: Asked, filters: Filters, facets: Facets) -> list[tuple[str, list[Choice]]]:
    """Return the groups of values to narrow by, each with the address that does it."""
    words, names = g.words, g.names

    def group(
        parameter: str, counts: Sequence[Count], chosen: Sequence[str], name: Any
    ) -> list[Choice]:
        most = max((c.count for c in counts), default=1)
        typed = {
            "actor": query.actors,
            "outlet": query.outlets,
            "cited": query.cited,
            "status": query.statuses,
        }[parameter]
        return [
            Choice(
                name(c.value),
                _address(query, **{parameter: [*typed, c.value]}),
                c.count,
                c.value in chosen,
                round(100 * c.count / most),
                c.value,
            )
            for c in counts
        ]

    groups = [
        (
            "facet.statuses",
            group("status", facets.statuses, filters.statuses, lambda v: words.term("status", v)),
        ),
        ("facet.actors", group("actor", facets.actors, filters.actors, names.of)),
        ("facet.outlets", group("outlet", facets.outlets, filters.outlets, names.of)),
        ("facet.cited", group("cited", facets.cited_outlets, filters.cited_outlets, names.of)),
    ]
    most = max((c.count for c in facets.periods), default=1)
    periods = [
        Choice(
            words.month(c.value) if "-" in c.value else c.value,
            _address(query, since=c.value, until=c.value),
            c.count,
            query.since == query.until == c.value,
            round(100 * c.count / most),
        )
        for c in facets.periods
    ]
    return [(key, choices) for key, choices in [*groups, ("facet.months", periods)] if choices]


def _chosen(query: Asked, answers: dict[str, list[NameAnswer]]) -> list[Choice]:
    """Return what the search is narrowed by, each with the address without it."""
    words = g.words
    chosen: list[Choice] = []

    def add(label: str, name: str, **changes: Any) -> None:
        chosen.append(Choice(name, _address(query, **changes), kind=label))

    if query.text:
        add(words("search.words"), query.text, q=None)
    for parameter, typed in (
        ("actor", query.actors),
        ("outlet", query.outlets),
        ("cited", query.cited),
    ):
        for value, answer in zip(typed, answers[parameter], strict=True):
            named = answer.actors[0] if len(answer.actors) == 1 else None
            shown = (named.names.get(words.language) or named.name) if named else value
            rest = [v for v in typed if v != value]
            add(words(f"search.{parameter}"), shown, **{parameter: rest})
    for status in query.statuses:
        rest = [s for s in query.statuses if s != status]
        add(words("search.status"), words.term("status", status), status=rest)
    for bound in ("since", "until"):
        if value := getattr(query, bound):
            add(words(f"search.{bound}"), value, **{bound: None})
    if query.maybe:
        add("", words("search.maybe"), maybe=False)
    if query.apart:
        add("", words("search.apart"), apart=False)
    return chosen
