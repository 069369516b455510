"""The report of a reindex: what was done, what differs, how the swap went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from musnad.reindex.diff import Diff
from musnad.reindex.swap import Swapped
from musnad.reindex.verify import Verification


@dataclass(slots=True)
class Report:
    """What a reindex did so far."""

    run_id: str
    options: str = ""
    reasons: list[str] = field(default_factory=list)
    """Fields and analyzers that changed, in sentences."""
    articles: int = 0
    reenriched: int = 0
    not_reenriched: list[str] = field(default_factory=list)
    """Ids of articles that could not be: they keep what was found before, marked stale."""
    failures: dict[str, int] = field(default_factory=dict)
    """Articles on which a component failed, by component."""
    off: dict[str, str] = field(default_factory=dict)
    """Components that were off, with the reason."""
    diff: Diff | None = None
    verification: Verification | None = None
    swapped: Swapped | None = None
    new: dict[str, str] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)
    steps: list[tuple[str, int, float]] = field(default_factory=list)
    """What was done in this run: the step, how many things, seconds."""
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "run_id": self.run_id,
            "options": self.options,
            "changed_fields": self.reasons,
            "articles": self.articles,
            "reenriched": self.reenriched,
            "not_reenriched": self.not_reenriched,
            "failed_components": self.failures,
            "components_off": self.off,
            "diff": self.diff.as_dict() if self.diff else None,
            "verification": self.verification.as_dict() if self.verification else None,
            "swapped": self.swapped is not None,
            "writers_waited_seconds": round(self.swapped.seconds, 3) if self.swapped else None,
            "aliases_moved_seconds": round(self.swapped.alias_seconds, 3) if self.swapped else None,
            "indices": self.new,
            "former_indices": self.former,
            "steps": [
                {"step": step, "count": count, "seconds": round(seconds, 3)}
                for step, count, seconds in self.steps
            ],
            "seconds": round(self.seconds, 3),
        }

    def lines(self) -> list[str]:
        """Return what is to be known before the swap, for people."""
        lines = [
            f"reindex {self.run_id}: {self.articles} articles, {self.reenriched} of them enriched again"
        ]
        lines += [f"  {reason}" for reason in self.reasons]
        if self.not_reenriched:
            some = ", ".join(self.not_reenriched[:3])
            lines.append(
                f"  ! {len(self.not_reenriched)} could not be enriched again (dead letters; they keep what was "
                f"found before and are marked stale): {some}"
            )
        lines += [
            f"  ! {component} failed on {count} articles, which are indexed without it"
            for component, count in sorted(self.failures.items())
        ]
        lines += [f"  ! {component} was off: {reason}" for component, reason in self.off.items()]
        if self.diff is not None:
            lines += self.diff.lines()
        if self.verification is not None:
            lines += self.verification.lines()
        return lines
