"""Which of several outlets of one name is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from musnad.model import Outlet

from musnad_outlets.evidence import Evidence


def choose(
    outlets: Sequence[Outlet],
    found: Evidence,
    publisher: str | None,
    earlier: Mapping[str, str],
    form: str,
) -> list[Outlet]:
    """Return the outlets that may be meant: one where it is clear.

    The kind of the designator decides, then an adjective of nationality after the name, then the outlet
    that published the article, then who was meant by the name before (`earlier`: name to outlet id).
    """
    pool = list(outlets)
    if len(pool) > 1 and found.designator is not None:
        designator = found.designator
        pool = (
            [outlet for outlet in pool if outlet.kind == designator.kind]
            or [outlet for outlet in pool if designator.fits(outlet.kind)]
            or pool
        )
    if len(pool) > 1 and found.country is not None:
        pool = [outlet for outlet in pool if outlet.country == found.country] or pool
    for known in (publisher, earlier.get(form)):
        if len(pool) > 1:
            pool = [outlet for outlet in pool if outlet.id == known] or pool
    return pool
