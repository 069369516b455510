"""The account of a run: where each input record ended. It adds up, or the run failed."""

from __future__ import annotations

import os
import platform
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.archive.documents import ReasonCount, RunDocument
from musnad.archive.indices import alias
from musnad.ingest.protocol import Outcome


def new_run_id(kind: str) -> str:
    """Return an id for a run: `ingest-20261124T020000-1a2b`."""
    return f"{kind}-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many records ended where. Every record read ends in exactly one of the four outcomes."""

    read: int = 0
    indexed: int = 0
    unchanged: int = 0
    deleted: int = 0
    corrected: int = 0
    """Of those indexed: new versions of articles that were there."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Dead letters by reason."""
    failures: Counter[str] = field(default_factory=Counter)
    """Articles on which a component failed, by component."""

    @property
    def dead_letters(self) -> int:
        """How many records became dead letters."""
        return self.reasons.total()

    @property
    def accounted(self) -> int:
        """How many records have an outcome."""
        return self.indexed + self.unchanged + self.dead_letters + self.deleted

    @property
    def adds_up(self) -> bool:
        """Whether every record that was read has an outcome."""
        return self.accounted == self.read

    def count(self, outcome: Outcome) -> None:
        """Count where one record ended."""
        if outcome.kind == "dead":
            self.reasons[outcome.dead.code if outcome.dead else "unknown"] += 1
            return
        setattr(self, outcome.kind, getattr(self, outcome.kind) + 1)
        self.corrected += outcome.corrected
        self.failures.update(outcome.failed)

    def add(self, other: Tally) -> None:
        """Add the counts of `other`."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.reasons.update(other.reasons)
        self.failures.update(other.failures)

    def counts(self) -> dict[str, Any]:
        """Return the counts as JSON; `tally_of` reads them."""
        counts: dict[str, Any] = {name: getattr(self, name) for name in COUNTS}
        return counts | {"reasons": dict(self.reasons), "failures": dict(self.failures)}


COUNTS = ("read", "indexed", "unchanged", "deleted", "corrected")


def tally_of(counts: Mapping[str, Any]) -> Tally:
    """Return the counts that `Tally.counts` made JSON of. Raises `ValueError`, `TypeError`, `KeyError`."""
    numbers = {name: int(counts[name]) for name in COUNTS}
    reasons = Counter({str(k): int(v) for k, v in counts["reasons"].items()})
    failures = Counter({str(k): int(v) for k, v in counts["failures"].items()})
    return Tally(**numbers, reasons=reasons, failures=failures)


@dataclass(slots=True)
class Account(Tally):
    """The account of a run: the counts, and what else its report tells."""

    run_id: str
    inputs: tuple[str, ...]
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    off: Mapping[str, str] = field(default_factory=dict)
    """Components that are off in this run, with the reason."""
    state: str = "running"
    message: str = ""
    resumed: int = 0
    """How often the run was taken up again after it had been killed or interrupted."""
    before: int = 0
    """Records that were accounted for when it was last taken up again."""
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When this process took the run up."""
    opening: float = 0.0
    """Seconds that starting workers and opening plugins took."""
    kind: str = "ingest"

    def take_up(self, counts: Tally, resumed: int) -> None:
        """Go on with the counts of a run that was killed or interrupted, for the `resumed`th time."""
        self.resumed = resumed
        self.add(counts)
        self.before = self.accounted

    def as_dict(self) -> dict[str, Any]:
        """Return the report for programs."""
        ended = datetime.now(UTC)
        seconds = (ended - self.since).total_seconds()
        return {
            "run_id": self.run_id,
            "kind": self.kind,
            "state": self.state,
            "started_at": self.started_at.isoformat(),
            "ended_at": ended.isoformat(),
            "inputs": list(self.inputs),
            "read": self.read,
            "indexed": self.indexed,
            "corrected": self.corrected,
            "unchanged": self.unchanged,
            "dead_letters": self.dead_letters,
            "deleted": self.deleted,
            "adds_up": self.adds_up,
            "reasons": dict(self.reasons),
            "failed_components": dict(self.failures),
            "components_off": dict(self.off),
            "resumed": self.resumed,
            "before_resuming": self.before,
            "seconds": round(seconds, 3),
            "opening_seconds": round(self.opening, 3),
            "records_per_second": round((self.accounted - self.before) / max(seconds, 1e-9), 1),
            "message": self.message,
        }

    def lines(self) -> list[str]:
        """Return the report for people."""
        seconds = max((datetime.now(UTC) - self.since).total_seconds(), 1e-9)
        fresh = self.read - self.before
        corrected = f" ({self.corrected} of them corrected versions)" if self.corrected else ""
        lines = [
            f"run {self.run_id}: {self.state}, {fresh} records in {seconds:.1f} s "
            f"({fresh / seconds:.0f}/s)"
            + (f", {self.read} with those before it was taken up again" if self.resumed else ""),
            f"  indexed       {self.indexed}{corrected}",
            f"  unchanged     {self.unchanged}",
            f"  dead letters  {self.dead_letters}",
            f"  deleted       {self.deleted} (a person's deletion stands)",
        ]
        lines += [f"    {reason}: {count}" for reason, count in self.reasons.most_common()]
        lines += [
            f"  ! {component} failed on {count} articles, which were indexed without it"
            for component, count in self.failures.most_common()
        ]
        lines += [f"  ! {component} was off: {reason}" for component, reason in self.off.items()]
        if not self.adds_up and self.state == "done":
            lines.append(
                f"  ! {self.read} records were read but {self.accounted} accounted for: this is a bug"
            )
        elif not self.adds_up:
            left = self.read - self.accounted
            lines.append(f"  unfinished    {left} (the next run takes them up)")
        return lines

    def document(self) -> dict[str, Any]:
        """Return the run's document."""
        ended = None if self.state == "running" else datetime.now(UTC)
        return RunDocument(
            id=self.run_id,
            kind=self.kind,
            state=self.state,
            owner=f"{platform.node()}:{os.getpid()}",
            started_at=self.started_at,
            ended_at=ended,
            inputs=self.inputs[:100],
            read=self.read,
            indexed=self.indexed,
            unchanged=self.unchanged,
            dead_letters=self.dead_letters,
            deleted=self.deleted,
            corrected=self.corrected,
            reasons=_counts(self.reasons),
            failed_components=_counts(self.failures),
            message=self.message,
        ).model_dump(mode="json")

    def store(self, client: Elasticsearch, prefix: str) -> None:
        """Write the run's document. Raises `ArchiveError`."""
        with errors_explained():
            client.index(index=alias(prefix, "runs"), id=self.run_id, document=self.document())


def _counts(counter: Counter[str]) -> tuple[ReasonCount, ...]:
    return tuple(ReasonCount(reason=r, count=n) for r, n in sorted(counter.items()))
