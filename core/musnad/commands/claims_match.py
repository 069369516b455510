"""`musnad claims match`: which of given claims articles are about, and how they bear on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from musnad.archive.claim_candidates import claim_candidates
from musnad.archive.claim_vectors import ClaimVectors
from musnad.commands.context import context, json_option, plugin_option
from musnad.commands.enrich import enrich_records
from musnad.commands.search import open_reader
from musnad.commands.show_article import DERIVED, isolate, one_line
from musnad.components import ClaimLinker, Encoder, Rejected
from musnad.encoders import Encoders
from musnad.errors import PluginError
from musnad.matching import Candidate, ClaimMatcher, ClaimText
from musnad.pipeline import Enriched, Pipeline
from musnad.readers.claim_texts import read_claim_texts
from musnad.readers.inputs import find_inputs, read_records

SHOWN = 3
"""So many claims that are not linked are shown to people beside those that are."""
Find = Callable[[Enriched], tuple[Sequence[Candidate], dict[str, str]]]
"""From an article to its candidates and the texts of their claims."""


def add_to(app: typer.Typer) -> None:
    """Add the command to the group `claims`."""
    app.command("match")(match)


def match(
    articles: Annotated[
        list[str],
        typer.Argument(metavar="ARTICLES…", help="Files, folders, globs, or - (JSON Lines)."),
    ],
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="CLAIMS",
            help="JSON Lines of claims (id, text); without it, the claims of the archive.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Candidates an article.")] = 25,
    as_json: json_option = False,
    plugin: plugin_option = None,
) -> None:
    """Show which claims articles are about, likeliest first, and how they bear on them.

    Against a file it needs no Elasticsearch. With --json a line an article: {article_id, candidates:
    [{claim_id, score, linked, relation, features}]}; a record that cannot be read is a line {error}.
    """
    claims = None if against is None else read_claim_texts(against)
    plugins = context.plugins(plugin)
    files = find_inputs(articles, plugins.readers())
    failed = False
    with Pipeline(plugins) as pipeline, Encoders(plugins) as encoders:
        for key, reason in encoders.missed.items():
            typer.echo(f"musnad: {key} is off: {reason}", err=True)
        linkers = [r.component for r in pipeline.linkers]
        find = _finder(linkers, encoders.first, claims, limit)
        for item in files:
            records = read_records(item, max_chars=context.settings.max_article_chars)
            for done in enrich_records(pipeline, records):
                if isinstance(done, Rejected):
                    failed = True
                    typer.echo(f"musnad: {done.message}", err=True)
                    if as_json:
                        error = {"code": done.code, "message": done.message}
                        typer.echo(json.dumps({"error": error}, ensure_ascii=False))
                    continue
                found, texts = find(done)
                if as_json:
                    typer.echo(json.dumps(_line(done, found), ensure_ascii=False))
                else:
                    _print(done, found, texts)
    if failed:
        raise typer.Exit(1)


def _finder(
    linkers: Sequence[ClaimLinker],
    encoder: Encoder | None,
    claims: Sequence[ClaimText] | None,
    limit: int,
) -> Find:
    """Return what finds candidates: among `claims`, or among those that Elasticsearch finds in the archive."""

    def matcher_of(some: Sequence[ClaimText]) -> ClaimMatcher:
        for linker in linkers:
            matcher = linker.matcher(some, encoder)
            if matcher is not None:
                return matcher
        raise PluginError(
            "no plugin that is on can match articles with claims (see `musnad plugins`)"
        )

    if claims is not None:
        matcher = matcher_of(claims)
        texts = {claim.id: claim.text for claim in claims}
        return lambda done: (matcher.match(done.article, done.statements, limit=limit), texts)
    reader = open_reader()
    vectors = ClaimVectors(reader.client, reader.prefix, encoder) if encoder else None

    def find(done: Enriched) -> tuple[Sequence[Candidate], dict[str, str]]:
        actors = {mention.actor_id for mention in done.mentions if mention.actor_id}
        near = claim_candidates(reader, done.article, actors)
        if vectors is not None:
            known = {claim.id for claim in near}
            near += [claim for claim in vectors.near(done.article) if claim.id not in known]
        found = matcher_of(near).match(done.article, done.statements, limit=limit)
        return found, {claim.id: claim.text for claim in near}

    return find


def _line(done: Enriched, found: Sequence[Candidate]) -> dict[str, Any]:
    return {
        "article_id": done.article.id,
        "candidates": [
            {
                "claim_id": one.claim_id,
                "score": one.score,
                "linked": one.linked,
                "relation": one.relation,
                "features": dict(one.features),
            }
            for one in found
        ],
    }


def _print(done: Enriched, found: Sequence[Candidate], texts: dict[str, str]) -> None:
    name = done.article.title.strip() or done.article.body.strip()[:80]
    typer.secho(f"{done.article.id}  {isolate(one_line(name))}", bold=True)
    linked = [one for one in found if one.linked]
    for one in linked:
        typer.echo(f"  {one.relation.upper():10} {one.score:.2f}  {one.claim_id}  ({DERIVED})")
        typer.echo(f"      {isolate(one_line(texts[one.claim_id]))}")
    if not linked:
        typer.echo("  about none of the claims")
    for one in [one for one in found if not one.linked][:SHOWN]:
        text = isolate(one_line(texts[one.claim_id]))
        typer.echo(f"  not linked {one.score:.2f}  {one.claim_id}  {text}")
