"""What a search finds, for other programs: tables, JSON Lines, schema.org ClaimReview, FollowTheMoney."""
