"""Fact-checks: reading ClaimReview, what its ratings come down to, which claims it is about."""
