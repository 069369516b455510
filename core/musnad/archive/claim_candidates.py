"""Claims of the archive that an article may be about, found by Elasticsearch: by its words and its actors."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from musnad.archive.read import ArchiveReader
from musnad.matching import ClaimText
from musnad.model import Article

FOUND = 50
"""So many claims are handed on to the decision, which looks at them closely."""
BEGINNING = 3_000
"""Characters of the body that make the query: news says first what it is about, and a query has its limits."""


def claim_candidates(
    reader: ArchiveReader, article: Article, actors: Collection[str] = (), *, limit: int = FOUND
) -> list[ClaimText]:
    """Return claims of the archive that share words or `actors` with the article. Raises `ArchiveError`."""
    should: list[dict[str, Any]] = [
        {"match": {"text.stem": {"query": text, "boost": boost}}}
        for text, boost in ((article.title, 2.0), (article.body[:BEGINNING], 1.0))
        if text.strip()
    ]
    if actors:
        should.append({"terms": {"actors": sorted(set(actors))}})
    if not should:
        return []
    answer = reader.search(
        "claims",
        {
            "query": {
                "bool": {
                    "should": should,
                    "minimum_should_match": 1,
                    "must_not": {"exists": {"field": "merged_into"}},
                }
            },
            "size": limit,
            "sort": ["_score", {"id": "asc"}],
            "_source": ["id", "text"],
        },
    )
    hits = [hit["_source"] for hit in answer["hits"]["hits"]]
    return [ClaimText(hit["id"], hit["text"]) for hit in hits]
