"""What a settling run did, for programs and for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Settled:
    """What a settling run did."""

    statements: int = 0
    """Statements that were looked at."""
    claims: int = 0
    """Claims written."""
    merged: int = 0
    """Ids of former claims that lead to another one now."""
    gone: int = 0
    articles: int = 0
    """Articles whose claims were refreshed."""
    copies: int = 0
    """Articles found to be copies of others, or no longer."""
    vectors: int = 0
    """Vectors made of claims: 0 without an encoder."""
    failures: dict[str, int] = field(default_factory=dict)
    """Articles on which a linker failed, by linker."""
    outdated: bool = False
    """The linkers have changed since older links were made."""
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the report for programs."""
        return {
            "statements": self.statements,
            "claims": self.claims,
            "merged": self.merged,
            "gone": self.gone,
            "articles": self.articles,
            "copies": self.copies,
            "vectors": self.vectors,
            "failures": self.failures,
            "outdated": self.outdated,
            "seconds": round(self.seconds, 3),
        }

    def lines(self) -> list[str]:
        """Return the report for people."""
        more = f", {self.merged} merged into others" if self.merged else ""
        more += f", {self.gone} without statements removed" if self.gone else ""
        lines = [
            f"settled {self.statements} statements into {self.claims} claims in {self.seconds:.1f} s{more}; "
            f"{self.articles} articles show them"
        ]
        if self.copies:
            lines.append(f"{self.copies} articles changed their group of copies")
        if self.vectors:
            lines.append(f"{self.vectors} claims have new vectors, for `musnad claims match`")
        lines += [
            f"  ! {linker} failed on {count} articles, whose statements are claims of their own for now"
            for linker, count in self.failures.items()
        ]
        if self.outdated:
            lines.append(
                "  ! the linkers have changed since older statements were linked: link them anew with "
                "`musnad claims settle --all`"
            )
        return lines
