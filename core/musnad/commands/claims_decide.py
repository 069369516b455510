"""`musnad claims link|unlink|merge|split|rename|wrong` and `musnad decisions withdraw`: what people decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, cast, get_args

import typer

from musnad.archive.client import connect
from musnad.archive.deciding import Decider
from musnad.archive.decisions import DecisionStore
from musnad.archive.read import ArchiveReader
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.claims import Decision
from musnad.commands.context import claim_argument, context, json_option, user
from musnad.commands.person import who_option, why_option
from musnad.commands.show_article import isolate, one_line
from musnad.model import Relation

RELATIONS: tuple[str, ...] = get_args(Relation)
_REINGEST = "ingest the article again to have back what was left out of it"

_Statement = Annotated[str, typer.Argument(metavar="STATEMENT", help="Id of a statement.")]
_Statements = Annotated[
    list[str], typer.Argument(metavar="STATEMENT...", help="Ids of statements.")
]


def a_relation(value: str | None) -> str | None:
    """Return `value`. Raises `BadParameter` for a relation that there is not."""
    if value is not None and value not in RELATIONS:
        raise typer.BadParameter(
            f'there is no relation "{value}"; known are {", ".join(RELATIONS)}',
            param_hint="--relation",
        )
    return value


relation_option = Annotated[
    str | None,
    typer.Option(
        help="How it bears on the claim: " + ", ".join(RELATIONS) + ".", callback=a_relation
    ),
]
_settle_option = Annotated[
    bool,
    typer.Option(
        "--settle/--no-settle",
        help="Bring the claims in line at once, or leave that to the next `musnad claims settle`.",
    ),
]


def add_to(claims: typer.Typer, decisions: typer.Typer) -> None:
    """Add the commands to the groups `claims` and `decisions`."""
    for command in (link, unlink, merge, split, rename, wrong):
        claims.command()(command)
    decisions.command()(withdraw)


def link(
    statement: _Statement,
    claim: claim_argument,
    why: why_option,
    relation: relation_option = None,
    who: who_option = None,
    settle: _settle_option = True,
    as_json: json_option = False,
) -> None:
    """Decide that a statement is about a claim."""
    bearing = cast("Relation | None", relation)
    _decide(lambda d: d.link(statement, claim, why, bearing), who, settle, as_json)


def unlink(
    statement: _Statement,
    claim: claim_argument,
    why: why_option,
    who: who_option = None,
    settle: _settle_option = True,
    as_json: json_option = False,
) -> None:
    """Decide that a statement is not about a claim."""
    _decide(lambda d: d.unlink(statement, claim, why), who, settle, as_json)


def merge(
    claims: Annotated[list[str], typer.Argument(metavar="CLAIM...", help="Ids of claims.")],
    why: why_option,
    who: who_option = None,
    settle: _settle_option = True,
    as_json: json_option = False,
) -> None:
    """Decide that two or more claims are one; the ids of all go on leading to it."""
    _decide(lambda d: d.merge(claims, why), who, settle, as_json)


def split(
    claim: claim_argument,
    statements: _Statements,
    why: why_option,
    who: who_option = None,
    settle: _settle_option = True,
    as_json: json_option = False,
) -> None:
    """Decide that statements are about another matter than the rest of their claim."""
    _decide(lambda d: d.split(claim, statements, why), who, settle, as_json)


def rename(
    claim: claim_argument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="How the claim is to read.")],
    why: why_option,
    who: who_option = None,
    settle: _settle_option = True,
    as_json: json_option = False,
) -> None:
    """Decide how a claim reads."""
    _decide(lambda d: d.rename(claim, text, why), who, settle, as_json)


def wrong(
    statement: _Statement,
    why: why_option,
    who: who_option = None,
    settle: _settle_option = True,
    as_json: json_option = False,
) -> None:
    """Mark a statement as wrong: nobody says this there. It stays out of every claim."""
    _decide(lambda d: d.wrong_statement(statement, why), who, settle, as_json)


def withdraw(
    decision: Annotated[str, typer.Argument(metavar="ID", help="Id of a decision.")],
    why: why_option,
    who: who_option = None,
    settle: _settle_option = True,
    as_json: json_option = False,
) -> None:
    """Take back a decision; it stays on record, and so does this one."""
    _decide(lambda d: d.withdraw(decision, why), who, settle, as_json)


def _decide(
    make: Callable[[Decider], Decision], who: str | None, settle: bool, as_json: bool
) -> None:
    """Write a decision down, settle where that is wanted, and say what came of it."""
    client, prefix = connect(context.settings), context.settings.prefix
    reader, store = ArchiveReader(client, prefix), DecisionStore(client, prefix)
    decision = make(Decider(reader, store, user(who)))
    if settle:
        with opened_linkers(context.plugins()) as linkers:
            done = settle_archive(client, prefix, linkers)
    named = sorted({c for c in _claims_of(decision, reader) if c})
    claims = [claim for c in named if (claim := reader.claim(c)) is not None]
    claims = list({claim.id: claim for claim in claims}.values())
    if as_json:
        rows = [claim.model_dump(mode="json") for claim in claims] if settle else []
        content = {
            "decision": decision.model_dump(mode="json"),
            "settled": done.as_dict() if settle else None,
            "claims": rows,
        }
        typer.echo(json.dumps(content, ensure_ascii=False))
        return
    typer.echo(f"decision {decision.id}: {decision.kind} by {isolate(decision.who)}")
    if decision.kind == "withdraw":
        earlier = store.get(decision.withdraws or "")
        if earlier.kind in ("wrong_statement", "wrong_mention", "delete"):
            typer.echo(f"  of a {earlier.kind.replace('_', ' ')}: {_REINGEST}")
    if not settle:
        typer.echo("it takes effect with the next `musnad claims settle`")
        return
    for claim in claims:
        typer.echo(f"  {claim.id}  {claim.status.upper()}  {isolate(one_line(claim.text))}")


def _claims_of(decision: Decision, reader: ArchiveReader) -> list[str | None]:
    """Return the claims that a decision may have changed: those it names, and those of its statements."""
    if decision.kind == "withdraw" and decision.withdraws:
        decision = DecisionStore(reader.client, reader.prefix).get(decision.withdraws)
    found: list[str | None] = list(decision.claims)
    for key in (*decision.statements, *decision.others[:1]):
        statement = reader.statement(key)
        found.append(statement.claim_id if statement else None)
    return found
