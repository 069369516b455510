"""How a reindex begins: an unfinished one is gone on with, else a new one is begun."""

from __future__ import annotations

from musnad.archive.client import errors_explained
from musnad.archive.indices import misfits
from musnad.archive.mappings import index_body
from musnad.archive.read import ArchiveReader
from musnad.errors import ArchiveError, InputError
from musnad.reindex.beginning import begin, changed_fields, make_set
from musnad.reindex.catchup import Document
from musnad.reindex.state import State, load
from musnad.reindex.swap import mend
from musnad.reindex.work import Work


def unfinished(work: Work) -> State | None:
    """Return the state of an unfinished reindex, its set made; None where there is none.

    Raises `InputError` where it is another one than asked for, `ArchiveError` where it cannot be gone on with.
    """
    state = load(work.client, work.prefix)
    if state is None:
        return None
    mend(work.client, work.prefix, state)
    since = f"{state.started_at:%Y-%m-%d %H:%M} UTC"
    if state.phase == "rolling_back":
        raise ArchiveError(
            f"a rollback begun by {state.who} on {since} is unfinished: go on with `musnad reindex "
            "--rollback`, or `musnad reindex --abort` it"
        )
    if state.options != work.how.options and state.phase != "swapped":
        asked = f"musnad reindex {state.options.told()}".strip()
        raise InputError(
            f"a reindex begun by {state.who} on {since} is unfinished: go on with `{asked}`, or remove "
            "it with `musnad reindex --abort`"
        )
    if state.phase == "making":
        make_set(work.client, work.prefix, work.plugins, state, work.progress)
    _check_new_set(work, state)
    work.how.say(f"going on with reindex {state.id}, begun by {state.who} on {since}")
    return state


def _check_new_set(work: Work, state: State) -> None:
    """Raise `ArchiveError` where the new set is not there, or is not what a new one would be."""
    if state.phase == "swapped":
        return
    for name, index in state.new.items():
        with errors_explained():
            there = work.client.options(ignore_status=404).indices.get(index=index)
            found = there.get(index) if "error" not in there else None
        if found is None or list(misfits(index, found, index_body(name, work.plugins))):
            what = "is gone" if found is None else "has other fields or analyzers than today's"
            raise ArchiveError(
                f"the index {index} of the unfinished reindex {what}: run `musnad reindex --abort`, then "
                "`musnad reindex`"
            )


def begun(work: Work) -> State:
    """Return the state of a new reindex, its set made.

    Raises `InputError` where there is nothing to reindex, `ArchiveError`.
    """
    work.report.reasons = changed_fields(work.client, work.prefix, work.plugins)
    options = work.how.options
    # Before anything is made: an unknown plugin or date.
    work.selection_of(options)
    narrow: Document | None = {"term": {"enrichment.stale": True}} if options.only_stale else None
    if options.only_failed:
        narrow = {"exists": {"field": "failed_components"}}
    if narrow and not work.report.reasons:
        reader = ArchiveReader(work.client, work.prefix)
        if not reader.count("articles", narrow):
            which = "stale" if options.only_stale else "failed"
            raise InputError(
                f"there are no {which} articles, and no field or analyzer has changed: there is nothing "
                "to reindex"
            )
    state = begin(
        work.client,
        work.prefix,
        work.plugins,
        options,
        work.how.who,
        work.pipeline.fingerprint,
        work.progress,
    )
    work.how.say(f"reindex {state.id}: building {', '.join(sorted(state.new.values()))}")
    return state
