"""A claim as it stood at an earlier moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from musnad.archive.documents import ClaimDocument, StatementDocument
from musnad.claims import status_as_of
from musnad.claims.status import aware


def claim_as_of(
    claim: ClaimDocument, statements: Sequence[StatementDocument], at: datetime
) -> tuple[ClaimDocument, list[StatementDocument]] | None:
    """Return a claim as it was at a moment, with what was said or published by then.

    `statements`: all about the claim; they keep their order. None where nothing dated was known by then.
    """
    step = status_as_of(claim.history, at)
    if step is None:
        return None
    known = [s for s in statements if (when := said_at(s)) is not None and when <= at]
    relations: Counter[str] = Counter(s.link.relation for s in known if s.link)
    outlets = Counter(s.outlet_id for s in known if s.outlet_id)
    named = dict.fromkeys(s.outlet_name for s in known if s.outlet_name)
    changes = {
        "status": step.status,
        "status_reason": step.reason,
        "history": tuple(s for s in claim.history if (w := aware(s.at)) is not None and w <= at),
        "reviews": tuple(r for r in claim.reviews if (w := aware(r.at)) is not None and w <= at),
        "relations": {name: relations.get(name, 0) for name in claim.relations.model_dump()},
        "outlets": [{"id": key, "count": count} for key, count in outlets.most_common()],
        "outlet_names": tuple(named),
        "statement_count": len(known),
        "last_seen": max((w for s in known if (w := said_at(s)) is not None), default=None),
    }
    return ClaimDocument.model_validate({**dict(claim), **changes}), known


def said_at(statement: StatementDocument) -> datetime | None:
    """Return when it was said, else when its article was published."""
    return aware(statement.stated_at) or aware(statement.published_at)
