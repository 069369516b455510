"""Sending many changes to Elasticsearch: bounded, patient under load, each outcome known."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from musnad.archive.client import BUSY, errors_explained, is_held
from musnad.errors import ArchiveBusyError, ArchiveError, ArchiveHeldError

CHUNK_DOCUMENTS = 500
CHUNK_BYTES = 8 * 1024 * 1024
RETRIES = 8
"""Rounds with growing pauses (1 s, 2 s, 4 s … 30 s) in which documents refused with 429 are sent again."""
_DOES_NOT_FIT = frozenset({400, 413})


@dataclass(slots=True)
class Sent:
    """What became of the changes."""

    refused: dict[str, str] = field(default_factory=dict)
    """Id -> reason of the documents that do not fit."""
    versions: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Id -> (sequence number, primary term) of those written."""


def send(
    client: Elasticsearch,
    actions: Iterable[dict[str, Any]],
    ignore: Collection[int] = (),
    *,
    to_aliases: bool = True,
    rounds: int = RETRIES,
) -> Sent:
    """Send bulk actions to aliases (else to indices); changes refused with a status in `ignore` are passed over.

    `rounds` says how often what was refused with 429 is sent again: 0 for callers that are patient by themselves.

    Raises `ArchiveError` where Elasticsearch is lost, stays overloaded or may not be written to: what was
    sent until then is written.
    """
    sent = Sent()
    with errors_explained():
        for done, item in streaming_bulk(
            client,
            actions,
            chunk_size=CHUNK_DOCUMENTS,
            max_chunk_bytes=CHUNK_BYTES,
            raise_on_error=False,
            raise_on_exception=True,
            max_retries=rounds,
            initial_backoff=1,
            max_backoff=30,
            # Without the alias Elasticsearch would make an index of that name, with guessed mappings.
            require_alias=to_aliases,
        ):
            (result,) = item.values()
            if done:
                sent.versions[result["_id"]] = (result["_seq_no"], result["_primary_term"])
            elif result["status"] in _DOES_NOT_FIT:
                sent.refused[result["_id"]] = _reason(result)
            elif _type(result) == "index_not_found_exception":
                raise ArchiveError(
                    f"the archive is not there (any more) ({_reason(result)}): run `musnad init`"
                )
            elif result["status"] not in ignore:
                # Nothing is wrong with the document: the next ones would fare no better.
                busy = result["status"] in BUSY or _type(result) == "cluster_block_exception"
                kind = ArchiveBusyError if busy else ArchiveError
                raise (ArchiveHeldError if is_held(_reason(result)) else kind)(
                    f"Elasticsearch does not take changes now ({result['status']}: {_reason(result)}): "
                    "see `musnad doctor`, then run the same command again"
                )
    return sent


def _type(result: dict[str, Any]) -> str:
    error = result.get("error")
    return str(error.get("type")) if isinstance(error, dict) else ""


def _reason(result: dict[str, Any]) -> str:
    error = result.get("error")
    if not isinstance(error, dict):
        return str(error or result.get("status"))
    cause = error.get("caused_by") or {}
    reason = str(error.get("reason") or error.get("type"))
    return f"{reason}: {cause['reason']}" if cause.get("reason") else reason
