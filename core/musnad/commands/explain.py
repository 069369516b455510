"""`musnad explain`: why a search finds an article, or does not."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from musnad.archive.documents import ArticleDocument
from musnad.commands.context import article_argument, context, json_option
from musnad.commands.dates import check_day
from musnad.commands.search import (
    check_statuses,
    filters_of,
    open_reader,
    resolved,
    tell_names,
    unknown_among,
)
from musnad.commands.search_why import parts_as_json, tell_parts
from musnad.commands.show_article import isolate, one_line
from musnad.errors import ArchiveError, InputError
from musnad.excerpt import sentence_around
from musnad.search import Explainer, Filters
from musnad.search.query import Condition
from musnad.timezone import local


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("explain")(explain)


def explain(
    text: Annotated[
        str, typer.Argument(metavar="QUERY", help='Words, as for `search`; "" for filters alone.')
    ],
    article_id: article_argument,
    actor: Annotated[list[str] | None, typer.Option(help="Who is to be in it.")] = None,
    maybe: Annotated[
        bool, typer.Option("--maybe", help="Also where an ambiguous name may mean the actor.")
    ] = False,
    status: Annotated[list[str] | None, typer.Option(help="Status of a claim in it.")] = None,
    outlet: Annotated[list[str] | None, typer.Option(help="Who published it.")] = None,
    cited_outlet: Annotated[list[str] | None, typer.Option(help="Which outlet it cites.")] = None,
    since: Annotated[str | None, typer.Option(help="Published on or after this day.")] = None,
    until: Annotated[str | None, typer.Option(help="Published on or before this day.")] = None,
    as_json: json_option = False,
) -> None:
    """Explain why a search finds an article (field, form, rule, name), or which part of it fails.

    The options are those of `search`. Exit status 0 in either case.
    """
    check_statuses(status or ())
    for day in (since, until):
        check_day(day)
    reader = open_reader()
    article = reader.article(article_id)
    if article is None:
        raise ArchiveError(
            f'there is no article "{article_id}" in the archive (see `musnad search`)'
        )
    names = resolved(reader, actor or (), outlet or (), cited_outlet or ())
    tell_names(names)
    if unknown := unknown_among(names):
        raise InputError(f"nothing can be found by the name «{unknown[0].typed}»: no record has it")
    filters = filters_of(
        names, text=text, maybe=maybe, statuses=status or (), since=since, until=until
    )
    why = Explainer(reader, filters).why(article.model_dump(mode="json"))
    if not why.parts and not why.conditions:
        raise InputError("nothing to explain: give words, or a filter such as --actor")
    told = {name: _condition(name, article, filters) for name in why.conditions}
    if as_json:
        found = {
            "id": article.id,
            "found": why.found,
            "parts": parts_as_json(why.parts),
            "filters": [
                {"filter": name, "holds": holds, "because": told[name]}
                for name, holds in why.conditions.items()
            ],
        }
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    typer.secho(f"{'found' if why.found else 'not found'}: {isolate(article.title)}", bold=True)
    tell_parts(why.parts)
    for name, holds in why.conditions.items():
        typer.echo(f"  filter {name} {'holds' if holds else 'fails'}: {'; '.join(told[name])}")


def _condition(name: Condition, article: ArticleDocument, filters: Filters) -> list[str]:
    """Return what the article has that a filter is about, in sentences."""
    if name == "actor":
        return _named(article, filters.actors, maybe=filters.maybe)
    if name == "cited outlet":
        described = [f"cited as «{isolate(words)}»" for words in article.unnamed_outlets]
        return [*_named(article, filters.cited_outlets, maybe=False), *described]
    values: dict[Condition, Any] = {
        "status": f"its claims are {', '.join(article.claim_status) or 'none'}",
        "outlet": f"it was published by {isolate(article.outlet_name or 'an unknown outlet')}"
        f" ({article.outlet_id or 'no record'})",
        "date": f"it was published {_day(article)}",
        "stale": "it is out of date" if article.enrichment.stale else "it is up to date",
    }
    return [values[name]]


def _day(article: ArticleDocument) -> str:
    if article.published_at is None:
        return "on no known day"
    return f"at {local(article.published_at, context.settings.zone).isoformat()} ({article.published_precision or 'as given'})"


def _named(article: ArticleDocument, wanted: Any, *, maybe: bool) -> list[str]:
    ids = set(wanted)
    told: list[str] = []
    for mention in article.mentions:
        candidates = ids & {candidate.id for candidate in mention.candidates}
        if mention.actor_id in ids:
            rule = (
                f", by {mention.provenance.rule}"
                if mention.provenance and mention.provenance.rule
                else ""
            )
            told.append(
                f"named as «{isolate(mention.surface)}»{rule}, in: "
                f"{isolate(one_line(sentence_around(article, mention)))}"
            )
        elif candidates and not mention.actor_id:
            hint = "" if maybe else " (--maybe finds it)"
            told.append(
                f"«{isolate(mention.surface)}» may mean {', '.join(sorted(candidates))}{hint}"
            )
    told = list(dict.fromkeys(told))
    return told[:3] or ["it is not named"]
