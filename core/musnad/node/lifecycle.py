"""`Node`: one private Elasticsearch in a home folder, from start to removal."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import filelock
from elasticsearch import ApiError, TransportError

from musnad.node import java as javas
from musnad.node import places, process
from musnad.node.accounts import Account, server_account
from musnad.node.distribution import ELASTICSEARCH, Distribution
from musnad.node.errors import (
    BusyError,
    CrashError,
    FolderError,
    NodeError,
    NoDiskSpaceError,
    NotRespondingError,
    StartTimeoutError,
    StateError,
    UnsupportedSystemError,
)
from musnad.node.java import Java
from musnad.node.process import Layout
from musnad.node.state import Connection, NodeState, NodeStatus, RunState, StateFile

DEFAULT_HEAP = "1g"
DEFAULT_SECONDS = 180.0
ANSWER_SECONDS = 10.0
HOME_ROOM_MB = 200
Stopped = Literal["stopped", "killed", "not running"]


def _silent(_message: str) -> None:
    """Report nothing."""


class Node:
    """A private Elasticsearch: loopback only, security on, its own data, kept between runs.

    `home` holds its data and secrets (default: one for the current project, see
    `musnad.node.places.default_home`). `port` is a free one unless given (or MUSNAD_NODE_PORT), `heap`
    is the JVM's ("1g"; or MUSNAD_NODE_HEAP), `timeout` the seconds that a start may take, `report` is
    called with one line for each slow step. All methods may be called by several processes at once.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        port: int | None = None,
        heap: str | None = None,
        timeout: float = DEFAULT_SECONDS,
        download_java: bool = False,
        report: Callable[[str], None] = _silent,
    ) -> None:
        if os.name != "posix":
            raise UnsupportedSystemError(os.name)
        self.home = (home or places.default_home()).expanduser().absolute()
        self.layout = Layout(self.home)
        self._file = StateFile(self.home / "state.json")
        self._port = port if port is not None else _port_from_environment()
        self._heap = heap or os.environ.get("MUSNAD_NODE_HEAP") or DEFAULT_HEAP
        self._timeout = timeout
        self._download_java = download_java
        self._report = report

    def start(self) -> Connection:
        """Start the node and wait until it is ready; return the running one if there is one.

        Raises a NodeError that says what is in the way.
        """
        with self._lock("starting this node"):
            state = self._file.read() or NodeState.new()
            server = self._distribution().home
            if self._is_alive(state):
                running = state.connection()
                if running is not None and state.server == server:
                    if _answers(running):
                        return running
                    raise NotRespondingError(running.url, state.pid or 0)
                self._report(
                    "restarting the node: it is of another version, or was left half started"
                )
                self._end(state)
            try:
                return self._start(state)
            except OSError as error:
                if error.errno in places.FULL:
                    raise NoDiskSpaceError(self.home, HOME_ROOM_MB) from error
                raise FolderError(self.home, error.strerror or str(error)) from error

    def stop(self) -> Stopped:
        """Stop the node and keep its data. Say whether it ran, and whether it had to be killed."""
        if not self.home.is_dir():
            return "not running"
        with self._lock("starting or stopping this node"):
            state = self._file.read()
            if state is None or not self._is_alive(state):
                return "not running"
            outcome = self._end(state)
            self._file.write(state.at_rest())
            return outcome

    def status(self) -> NodeStatus:
        """Return what the node does now, without waiting for a start under way. Raises StateError."""
        state = self._file.read()
        if state is None:
            return NodeStatus(state="absent", home=self.home, log=self.layout.log)
        if not self._is_alive(state):
            return NodeStatus(state="stopped", home=self.home, log=self.layout.log)
        running = state.connection()
        now: RunState = "starting"
        if running is not None:
            now = "running" if _answers(running) else "unresponsive"
        return NodeStatus(
            state=now,
            home=self.home,
            log=self.layout.log,
            url=state.url,
            pid=state.pid,
            version=state.version,
            started_at=state.started_at,
        )

    def connection(self) -> Connection | None:
        """Return how to reach the node if its process runs, else None. Raises StateError."""
        state = self._file.read()
        if state is None or not self._is_alive(state):
            return None
        return state.connection()

    def logs(self, lines: int = 50) -> list[str]:
        """Return the last lines of the server's log, or of what the last start printed."""
        return process.tail(self.layout.log, lines) or process.tail(self.layout.start_log, lines)

    def destroy(self) -> bool:
        """Stop the node and remove it with all its data. Return False if there was none."""
        if not self.home.exists():
            return False
        with self._lock("starting or stopping this node"):
            try:
                state = self._file.read()
            except StateError:
                # This is the way out of a damaged state file: the pid file still tells of a process.
                state = NodeState.new()
            if state is not None and self._is_alive(state):
                self._end(state)
            try:
                shutil.rmtree(self.home)
            except FileNotFoundError:
                return False
            except OSError as error:
                raise FolderError(self.home, error.strerror or str(error)) from error
            return True

    # How a start goes: the state is written before and after each step that outlives us, so that a
    # process killed in between leaves enough behind for the next one to clean up.

    def _start(self, state: NodeState) -> Connection:
        account = server_account()
        java = self._java(account)
        account.need_readable(places.make_folder(places.cache_root(), 0o755), "MUSNAD_CACHE")
        server = self._distribution().ensure(java)
        if self._port:
            process.need_free_port(self._port)
        process.prepare(self.layout, server, account)
        places.need_room(self.home, HOME_ROOM_MB)
        process.write_settings(self.layout, account, port=self._port, heap=self._heap)
        if self._file.read() is None:
            # In this order: a state file without its password in the keystore is never left behind.
            self.layout.keystore.unlink(missing_ok=True)
            self._file.write(state)
        if not self.layout.keystore.exists():
            process.set_password(self.layout, server, java, account, state.password)
        self._report(f"starting Elasticsearch {ELASTICSEARCH.version}")
        state = state.at_rest().model_copy(
            update={
                "server": server,
                "version": ELASTICSEARCH.version,
                "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
            }
        )
        deadline = time.monotonic() + self._timeout
        process.end_leftovers(self.layout)
        launcher = process.launch(self.layout, server, java, account)
        try:
            state = state.model_copy(update={"launcher": launcher.pid})
            self._file.write(state)
            pid, url = process.await_launch(self.layout, launcher, self._port, self._timeout)
            state = state.model_copy(update={"pid": pid})
            self._file.write(state)
            connection = Connection(url, state.api_key, state.password)
            self._await_shards(connection, pid, deadline)
            connection = replace(connection, api_key=self._api_key(connection))
            # The address comes last: with it the node counts as ready for others.
            state = state.model_copy(update={"url": url, "api_key": connection.api_key})
            self._file.write(state)
        except BaseException:
            # Also for Ctrl-C: nothing half started may stay behind.
            process.end_group(launcher.pid)
            launcher.wait()
            self._file.write(state.at_rest())
            raise
        self._report(f"Elasticsearch answers at {url}")
        return connection

    def _await_shards(self, connection: Connection, pid: int, deadline: float) -> None:
        """Wait until all indices can be read, security's own among them.

        Before that the server even refuses keys that it will know a second later.
        """
        with connection.client(timeout=ANSWER_SECONDS, retries=0, as_user=True) as client:
            while True:
                try:
                    client.cluster.health(wait_for_status="yellow", timeout="5s")
                except (ApiError, TransportError) as error:
                    if not process.is_server(pid, self.layout):
                        raise process.crash(self.layout, self._port) from error
                    if time.monotonic() > deadline:
                        raise StartTimeoutError(self._timeout, self.layout.log) from error
                else:
                    return
                time.sleep(process.POLL_SECONDS)

    def _api_key(self, connection: Connection) -> str:
        """Return the node's API key: the one kept, if the server still knows it, or a new one."""
        if connection.api_key and _answers(connection):
            return connection.api_key
        try:
            with connection.client(timeout=ANSWER_SECONDS, as_user=True) as client:
                return str(client.security.create_api_key(name="musnad")["encoded"])
        except (ApiError, TransportError) as error:
            raise CrashError(f"it made no API key ({error})", self.layout.log) from error

    def _java(self, account: Account) -> Java:
        cache = places.cache_root()
        try:
            return javas.find_java(
                also=javas.downloaded_java(cache),
                accept=lambda java: account.can_read(java.executable),
            )
        except NodeError:
            if not self._download_java:
                raise
        places.make_folder(cache, 0o755)
        return javas.download_java(cache, self._report)

    def _distribution(self) -> Distribution:
        distribution = Distribution(cache=places.cache_root(), report=self._report)
        mirror = os.environ.get("MUSNAD_MAVEN_URL")
        if mirror:
            distribution.repository = mirror
        return distribution

    def _pid(self, state: NodeState) -> int | None:
        """Return the server's process id, also where the one who started it died before noting it."""
        if state.pid is not None:
            return state.pid
        written = process.tail(self.layout.pid_file, 1)
        return int(written[0]) if written and written[0].isdigit() else None

    def _is_alive(self, state: NodeState) -> bool:
        if process.is_server(self._pid(state), self.layout):
            return True
        # A launch whose starter died: the launcher is there, the server may not be yet.
        return state.pid is None and process.is_launcher(state.launcher, self.layout)

    def _end(self, state: NodeState) -> Stopped:
        pid = self._pid(state)
        if pid is None:
            # Only the launcher runs as yet: there is nobody to ask.
            process.end_group(state.launcher)
            return "killed"
        clean = process.end(pid, state.launcher, lambda: process.is_server(pid, self.layout))
        return "stopped" if clean else "killed"

    @contextmanager
    def _lock(self, doing: str) -> Iterator[None]:
        # Not in the home: that may be removed while others wait for the lock.
        locks = places.make_folder(places.cache_root() / "locks", 0o755)
        seconds = self._timeout + ANSWER_SECONDS
        try:
            with filelock.FileLock(
                locks / f"{places.short_hash(str(self.home))}.lock", timeout=seconds
            ):
                yield
        except filelock.Timeout as error:
            raise BusyError(doing, seconds) from error
        except PermissionError as error:
            raise FolderError(locks, error.strerror or str(error)) from error


def _answers(connection: Connection) -> bool:
    """Tell whether the server answers and knows our key."""
    try:
        with connection.client(timeout=ANSWER_SECONDS, retries=0) as client:
            client.security.authenticate()
    except (ApiError, TransportError):
        return False
    return True


def _port_from_environment() -> int:
    value = os.environ.get("MUSNAD_NODE_PORT", "0")
    if not value.isdigit() or int(value) > 65535:
        raise NodeError(
            f"MUSNAD_NODE_PORT is {value!r}: give a port number, or 0 for any free one."
        )
    return int(value)
