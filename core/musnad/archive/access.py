"""Least privilege: what a key for reading, for writing and for managing an archive may do, and making such keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    Elasticsearch,
)
from pydantic import SecretStr

from musnad.archive.client import errors_explained, reason_of
from musnad.archive.indices import alias, beside
from musnad.archive.mappings import INDICES
from musnad.errors import ArchiveError

Access = Literal["read", "write", "manage"]
ACCESSES: tuple[Access, ...] = get_args(Access)
PURPOSE: Mapping[Access, str] = {
    "read": "search, show, claims, export: changes nothing",
    "write": "ingest, retry, settling, decisions of people: makes and removes no index",
    "manage": "init and reindex: everything within the archive, nothing outside of it",
}
_READ = ("read", "view_index_metadata")
# The archive keeps what it was last brought in line with in the mappings' `_meta`, and asks how its analyzers
# cut names; `write` holds neither. The privilege `manage`, which does, would let a key remove indices.
_WRITE = (*_READ, "write", "maintenance", "indices:admin/mapping/put", "indices:admin/analyze")
# Decisions are added and never changed: `create_doc` can do nothing else.
_DECIDE = (*_READ, "create_doc", "maintenance")
# For `musnad doctor`: whether the cluster answers and is well.
_ASK = ("cluster:monitor/main", "cluster:monitor/health")


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new API key. `secret` is told once, by Elasticsearch and by us."""

    id: str
    secret: SecretStr


def key_name(prefix: str, access: Access) -> str:
    """Return the name of role and key: `musnad-read`."""
    return f"{prefix}-{access}"


def role(prefix: str, access: Access) -> dict[str, Any]:
    """Return the description of a role, as Elasticsearch takes it for roles and for API keys."""
    indices: list[dict[str, Any]]
    cluster: Sequence[str] = _ASK
    if access == "read":
        indices = [_on(prefix, INDICES, _READ)]
    elif access == "write":
        others = [name for name in INDICES if name != "decisions"]
        indices = [_on(prefix, others, _WRITE), _on(prefix, ["decisions"], _DECIDE)]
    else:
        # A reindex has aliases of its own while it builds beside the live indices.
        indices = [_on(name, INDICES, ("all",)) for name in (prefix, beside(prefix))]
        cluster = ("monitor", "manage_index_templates")
    return {"cluster": list(cluster), "indices": indices}


def _on(prefix: str, names: Sequence[str], privileges: Sequence[str]) -> dict[str, Any]:
    """Return privileges on the aliases and on the indices behind them.

    By a regular expression: with `musnad-*`, the archive of a longer prefix (`musnad-old`) would be in it.
    """
    patterns = [f"/{alias(prefix, name)}(-[0-9]+-2[0-9]+.*)?/" for name in names]
    return {"names": patterns, "privileges": list(privileges)}


class Keys:
    """Roles and keys of one archive, managed with the rights of a *user*: a key cannot give rights to another.

    Every method raises `ArchiveError`; no message holds a key or a password.
    """

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self.client = client
        self.prefix = prefix

    def put_role(self, access: Access) -> bool:
        """Put the role, for people who log in (to Kibana); return whether it was not there before."""
        with _explained():
            answer = self.client.security.put_role(
                name=key_name(self.prefix, access),
                description=f"Musnad archive {self.prefix}: {PURPOSE[access]}",
                metadata={"application": "musnad", "prefix": self.prefix},
                **role(self.prefix, access),
            )
        return bool(answer["role"]["created"])

    def valid(self, access: Access | None = None) -> list[Mapping[str, Any]]:
        """Return the keys that are valid, the newest first, without their secrets."""
        wanted = [access] if access else ACCESSES
        found: list[Mapping[str, Any]] = []
        with _explained():
            for name in wanted:
                answer = self.client.security.get_api_key(
                    name=key_name(self.prefix, name), active_only=True
                )
                found.extend(answer["api_keys"])
        return sorted(found, key=lambda key: int(key["creation"]), reverse=True)

    def make(self, access: Access, days: int | None) -> MadeKey:
        """Make a key that is valid for `days`, for ever without. Nothing else keeps its secret."""
        name = key_name(self.prefix, access)
        with _explained():
            answer = self.client.security.create_api_key(
                name=name,
                role_descriptors={name: role(self.prefix, access)},
                metadata={"application": "musnad", "prefix": self.prefix},
                expiration=f"{days}d" if days else None,
            )
        return MadeKey(answer["id"], SecretStr(answer["encoded"]))

    def end(self, ids: Sequence[str]) -> None:
        """Make keys invalid."""
        with _explained():
            if ids:
                self.client.security.invalidate_api_key(ids=list(ids))


def when(milliseconds: int | None) -> str:
    """Return a time of Elasticsearch as a day, "never" where there is none."""
    if milliseconds is None:
        return "never"
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d}"


@contextmanager
def _explained() -> Iterator[None]:
    """Turn errors into `ArchiveError`s, in the words of this work."""
    try:
        with errors_explained():
            yield
    except ArchiveError as told:
        error = told.__cause__
        if isinstance(error, AuthenticationException):
            raise ArchiveError(
                "Elasticsearch does not accept this user and password (401): give the user with --user, the "
                "password in MUSNAD_ES_PASSWORD or when asked"
            ) from None
        if isinstance(error, AuthorizationException):
            raise ArchiveError(
                f"this user may not manage roles and keys (403): {reason_of(error)}; it needs the privilege "
                "manage_security, and those that it is to give"
            ) from None
        if isinstance(error, ApiError) and "not enabled" in str(error.body):
            raise ArchiveError(
                f"Elasticsearch has no keys: {reason_of(error)}; switch its security on first"
            ) from None
        raise
