"""Whether there is room on disk for a second set of indices."""

from __future__ import annotations

from collections.abc import Iterable

from elasticsearch import AuthorizationException, Elasticsearch

from musnad.archive.client import errors_explained
from musnad.errors import ArchiveError

SPARE = 1.3
"""Documents that are written twice take their room twice until Elasticsearch merges."""
GIB = 2**30


def check_room(client: Elasticsearch, indices: Iterable[str]) -> None:
    """Raise `ArchiveError` where the disks have no room for as much again as `indices` take.

    A key that may not ask for the disks is not kept from the work.
    """
    with errors_explained():
        try:
            stats = client.indices.stats(index=",".join(indices), metric="store")
            nodes = client.nodes.stats(metric="fs", filter_path="nodes.*.fs.total")["nodes"]
        except AuthorizationException:
            return
    needed = SPARE * int(stats["_all"]["total"]["store"]["size_in_bytes"])
    free = sum(int(node["fs"]["total"]["available_in_bytes"]) for node in nodes.values())
    if needed > free:
        raise ArchiveError(
            f"a second set of indices needs about {needed / GIB:.1f} GiB, and {free / GIB:.1f} GiB are free: "
            "make room (`musnad reindex --drop-former` removes the set that was replaced last)"
        )
