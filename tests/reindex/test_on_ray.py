"""`musnad reindex --engine ray`, on a Ray of this machine. Run by `make test-ray`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from musnad.ingest.run import OnRay

pytestmark = [
    pytest.mark.ray,
    # Ray uses what it has deprecated itself.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"),
]


def test_every_article_is_enriched_on_ray(
    archive: Any, make_record: Callable[..., dict[str, object]]
) -> None:
    archive.ingest(*(make_record(n) for n in range(6)))
    archive.with_plugin()
    report = archive.reindex(workers=1, ray=OnRay())
    assert report.reenriched == 6
    assert {a["ext"]["money"]["count"] for a in archive.stored().values()} == {1}
    assert report.verification.problems == []
