"""Marking claims that have to be settled again."""

from __future__ import annotations

from collections.abc import Iterable

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from musnad.archive.client import errors_explained
from musnad.archive.indices import alias
from musnad.archive.patience import while_swapped


def mark_unsettled(client: Elasticsearch, prefix: str, claims: Iterable[str]) -> None:
    """Mark claims, so that the next settling looks at them. Raises `ArchiveError`."""
    while_swapped()(_mark, client, prefix, list(claims))


def _mark(client: Elasticsearch, prefix: str, claims: Iterable[str]) -> None:
    with errors_explained():
        bulk(
            client,
            (
                {
                    "_op_type": "update",
                    "_index": alias(prefix, "claims"),
                    "_id": claim_id,
                    "doc": {"unsettled": True},
                    "retry_on_conflict": 3,
                }
                for claim_id in claims
            ),
            refresh=True,
        )
