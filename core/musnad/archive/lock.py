"""One writer at a time: a lock that lies in the archive itself, and does not outlive its owner for long."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import ConflictError, Elasticsearch, NotFoundError

from musnad.archive.client import errors_explained
from musnad.archive.documents import RunDocument
from musnad.archive.indices import alias
from musnad.errors import ArchiveError


class LockTakenError(ArchiveError):
    """Another process is at the work."""

    def __init__(self, message: str, doing: str = "") -> None:
        super().__init__(message)
        self.doing = doing
        """What it is doing under the lock."""


STALE = timedelta(minutes=10)
"""A lock that was not renewed for so long belongs to nobody any more."""


PAUSE = 0.5
"""Seconds between two looks at a lock that is waited for."""


@contextmanager
def locked_when_free(
    client: Elasticsearch,
    prefix: str,
    work: str,
    *,
    seconds: float,
    doing: str = "",
    only_for: str = "",
    on_wait: Callable[[str], None] = lambda message: None,
) -> Iterator[Callable[[], None]]:
    """Hold a lock as `locked` does, after waiting up to `seconds` for another process that holds it.

    With `only_for`, nothing but a process that is doing that is waited for. `on_wait` is told once who it is.
    """
    until = time.monotonic() + seconds
    told = False
    while True:
        held = locked(client, prefix, work, doing=doing)
        try:
            keep = held.__enter__()
        except LockTakenError as error:
            if time.monotonic() > until or (only_for and error.doing != only_for):
                raise
            if not told:
                on_wait(str(error))
                told = True
            time.sleep(PAUSE)
            continue
        break
    with _entered(held):
        yield keep


@contextmanager
def _entered(held: AbstractContextManager[object]) -> Iterator[None]:
    """Leave at the end a context that was entered before."""
    with ExitStack() as stack:
        stack.push(held)
        yield


@contextmanager
def locked(
    client: Elasticsearch, prefix: str, work: str, *, doing: str = ""
) -> Iterator[Callable[[], None]]:
    """Hold the lock called `work`; yields what is to be called now and then to keep it.

    `doing` is what others are told is done under it (default: the work). Raises `LockTakenError`, naming who holds it since when, where it is taken; `ArchiveError` also from the call that keeps
    it, where another took it over because this process was asleep too long.
    """
    name = f"lock-{work}"
    index = alias(prefix, "runs")
    owner = f"{platform.node()}:{os.getpid()}"
    since = datetime.now(UTC)
    with errors_explained():
        version = _take(client, index, _document(name, doing or work, owner, since))

    def keep() -> None:
        nonlocal version
        with errors_explained():
            try:
                document = _document(name, doing or work, owner, since)
                answer = client.index(index=index, id=name, document=document, **version)
            except ConflictError:
                # An earlier sign of life that arrived, though its answer was lost.
                ours = _version_of_ours(client, index, document)
                if ours is None:
                    raise ArchiveError(
                        f"another process took over to {work}: this one was stopped for more than "
                        f"{STALE.seconds // 60} minutes; run the same command again"
                    ) from None
                version = ours
                return
        version = _version(answer)

    try:
        yield keep
    finally:
        # With Elasticsearch gone the lock stays until it is stale, or its owner is seen to be dead.
        with suppress(ArchiveError), errors_explained():
            client.delete(index=index, id=name, **version)


def _take(client: Elasticsearch, index: str, document: dict[str, Any]) -> dict[str, Any]:
    name, work, owner = document["id"], document["message"], document["owner"]
    try:
        return _version(client.create(index=index, id=name, document=document, require_alias=True))
    except ConflictError:
        pass
    try:
        there = client.get(index=index, id=name)
        holder = RunDocument.model_validate(there["_source"])
        # A slow cluster: the first try arrived after all, and the client's retry met its lock.
        if not _is_ours(holder, document) and not _is_dead(holder, owner):
            raise LockTakenError(
                f"{holder.owner} is at it (to {holder.message}) since "
                f"{holder.started_at:%Y-%m-%d %H:%M:%S} UTC: wait until it is done, then run the same "
                "command again",
                holder.message,
            )
        return _version(client.index(index=index, id=name, document=document, **_version(there)))
    except (ConflictError, NotFoundError):
        raise LockTakenError(f"another process began to {work} at this moment: try again") from None


def _version_of_ours(
    client: Elasticsearch, index: str, document: dict[str, Any]
) -> dict[str, Any] | None:
    """Return the version of the lock as it lies there; None where it is not that of `document` any more."""
    try:
        there = client.get(index=index, id=document["id"])
    except NotFoundError:
        return None
    holder = RunDocument.model_validate(there["_source"])
    return _version(there) if _is_ours(holder, document) else None


def _is_ours(holder: RunDocument, document: dict[str, Any]) -> bool:
    there = holder.model_dump(mode="json")
    return all(there[key] == document[key] for key in ("owner", "started_at"))


def _is_dead(holder: RunDocument, owner: str) -> bool:
    if datetime.now(UTC) - (holder.ended_at or holder.started_at) > STALE:
        return True
    host, _, pid = holder.owner.rpartition(":")
    if host != owner.rpartition(":")[0] or not pid.isdigit():
        return False
    if holder.owner == owner:
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _document(name: str, work: str, owner: str, since: datetime) -> dict[str, Any]:
    return RunDocument(
        id=name,
        kind="lock",
        state="running",
        owner=owner,
        started_at=since,
        # The last sign of life: when the lock would have ended, had its owner died right after it.
        ended_at=datetime.now(UTC),
        message=work,
    ).model_dump(mode="json")


def _version(answer: Any) -> dict[str, Any]:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}
