"""What the commands about decisions share."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from musnad.commands.context import context, user
from musnad.errors import InputError
from musnad.model import Actor

from musnad_actors.authority import Authority
from musnad_actors.config import PLUGIN, ActorsSettings
from musnad_actors.desk import Stamp
from musnad_actors.journal import Added, Edited, Entry, Merged, Split, Undone
from musnad_actors.lookup import Lookup

why_option = Annotated[str, typer.Option(help="The reason, kept with the decision.")]
by_option = Annotated[
    str | None, typer.Option("--by", help="Who decides (default: your login name).")
]
json_option = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def own_settings() -> ActorsSettings:
    """Return the settings of this plugin. Raises `SettingsError`."""
    return context.settings.for_plugin(PLUGIN, ActorsSettings)


def the_one(authority: Authority, text: str) -> Actor:
    """Return the record that an id or a name means. Raises `InputError` where it means none, or several."""
    if (exact := authority.get(text.strip())) is not None:
        return exact
    lookup = Lookup(authority)
    answers = lookup.resolve(text)
    if len(answers) == 1:
        return answers[0].actor
    if not answers:
        raise InputError(lookup.nothing(text))
    listed = ", ".join(f"{answer.actor.id} ({answer.actor.name})" for answer in answers)
    raise InputError(f'"{text}" may mean {listed}: give the id')


def stamped(why: str, by: str | None) -> Stamp:
    """Return who decides and why, from options."""
    if not why.strip():
        raise typer.BadParameter("say why", param_hint="--why")
    return Stamp(user(by, "--by"), why)


def what_next() -> None:
    """Say how the archive learns of a decision."""
    typer.echo("the archive follows with `musnad actors apply`, or with the next ingest", err=True)


def plain(entry: Entry) -> dict[str, Any]:
    """Return an entry of the journal as plain JSON."""
    return {"decision": entry.id, **entry.model_dump(mode="json", exclude={"id"})}


def headline(entry: Entry) -> str:
    """Return in a few words what an entry did."""
    if isinstance(entry, Added):
        name = next(iter(entry.record.get("names", {}).values()), "")
        return f"added {entry.actor}  {name} ({entry.record.get('type')})"
    if isinstance(entry, Edited):
        return f"edited {entry.actor}"
    if isinstance(entry, Merged):
        return f"merged {entry.other} into {entry.actor}"
    if isinstance(entry, Split):
        return f"split {entry.other} off {entry.actor}"
    if isinstance(entry, Undone):
        return f"took back {entry.undoes}"
    return f"kept what was left of a line that was cut off: {entry.text!r}"
