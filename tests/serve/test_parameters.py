"""Periods as they are typed into an address."""

import pytest
from musnad.serve.parameters import until_covers


@pytest.mark.parametrize(
    ("since", "until", "covers"),
    [
        ("2026-01-15T10:00", "2026-01-15", True),
        ("2026-01-15T10:00", "20260115", True),
        ("2026-01-15T23:30+00:00", "2026-01", True),
        ("2026-01-15", "2026", True),
        ("2026-01-15T10:00", "2026-01-14", False),
        ("2026-01-15T10:00", "2026-01-15T09:00", False),
        ("2026-01-15T22:00-04:00", "2026-01-15", False),
        ("2026-02-01", "2026-01", False),
        ("9999-12-31T23:00-05:00", "2026", False),
    ],
)
def test_a_period_may_begin_within_the_day_month_or_year_that_ends_it(since, until, covers):
    assert until_covers(since, until) is covers
