"""What linking has to beat, on the same data in the same run: plain coverage, and Elasticsearch's more_like_this."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from bench_archive import node_for
from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk
from link_data import LinkData
from musnad.archive.client import connect
from musnad.matching import Candidate
from musnad.settings import Settings
from musnad_claims.linking.articles import ArticleMatcher
from musnad_claims.linking.articles.wording import read_article

CANDIDATES = 25


def coverage(data: LinkData) -> dict[str, list[Candidate]]:
    """Return the claims by the share of their words, weighed by rarity, that the article has."""
    matcher = ArticleMatcher(data.claims)
    found = {}
    for key, article in data.articles.items():
        near = matcher.retrieve(read_article(article.title, article.body), CANDIDATES)
        found[key] = [
            Candidate(matcher.claims[number].id, share, False, "discusses")
            for number, share in near
        ]
    return found


def more_like_this(data: LinkData) -> dict[str, list[Candidate]]:
    """Return the claims as `more_like_this` ranks them on a real node, with the stock `arabic` analyzer."""
    settings = Settings()
    found = {}
    with node_for(settings), _index(connect(settings), data) as (client, index):
        for key, article in data.articles.items():
            like = {
                "fields": ["text"],
                "like": article.text,
                "min_term_freq": 1,
                "min_doc_freq": 1,
                # By default 30 % of the terms must be there: claims are short, and most would never be found.
                "minimum_should_match": 1,
            }
            answer = client.search(
                index=index, query={"more_like_this": like}, size=CANDIDATES, source=False
            )
            found[key] = [
                Candidate(hit["_id"], hit["_score"], False, "discusses")
                for hit in answer["hits"]["hits"]
            ]
    return found


@contextmanager
def _index(client: Elasticsearch, data: LinkData) -> Iterator[tuple[Elasticsearch, str]]:
    index = f"musnad-eval-claims-{uuid4().hex[:8]}"
    text = {"type": "text", "analyzer": "arabic"}
    client.indices.create(index=index, mappings={"properties": {"text": text}})
    try:
        actions = ({"_index": index, "_id": c.id, "text": c.text} for c in data.claims)
        bulk(client, actions, refresh=True)
        yield client, index
    finally:
        client.indices.delete(index=index)
