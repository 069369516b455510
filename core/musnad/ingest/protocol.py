"""What the engine works with: where records come from, who enriches them, where they go.

The engine itself (`musnad.ingest.engine`) knows only this. An ingest reads files and writes to the aliases of an archive;
a re-enrichment reads an archive and writes beside it; another engine (`--engine ray`) enriches on other machines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from musnad.archive.build import Built
from musnad.components import Record, Rejected
from musnad.model import Article

Mark = Mapping[str, Any]
"""Where reading goes on: what a source made of it, a JSON object that only the source understands."""


@dataclass(frozen=True, slots=True)
class Read:
    """A record with the mark behind it; no mark: reading cannot go on from here."""

    found: Record | Rejected
    mark: Mark | None = None


class Records(Protocol):
    """Records in an order that is the same each time, so that a killed run goes on behind a mark."""

    def read(self, after: Mark | None = None) -> Iterator[Read]:
        """Yield the records behind `after`, all of them without one. Called once."""

    def share(self) -> float | None:
        """Return how much of the whole has been read, 0 to 1; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Dead:
    """Why an article is a dead letter."""

    code: str
    """Short reason for counting: `component_failed`, `build_failed`, `crashed`, `refused`, `bad_id` …"""
    message: str
    component: str | None = None


@dataclass(frozen=True, slots=True)
class Enrichment:
    """One record after enriching: its documents, or why it is a dead letter."""

    record: Record
    built: Built | None
    dead: Dead | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What a pipeline is made of, as it was opened."""

    fingerprint: str
    off: dict[str, str]
    """Components that are missed, with the reason."""
    authority: str
    """Hash of the authority records (`musnad.archive.authority.hash_of`)."""


class Enricher(Protocol):
    """Enriches batches of records: in this process, in others, on other machines.

    Whoever implements it makes a `musnad.ingest.workers.Worker` of the `Job` in each of its processes and gives it
    batches. A process that dies, hangs or takes too much memory is its own affair: it starts another and tries
    the records again, and one that cannot be enriched anywhere comes back as `Dead`. So each batch comes back
    whole, in its order, whatever happens; only an error that ends the run is raised.
    """

    in_flight: int
    """So many batches may be submitted and not done."""

    def state(self) -> State:
        """Return what the pipeline is made of, the same in every process. Raises what opening it raises."""

    def submit(self, records: Sequence[Record]) -> Future[list[Enrichment]]:
        """Start on a batch; the future may be done in any thread.

        It raises `EnrichmentAborted` (`on_error="abort"`), `WorkerDiedError` where no process can go on.
        """

    def close(self, *, at_once: bool = False) -> None:
        """Wait for what is under way (`at_once`: break it off) and end the work."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where one record ended."""

    kind: Literal["indexed", "unchanged", "deleted", "dead"]
    article: Article | None = None
    """The article of a dead letter."""
    dead: Dead | None = None
    corrected: bool = False
    """Indexed as a new version of an article that was there."""
    failed: Sequence[str] = ()
    """Components that failed on it."""


UNCHANGED = Outcome("unchanged")
DELETED = Outcome("deleted")


@dataclass(frozen=True, slots=True)
class Sorted:
    """What a sink makes of the records of a batch before they are enriched."""

    work: Sequence[Record]
    """Those that are to be enriched and written, in their order."""
    ended: Sequence[Outcome]
    """Where the others ended."""
    known: Any = None
    """What the sink found out meanwhile: given back to its `write`."""


class Sink(Protocol):
    """Where records go. `sort` is called from one thread, `write` from several at once.

    Both may be called again with the same batch after a failure: writing it twice makes no difference. They wait by
    themselves for a server that is busy or gone for a while (`musnad.archive.patience`) and raise
    `ArchiveError` where it stays so.
    """

    def sort(self, records: Sequence[Record]) -> Sorted:
        """Say which of the records (each id once) need work."""

    def write(self, enriched: Sequence[Enrichment], known: Any) -> list[Outcome]:
        """Write a batch; return, once all of it is durable, where each record ended, in the same order."""

    def finish(self) -> None:
        """Make what was written visible to searches."""
