"""What makes a stored document another: pure functions that leave out what settling claims writes.

Settling is done over the new set anew; what it wrote to the live one is no reason to take a document over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

Document = Mapping[str, Any]
_OF_SETTLING = {
    "articles": frozenset(
        {"claims", "claim_ids", "claim_status", "claim_status_at_publication", "copy_group"}
    ),
    "statements": frozenset(
        {
            "link",
            "links",
            "linked_to",
            "discusses",
            "component",
            "settled",
            "claim_id",
            "copy_group",
            # Given anew by the linkers of today when all links are made anew.
            "keys",
        }
    ),
}
_MARKS = frozenset({"run_id"})
"""The run that wrote it: on an article of the new set it says whether it waits."""
Decide = Callable[[Document, Document | None], "Fate"]
Fate = Literal["take", "stale", "leave"]
"""What becomes of an article that was written: taken over whole, marked stale, left as it is in the new set."""


def content(kind: str, document: Document) -> dict[str, Any]:
    """Return what of a document of `kind` (articles, statements) settling does not write, for comparison."""
    left_out = _OF_SETTLING[kind] | _MARKS
    found = {key: value for key, value in document.items() if key not in left_out}
    if kind == "articles":
        found["statements"] = [
            {key: value for key, value in statement.items() if key != "claim_id"}
            for statement in document.get("statements", ())
        ]
    return found


def same(kind: str, one: Document, other: Document) -> bool:
    """Return whether two documents of `kind` differ at most in what settling writes."""
    return content(kind, one) == content(kind, other)


def forwards(live: Document, there: Document | None, *, fresh: bool) -> Fate:
    """Say what becomes of an article that was written to the live set since it was read.

    `there` is the one in the new set, `fresh` says that it was enriched for this reindex by what is on today: then it
    is better than the live one as long as the text is the same.
    """
    if there is None or live.get("content_hash") != there.get("content_hash"):
        return "take"
    if fresh or same("articles", live, there):
        return "leave"
    return "take"


def backwards(live: Document, there: Document | None) -> Fate:
    """Say what becomes, in the set that is swapped in again, of an article that was written since the first swap.

    What is new or corrected is taken over; what was only enriched otherwise is what is being taken back.
    """
    if there is None or live.get("content_hash") != there.get("content_hash"):
        return "take"
    if _stale(live) and not _stale(there):
        return "stale"
    return "leave"


def _stale(document: Document) -> bool:
    return bool(document.get("enrichment", {}).get("stale"))
