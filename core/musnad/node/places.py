"""Where things live: the cache that all projects share, and the home of each project's node."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from pathlib import Path

import platformdirs

from musnad.node.errors import FolderError, NoDiskSpaceError

APP = "musnad"
# The first of these upwards from the working directory makes a folder the root of a project.
PROJECT_MARKS = ("musnad.toml", "pyproject.toml", ".git")
MEGABYTE = 1024 * 1024
# What the system says when a disk, or a user's share of it, has no room left.
FULL = (errno.ENOSPC, errno.EDQUOT)


def is_root() -> bool:
    """Tell whether this process has root's rights (and Elasticsearch therefore must not)."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def cache_root() -> Path:
    """Return the folder of downloads and unpacked servers; `MUSNAD_CACHE` overrides it.

    For root it is the system's cache, because the unprivileged account that runs the server
    cannot read anything inside root's home.
    """
    chosen = os.environ.get("MUSNAD_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if is_root():
        return Path(platformdirs.site_cache_dir(APP))
    return Path(platformdirs.user_cache_dir(APP))


def nodes_root() -> Path:
    """Return the folder that holds the nodes' homes: beside the cache, but not in a cache proper.

    A node holds an archive, which a program that clears caches must not take away.
    """
    if os.environ.get("MUSNAD_CACHE") or is_root():
        return cache_root() / "nodes"
    return Path(platformdirs.user_state_dir(APP)) / "nodes"


def project_root(start: Path | None = None) -> Path:
    """Return the project that `start` (the working directory) is in, or `start` itself."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if any((folder / mark).exists() for mark in PROJECT_MARKS):
            return folder
    return here


def default_home(start: Path | None = None) -> Path:
    """Return the home of this project's node: `MUSNAD_NODE_HOME`, else one per project folder."""
    chosen = os.environ.get("MUSNAD_NODE_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    project = project_root(start)
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", project.name).strip("-.") or "project"
    return nodes_root() / f"{readable}-{short_hash(str(project))}"


def short_hash(text: str) -> str:
    """Return 12 hexadecimal digits that stand for `text`."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def make_folder(folder: Path, mode: int) -> Path:
    """Make `folder` with `mode` whatever the umask; its new parents may be passed by everyone.

    Folders that exist already keep the mode that somebody gave them. Raises FolderError.
    """
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for made in missing:
            made.chmod(mode if made == folder else 0o755)
    except OSError as error:
        raise FolderError(folder, error.strerror or str(error)) from error
    return folder


def need_room(folder: Path, needed_mb: int) -> None:
    """Raise NoDiskSpaceError unless `needed_mb` megabytes are free where `folder` is."""
    free_mb = shutil.disk_usage(folder).free // MEGABYTE
    if free_mb < needed_mb:
        raise NoDiskSpaceError(folder, needed_mb, free_mb)
