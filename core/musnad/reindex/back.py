"""Taking a swap back, removing what an unfinished reindex left, removing the former set."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.archive.indices import alias, beside
from musnad.archive.mappings import INDICES, MAPPING_META
from musnad.archive.settle import Linkers, settle_archive
from musnad.errors import ArchiveError, InputError
from musnad.ingest.account import new_run_id
from musnad.plugins import Plugins
from musnad.reindex.beginning import store_run
from musnad.reindex.beside import REBUILT, RUNS, live_index, make_state, point_at, remove, take_off
from musnad.reindex.catchup import CatchUp
from musnad.reindex.differences import backwards
from musnad.reindex.run import alone
from musnad.reindex.state import (
    State,
    load,
    note_replaced,
    replaced_by,
    save,
)
from musnad.reindex.swap import FEW, Swapped, TooMuchWrittenError, block, mend, swap, writable

Say = Callable[[str], None]


def rollback(
    client: Elasticsearch, prefix: str, plugins: Plugins, linkers: Linkers, who: str, say: Say
) -> Swapped:
    """Put the former set behind the aliases again, with what was ingested, corrected or deleted since the swap.

    What was only enriched otherwise since is what is being taken back. The set that goes is kept in its turn: a second
    rollback puts it back. Raises `InputError` where nothing was replaced, `ArchiveError`.
    """
    with alone(client, prefix, say) as progress:
        state = _found(client, prefix)
        if state is None:
            state = _begin(client, prefix, plugins, who)
        elif state.phase != "rolling_back":
            what = (
                "not finished: run `musnad reindex` first, it finishes what was swapped in"
                if state.phase == "swapped"
                else "unfinished, and nothing was swapped: `musnad reindex --abort` removes it"
            )
            raise ArchiveError(f"the reindex begun by {state.who} is {what}")
        else:
            say(f"going on with the rollback begun by {state.who}")
        # Also of one that was killed right after it had a state.
        point_at(client, prefix, state.new)
        writable(client, list(state.new.values()))
        catch_up = CatchUp(client, prefix, state, backwards, lambda document: False, progress)
        while True:
            progress.begin("catching up")
            caught = catch_up.round()
            progress.end(f"{caught.articles} articles, {caught.deleted} deletions")
            progress.begin("settling claims")
            # Vectors are of the claims behind the aliases: they are made after the swap.
            without = replace(linkers, encoder=None)
            settled = settle_archive(client, beside(prefix), without, on_work=progress.working)
            progress.end(settled.lines()[0])
            if catch_up.behind() > FEW:
                continue
            try:
                swapped = swap(client, prefix, state, catch_up, None, who, progress)
            except TooMuchWrittenError as error:
                say(str(error))
                continue
            break
        progress.begin("settling claims")
        settled = settle_archive(
            client,
            prefix,
            linkers,
            swapped=True,
            on_wait=lambda message: progress.say(f"waiting: {message}"),
            on_work=progress.working,
        )
        progress.end(settled.lines()[0])
        store_run(client, prefix, state, "done", "rolled back")
        remove(client, [live_index(client, beside(prefix), RUNS)])
        return swapped


def _found(client: Elasticsearch, prefix: str) -> State | None:
    state = load(client, prefix)
    if state is not None:
        mend(client, prefix, state)
    return state


def _begin(client: Elasticsearch, prefix: str, plugins: Plugins, who: str) -> State:
    replaced = replaced_by(client, prefix)
    if replaced is None:
        raise InputError(
            "there is nothing to roll back: the archive was not reindexed, or the former set was removed"
        )
    # Those that were only copied hold the same as before, and what people decided since: they stay.
    indices = {name: replaced.indices[name] for name in REBUILT}
    state = State(
        id=new_run_id("rollback"),
        owner=f"{platform.node()}:{os.getpid()}",
        who=who,
        started_at=datetime.now(UTC),
        phase="rolling_back",
        live={name: live_index(client, prefix, name) for name in indices},
        new=indices,
        taken=replaced.written,
        copied=True,
    )
    make_state(client, prefix, plugins)
    save(client, prefix, state)
    return state


def abort(client: Elasticsearch, prefix: str, say: Say) -> list[str]:
    """Remove what an unfinished reindex made; return the indices that were removed.

    A rollback that is unfinished is given up: the former set is kept. Raises `ArchiveError` where the swap is done.
    """
    with alone(client, prefix, say):
        state = _found(client, prefix)
        if state is not None and state.phase == "swapped":
            raise ArchiveError(
                "the new set is live already: run `musnad reindex` to finish, or `--rollback` after that"
            )
        live = _live(client, prefix)
        left = take_off(client, prefix)
        doomed = {index for index in left if index.startswith(f"{beside(prefix)}-{RUNS}-")}
        if state is not None and state.phase == "rolling_back":
            block(client, list(state.new.values()))
        else:
            doomed |= {index for index in left if index not in live}
            doomed |= set(state.new.values()) - live if state is not None else set()
        if state is not None:
            with suppress(ArchiveError), errors_explained():
                store_run(client, prefix, state, "interrupted", "aborted")
        return remove(client, sorted(doomed))


def former(client: Elasticsearch, prefix: str) -> list[str]:
    """Return the indices that were replaced: those of the archive that no alias points at and no reindex builds."""
    state = load(client, prefix)
    built = set(state.new.values()) if state is not None else set()
    own = re.compile(rf"{re.escape(prefix)}-({'|'.join(INDICES)})-\d+-2\d+")
    with errors_explained():
        found = client.indices.get(index=f"{prefix}-*")
    return sorted(
        index
        for index, there in found.items()
        if own.fullmatch(index)
        and not there.get("aliases")
        and MAPPING_META in there["mappings"].get("_meta", {})
        and index not in built
    )


def drop_former(client: Elasticsearch, prefix: str, say: Say) -> list[str]:
    """Remove the replaced indices for good; return them. Raises `ArchiveError` while a rollback is unfinished."""
    with alone(client, prefix, say):
        state = load(client, prefix)
        if state is not None and state.phase == "rolling_back":
            raise ArchiveError(
                "a rollback to them is unfinished: run `musnad reindex --rollback` or `--abort`"
            )
        live = _live(client, prefix)
        gone = remove(client, [index for index in former(client, prefix) if index not in live])
        note_replaced(client, alias(prefix, "articles"), None)
        return gone


def _live(client: Elasticsearch, prefix: str) -> set[str]:
    """Return the indices behind the aliases of the archive: none of them is ever removed."""
    with errors_explained():
        found = client.indices.get_alias(name=f"{prefix}-*")
    own = f"{prefix}-"
    beside_ = f"{beside(prefix)}-"
    return {
        index
        for index, there in found.items()
        if any(name.startswith(own) and not name.startswith(beside_) for name in there["aliases"])
    }
