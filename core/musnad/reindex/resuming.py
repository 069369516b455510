"""Going on with a reindex that was begun with other plugins than today's: the new set is to be of one piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.archive.indices import alias, beside
from musnad.archive.read import ArchiveReader
from musnad.archive.sending import send
from musnad.reindex.state import State, save


def follow_plugins(
    client: Elasticsearch,
    prefix: str,
    state: State,
    fingerprint: str,
    wanted: Callable[[Mapping[str, Any]], bool],
) -> int:
    """Have enriched again what stands in the new set and was made by another pipeline than that of `fingerprint`.

    Those are the articles that this reindex has enriched already, and of the others those that are `wanted` now.
    Returns how many there are; 0 where the pipeline is the same. Killed in the middle, the next call does it again.
    Raises `ArchiveError`.
    """
    if state.pipeline == fingerprint:
        return 0
    index = alias(beside(prefix), "articles")
    with errors_explained():
        # Nobody refreshes it while it is filled.
        client.indices.refresh(index=index)
    count = 0

    def marks() -> Iterator[dict[str, Any]]:
        nonlocal count
        query = {"bool": {"must_not": {"term": {"run_id": state.waiting}}}}
        for hit in ArchiveReader(client, beside(prefix)).scan("articles", query):
            if hit["_source"]["run_id"] in state.runs or wanted(hit["_source"]):
                count += 1
                doc = {"run_id": state.waiting}
                yield {"_op_type": "update", "_index": index, "_id": hit["_id"], "doc": doc}

    send(client, marks(), ignore=(404,))
    state.pipeline = fingerprint
    save(client, prefix, state)
    return count
