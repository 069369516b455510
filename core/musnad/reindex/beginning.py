"""Beginning a reindex, and its account among the runs of the archive."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime

from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.archive.documents import RunDocument
from musnad.archive.indices import alias, misfits
from musnad.archive.mappings import index_body
from musnad.ingest.account import new_run_id
from musnad.plugins import Plugins
from musnad.reindex.beside import (
    REBUILT,
    RUNS,
    SHARED,
    live_index,
    make,
    make_state,
    new_names,
    remove,
    take_off,
    taken_along,
)
from musnad.reindex.progress import Progress
from musnad.reindex.room import check_room
from musnad.reindex.state import Options, State, save


def begin(
    client: Elasticsearch,
    prefix: str,
    plugins: Plugins,
    options: Options,
    who: str,
    pipeline: str,
    progress: Progress,
) -> State:
    """Make the new set, empty, and the state of a reindex that begins, `pipeline` being the fingerprint of today's.

    Raises `ArchiveError`.
    """
    live = {name: live_index(client, prefix, name) for name in REBUILT}
    along = taken_along(client, prefix, plugins)
    live |= {name: live_index(client, prefix, name) for name in along}
    check_room(client, live.values())
    make_state(client, prefix, plugins)
    state = State(
        id=new_run_id("reindex"),
        owner=f"{platform.node()}:{os.getpid()}",
        who=who,
        started_at=datetime.now(UTC),
        options=options,
        phase="making",
        pipeline=pipeline,
        live=live,
        new=new_names(client, prefix, live),
    )
    # Before anything is made, so that it is known whoever is killed.
    save(client, prefix, state)
    make_set(client, prefix, plugins, state, progress)
    return state


def make_set(
    client: Elasticsearch, prefix: str, plugins: Plugins, state: State, progress: Progress
) -> None:
    """Make the new set that `state` names; again, where one was killed at it. Raises `ArchiveError`."""
    take_off(client, prefix)
    remove(client, state.new.values())
    make(client, prefix, plugins, state.new, progress)
    state.phase = "copying"
    save(client, prefix, state)


def changed_fields(client: Elasticsearch, prefix: str, plugins: Plugins) -> list[str]:
    """Return, in sentences, the fields and analyzers that only a new index can take up."""
    found: list[str] = []
    for name in (*REBUILT, *SHARED):
        index = live_index(client, prefix, name)
        with errors_explained():
            there = client.indices.get(index=index)[index]
        found += [
            reason.partition(": a field is")[0].partition(": an analyzer is")[0]
            for reason in misfits(index, there, index_body(name, plugins))
        ]
    return found


def store_run(client: Elasticsearch, prefix: str, state: State, outcome: str, message: str) -> None:
    """Write the account of a reindex among the runs of the archive."""
    document = RunDocument(
        id=state.id,
        kind="reindex",
        state=outcome,
        owner=f"{platform.node()}:{os.getpid()}",
        started_at=state.started_at,
        ended_at=datetime.now(UTC),
        inputs=tuple(state.new.values()),
        indexed=state.reenriched,
        message=message or state.options.told(),
    )
    client.index(index=alias(prefix, RUNS), id=state.id, document=document.model_dump(mode="json"))
