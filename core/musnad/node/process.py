"""The server's process: its settings, launching it, finding it again, ending it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from musnad.node import places
from musnad.node.accounts import Account
from musnad.node.errors import CrashError, HeapError, PortTakenError, StartTimeoutError
from musnad.node.java import Java

LOOPBACK = "127.0.0.1"
CLUSTER_NAME = "musnad"
HOME_OPTION = "-Dmusnad.home="
POLL_SECONDS = 0.1
GROUP_SECONDS = 10.0
TERM_SECONDS = 30.0
KEYSTORE_SECONDS = 60
CRASH_LINES = 400
# Lines of a crash that say why, the most telling first: the JVM's own, then the innermost exception.
MEMORY_CAUSES = (
    re.compile(r"^[# ]*(There is insufficient memory [^.]*)"),
    re.compile(r"^((?:Too small|Invalid|Initial|Incompatible) .*heap.*)"),
)
CAUSES = (
    *MEMORY_CAUSES,
    re.compile(r"Caused by: (?:[\w.$]+\.)?(\w+(?:Exception|Error): .+)"),
    re.compile(r"(?:^|\W)(?:[\w.$]+\.)?(\w+(?:Exception|Error): .+)"),
    re.compile(r"(?i)^(?:error|fatal): (.+)"),
)
PORT_SIGNS = ("Address already in use", "BindHttpException")


@dataclass(frozen=True)
class Layout:
    """The files of one node's home."""

    home: Path

    @property
    def config(self) -> Path:
        """Settings and keystore."""
        return self.home / "config"

    @property
    def keystore(self) -> Path:
        """Where the server keeps the password of its first user."""
        return self.config / "elasticsearch.keystore"

    @property
    def data(self) -> Path:
        """The indices."""
        return self.home / "data"

    @property
    def logs(self) -> Path:
        """Everything the server says."""
        return self.home / "logs"

    @property
    def temporary(self) -> Path:
        """Scratch files of the server; also holds its pid file, which the server must be able to write."""
        return self.home / "tmp"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.logs / f"{CLUSTER_NAME}.log"

    @property
    def start_log(self) -> Path:
        """What the last start printed: the place for what goes wrong before there is a log."""
        return self.logs / "start.log"

    @property
    def pid_file(self) -> Path:
        """Where the server writes its process id."""
        return self.temporary / "server.pid"

    @property
    def ports_file(self) -> Path:
        """Where the server writes the addresses that it listens on."""
        return self.logs / "http.ports"

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that belong to the server's account."""
        return (self.config, self.data, self.logs, self.temporary)


def prepare(layout: Layout, server: Path, account: Account) -> None:
    """Make the folders of a home, and copy the server's default configuration into it.

    Raises FolderError, UnreachableFilesError.
    """
    # Another account must pass through the home to reach its folders, but need not list it.
    mode = 0o711 if account.switches else 0o700
    places.make_folder(layout.home, mode).chmod(mode)
    for folder in layout.folders:
        places.make_folder(folder, 0o700)
        account.own(folder)
    for default in sorted((server / "config").iterdir()):
        copy = layout.config / default.name
        if default.is_file():
            shutil.copyfile(default, copy)
            copy.chmod(0o600)
            account.own(copy)
    account.need_readable(layout.config, "MUSNAD_NODE_HOME")


def write_settings(layout: Layout, account: Account, *, port: int, heap: str) -> None:
    """Write `elasticsearch.yml` and the JVM's options for the next start; port 0 is any free one."""
    settings: dict[str, str | int | bool] = {
        "cluster.name": CLUSTER_NAME,
        "node.name": CLUSTER_NAME,
        "path.data": str(layout.data),
        "path.logs": str(layout.logs),
        "network.host": LOOPBACK,
        "http.port": port,
        "transport.port": 0,
        # The server chooses its free port itself and tells us: no other program can take it meanwhile.
        "node.portsfile": True,
        "discovery.type": "single-node",
        # A nearly full disk would make every index read-only; a private node shall not care.
        "cluster.routing.allocation.disk.threshold_enabled": False,
        "xpack.security.enabled": True,
        "xpack.security.enrollment.enabled": False,
        "xpack.security.autoconfiguration.enabled": False,
        "xpack.security.http.ssl.enabled": False,
        "xpack.security.transport.ssl.enabled": False,
    }
    # A JSON value is a YAML value: no path or name needs further quoting.
    lines = [f"{key}: {json.dumps(value)}" for key, value in settings.items()]
    options = [f"-Xms{heap}", f"-Xmx{heap}", HOME_OPTION + str(layout.home)]
    # What the JVM leaves behind when it dies belongs to the logs; a dump of the whole heap to nowhere.
    options += [f"-XX:ErrorFile={layout.logs}/jvm-error.log", "-XX:-HeapDumpOnOutOfMemoryError"]
    # Instead of a garbage collection log of many megabytes: warnings only, to the start log.
    options += ["-Xlog:disable", "-Xlog:all=warning:stderr:utctime,level,tags"]
    _write(layout.config / "elasticsearch.yml", lines, account)
    extra = places.make_folder(layout.config / "jvm.options.d", 0o700)
    account.own(extra)
    _write(extra / "musnad.options", options, account)


def set_password(layout: Layout, server: Path, java: Java, account: Account, password: str) -> None:
    """Put the password of the user `elastic` into the server's keystore. Raises CrashError."""
    command = [
        str(server / "bin" / "elasticsearch-keystore"),
        "add",
        "-x",
        "-f",
        "bootstrap.password",
    ]
    try:
        done = subprocess.run(
            command,
            input=password,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=KEYSTORE_SECONDS,
            check=False,
            cwd="/",
            env=_environment(layout, java),
            umask=0o077,
            **account.identity(),
        )
    except subprocess.TimeoutExpired:
        raise StartTimeoutError(KEYSTORE_SECONDS, layout.start_log) from None
    if done.returncode != 0:
        layout.start_log.write_text(done.stdout + done.stderr, encoding="utf-8")
        raise CrashError(_cause(done.stderr.splitlines()), layout.start_log)


def launch(layout: Layout, server: Path, java: Java, account: Account) -> subprocess.Popen[bytes]:
    """Start the launcher, which ends when the server is ready or has failed, and return it.

    It leads a process group of its own, so that Ctrl-C here does not reach the server, and the
    launcher and the server can be ended together.
    """
    for stale in (layout.pid_file, layout.ports_file):
        stale.unlink(missing_ok=True)
    command = [str(server / "bin" / "elasticsearch"), "-d", "-p", str(layout.pid_file)]
    with layout.start_log.open("wb") as output:
        account.own(layout.start_log)
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=_environment(layout, java),
            start_new_session=True,
            umask=0o077,
            **account.identity(),
        )


def await_launch(
    layout: Layout, launcher: subprocess.Popen[bytes], port: int, seconds: float
) -> tuple[int, str]:
    """Wait until the server is ready; return its process id and URL.

    Raises CrashError as soon as it ended, PortTakenError where that is why, StartTimeoutError.
    """
    try:
        launcher.wait(seconds)
    except subprocess.TimeoutExpired:
        raise StartTimeoutError(seconds, layout.log) from None
    if launcher.returncode != 0:
        raise crash(layout, port)
    try:
        pid = int(layout.pid_file.read_text(encoding="ascii"))
        address = layout.ports_file.read_text(encoding="ascii").split()[0]
    except (OSError, ValueError, IndexError) as error:
        raise CrashError("it left no process id or no address", layout.log) from error
    return pid, f"http://{address}"


def crash(layout: Layout, port: int) -> CrashError | PortTakenError:
    """Return the error that says why the last start failed, from what the server printed."""
    # The start's own output first: the log goes on over many runs.
    log, lines = layout.start_log, tail(layout.start_log, CRASH_LINES)
    if not lines:
        log, lines = layout.log, tail(layout.log, CRASH_LINES)
    if port and any(sign in line for line in lines for sign in PORT_SIGNS):
        return PortTakenError(port)
    if any(pattern.search(line) for pattern in MEMORY_CAUSES for line in lines):
        return HeapError(_cause(lines), log)
    return CrashError(_cause(lines), log)


def need_free_port(port: int) -> None:
    """Raise PortTakenError if another program listens on `port` of the loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server does it: a connection that is only closing does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            raise PortTakenError(port) from None


def is_server(pid: int | None, layout: Layout) -> bool:
    """Tell whether `pid` is this home's server, and not a later process of the same number."""
    return pid is not None and f"{HOME_OPTION}{layout.home}\0" in _command_line(pid)


def is_launcher(pid: int | None, layout: Layout) -> bool:
    """Tell whether `pid` is the program that is just launching this home's server."""
    return pid is not None and f"\0{layout.pid_file}\0" in _command_line(pid)


def end(
    pid: int, group: int | None, alive: Callable[[], bool], seconds: float = TERM_SECONDS
) -> bool:
    """End the server: ask, wait up to `seconds`, then kill. Return False if it had to be killed."""
    _signal(pid, signal.SIGTERM)
    if _wait_until_gone(alive, seconds):
        return True
    end_group(group)
    _signal(pid, signal.SIGKILL)
    _wait_until_gone(alive, seconds)
    return False


def end_group(group: int | None) -> None:
    """Kill all processes of a launch that did not finish, and wait until they are gone.

    A killed server holds the lock of its data until its last thread has ended: a start right behind it
    would be refused.
    """
    if group is None:
        return

    def kill() -> bool:
        try:
            os.killpg(group, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    # Ended processes that nobody has reaped yet still count as the group's: hence the limit.
    _wait_until_gone(kill, GROUP_SECONDS)


def end_leftovers(layout: Layout) -> None:
    """Kill what a killed starter left of this home's server, and wait until it is gone (needs /proc).

    Whoever calls holds the home's lock, so nobody else is starting it.
    """
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        if is_server(pid, layout) or is_launcher(pid, layout):
            _signal(pid, signal.SIGKILL)
            _wait_until_gone(
                lambda pid=pid: is_server(pid, layout) or is_launcher(pid, layout),  # type: ignore[misc]
                GROUP_SECONDS,
            )


def tail(file: Path, lines: int) -> list[str]:
    """Return the last lines of a text file, none if there is no such file."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.splitlines()[-lines:] if lines > 0 else []


def _wait_until_gone(alive: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while alive():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _command_line(pid: int) -> str:
    """Return a process's arguments, each ended by a null character.

    Empty if there is no such process, or if it ended and only waits for its parent to notice.
    """
    try:
        return Path("/proc", str(pid), "cmdline").read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        # No such process, or a system without /proc.
        pass
    ps = shutil.which("ps")
    if ps is None:
        return ""
    done = subprocess.run(
        [ps, "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip().replace(" ", "\0") + "\0"


def _environment(layout: Layout, java: Java) -> dict[str, str]:
    """Return a small environment: nothing of the user's, secrets least of all, goes to the server."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "HOME": str(layout.temporary),
        "HOSTNAME": "localhost",
        "ES_JAVA_HOME": str(java.home),
        "ES_PATH_CONF": str(layout.config),
        "ES_TMPDIR": str(layout.temporary),
    }


def _write(file: Path, lines: Sequence[str], account: Account) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file.chmod(0o600)
    account.own(file)


def _cause(lines: Sequence[str]) -> str:
    for pattern in CAUSES:
        found = [match[1].strip() for line in lines if (match := pattern.search(line))]
        if found:
            return found[-1]
    spoken = [line.strip() for line in lines if line.strip()]
    return spoken[-1] if spoken else "it said nothing"
