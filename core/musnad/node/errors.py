"""Each way in which a private node can fail: one class, one sentence, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from musnad.errors import MusnadError

OTHER_CLUSTER = "or use another cluster through MUSNAD_ES_URL (`docker compose up` starts one)"


class NodeError(MusnadError):
    """Base of all errors of the private node; `str()` is one sentence to show to the user."""


class UnsupportedSystemError(NodeError):
    """The private node runs on Linux and macOS only."""

    def __init__(self, system: str) -> None:
        super().__init__(
            f"The private Elasticsearch does not run on {system}: use Linux, macOS or WSL, "
            f"{OTHER_CLUSTER}."
        )


class JavaError(NodeError):
    """No JDK that Elasticsearch can run on."""


class NoJavaError(JavaError):
    """No Java was found anywhere."""

    def __init__(self, minimum: int) -> None:
        super().__init__(
            f"No Java was found: install a JDK {minimum} or newer (Temurin, or your system's package) "
            "or set ES_JAVA_HOME to one, or let `musnad node start --download-java` fetch one, "
            f"{OTHER_CLUSTER}."
        )


class UnsuitableJavaError(JavaError):
    """Java was found, but each one is too old or lacks a module."""

    def __init__(self, minimum: int, rejected: Sequence[tuple[Path, str]]) -> None:
        found = "; ".join(f"{home} {reason}" for home, reason in rejected)
        super().__init__(
            f"No suitable Java was found ({found}): install a full JDK {minimum} or newer and set "
            "ES_JAVA_HOME to it, or let `musnad node start --download-java` fetch one, "
            f"{OTHER_CLUSTER}."
        )


class JavaDownloadError(JavaError):
    """A JDK was asked for and could not be fetched."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"No JDK could be downloaded ({reason}): install one by hand and set ES_JAVA_HOME to it, "
            f"{OTHER_CLUSTER}."
        )


class NoDiskSpaceError(NodeError):
    """The cache or the node's home has no room left."""

    def __init__(self, folder: Path, needed_mb: int, free_mb: int | None = None) -> None:
        free = "it is full" if free_mb is None else f"{free_mb} MB are free"
        super().__init__(
            f"There is not enough room in {folder} ({free}, about {needed_mb} MB are needed): "
            "free some space, or set MUSNAD_CACHE to a folder on a larger disk."
        )


class DownloadError(NodeError):
    """The server's archive could not be fetched: offline, refused, or not there."""

    def __init__(self, name: str, source: str, reason: str, drop_here: Path) -> None:
        super().__init__(
            f"{name} could not be downloaded from {source} ({reason}): check the connection and any "
            "proxy, or set MUSNAD_MAVEN_URL to a Maven repository that this machine can reach, "
            f"or fetch the file elsewhere and put it at {drop_here}."
        )


class ChecksumError(NodeError):
    """The server's archive is not the file that it should be."""

    def __init__(self, file: Path, expected: str, found: str) -> None:
        super().__init__(
            f"{file} is not the file that it should be (sha256 {found[:16]}…, expected "
            f"{expected[:16]}…): it was damaged or replaced on the way; delete it and try again, "
            "on another connection or from another MUSNAD_MAVEN_URL if this repeats."
        )


class PluginBuildError(NodeError):
    """The analysis plugin did not compile."""

    def __init__(self, java_home: Path, reason: str) -> None:
        super().__init__(
            f"The Arabic analysis could not be compiled with {java_home} ({reason}): point "
            "ES_JAVA_HOME at another JDK, and report this if it repeats."
        )


class UnprivilegedAccountError(NodeError):
    """Elasticsearch refuses to run as root, and no other account can be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Elasticsearch refuses to run as root and {reason}: run as an ordinary user, "
            "or set MUSNAD_NODE_USER to an account that may run it."
        )


class UnreachableFilesError(NodeError):
    """Started by root, and the unprivileged account cannot read what it needs."""

    def __init__(self, account: str, path: Path, variable: str) -> None:
        super().__init__(
            f"The account {account!r}, which runs Elasticsearch for root, cannot read {path}: set "
            f"{variable} to a place that it can reach (not inside a private home directory)."
        )


class PortTakenError(NodeError):
    """The port that was asked for belongs to another program."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is taken by another program: choose another with `--port` or "
            "MUSNAD_NODE_PORT, or leave it out and a free one is found."
        )


class CrashError(NodeError):
    """The server ended while starting."""

    def __init__(self, cause: str, log: Path) -> None:
        super().__init__(
            f"Elasticsearch stopped while starting: {cause.rstrip('.')}; the whole log is in {log}."
        )
        self.cause = cause
        self.log = log


class HeapError(CrashError):
    """The JVM could not have the heap that it was given."""

    def __init__(self, cause: str, log: Path) -> None:
        super().__init__(
            f"{cause.rstrip('.')} (choose another size with `--heap` or MUSNAD_NODE_HEAP)", log
        )


class StartTimeoutError(NodeError):
    """The server did not answer in time."""

    def __init__(self, seconds: float, log: Path) -> None:
        super().__init__(
            f"Elasticsearch did not answer within {seconds:.0f} seconds and was ended: try again with "
            f"a longer `--timeout` on a slow machine, or see {log}."
        )


class NotRespondingError(NodeError):
    """The server's process is alive but does not answer."""

    def __init__(self, url: str, pid: int) -> None:
        super().__init__(
            f"The node (process {pid}) runs but does not answer at {url}: "
            "run `musnad node stop` and start it again."
        )


class NotRunningError(NodeError):
    """Something was asked of a node that does not run."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"No node runs in {home}: start it with `musnad node start`.")


class BusyError(NodeError):
    """Another process holds the lock for too long."""

    def __init__(self, what: str, seconds: float) -> None:
        super().__init__(
            f"Another process has been {what} for {seconds:.0f} seconds: "
            "wait for it to finish, or end it, and try again."
        )


class StateError(NodeError):
    """The state file exists but cannot be used."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(
            f"The node's state file {file} cannot be used ({reason}): mend its permissions, "
            "or run `musnad node destroy`, which removes the node with all its data."
        )


class FolderError(NodeError):
    """A folder that the node needs cannot be made or written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The folder {folder} cannot be used ({reason}): set MUSNAD_CACHE (or MUSNAD_NODE_HOME "
            "for the node's own data) to a folder that you may write to."
        )


def network_reason(error: BaseException) -> str:
    """Say in a few words why a request failed; the libraries nest the operating system's reason."""
    text = str(error)
    for sign, reason in (
        ("Connection refused", "the connection was refused"),
        ("Name or service not known", "its host name is not known: is this machine offline?"),
        ("nodename nor servname", "its host name is not known: is this machine offline?"),
        (
            "Temporary failure in name resolution",
            "no name server answers: is this machine offline?",
        ),
        ("Network is unreachable", "the network is unreachable"),
        ("CERTIFICATE_VERIFY_FAILED", "its TLS certificate is not trusted"),
        ("timed out", "it did not answer in time"),
        ("ProxyError", "the proxy refuses the connection"),
    ):
        if sign in text:
            return reason
    return type(error).__name__
