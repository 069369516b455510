"""`musnad alerts`: saved queries that tell what is new since they were last run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from musnad.alerts import Alert, AlertStore, Item, State, find, post
from musnad.alerts.post import PostError
from musnad.archive.read import ArchiveReader
from musnad.commands.claims import actor_ids
from musnad.commands.claims_decide import RELATIONS, a_relation
from musnad.commands.claims_show import day
from musnad.commands.context import context, json_option, user
from musnad.commands.person import who_option
from musnad.commands.search import check_statuses, open_reader
from musnad.commands.show_article import isolate, one_line
from musnad.errors import ArchiveError, InputError

app = typer.Typer(help="Saved queries: what is new since they were last run.", no_args_is_help=True)
_Name = Annotated[str, typer.Argument(metavar="NAME", help="A name of your choice.")]
_About = Annotated[list[str] | None, typer.Option(help="Who is spoken of, in any spelling.")]
_Outlet = Annotated[list[str] | None, typer.Option(help="Which outlet prints it.")]
_Claim = Annotated[list[str] | None, typer.Option(help="Id of a claim.")]
_Post = Annotated[
    str | None, typer.Option("--post", metavar="URL", help="Post findings there, as JSON.")
]
_Past = Annotated[
    bool, typer.Option("--past", help="The first run also tells what is in the archive already.")
]


def add_to(root: typer.Typer) -> None:
    """Add the command group to `root`."""
    root.add_typer(app, name="alerts")


@app.command("watch-statements")
def watch_statements(
    name: _Name,
    relation: Annotated[
        list[str] | None,
        typer.Option(help="How it bears on its claim: " + ", ".join(RELATIONS) + "."),
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="Who says it (or which body the speaker belongs to).")
    ] = None,
    about: _About = None,
    outlet: _Outlet = None,
    claim: _Claim = None,
    post_to: _Post = None,
    past: _Past = False,
    who: who_option = None,
) -> None:
    """Watch for new statements, as «a new denial by this actor»."""
    for value in relation or ():
        a_relation(value)
    reader = open_reader()
    _save(
        reader,
        past,
        name=name,
        watches="statements",
        relations=relation or (),
        by=_ids(reader, by),
        about=_ids(reader, about),
        outlets=_ids(reader, outlet, outlets=True),
        claims=_claims(reader, claim),
        post_to=post_to,
        who=user(who),
    )


@app.command("watch-status")
def watch_status(
    name: _Name,
    status: Annotated[
        list[str] | None, typer.Option(help="Only claims that come to this status.")
    ] = None,
    about: _About = None,
    outlet: _Outlet = None,
    claim: _Claim = None,
    post_to: _Post = None,
    past: _Past = False,
    who: who_option = None,
) -> None:
    """Watch for claims whose status changes, and for new ones."""
    check_statuses(status or ())
    reader = open_reader()
    _save(
        reader,
        past,
        name=name,
        watches="status",
        statuses=status or (),
        about=_ids(reader, about),
        outlets=_ids(reader, outlet, outlets=True),
        claims=_claims(reader, claim),
        post_to=post_to,
        who=user(who),
    )


@app.command("list")
def list_alerts(as_json: json_option = False) -> None:
    """List the saved queries."""
    states = _store().all()
    if as_json:
        rows = [
            {**s.alert.model_dump(mode="json", exclude={"post_to"}),
             "posts_to_host": s.alert.posts_to_host,
             "last_run": s.last_run.isoformat() if s.last_run else None}
            for s in states
        ]  # fmt: skip
        typer.echo(json.dumps({"total": len(rows), "alerts": rows}, ensure_ascii=False))
        return
    typer.secho(f"{len(states)} alerts", bold=True)
    for state in states:
        alert = state.alert
        ran = f"{state.last_run:%Y-%m-%d %H:%M} UTC" if state.last_run else "never"
        typer.echo(f"\n{isolate(alert.name)}: {_described(alert)}")
        typer.echo(f"    by {isolate(alert.who)}, last run {ran}")


@app.command("remove")
def remove(name: _Name) -> None:
    """Remove a saved query."""
    store = _store()
    with store.locked():
        store.remove(name)
    typer.echo(f"removed alert «{name}»")


@app.command("run")
def run(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Only these (default: all).")
    ] = None,
    as_json: json_option = False,
) -> None:
    """Tell what is new since the last run, and post it where an alert says so.

    What could not be posted is told again by the next run; the exit status is 1 then.
    """
    reader, store = open_reader(), _store()
    told: list[dict[str, Any]] = []
    failures: list[str] = []
    with store.locked():
        states = [store.get(name) for name in names] if names else store.all()
        for state in states:
            findings = find(reader, state.alert, state.known)
            if findings.items:
                try:
                    post(state.alert, findings.items)
                except PostError as error:
                    failures.append(str(error))
                    continue
            # Told before it is remembered: killed in between, it is told again, never lost.
            if as_json:
                items = [item.model_dump(mode="json") for item in findings.items]
                told.append({"alert": state.alert.name, "items": items})
            else:
                _print(state.alert, findings.items)
            changes = {"known": findings.known, "last_run": datetime.now(UTC)}
            store.put(state.model_copy(update=changes))
    if as_json:
        typer.echo(json.dumps({"alerts": told, "failures": failures}, ensure_ascii=False))
    elif not states:
        typer.echo("there are no alerts: make one with `musnad alerts watch-statements`")
    for failure in failures:
        typer.echo(f"musnad: {failure}", err=True)
    if failures:
        raise typer.Exit(1)


def _save(reader: ArchiveReader, past: bool, **values: Any) -> None:
    try:
        alert = Alert(created_at=datetime.now(UTC), **values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InputError(f"{first['loc'][0]}: {first['msg']}") from None
    store = _store()
    with store.locked():
        if store.exists(alert.name):
            raise InputError(
                f"there is an alert «{alert.name}» already: remove it first, or choose another name"
            )
        known = {} if past else find(reader, alert, None).known
        store.put(State(alert=alert, known=known))
    typer.echo(f"alert «{alert.name}»: {_described(alert)}")
    typer.echo(f"{len(known)} found so far are known; `musnad alerts run` tells what is new")


def _store() -> AlertStore:
    return AlertStore(context.settings.state_dir, context.settings.prefix)


def _ids(
    reader: ArchiveReader, names: Sequence[str] | None, *, outlets: bool | None = None
) -> list[str]:
    return [key for name in names or () for key in actor_ids(reader, name, outlets=outlets)]


def _claims(reader: ArchiveReader, ids: Sequence[str] | None) -> list[str]:
    for key in ids or ():
        if reader.claim(key) is None:
            raise ArchiveError(f'there is no claim "{key}" (see `musnad claims list`)')
    return list(ids or ())


def _described(alert: Alert) -> str:
    parts = {
        "": [*alert.relations, *alert.statuses],
        "by": alert.by,
        "about": alert.about,
        "in": alert.outlets,
        "of claim": alert.claims,
    }
    told = "new statements" if alert.watches == "statements" else "claims with a new status"
    for word, values in parts.items():
        if values:
            told += f" {word} {' or '.join(values)}".replace("  ", " ")
    return told + (f", posted to {alert.posts_to_host}" if alert.post_to else "")


def _print(alert: Alert, items: Sequence[Item]) -> None:
    typer.secho(f"{isolate(alert.name)}: {len(items)} new", bold=True)
    for item in items:
        where = isolate(item.outlet or "outlet unknown")
        if alert.watches == "statements":
            who = isolate(item.speaker or "nobody named")
            head = f"{(item.relation or '-').upper()}  {who} in {where}"
        else:
            before = f"{item.before} → " if item.before else "new: "
            head = f"{before}{item.status}"
        typer.echo(f"  {day(item.at)}  {head}")
        if item.sentence:
            typer.echo(f"      {isolate(one_line(item.sentence))}")
        typer.echo(f"      claim {item.claim_id}  {isolate(one_line(item.claim))}")
        if item.reason:
            typer.echo(f"      {item.reason}")
