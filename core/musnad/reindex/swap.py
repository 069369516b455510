"""The swap: a moment in which nothing is written, the last writes are taken over, and the aliases move all at once.

Writers are held by Elasticsearch itself (a write block on the live indices), so that one that knows nothing of a reindex
loses nothing either; they try again and find the new indices behind their aliases. Readers notice nothing: the block is
for writes only, and the aliases move in one step.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.authority import WORK as AUTHORITY
from musnad.archive.client import errors_explained
from musnad.archive.indices import alias, beside
from musnad.archive.lock import locked_when_free
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import terms
from musnad.archive.settle import SWAPPING
from musnad.archive.settle import WORK as SETTLING
from musnad.errors import ArchiveError
from musnad.reindex import feed
from musnad.reindex.beside import REBUILT, SHARED, live_index, released
from musnad.reindex.catchup import CatchUp
from musnad.reindex.copying import LOCK_SECONDS, Copier, gone_from
from musnad.reindex.progress import Progress
from musnad.reindex.state import Replaced, State, note_replaced, save

FEW = 1_000
"""Writes that are looked at while writers wait: under a second or two. With more, they are taken over before."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """What the swap took."""

    seconds: float
    """So long nothing could be written."""
    alias_seconds: float
    """The one request that moved the aliases."""
    articles: int
    """Articles that were taken over meanwhile."""


class TooMuchWrittenError(ArchiveError):
    """More was written than can be taken over while writers wait: to be taken over first."""


def swap(
    client: Elasticsearch,
    prefix: str,
    state: State,
    catch_up: CatchUp,
    copier: Copier | None,
    who: str,
    progress: Progress,
) -> Swapped:
    """Put the new indices behind the aliases of the archive; the former ones are kept, and not written to any more.

    Raises `TooMuchWrittenError` where there is too much to take over (nothing has changed then), `ArchiveError`.
    """
    shared = [name for name in SHARED if name in state.new]
    with ExitStack() as stack:
        for work in (SETTLING, AUTHORITY):
            stack.enter_context(
                locked_when_free(
                    client,
                    prefix,
                    work,
                    doing=SWAPPING,
                    seconds=LOCK_SECONDS,
                    on_wait=lambda message: progress.say(f"waiting: {message}"),
                )
            )
        if catch_up.behind() > FEW:
            raise TooMuchWrittenError("much is being written: it is taken over first")
        began = time.monotonic()
        with _nothing_written(client, [state.live[name] for name in state.new]):
            caught = catch_up.round()
            for name in shared:
                if copier is None:
                    raise ArchiveError(f"the index {state.new[name]} cannot be filled")
                copier.copy_shared(name)
            _check(client, prefix, catch_up)
            with errors_explained():
                client.indices.refresh(index=",".join(state.new.values()))
            _mark_waiting(catch_up, state)
            swapped_at = datetime.now(UTC)
            note_replaced(
                client,
                state.new["articles"],
                Replaced(
                    run=state.id,
                    who=who,
                    at=swapped_at,
                    indices={name: state.live[name] for name in state.new},
                    written={name: feed.checkpoints(client, state.new[name]) for name in REBUILT},
                    runs=state.runs,
                ),
            )
            moved = time.monotonic()
            with errors_explained():
                client.indices.update_aliases(actions=swap_actions(prefix, state.live, state.new))
            ended = time.monotonic()
        state.phase, state.swapped_at = "swapped", swapped_at
        save(client, prefix, state)
    return Swapped(ended - began, ended - moved, caught.articles)


def mend(client: Elasticsearch, prefix: str, state: State) -> None:
    """Bring things in order after a kill within the swap: either it was done, or writers go on. Raises `ArchiveError`."""
    if state.phase not in {"building", "rolling_back"}:
        return
    if live_index(client, prefix, "articles") == state.new["articles"]:
        state.phase = "swapped"
        save(client, prefix, state)
    else:
        writable(client, list(state.live.values()))


def swap_actions(
    prefix: str, live: Mapping[str, str], new: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the one change of aliases: the archive's own go from `live` to `new`, those of the new set go."""
    actions: list[dict[str, Any]] = []
    for name, index in new.items():
        own = alias(prefix, name)
        actions.append({"remove": {"index": live[name], "alias": own, "must_exist": True}})
        actions.append({"add": {"index": index, "alias": own, "is_write_index": True}})
    return actions + released(prefix)


@contextmanager
def _nothing_written(client: Elasticsearch, indices: list[str]) -> Iterator[None]:
    """Hold all writes to `indices`; let them go on only where the work fails, as else nobody writes there any more."""
    try:
        with errors_explained():
            for index in indices:
                client.indices.add_block(index=index, block="write")
        yield
    except BaseException:
        writable(client, indices)
        raise


def writable(client: Elasticsearch, indices: list[str]) -> None:
    """Let indices be written to again. Raises `ArchiveError`."""
    with errors_explained():
        for index in indices:
            client.indices.put_settings(index=index, settings={"index.blocks.write": None})


def block(client: Elasticsearch, indices: list[str]) -> None:
    """Let indices not be written to any more. Raises `ArchiveError`."""
    with errors_explained():
        for index in indices:
            client.indices.add_block(index=index, block="write")


def _check(client: Elasticsearch, prefix: str, catch_up: CatchUp) -> None:
    """Compare the articles of both sets, now that nobody writes: the same ones are in both.

    What was removed from the live set in other ways than by `musnad delete` is removed here too. What people decided
    to delete is gone from the new set, whether or not somebody has removed it from the live one yet.
    """
    live, new = catch_up.live, catch_up.new
    _refresh_articles(client, prefix)
    if _to_be_there(catch_up) != new.count("articles", {"match_all": {}}):
        for gone in gone_from(live, new, "articles"):
            catch_up.drop(gone)
        _refresh_articles(client, prefix)
    counts = _to_be_there(catch_up), new.count("articles", {"match_all": {}})
    if counts[0] != counts[1]:
        lost = sorted(
            {key for some in gone_from(new, live, "articles") for key in some}
            - catch_up.deletions.keys()
        )
        named = f" (not in the new one: {', '.join(lost[:5])})" if lost else ""
        raise ArchiveError(
            f"the live set has {counts[0]} articles that are to be kept and the new one {counts[1]}{named}: this "
            "is a bug; nothing was swapped, `musnad reindex --abort` removes the new set"
        )


def _to_be_there(catch_up: CatchUp) -> int:
    """Return how many articles of the live set nobody decided to delete, as of the last round."""
    deleted = sum(
        catch_up.live.count("articles", query) for query in terms("id", catch_up.deletions)
    )
    return catch_up.live.count("articles", {"match_all": {}}) - deleted


def _refresh_articles(client: Elasticsearch, prefix: str) -> None:
    with errors_explained():
        names = (alias(prefix, "articles"), alias(beside(prefix), "articles"))
        client.indices.refresh(index=",".join(names))


def _mark_waiting(catch_up: CatchUp, state: State) -> None:
    """Mark stale what is still to be enriched again, so that it is found whatever happens after the swap."""
    query = {"term": {"run_id": state.waiting}}
    ids = [hit["_id"] for hit in catch_up.new.scan("articles", query, source=False)]
    catch_up.mark_stale(ids)


def waiting_articles(reader: ArchiveReader, state: State) -> int:
    """Return how many articles still wait to be enriched again."""
    return reader.count("articles", {"term": {"run_id": state.waiting}})
