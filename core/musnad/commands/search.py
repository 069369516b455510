"""`musnad search` and `musnad show`: finding and reading articles of the archive."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, get_args

import typer

from musnad.archive.client import connect
from musnad.archive.documents import ArticleDocument, ClaimDocument
from musnad.archive.read import ArchiveReader
from musnad.commands.context import article_argument, context, json_option
from musnad.commands.dates import check_day
from musnad.commands.search_export import (
    base_option,
    check_export,
    export_found,
    export_option,
    out_option,
    publisher_option,
)
from musnad.commands.search_why import parts_as_json, tell_nothing, tell_parts
from musnad.commands.show_article import (
    DERIVED,
    isolate,
    marked,
    one_line,
    print_findings,
    print_head,
)
from musnad.errors import ArchiveError, InputError
from musnad.excerpt import sentence_around
from musnad.model import Status
from musnad.search import (
    Explainer,
    Filters,
    Found,
    NameAnswer,
    count_maybe,
    find_articles,
    resolve_name,
    why_nothing,
)

STATUSES: tuple[str, ...] = get_args(Status)
Names = dict[str, list[NameAnswer]]
MOST_SHOWN = 1000


def open_reader() -> ArchiveReader:
    """Return a reader of the configured archive."""
    return ArchiveReader(connect(context.settings), context.settings.prefix)


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("search")(search)
    app.command("show")(show)


def search(
    text: Annotated[str | None, typer.Argument(help="Words to look for; «…» is a phrase.")] = None,
    actor: Annotated[
        list[str] | None, typer.Option(help="Who is in it, in any spelling (may be repeated).")
    ] = None,
    maybe: Annotated[
        bool, typer.Option("--maybe", help="Also where an ambiguous name may mean the actor.")
    ] = False,
    status: Annotated[
        list[str] | None, typer.Option(help="Status of a claim in it: " + ", ".join(STATUSES) + ".")
    ] = None,
    outlet: Annotated[list[str] | None, typer.Option(help="Who published it.")] = None,
    cited_outlet: Annotated[list[str] | None, typer.Option(help="Which outlet it cites.")] = None,
    since: Annotated[str | None, typer.Option(help="Published on or after this day.")] = None,
    until: Annotated[str | None, typer.Option(help="Published on or before this day.")] = None,
    stale: Annotated[
        bool, typer.Option("--stale", help="Only what a changed authority made out of date.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="How many to show (default 10, at most 1000) or export (all)."),
    ] = None,
    offset: Annotated[int, typer.Option(min=0, max=9000, help="How many to skip.")] = 0,
    copies: Annotated[
        bool, typer.Option("--copies", help="Show near-identical copies one by one, not as one.")
    ] = False,
    why: Annotated[
        bool,
        typer.Option(
            "--why", help="Tell of each article by which words, forms and rules it is found."
        ),
    ] = False,
    export: export_option = None,
    out: out_option = None,
    publisher: publisher_option = None,
    base: base_option = None,
    as_json: json_option = False,
) -> None:
    """Find articles by words, actor, claim status, outlet, cited outlet and date."""
    check_statuses(status or ())
    check_export(export, out)
    if export is None and (limit or 0) > MOST_SHOWN:
        raise typer.BadParameter(
            f"at most {MOST_SHOWN} are shown: --export writes any number", param_hint="--limit"
        )
    for day in (since, until):
        check_day(day)
    reader = open_reader()
    names = resolved(reader, actor or (), outlet or (), cited_outlet or ())
    unknown = unknown_among(names)
    tell_names(names)
    filters = filters_of(
        names,
        text=text,
        maybe=maybe,
        statuses=status or (),
        since=since,
        until=until,
        stale=stale,
    )
    if export is not None:
        if unknown:
            raise InputError(f"nothing is exported: no record of the name «{unknown[0].typed}»")
        export_found(
            reader, filters, export, out, offset=offset, limit=limit, publisher=publisher, base=base
        )
        return
    total, found = (
        (0, [])
        if unknown
        else find_articles(reader, filters, size=limit or 10, offset=offset, copies_apart=copies)
    )
    claims = reader.claims(sorted({c for f in found for c in f.source.get("claim_ids", ())}))
    explainer = Explainer(reader, filters)
    reasons = [explainer.matches(f.source) if why else () for f in found]
    nothing = why_nothing(reader, filters) if total == 0 and not unknown else None
    if as_json:
        content = _as_json(total, found, names, claims)
        if why:
            for row, parts in zip(content["articles"], reasons, strict=True):
                row["why"] = parts_as_json(parts)
        if total == 0:
            content["nothing"] = {
                "unknown_names": [answer.typed for answer in unknown],
                **(nothing.as_dict() if nothing else {}),
            }
        typer.echo(json.dumps(content, ensure_ascii=False))
        return
    if not unknown:
        if more := count_maybe(reader, filters):
            typer.echo(f"{more} articles more may mean the actor: add --maybe", err=True)
        shown = f", showing {offset + 1} to {offset + len(found)}" if found else ""
        typer.secho(f"{total} articles{shown}  ({DERIVED})", bold=True)
    if nothing:
        tell_nothing(nothing, filters)
    for item, parts in zip(found, reasons, strict=True):
        _print_found(item, filters, claims)
        tell_parts(parts)


def resolved(
    reader: ArchiveReader,
    actors: Sequence[str],
    outlets: Sequence[str],
    cited_outlets: Sequence[str],
) -> Names:
    """Return what the typed names stand for, by kind."""
    return {
        "actor": [resolve_name(reader, name, outlets=False) for name in actors],
        "outlet": [resolve_name(reader, name, outlets=True) for name in outlets],
        "cited outlet": [resolve_name(reader, name, outlets=True) for name in cited_outlets],
    }


def _described(names: Names) -> list[str]:
    return [a.typed for a in names["cited outlet"] if a.described and not a.actors]


def unknown_among(names: Names) -> list[NameAnswer]:
    """Return the names by which nothing can be found."""
    described = _described(names)
    return [
        answer
        for answers in names.values()
        for answer in answers
        if not answer.ids and answer.typed not in described
    ]


def filters_of(names: Names, **filters: Any) -> Filters:
    """Return the filters for names that were resolved; `filters` are the others."""
    return Filters(
        actors=_ids(names["actor"]),
        outlets=_ids(names["outlet"]),
        cited_outlets=_ids(names["cited outlet"]),
        unnamed_outlets=_described(names),
        time_zone=context.settings.time_zone,
        **filters,
    )


def tell_names(names: Names) -> None:
    """Say on stderr what each name was taken for."""
    for kind, answers in names.items():
        for answer in answers:
            _explain(kind, answer)


def check_statuses(statuses: Sequence[str]) -> None:
    """Raise `BadParameter` for a status that there is not."""
    for value in statuses:
        if value not in STATUSES:
            raise typer.BadParameter(
                f'there is no status "{value}"; known are {", ".join(STATUSES)}',
                param_hint="--status",
            )


def _ids(answers: Sequence[NameAnswer]) -> list[str]:
    return [i for answer in answers for i in answer.ids]


def _explain(kind: str, answer: NameAnswer) -> None:
    """Say on stderr what a name was taken for; never leave a name without an answer silently."""
    if len(answer.actors) == 1:
        actor = answer.actors[0]
        typer.echo(
            f"{kind} «{answer.typed}»: {isolate(actor.name)} ({actor.id}, {answer.why})", err=True
        )
    elif answer.actors:
        listed = ", ".join(f"{isolate(a.name)} ({a.id})" for a in answer.actors)
        typer.echo(f"{kind} «{answer.typed}» may be any of: {listed}", err=True)
    elif answer.unrecorded:
        typer.echo(f"{kind} {answer.typed}: an id without a record, which articles have", err=True)
    elif kind == "cited outlet" and answer.described:
        typer.echo(f"cited outlet «{answer.typed}»: as described, without a name", err=True)
    else:
        typer.echo(
            f"no {kind} of the name «{answer.typed}»; {answer.containing} articles contain the words",
            err=True,
        )
        if answer.near:
            for near, name in zip(answer.near, answer.near_names, strict=True):
                called = "" if name == near.name else f", also «{isolate(name)}»"
                typer.echo(f"  near: {isolate(near.name)} ({near.id}{called})", err=True)
        if kind == "cited outlet" and answer.descriptions:
            listed = ", ".join(f"«{isolate(words)}»" for words in answer.descriptions)
            typer.echo(f"  cited without a name: {listed}", err=True)


def _as_json(
    total: int,
    found: Sequence[Found],
    names: dict[str, list[NameAnswer]],
    claims: dict[str, ClaimDocument],
) -> dict[str, Any]:
    keys = (
        "id", "title", "url", "published_at", "outlet", "outlet_id", "outlet_name", "actors", "actor_names",
        "cited_outlets", "claim_ids", "claim_status", "claim_status_at_publication",
    )  # fmt: skip
    articles = []
    for item in found:
        row = {key: item.source.get(key) for key in keys}
        # Joined live: the copy on the article may be a settling behind.
        row["claims"] = [
            {"id": c, "status": claims[c].status, "text": claims[c].text}
            for c in item.source.get("claim_ids", ())
            if c in claims
        ]
        row["snippets"] = list(item.snippets)
        row["copies"] = list(item.copies)
        row["copy_count"] = item.copy_count
        articles.append(row)
    resolved = {
        kind: [
            {
                "typed": answer.typed,
                "actors": [actor.id for actor in answer.actors],
                "near": [actor.id for actor in answer.near],
                "descriptions": list(answer.descriptions),
                "articles_with_the_words": answer.containing,
            }
            for answer in answers
        ]
        for kind, answers in names.items()
    }
    return {"total": total, "names": resolved, "articles": articles}


def _print_found(item: Found, filters: Filters, claims: dict[str, ClaimDocument]) -> None:
    source = item.source
    article = ArticleDocument.model_validate(source)
    typer.echo("")
    print_head(article, article.outlet_name)
    typer.secho(isolate(article.title), bold=True)
    for snippet in item.snippets:
        typer.echo(f"  {isolate(one_line(snippet))}")
    for actor_id in [*filters.actors, *filters.cited_outlets]:
        mention = next((m for m in article.mentions if m.actor_id == actor_id), None)
        maybe = ""
        if mention is None:
            mention = next(
                (m for m in article.mentions if actor_id in {c.id for c in m.candidates}), None
            )
            maybe = f" (may mean {actor_id})"
        if mention:
            typer.echo(
                f"  {isolate(mention.name)}{maybe}: «{isolate(mention.surface)}» in: "
                f"{isolate(sentence_around(article, mention))}"
            )
    for claim_id in article.claim_ids:
        claim = claims.get(claim_id)
        if claim and (not filters.statuses or claim.status in filters.statuses):
            typer.echo(f"  {claim.status.upper()}  {claim.id}  {isolate(one_line(claim.text))}")
    if item.copies:
        outlets = dict.fromkeys(c.get("outlet_name") or "outlet unknown" for c in item.copies)
        named = ", ".join(isolate(outlet) for outlet in outlets)
        typer.echo(f"  {item.copy_count} copies, in {named}: `musnad copies {article.id}`")


def show(
    article_id: article_argument,
    as_json: json_option = False,
) -> None:
    """Show an article of the archive: as printed, with what was found in it and its claims today."""
    reader = open_reader()
    article = reader.article(article_id)
    if article is None:
        raise ArchiveError(
            f'there is no article "{article_id}" in the archive (see `musnad search`)'
        )
    claims = reader.claims(article.claim_ids)
    if as_json:
        content = article.model_dump(mode="json")
        content["claims_today"] = [c.model_dump(mode="json") for c in claims.values()]
        typer.echo(json.dumps(content, ensure_ascii=False))
        return
    print_head(article, article.outlet_name)
    typer.echo(marked(article.title, "title", article.mentions))
    typer.echo(marked(article.body, "body", article.mentions))
    print_findings(article, article.mentions, article.statements, (), None)
    typer.secho(f"\nClaims today (status {DERIVED})", bold=True)
    for entry in article.claims:
        claim = claims.get(entry.id)
        if claim is None:
            continue
        typer.echo(f"  {claim.id}  {claim.status.upper()}  {isolate(one_line(claim.text))}")
        typer.echo(
            f"      this article {entry.relation} it; when published it was {entry.status_at_publication}; "
            f"{claim.status_reason}"
        )
    for error in article.enrichment.errors:
        typer.echo(f"  ! {error.plugin}.{error.component}: {error.exception}: {error.message}")
    if article.versions:
        typer.echo(
            f"\n{len(article.versions)} earlier version(s): see `musnad show {article.id} --json`"
        )
