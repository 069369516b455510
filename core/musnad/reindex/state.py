"""What a reindex keeps of itself in the archive, so that a killed one goes on and another operator sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from elasticsearch import Elasticsearch
from pydantic import ConfigDict, Field

from musnad.archive.client import errors_explained
from musnad.archive.documents import RunDocument
from musnad.archive.indices import alias, beside, put_meta, read_meta
from musnad.model import Model
from musnad.reindex.beside import RUNS, STATE

Phase = Literal["making", "copying", "building", "swapped", "rolling_back"]
REPLACED = "musnad_replaced"
"""Key under `_meta` of the articles index: what it replaced."""


class Options(Model):
    """Which articles are enriched again; all that are out of date where nothing is set."""

    only_stale: bool = False
    only_failed: bool = False
    plugin: str | None = None
    since: str | None = None

    def told(self) -> str:
        """Return the options as they are typed."""
        typed = ["--only-stale"] * self.only_stale + ["--only-failed"] * self.only_failed
        typed += [f"--plugin {self.plugin}"] if self.plugin else []
        typed += [f"--since {self.since}"] if self.since else []
        return " ".join(typed)


class State(Model):
    """How far a reindex has come. Changed in place and stored by `save`."""

    model_config = ConfigDict(frozen=False, extra="forbid")

    id: str
    owner: str
    """Host and process that began it."""
    who: str
    """The person who began it."""
    started_at: datetime
    options: Options = Options()
    phase: Phase = "copying"
    live: dict[str, str]
    """The live indices when it began, by name."""
    new: dict[str, str]
    """The indices that are built, by name."""
    taken: dict[str, dict[str, int]] = Field(default_factory=dict)
    """By index name: how far the writes to the live one have been taken over (see `musnad.reindex.feed`)."""
    copied: bool = False
    """Every index has been read to its end at least once."""
    base: dict[str, dict[str, int]] = Field(default_factory=dict)
    """By index name: how far the new one had come when copying ended. What came later was changed by the reindex."""
    runs: dict[str, str] = Field(default_factory=dict)
    """Runs that enriched for it -> hash of the authority they had."""
    reenriched: int = 0
    pipeline: str = ""
    """Fingerprint of the pipeline that the new set is enriched by."""
    swapped_at: datetime | None = None

    @property
    def waiting(self) -> str:
        """What stands as `run_id` on an article that is still to be enriched again."""
        return f"{self.id} (waiting)"


class Replaced(Model):
    """What the live indices replaced: noted on them, for `--rollback`."""

    run: str
    who: str
    at: datetime
    indices: dict[str, str]
    """The former indices, kept and not written to any more, by name."""
    written: dict[str, dict[str, int]]
    """By index name: how far the live ones had come at the swap. What came later is not in the former ones."""
    runs: dict[str, str]


def load(client: Elasticsearch, prefix: str) -> State | None:
    """Return the state of an unfinished reindex; None where there is none. Raises `ArchiveError`."""
    with errors_explained():
        name = alias(beside(prefix), RUNS)
        if not client.indices.exists_alias(name=name):
            return None
        answer = client.options(ignore_status=404).get(index=name, id=STATE)
    if not answer.get("found"):
        return None
    return State.model_validate(answer["_source"][STATE])


def save(client: Elasticsearch, prefix: str, state: State) -> None:
    """Store the state. Raises `ArchiveError`."""
    document = RunDocument(
        id=STATE, kind="reindex", state="running", owner=state.owner, started_at=state.started_at
    ).model_dump(mode="json")
    with errors_explained():
        client.index(
            index=alias(beside(prefix), RUNS),
            id=STATE,
            document=document | {STATE: state.model_dump(mode="json")},
            require_alias=True,
        )


def replaced_by(client: Elasticsearch, prefix: str) -> Replaced | None:
    """Return what the live indices replaced; None where they replaced nothing that is still there."""
    with errors_explained():
        found: Mapping[str, Any] | None = read_meta(client, alias(prefix, "articles")).get(REPLACED)
        if not found:
            return None
        replaced = Replaced.model_validate(found)
        there = all(client.indices.exists(index=index) for index in replaced.indices.values())
    return replaced if there else None


def note_replaced(client: Elasticsearch, index: str, replaced: Replaced | None) -> None:
    """Note on an articles index what it replaced."""
    with errors_explained():
        put_meta(client, index, {REPLACED: replaced.model_dump(mode="json") if replaced else None})
