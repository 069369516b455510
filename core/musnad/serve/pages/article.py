"""An article: its text as printed with marks on it, and beside it what each mark means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, render_template

from musnad.archive.documents import (
    MAX_STATEMENTS,
    ArticleDocument,
    ClaimDocument,
    StatementDocument,
)
from musnad.archive.read import ArchiveReader
from musnad.model import Mention, Speaker, Statement
from musnad.serve import addresses
from musnad.serve.marks import Layer, Link, marked
from musnad.serve.missing import Missing, asked_id

MOST_EXPLAINED = 500
"""Statements and names that are explained beside the text; of statements, only these are marked on it."""
_MOST_COPIES = 20


def add_to(app: Flask) -> None:
    """Add the page to `app`."""
    app.add_url_rule("/articles/<path:id>", "article", show)
    app.add_url_rule("/articles/", "article_by_query", show)


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement beside the text."""

    number: int
    statement: Statement
    stored: StatementDocument | None
    """As it is linked to a claim; None where the archive has no such statement (yet)."""
    claim: ClaimDocument | None


@dataclass(frozen=True, slots=True)
class Named:
    """All mentions of one actor, or of one name without a record."""

    anchor: str
    first: Mention
    surfaces: tuple[str, ...]
    count: int
    rules: tuple[str, ...]


def show(id: str | None = None) -> str:
    """Return the page."""
    identifier = asked_id("article", id)
    reader: ArchiveReader = g.reader
    article = reader.article(identifier)
    if article is None:
        raise Missing("article", identifier)
    stored = _stored(reader, identifier)
    linked = [s.link.claim_id for s in stored.values() if s.link]
    claims = reader.claims(list(dict.fromkeys([*article.claim_ids, *linked])))
    statements = [
        Shown(number, statement, one := stored.get(statement.id), _claim(one, claims))
        for number, statement in enumerate(_in_order(article.statements), 1)
    ]
    named = _named(article.mentions)
    g.names.load(_ids(article, statements))
    links = [*_cues(statements), *_names(article.mentions, named)]
    layers = [*_said(statements[:MOST_EXPLAINED])]
    # As the plugin `dates` keeps them (docs/dates.md); no such key without it.
    dates = article.ext.get("dates", {}).get("found") or []
    return render_template(
        "article.html",
        article=article,
        text_language=article.language or "ar",
        title=_marked(article.title, "title", links, layers),
        body=_marked(article.body, "body", links, layers),
        statements=statements[:MOST_EXPLAINED],
        statement_count=len(statements),
        named=named[:MOST_EXPLAINED],
        named_count=len(named),
        claims=[(entry, claims[entry.id]) for entry in article.claims if entry.id in claims],
        copies=_copies(reader, article),
        dates=dates[:MOST_EXPLAINED],
        date_count=len(dates),
    )


def _stored(reader: ArchiveReader, article_id: str) -> dict[str, StatementDocument]:
    body = {
        "query": {"term": {"article_id": article_id}},
        "size": MAX_STATEMENTS,
        "source": {"excludes": ["links", "linked_to", "keys"]},
    }
    hits = reader.search("statements", body)["hits"]["hits"]
    return {hit["_id"]: StatementDocument.model_validate(hit["_source"]) for hit in hits}


def _claim(
    stored: StatementDocument | None, claims: dict[str, ClaimDocument]
) -> ClaimDocument | None:
    return claims.get(stored.link.claim_id) if stored and stored.link else None


def _in_order(statements: Iterable[Statement]) -> list[Statement]:
    return sorted(statements, key=lambda s: (s.cue.field != "title", s.cue.start, s.id))


def _ids(article: ArticleDocument, statements: Sequence[Shown]) -> Iterable[str | None]:
    yield article.outlet_id
    for mention in article.mentions:
        yield mention.actor_id
        yield from (candidate.id for candidate in mention.candidates)
    for shown in statements:
        for speaker in (shown.statement.speaker, *shown.statement.attribution):
            yield speaker.actor_id
            yield speaker.affiliation


def _target(mention: Mention) -> str:
    candidates = "/".join(sorted(c.id for c in mention.candidates))
    return mention.actor_id or (f"?{candidates}" if candidates else f"={mention.surface}")


def _named(mentions: Sequence[Mention]) -> list[Named]:
    groups: dict[str, list[Mention]] = {}
    for mention in mentions:
        groups.setdefault(_target(mention), []).append(mention)
    return [
        Named(
            f"n-{number}",
            group[0],
            tuple(dict.fromkeys(m.surface for m in group)),
            len(group),
            tuple(dict.fromkeys(m.provenance.rule or m.provenance.plugin for m in group)),
        )
        for number, group in enumerate(groups.values(), 1)
    ]


def _cues(statements: Sequence[Shown]) -> Iterable[tuple[str, Link]]:
    for shown in statements[:MOST_EXPLAINED]:
        cue, stance = shown.statement.cue, shown.statement.stance
        label = g.words(
            "statement.mark",
            surface=cue.surface,
            stance=g.words.term("stance", stance),
            n=shown.number,
        )
        look = f"cue stance-{stance}"
        link = shown.stored.link if shown.stored else None
        if link is not None and link.relation == "denies" and stance != "denies":
            # «مؤكدا أنه لم يزر»: what is asserted denies the claim.
            look += " bears-denies"
            label += f"{g.words('comma')} {g.words('help.denying')}"
        yield (
            cue.field,
            Link(
                cue.start,
                cue.end,
                f"#s-{shown.statement.id}",
                look,
                label,
                f"c-{shown.statement.id}",
                shown.number,
            ),
        )


def _names(mentions: Sequence[Mention], named: Sequence[Named]) -> Iterable[tuple[str, Link]]:
    anchors = {_target(one.first): one.anchor for one in named[:MOST_EXPLAINED]}
    for mention in mentions:
        anchor = anchors.get(_target(mention))
        if mention.actor_id:
            kind = g.names.kind(mention.actor_id)
            href, look = addresses.actor(mention.actor_id, kind), f"name type-{mention.type}"
        elif anchor is None:
            continue
        else:
            look = "name ambiguous" if mention.candidates else "name unknown"
            href = f"#{anchor}"
        yield mention.field, Link(mention.start, mention.end, href, look)


def _said(statements: Sequence[Shown]) -> Iterable[tuple[str, Layer]]:
    for shown in statements:
        statement, number = shown.statement, shown.number
        if said := statement.said:
            yield said.field, Layer(said.start, said.end, "said", statement.stance, number)
        for span in _speaking(statement):
            yield span.field, Layer(span.start, span.end, "speaker", statement.stance, number)


def _speaking(statement: Statement) -> Iterable[Any]:
    speakers: tuple[Speaker, ...] = (statement.speaker, *statement.attribution)
    return dict.fromkeys(s.span for s in speakers if s.span is not None)


def _marked(text: str, field: str, links: Iterable[Any], layers: Iterable[Any]) -> Any:
    return marked(text, [k for f, k in links if f == field], [k for f, k in layers if f == field])


def _copies(reader: ArchiveReader, article: ArticleDocument) -> list[dict[str, Any]]:
    """Return the first copies of an article, without their text."""
    if article.copy_group is None:
        return []
    body = {
        "query": {
            "bool": {
                "filter": [{"term": {"copy_group": article.copy_group}}],
                "must_not": [{"term": {"id": article.id}}],
            }
        },
        "size": _MOST_COPIES,
        "source": ["id", "title", "outlet_id", "outlet_name", "published_at"],
        "sort": [{"published_at": {"order": "asc", "missing": "_last"}}, {"id": "asc"}],
    }
    hits = reader.search("articles", body)["hits"]["hits"]
    found = [hit["_source"] for hit in hits]
    g.names.load(copy.get("outlet_id") for copy in found)
    return found
