"""The set of indices that is built beside the live one: names, making, what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.archive.indices import (
    MAKING_SECONDS,
    alias,
    beside,
    misfits,
    put_meta,
    put_template,
    read_meta,
)
from musnad.archive.mappings import INDICES, MAPPING_META, index_body, with_kept_fields
from musnad.archive.read import ArchiveReader
from musnad.archive.vocabulary import MOST_READ, collect_words, vocabulary_of
from musnad.archive.words import with_words
from musnad.components import SearchWords
from musnad.errors import ArchiveError
from musnad.model import SCHEMA_VERSION
from musnad.plugins import Plugins
from musnad.reindex.progress import Progress

REBUILT = ("articles", "statements", "claims", "copies")
"""Rebuilt by every reindex, together."""
SHARED = ("actors", "reviews", "decisions")
"""Read by what works on the new set, from the live indices; rebuilt (copied) only where their mapping changed."""
RUNS = "runs"
STATE = "state"
"""Field of the runs index beside the live one: what the reindex keeps of itself."""


def live_index(client: Elasticsearch, prefix: str, name: str) -> str:
    """Return the index behind an alias of the archive. Raises `ArchiveError` where there is not just one."""
    name_ = alias(prefix, name)
    with errors_explained():
        if not client.indices.exists_alias(name=name_):
            raise ArchiveError(f'there is no archive "{prefix}" yet: run `musnad init`')
        indices = sorted(client.indices.get_alias(name=name_))
    if len(indices) > 1:
        raise ArchiveError(
            f"alias {name_} has several indices behind it ({', '.join(indices)}): take the alias off all "
            "but one"
        )
    return indices[0]


def taken_along(client: Elasticsearch, prefix: str, plugins: Plugins) -> dict[str, list[str]]:
    """Return the indices beside `REBUILT` whose fields or analyzers changed, with the reasons.

    Raises `ArchiveError` where the index of runs is among them: it holds the lock of this very work.
    """
    changed: dict[str, list[str]] = {}
    for name in (*SHARED, RUNS):
        index = live_index(client, prefix, name)
        with errors_explained():
            there = client.indices.get(index=index)[index]
        if reasons := list(misfits(index, there, index_body(name, plugins))):
            changed[name] = reasons
    if RUNS in changed:
        raise ArchiveError(
            f"{changed[RUNS][0]}; but the index of runs is not rebuilt: take the alias "
            f"{alias(prefix, RUNS)} off it, and `musnad init` makes a new one"
        )
    return changed


def make(
    client: Elasticsearch,
    prefix: str,
    plugins: Plugins,
    indices: Mapping[str, str],
    progress: Progress,
) -> None:
    """Make the new indices (name -> index), empty, with today's fields and analyzers.

    Those of `REBUILT` get the aliases of the new set, `SHARED` ones are found there in their live indices. Fields
    that only the live index has are kept. Raises `ArchiveError`.
    """
    aliases: list[dict[str, Any]] = []
    with errors_explained():
        for name, index in indices.items():
            body = index_body(name, plugins)
            put_template(client, prefix, name, body)
            if name == "articles":
                # The words of the archive as it is: its search analyzers are told anew what they are forms of.
                body = with_words(body, _words(client, prefix, plugins, progress))
            live = live_index(client, prefix, name)
            old = client.indices.get(index=live)[live]["mappings"].get("properties", {})
            client.options(request_timeout=MAKING_SECONDS).indices.create(
                index=index,
                # Nobody searches it while it is filled.
                settings={**body["settings"], "index.refresh_interval": "-1"},
                mappings={
                    **body["mappings"],
                    "properties": with_kept_fields(old, body["mappings"]["properties"]),
                },
            )
            if name in REBUILT:
                aliases.append(_add(prefix, name, index))
        for name in SHARED:
            aliases.append(_add(prefix, name, live_index(client, prefix, name)))
        client.indices.update_aliases(actions=aliases)
        for name, index in indices.items():
            # What settling and the authority noted of the live index holds for its copy.
            meta = read_meta(client, alias(prefix, name))
            put_meta(client, index, {k: v for k, v in meta.items() if k not in _OWN_META})


def _words(client: Elasticsearch, prefix: str, plugins: Plugins, progress: Progress) -> SearchWords:
    reader = ArchiveReader(client, prefix)
    progress.begin("counting words", min(reader.count("articles", {"match_all": {}}), MOST_READ))
    known = vocabulary_of(reader, done=progress.add)
    progress.end(f"{len(known)} different ones")
    progress.begin("asking plugins for the forms of words")
    progress.say("asking plugins for the forms of words: morphology takes about a minute")
    found = collect_words(plugins, known)
    progress.end(f"{len(found.lemmas)} words")
    return found


_OWN_META = (MAPPING_META, "musnad_replaced")


def new_names(client: Elasticsearch, prefix: str, names: Iterable[str]) -> dict[str, str]:
    """Return names that are free for new indices, by name."""
    with errors_explained():
        return {name: _free_name(client, prefix, name) for name in names}


def make_state(client: Elasticsearch, prefix: str, plugins: Plugins) -> str:
    """Make the index that holds the state of the reindex (and the locks and runs of the new set).

    One is removed that was left by somebody who was killed before there was a state in it.
    """
    with errors_explained():
        pattern = f"{alias(beside(prefix), RUNS)}-*"
        left = list(client.options(ignore_status=404).indices.get(index=pattern))
    remove(client, left)
    body = index_body(RUNS, plugins)
    index = _free_name(client, beside(prefix), RUNS)
    properties = {**body["mappings"]["properties"], STATE: {"type": "object", "enabled": False}}
    with errors_explained():
        client.indices.create(
            index=index,
            aliases={alias(beside(prefix), RUNS): {"is_write_index": True}},
            settings=body["settings"],
            mappings={**body["mappings"], "properties": properties},
        )
    return index


def point_at(client: Elasticsearch, prefix: str, indices: Mapping[str, str]) -> None:
    """Put the aliases of the new set on `indices` (and on the live ones of `SHARED`)."""
    actions = [_add(prefix, name, index) for name, index in indices.items() if name in REBUILT]
    actions += [_add(prefix, name, live_index(client, prefix, name)) for name in SHARED]
    with errors_explained():
        client.indices.update_aliases(actions=actions)


def released(prefix: str) -> list[dict[str, Any]]:
    """Return the actions that take the aliases of the new set off; that of its runs stays."""
    return [
        {
            "remove": {
                "index": f"{alias(prefix, name)}-*",
                "alias": alias(beside(prefix), name),
                "must_exist": False,
            }
        }
        for name in (*REBUILT, *SHARED)
    ]


def take_off(client: Elasticsearch, prefix: str) -> list[str]:
    """Take the aliases of the new set off all indices but that of its runs; return the indices, that one too."""
    with errors_explained():
        if not client.indices.exists_alias(name=f"{beside(prefix)}-*"):
            return []
        found = client.indices.get_alias(name=f"{beside(prefix)}-*")
        actions = [
            {"remove": {"index": index, "alias": name}}
            for index, there in found.items()
            for name in there["aliases"]
            if name.startswith(f"{beside(prefix)}-") and name != alias(beside(prefix), RUNS)
        ]
        if actions:
            client.indices.update_aliases(actions=actions)
        return sorted(found)


def searchable(client: Elasticsearch, indices: Iterable[str]) -> None:
    """Let indices that were filled be refreshed as any other, and refresh them now."""
    with errors_explained():
        for index in indices:
            client.indices.put_settings(index=index, settings={"index.refresh_interval": None})
            client.indices.refresh(index=index)


def remove(client: Elasticsearch, indices: Iterable[str]) -> list[str]:
    """Remove indices for good; return those that were there."""
    gone: list[str] = []
    with errors_explained():
        for index in indices:
            if client.indices.exists(index=index):
                client.indices.delete(index=index)
                gone.append(index)
    return gone


def _add(prefix: str, name: str, index: str) -> dict[str, Any]:
    # Of the shared ones the live alias has the write index already: that is a matter of each alias.
    return {"add": {"index": index, "alias": alias(beside(prefix), name), "is_write_index": True}}


def _free_name(client: Elasticsearch, prefix: str, name: str) -> str:
    """Return a name for a new index: that of this second, or of the next that is free."""
    if name not in INDICES:
        raise ValueError(name)
    at = datetime.now(UTC)
    while True:
        index = f"{alias(prefix, name)}-{SCHEMA_VERSION}-{at:%Y%m%d%H%M%S}"
        if not client.indices.exists(index=index):
            return index
        at += timedelta(seconds=1)
