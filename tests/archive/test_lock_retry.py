"""A lock whose creation or renewal was retried by the client, because the cluster answered too late."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ConflictError, Elasticsearch
from musnad.archive.indices import alias
from musnad.archive.lock import _document, _take, locked
from musnad.archive.read import ArchiveReader
from musnad.errors import ArchiveError


class Answers:
    """Elasticsearch with a lock in it already."""

    def __init__(self, there: dict[str, Any]) -> None:
        self.there = there

    def create(self, **_: Any) -> Any:
        meta = ApiResponseMeta(
            409, "1.1", HttpHeaders(), 0.1, NodeConfig("http", "localhost", 9200)
        )
        raise ConflictError("there is one", meta, {})

    def get(self, **_: Any) -> Any:
        return {"_source": self.there, "_seq_no": 7, "_primary_term": 1}

    def index(self, **_: Any) -> Any:
        return {"_seq_no": 8, "_primary_term": 1}


def take(there: dict[str, Any], mine: dict[str, Any]) -> Any:
    return _take(cast("Elasticsearch", Answers(there)), "runs", mine)


def test_its_own_lock_is_taken() -> None:
    mine = _document("lock", "settle claims", "vm:1", datetime.now(UTC))
    assert take(mine, mine) == {"if_seq_no": 8, "if_primary_term": 1}


@pytest.mark.parametrize("owner", ["vm:1", "other:1"])
def test_the_lock_of_another_run_is_not(owner: str) -> None:
    there = _document("lock", "settle claims", owner, datetime(2026, 1, 1, tzinfo=UTC))
    there["ended_at"] = datetime.now(UTC).isoformat()
    with pytest.raises(ArchiveError, match="is at it"):
        take(there, _document("lock", "settle claims", "vm:1", datetime.now(UTC)))


def test_a_sign_of_life_whose_answer_was_lost_is_its_own(musnad_archive: ArchiveReader) -> None:
    client, index = musnad_archive.client, alias(musnad_archive.prefix, "runs")
    with locked(client, musnad_archive.prefix, "test") as keep:
        there = client.get(index=index, id="lock-test")["_source"]
        client.index(index=index, id="lock-test", document=there)
        keep()
        keep()
        client.index(index=index, id="lock-test", document=there | {"owner": "other:1"})
        with pytest.raises(ArchiveError, match="another process took over to test"):
            keep()
