"""What a worker process may take: memory; and that it never outlives its parent."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from multiprocessing.process import BaseProcess

from musnad.ingest.interrupt import SIGNALS

MEMORY_SHARE = 0.8
"""Of the machine's memory, for all workers together, where the settings say nothing."""
COLLECT_AFTER = (50_000, 20, 20)
"""Objects made beyond those gone (thresholds of `gc.set_threshold`)."""
LEAST_BYTES = 1_000_000_000
"""What a worker may take at least: plugins with models need some hundred megabytes."""


def worker_bytes(workers: int, wanted: int | None) -> int | None:
    """Return how much memory each of `workers` may take, in bytes; None for no limit.

    `wanted` is the setting `worker_memory_mb`: None for a fair share of the machine, 0 for no limit.
    """
    if wanted is not None:
        return wanted * 1_000_000 or None
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return None
    return max(LEAST_BYTES, int(total * MEMORY_SHARE / workers))


def settle_in(memory: int | None) -> None:
    """Make this process a worker: signals are its parent's affair, memory is bounded, it dies with its parent."""
    # Ctrl-C goes to the whole process group: the parent decides what is finished, workers go on.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    if memory is not None:
        _bound(memory)
    parent = multiprocessing.parent_process()
    if parent is not None:
        # A parent that was killed can end nobody.
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def collect_rarely() -> None:
    """Have the garbage collector pass over what is there now, and look seldom at what comes: call it with plugins open.

    Enriching makes hundreds of objects an article and no cycles to speak of: by default a fifth of its time goes into
    looking for some.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def collect_young() -> None:
    """Have the garbage collector look at what came lately: it counts objects, and a few of them may hold much memory."""
    gc.collect(1)


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _bound(memory: int) -> None:
    """Have allocations beyond `memory` fail: Python then raises `MemoryError` in the component that asked."""
    try:
        import resource
    except ImportError:  # Windows
        return
    # Not the address space: libraries reserve far more of that than they ever use.
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
