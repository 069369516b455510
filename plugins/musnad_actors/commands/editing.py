"""`musnad actors add|edit|merge|split`: decisions about the authority, kept in its journal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, get_args

import typer
from musnad.errors import InputError
from musnad.model import Alias, EntityType

from musnad_actors.authority import Authority
from musnad_actors.commands.shared import (
    by_option,
    headline,
    json_option,
    own_settings,
    plain,
    stamped,
    the_one,
    what_next,
    why_option,
)
from musnad_actors.commands.suggesting import the_suggestion
from musnad_actors.desk import Decided, Stamp, decide, differences
from musnad_actors.files import parse_alias
from musnad_actors.ids import free_id
from musnad_actors.journal import (
    Added,
    Edited,
    Entry,
    Merged,
    Split,
)
from musnad_actors.replay import as_values, touched

_Names = Annotated[
    list[str] | None,
    typer.Option("--name", metavar="[LANG=]NAME", help="Canonical name (without a language: ar)."),
]
_Aliases = Annotated[
    list[str] | None,
    typer.Option(
        "--alias",
        metavar="[KIND:]NAME",
        help="Another name; kinds: full (default), short, kunya, title, transliteration, acronym.",
    ),
]
_Titles = Annotated[list[str] | None, typer.Option("--title", help="Stands before the name.")]
_Country = Annotated[str | None, typer.Option(help="ISO code, as LY.")]
_PartOf = Annotated[str | None, typer.Option(help="Id of the body that this one belongs to.")]
_Identifiers = Annotated[
    list[str] | None,
    typer.Option("--identifier", metavar="SCHEME=ID", help="For example wikidata=Q42."),
]
_From = Annotated[str | None, typer.Option(help="When the title aliases began to mean it.")]
_To = Annotated[str | None, typer.Option(help="When they ceased to.")]
_Note = Annotated[str | None, typer.Option(help="A remark for people.")]
_Record = Annotated[str, typer.Argument(help="Its id, or a name that only it has.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("add")(add)
    app.command("edit")(edit)
    app.command("merge")(merge)
    app.command("split")(split)


def add(
    why: Annotated[
        str | None,
        typer.Option(help="The reason, kept with the decision (of a suggestion: where it stands)."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="Type of the actor (default: person).")
    ] = None,
    names: _Names = None,
    aliases: _Aliases = None,
    titles: _Titles = None,
    country: _Country = None,
    part_of: _PartOf = None,
    identifiers: _Identifiers = None,
    valid_from: _From = None,
    valid_to: _To = None,
    note: _Note = None,
    actor_id: Annotated[
        str | None, typer.Option("--id", help="Its id (default: made of type and name).")
    ] = None,
    suggested: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Adopt this unknown name of the archive, with its short form."
        ),
    ] = None,
    by: by_option = None,
    as_json: json_option = False,
) -> None:
    """Add a record to the authority: from options, or from an unknown name that `suggest` shows."""
    if suggested is not None:
        found = the_suggestion(suggested)
        values = found.values
        names = [*(f"{code}={name}" for code, name in values["names"].items()), *(names or ())]
        aliases = [*(f"{a['kind']}:{a['text']}" for a in found.aliases), *(aliases or ())]
        kind = kind or found.type
        why = why or f"suggested: «{found.name}» in {found.articles} articles of the archive"
    if why is None:
        raise InputError("say why: --why REASON")
    values = record_values(
        kind or "person", names or (), aliases or (), titles or (), identifiers or (),
        country=country, part_of=part_of, valid_from=valid_from, valid_to=valid_to, note=note,
    )  # fmt: skip
    _tell(add_record(values, actor_id, stamped(why, by)), as_json)


def record_values(
    kind: str,
    names: Sequence[str],
    aliases: Sequence[str],
    titles: Sequence[str],
    identifiers: Sequence[str],
    **more: str | None,
) -> dict[str, Any]:
    """Return the values of a new record, as in a file, from what options say. Raises `InputError`."""
    if kind == "outlet":
        raise InputError("outlets are kept in the files of [plugins.outlets], with domain and kind")
    if kind not in get_args(EntityType):
        raise InputError(f'"{kind}" is no type: there are {", ".join(get_args(EntityType))}')
    if not names:
        raise InputError("a record needs a name: --name NAME, or --name en=NAME")
    values: dict[str, Any] = {
        "type": kind,
        "names": _pairs(names, "ar"),
        "aliases": [parse_alias(alias) for alias in aliases],
        "titles": list(titles),
        "identifiers": _pairs(identifiers, None),
        **more,
    }
    return {key: value for key, value in values.items() if value not in (None, [], {})}


def add_record(values: dict[str, Any], actor_id: str | None, stamp: Stamp) -> Decided:
    """Write down a new record, under an id of its own where none is given."""

    def make(authority: Authority) -> Entry:
        taken = {**authority.records, **authority.former}
        own = actor_id or free_id(values["type"], values["names"], taken)
        return Added(**stamp.new(), actor=own, record=values)

    return decide(own_settings(), make)


def edit(
    record: _Record,
    why: why_option,
    kind: Annotated[str | None, typer.Option("--type", help="Another type.")] = None,
    names: _Names = None,
    aliases: _Aliases = None,
    titles: _Titles = None,
    country: _Country = None,
    part_of: _PartOf = None,
    identifiers: _Identifiers = None,
    valid_from: _From = None,
    valid_to: _To = None,
    note: _Note = None,
    remove_alias: Annotated[list[str] | None, typer.Option(help="Take this alias away.")] = None,
    remove_title: Annotated[list[str] | None, typer.Option(help="Take this title away.")] = None,
    clear: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD",
            help="Take away: country, part_of, valid_from, valid_to, note, names.LANG, identifiers.SCHEME.",
        ),
    ] = None,
    by: by_option = None,
    as_json: json_option = False,
) -> None:
    """Change a record: options add or replace, --remove-… and --clear take away."""
    single = {
        "type": kind, "country": country, "part_of": part_of,
        "valid_from": valid_from, "valid_to": valid_to, "note": note,
    }  # fmt: skip
    values: dict[str, Any] = {key: value for key, value in single.items() if value is not None}
    tables: dict[str, dict[str, str | None]] = {
        "names": dict(_pairs(names or (), "ar")),
        "identifiers": dict(_pairs(identifiers or (), None)),
    }
    for field in clear or ():
        table, dot, key = field.partition(".")
        if dot and table in tables:
            tables[table][key] = None
        elif field in single and field != "type":
            values[field] = None
        else:
            raise InputError(f'"{field}" cannot be taken away (see --help for what can)')
    changes = {
        "values": values,
        **tables,
        "add_aliases": tuple(Alias.model_validate(parse_alias(a)) for a in _checked(aliases or ())),
        "remove_aliases": tuple(remove_alias or ()),
        "add_titles": tuple(titles or ()),
        "remove_titles": tuple(remove_title or ()),
    }
    if not any(changes.values()):
        raise InputError("nothing is to be changed: see `musnad actors edit --help`")
    stamp = stamped(why, by)

    def make(authority: Authority) -> Entry:
        actor = the_one(authority, record)
        there = {alias.text for alias in actor.aliases}
        for text in remove_alias or ():
            if text not in there:
                raise InputError(f"{actor.id} has no alias «{text}»: {_listed(sorted(there))}")
        for title in remove_title or ():
            if title not in actor.titles:
                raise InputError(f"{actor.id} has no title «{title}»: {_listed(actor.titles)}")
        return Edited(**stamp.new(), actor=actor.id, **changes)

    _tell(decide(own_settings(), make), as_json)


def merge(
    other: Annotated[str, typer.Argument(help="The record that ends (id or name).")],
    into: Annotated[str, typer.Argument(help="The record that stays (id or name).")],
    why: why_option,
    by: by_option = None,
    as_json: json_option = False,
) -> None:
    """Make one record of two: names and identifiers of the first go to the second, its id leads there."""
    stamp = stamped(why, by)

    def make(authority: Authority) -> Entry:
        kept, ends = the_one(authority, into), the_one(authority, other)
        return Merged(**stamp.new(), actor=kept.id, other=ends.id)

    _tell(decide(own_settings(), make), as_json)


def split(
    record: _Record,
    names: _Names,
    why: why_option,
    aliases: _Aliases = None,
    titles: _Titles = None,
    country: _Country = None,
    part_of: _PartOf = None,
    identifiers: _Identifiers = None,
    note: _Note = None,
    actor_id: Annotated[
        str | None, typer.Option("--id", help="Id of the new record (a merged one may return).")
    ] = None,
    by: by_option = None,
    as_json: json_option = False,
) -> None:
    """Make a second record of a part of one: the names and identifiers given go to the new one."""
    stamp = stamped(why, by)

    def make(authority: Authority) -> Entry:
        actor = the_one(authority, record)
        values = record_values(
            actor.type, names or (), aliases or (), titles or (), identifiers or (),
            country=country, part_of=part_of, note=note,
        )  # fmt: skip
        kinds = {alias.text: alias.kind for alias in actor.aliases}
        for alias, given in zip(values.get("aliases", ()), aliases or (), strict=True):
            if alias["text"] == given and given in kinds:
                # Moved as it was.
                alias["kind"] = kinds[given]
        taken = {**authority.records, **authority.former}
        own = actor_id or free_id(actor.type, values["names"], taken)
        return Split(**stamp.new(), actor=actor.id, other=own, record=values)

    _tell(decide(own_settings(), make), as_json)


def _pairs(items: Sequence[str], default: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in items:
        key, equals, value = item.partition("=")
        if equals and key.strip().isascii() and value.strip():
            found[key.strip()] = value.strip()
        elif default is not None and not equals:
            found[default] = item.strip()
        else:
            raise InputError(f'"{item}" is not understood: write it as wikidata=Q42')
    return found


def _checked(aliases: Sequence[str]) -> Sequence[str]:
    for alias in aliases:
        parsed = parse_alias(alias)
        if parsed["kind"] not in get_args(Alias.model_fields["kind"].annotation):
            kinds = ", ".join(get_args(Alias.model_fields["kind"].annotation))
            raise InputError(
                f'"{alias}": "{parsed["kind"]}" is no kind of alias: there are {kinds}'
            )
        if not parsed["text"]:
            raise InputError(f'"{alias}": the alias is empty')
    return aliases


def _listed(names: Sequence[str]) -> str:
    return f"it has {'، '.join(names)}" if names else "it has none"


def _tell(done: Decided, as_json: bool) -> None:
    ids = [i for i in dict.fromkeys(touched(done.entry)) if i in done.after.records]
    if as_json:
        row = {**plain(done.entry), "records": [as_values(done.after.records[i]) for i in ids]}
        typer.echo(json.dumps(row, ensure_ascii=False))
        return
    typer.echo(f"{headline(done.entry)} (decision {done.entry.id})")
    for actor_id in ids:
        for line in differences(done.before.records.get(actor_id), done.after.records[actor_id]):
            typer.echo(f"    {line}")
    what_next()
