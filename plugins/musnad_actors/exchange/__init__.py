"""Authority records from and to other formats: CSV, Popolo, FollowTheMoney, Wikidata."""
