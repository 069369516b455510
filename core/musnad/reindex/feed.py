"""Reading an index in the order of its writes, so that what was written since can be read again and again.

Elasticsearch numbers the writes of each shard (`_seq_no`); a document carries the number of its last one. What lies at or
under the global checkpoint of a shard is on all its copies and is never taken back; so after a refresh a search by
numbers up to it finds every document whose last write lies there. Deletions leave nothing that could be found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from musnad.archive.client import errors_explained
from musnad.errors import ArchiveError

Checkpoints = dict[str, int]
"""By shard: the number of the last write that has been read; what is not in it has not been read at all."""
PAGE = 500
SPAN = 10_000
"""Numbers that one search covers: an index whose documents were written often has few documents for many numbers."""


@dataclass(frozen=True, slots=True)
class Page:
    """Documents of one shard, in the order of their last writes."""

    hits: list[dict[str, Any]]
    shard: str
    reached: int
    """All documents whose last write has this number or a lower one were read."""


def checkpoints(client: Elasticsearch, index: str) -> Checkpoints:
    """Return how far each shard of `index` (or of the one behind an alias) has come."""
    with errors_explained():
        stats = client.indices.stats(index=index, metric="docs", level="shards")
    found = {
        number: int(copy["seq_no"]["global_checkpoint"])
        for there in stats["indices"].values()
        for number, copies in there["shards"].items()
        for copy in copies
        if copy["routing"]["primary"] and "seq_no" in copy
    }
    if not found:
        raise ArchiveError(f"no shard of {index} answers: see `musnad doctor`")
    return found


def read(
    client: Elasticsearch,
    index: str,
    since: Mapping[str, int],
    until: Mapping[str, int],
    *,
    source: list[str] | bool = True,
) -> Iterator[Page]:
    """Yield what was last written after `since`, up to `until` (as `checkpoints` gave it before a refresh).

    A document that is written again meanwhile is left out: its new write lies beyond. Raises `ArchiveError`.
    """
    for shard, last in sorted(until.items()):
        at = since.get(shard, -1) + 1
        while at <= last:
            end = min(at + SPAN - 1, last)
            with errors_explained():
                answer = client.search(
                    index=index,
                    preference=f"_shards:{shard}",
                    query={"range": {"_seq_no": {"gte": at, "lte": end}}},
                    sort=[{"_seq_no": "asc"}],
                    size=PAGE,
                    source=source if isinstance(source, bool) else {"includes": source},
                    seq_no_primary_term=True,
                    track_total_hits=False,
                    allow_partial_search_results=False,
                )
            hits = answer["hits"]["hits"]
            reached = int(hits[-1]["_seq_no"]) if len(hits) == PAGE else end
            yield Page(hits, shard, reached)
            at = reached + 1
