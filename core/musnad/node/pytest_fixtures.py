"""A pytest fixture with a real Elasticsearch, for our own tests and for those of plugin authors.

Which one it is, in this order:

- `MUSNAD_ES_URL` (with `MUSNAD_ES_API_KEY`, `MUSNAD_ES_CA`): that cluster, and nothing is started;
- `MUSNAD_TEST_NODE_HOME`: the private node in that folder, started if need be and *left running*, so
  that the next run has it at once (stop it with `musnad node stop --home …`);
- else a private node of this test session alone, stopped and removed with its data at the end.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from musnad.node import places
from musnad.node.errors import NodeError
from musnad.node.lifecycle import Node
from musnad.node.state import Connection

SESSION = re.compile(r"session-(\d+)-")
TEST_HEAP = "512m"
MEMORY = "/dev/shm"  # noqa: S108 - homes are made by mkdtemp, in a folder of this user
"""Linux's file system in memory."""
MEMORY_FREE_MB = 2048


@pytest.fixture(scope="session")
def elasticsearch_node() -> Iterator[Connection]:
    """Yield the connection to a running Elasticsearch, the same for all tests of the session.

    On a machine where none can be started the tests that ask for it fail, with the sentence that says
    why. Two sessions at once have two nodes unless the environment gives them one: let each test use
    indices of its own name.
    """
    url = os.environ.get("MUSNAD_ES_URL")
    shared = os.environ.get("MUSNAD_TEST_NODE_HOME")
    if url:
        ca = os.environ.get("MUSNAD_ES_CA")
        key = os.environ.get("MUSNAD_ES_API_KEY")
        yield Connection(url, api_key=key, ca=Path(ca) if ca else None)
    elif shared:
        yield _start(Node(Path(shared), heap=_heap()))
    else:
        node = Node(_home_of_this_session(), heap=_heap())
        try:
            yield _start(node)
        finally:
            node.destroy()


def _heap() -> str:
    return os.environ.get("MUSNAD_NODE_HEAP") or TEST_HEAP


def _start(node: Node) -> Connection:
    try:
        return node.start()
    except NodeError as error:
        # Without pytest's pages of traceback: the sentence says what to do.
        pytest.fail(str(error), pytrace=False)


def _home_of_this_session() -> Path:
    """Make a home with our process id in its name, after removing those of sessions that were killed.

    Not in pytest's temporary folder: that is private, and a root user's server could not enter it.
    """
    folder = places.make_folder(_folder_of_sessions(), 0o755)
    for left in folder.iterdir():
        owner = SESSION.match(left.name)
        if owner and not _exists(int(owner[1])):
            with suppress(NodeError):
                Node(left).destroy()
    return Path(tempfile.mkdtemp(prefix=f"session-{os.getpid()}-", dir=folder))


def _folder_of_sessions() -> Path:
    """Return where the homes are made: in memory where there is room, since nothing of them is to last.

    Making an index waits for the disk several times: on a plain disk most of a test's time goes there.
    """
    memory = Path(MEMORY)
    if (
        not os.environ.get("MUSNAD_CACHE")
        and hasattr(os, "getuid")
        and os.access(memory, os.W_OK | os.X_OK)
        and not os.statvfs(memory).f_flag & os.ST_NOEXEC
        and shutil.disk_usage(memory).free >= MEMORY_FREE_MB * places.MEGABYTE
    ):
        return memory / f"musnad-tests-{os.getuid()}"
    return places.nodes_root() / "tests"


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
