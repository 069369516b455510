"""What is kept about a node between runs, and what is told about it."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from elasticsearch import Elasticsearch
from pydantic import BaseModel, ConfigDict, ValidationError

from musnad.node.errors import StateError

USER = "elastic"
SECRET_BYTES = 24
RunState = Literal["absent", "stopped", "starting", "running", "unresponsive"]


@dataclass(frozen=True)
class Connection:
    """How to reach a cluster. The secrets are not in its `repr`."""

    url: str
    api_key: str | None = field(default=None, repr=False)
    """Encoded, as clients and the header `Authorization: ApiKey …` take it; all rights."""
    password: str | None = field(default=None, repr=False)
    """Of `user`; needed to make further API keys, which an API key cannot give rights to."""
    user: str = USER
    ca: Path | None = None
    """CA certificate (PEM), where the system does not trust the cluster's."""

    def client(
        self, *, timeout: float = 30.0, retries: int = 3, as_user: bool = False
    ) -> Elasticsearch:
        """Return a client with the API key, or with user and password; `timeout` in seconds."""
        if as_user and self.password is None:
            raise ValueError("this connection has no password")
        options: dict[str, Any] = {"request_timeout": timeout, "max_retries": retries}
        if as_user:
            options["basic_auth"] = (self.user, self.password)
        elif self.api_key is not None:
            options["api_key"] = self.api_key
        if self.ca is not None:
            options["ca_certs"] = str(self.ca)
        return Elasticsearch(self.url, **options)

    def environment(self) -> dict[str, str]:
        """Return the variables with which other programs of Musnad use this cluster."""
        found = {"MUSNAD_ES_URL": self.url, "MUSNAD_ES_API_KEY": self.api_key}
        if self.ca:
            found["MUSNAD_ES_CA"] = str(self.ca)
        return {name: value for name, value in found.items() if value is not None}


class NodeStatus(BaseModel):
    """What a node is doing; without secrets, so it can be shown and logged."""

    model_config = ConfigDict(frozen=True)

    state: RunState
    home: Path
    log: Path
    url: str | None = None
    pid: int | None = None
    version: str | None = None
    started_at: str | None = None
    """UTC, ISO 8601."""

    @property
    def running(self) -> bool:
        """Whether it answers."""
        return self.state == "running"


class NodeState(BaseModel):
    """The state file: secrets for good, and the process while there is one."""

    model_config = ConfigDict(frozen=True)

    password: str
    api_key: str | None = None
    launcher: int | None = None
    """Process group of the server: that of the program that launched it."""
    pid: int | None = None
    url: str | None = None
    version: str | None = None
    server: Path | None = None
    """The server's folder; a running node of another one is out of date."""
    started_at: str | None = None

    @classmethod
    def new(cls) -> NodeState:
        """Return the state of a node that never ran: a password, nothing else."""
        return cls(password=secrets.token_urlsafe(SECRET_BYTES))

    def at_rest(self) -> NodeState:
        """Return this state without its process."""
        return NodeState(password=self.password, api_key=self.api_key)

    def connection(self) -> Connection | None:
        """Return how to reach the node, or None while it never became ready."""
        if self.url is None or self.api_key is None:
            return None
        return Connection(url=self.url, api_key=self.api_key, password=self.password)


@dataclass(frozen=True)
class StateFile:
    """`state.json` in a node's home: readable by its owner only, replaced as a whole."""

    path: Path

    def read(self) -> NodeState | None:
        """Return what is in it, or None where there is none. Raises StateError."""
        try:
            return NodeState.model_validate_json(self.path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StateError(self.path, error.strerror or str(error)) from error
        except ValidationError as error:
            raise StateError(self.path, "its content is damaged") from error

    def write(self, state: NodeState) -> None:
        """Replace the file; a reader sees the old or the new one, never half of it."""
        beside = self.path.with_suffix(".new")
        try:
            # The mode is given when the file is made: never, not even shortly, may others read it.
            beside.unlink(missing_ok=True)
            opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "w", encoding="utf-8") as stream:
                json.dump(state.model_dump(mode="json"), stream, indent=1)
            beside.replace(self.path)
        except OSError as error:
            raise StateError(self.path, error.strerror or str(error)) from error
