"""Vectors of the archive's claims, where an encoder is on: an index of their own beside the claims.

    <prefix>-vectors-<model>        one document per claim: the hash of its text, and its vector (`dense_vector`)

Claims are written anew whenever settling touches them; their vectors stay as long as the text does. Without an encoder
there is no such index, and nothing else knows of it. It serves `claims match` only: which statements settling compares
is decided by keys, since a nearest-neighbour search is approximate, and claims would depend on the order of ingestion.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from musnad.archive.client import errors_explained
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import terms
from musnad.archive.sending import send
from musnad.components import Encoder
from musnad.encoders import passage_vectors
from musnad.matching import ClaimText
from musnad.model import Article

NEAREST = 10
"""So many claims are added by each passage of an article."""
LOOKED_AT = 100
"""Candidates of the approximate search in each shard."""
AT_A_TIME = 64
"""Claims encoded before they are written and the lock is renewed: about a second."""
PRESENT = {"bool": {"must_not": {"exists": {"field": "merged_into"}}}}


def vector_index(prefix: str, model: str) -> str:
    """Return the name of the index that holds the vectors of one model."""
    return alias(prefix, "vectors-" + re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-"))


class ClaimVectors:
    """The vectors of the claims of one archive, by one open encoder. Every method raises `ArchiveError`."""

    def __init__(self, client: Elasticsearch, prefix: str, encoder: Encoder) -> None:
        self.client = client
        self.reader = ArchiveReader(client, prefix)
        self.encoder = encoder
        self.index = vector_index(prefix, encoder.model)

    def refresh(self, changed: Collection[str] | None, keep: Callable[[], None]) -> int:
        """Bring the vectors in line with the claims; return how many were made.

        Looks at the claims with the ids `changed` (None: at all), and at all where numbers tell that others lack
        theirs (the encoder was off for a while). `keep` is called now and then.
        """
        with errors_explained():
            there = bool(self.client.indices.exists(index=self.index))
        made = 0
        if there and changed is not None:
            made = self._bring(terms("id", changed), terms("_id", changed), keep)
        if not there or changed is None or self._count() != self.reader.count("claims", PRESENT):
            made += self._bring([{"match_all": {}}], [{"match_all": {}}], keep)
        return made

    def near(self, article: Article) -> list[ClaimText]:
        """Return the claims nearest to the first passages of an article; none where there are no vectors yet."""
        ids: dict[str, None] = {}
        for vector in passage_vectors(self.encoder, article.title, article.body):
            knn = {
                "field": "vector",
                "query_vector": list(vector),
                "k": NEAREST,
                "num_candidates": LOOKED_AT,
            }
            with errors_explained():
                try:
                    answer = self.client.search(
                        index=self.index, knn=knn, source=False, size=NEAREST
                    )
                except NotFoundError:
                    return []
            ids |= dict.fromkeys(hit["_id"] for hit in answer["hits"]["hits"])
        claims = self.reader.claims(list(ids))
        return [
            ClaimText(key, claims[key].text)
            for key in ids
            if key in claims and claims[key].merged_into is None
        ]

    def _bring(
        self,
        claims: Collection[Mapping[str, Any]] | Iterator[Mapping[str, Any]],
        vectors: Collection[Mapping[str, Any]] | Iterator[Mapping[str, Any]],
        keep: Callable[[], None],
    ) -> int:
        texts = {
            hit["_id"]: str(hit["_source"]["text"])
            for query in claims
            for hit in self.reader.scan("claims", query, source=["text", "merged_into"])
            if hit["_source"].get("merged_into") is None
        }
        stored = self._stored(vectors)
        lacking = [key for key in sorted(texts) if stored.get(key) != _hash(texts[key])]
        for begin in range(0, len(lacking), AT_A_TIME):
            some = lacking[begin : begin + AT_A_TIME]
            keep()
            encoded = self.encoder.encode([texts[key] for key in some], query=True)
            if encoded:
                self._make(len(encoded[0]))
            actions = (
                {
                    "_index": self.index,
                    "_id": key,
                    "_source": {"text_hash": _hash(texts[key]), "vector": list(vector)},
                }
                for key, vector in zip(some, encoded, strict=True)
            )
            send(self.client, actions, to_aliases=False)
        gone = sorted(stored.keys() - texts.keys())
        removals = ({"_op_type": "delete", "_index": self.index, "_id": key} for key in gone)
        send(self.client, removals, ignore=(404,), to_aliases=False)
        if lacking or gone:
            with errors_explained():
                self.client.indices.refresh(index=self.index)
        return len(lacking)

    def _stored(self, queries: Collection[Any] | Iterator[Any]) -> dict[str, str]:
        """Return the text hashes of the vectors that are there, by claim id."""
        with errors_explained():
            if not self.client.indices.exists(index=self.index):
                return {}
        name = self.index.removeprefix(f"{self.reader.prefix}-")
        return {
            hit["_id"]: str(hit["_source"]["text_hash"])
            for query in queries
            for hit in self.reader.scan(name, query, source=["text_hash"])
        }

    def _count(self) -> int:
        with errors_explained():
            return int(self.client.count(index=self.index)["count"])

    def _make(self, size: int) -> None:
        """Make the index where it is not there, for vectors of `size` numbers."""
        with errors_explained():
            if self.client.indices.exists(index=self.index):
                return
            self.client.indices.create(
                index=self.index,
                settings={"index.auto_expand_replicas": "0-1"},
                mappings={
                    "dynamic": "strict",
                    "properties": {
                        "text_hash": {"type": "keyword"},
                        "vector": {
                            "type": "dense_vector",
                            "dims": size,
                            "index": True,
                            "similarity": "cosine",
                        },
                    },
                },
            )


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
