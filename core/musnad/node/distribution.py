"""The server's program: downloaded once, checked, unpacked into the cache with our plugin in it.

    <cache>/downloads/elasticsearch-9.5.0.zip
    <cache>/servers/elasticsearch-9.5.0-<plugin>/      ready to run, never changed afterwards
    <cache>/servers/.unpacking-<random>/               a copy in the making, or left by a killed process

A folder under its final name is complete: it is made beside and renamed. All processes of a user take
one lock for it, so that two at once download and unpack once.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import filelock

from musnad.node import analysis, places
from musnad.node.errors import (
    BusyError,
    ChecksumError,
    DownloadError,
    FolderError,
    NoDiskSpaceError,
    network_reason,
)
from musnad.node.java import Java

Report = Callable[[str], None]

# The archive, what is unpacked from it, and some air.
ROOM_MB = 500
LOCK_SECONDS = 900.0
READ_SECONDS = 60
PARTIAL = ".unpacking-"
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Release:
    """One release of the server on Maven Central, with the checksum that we accept for it."""

    version: str
    sha256: str
    group: str = "org.elasticsearch.distribution.integ-test-zip"
    artifact: str = "elasticsearch"

    @property
    def file_name(self) -> str:
        """The archive's name, which is also the name of the one folder in it plus `.zip`."""
        return f"{self.artifact}-{self.version}.zip"


ELASTICSEARCH = Release(
    version="9.5.0",
    sha256="db0e275fd790f723eca7bcde96069fd6fed304ad23afdb70c8c09553dd9e8b1b",
)


def _silent(_message: str) -> None:
    """Report nothing."""


@dataclass
class Distribution:
    """The unpacked server in a cache folder.

    `ensure` may be called by any number of processes at once. `repository` is the base URL of a Maven
    repository, Maven Central without one.
    """

    cache: Path
    release: Release = ELASTICSEARCH
    repository: str | None = None
    report: Report = field(default=_silent, repr=False)

    @property
    def archive(self) -> Path:
        """Where the downloaded archive is kept; a file put there by hand is used too."""
        return self.cache / "downloads" / self.release.file_name

    @property
    def home(self) -> Path:
        """The server's folder; another plugin source makes it another folder."""
        name = f"{self.release.artifact}-{self.release.version}-{analysis.fingerprint()}"
        return self.cache / "servers" / name

    def ensure(self, java: Java) -> Path:
        """Return the server's folder, after downloading, checking and unpacking what is missing.

        `java` compiles the plugin. Raises DownloadError, ChecksumError, NoDiskSpaceError, FolderError,
        PluginBuildError, BusyError.
        """
        if self.home.is_dir():
            return self.home
        for folder in (self.cache, self.home.parent, self.archive.parent):
            places.make_folder(folder, 0o755)
        with _lock(self.cache / "servers.lock"), self._room():
            # Another process may have made it while we waited for the lock.
            if not self.home.is_dir():
                self._remove_leftovers()
                places.need_room(self.cache, ROOM_MB)
                self._fetch()
                self._unpack(java)
        return self.home

    @contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in places.FULL:
                raise NoDiskSpaceError(self.cache, ROOM_MB) from error
            if isinstance(error, PermissionError):
                raise FolderError(self.cache, error.strerror or str(error)) from error
            raise

    def _remove_leftovers(self) -> None:
        """Remove what killed processes left; nobody else is at work while we hold the lock."""
        for folder in (self.home.parent, self.archive.parent):
            for leftover in folder.glob(f"{PARTIAL}*"):
                shutil.rmtree(leftover, ignore_errors=True)

    def _fetch(self) -> None:
        if not self.archive.exists():
            # jgo writes straight to the final name, so a killed download would look whole: it gets a
            # folder of its own, and the file is moved when it has arrived.
            with tempfile.TemporaryDirectory(dir=self.archive.parent, prefix=PARTIAL) as folder:
                self._download(Path(folder)).replace(self.archive)
        found = _sha256(self.archive)
        if found != self.release.sha256:
            raise ChecksumError(self.archive, self.release.sha256, found)

    def _download(self, folder: Path) -> Path:
        # Imported late: only a download needs them, and they are slow to import.
        import requests
        from jgo.constants import MAVEN_CENTRAL_URL
        from jgo.maven import MavenContext, PythonResolver

        source = self.repository or MAVEN_CENTRAL_URL
        self.report(f"downloading {self.release.file_name} from {source}")
        context = MavenContext(
            repo_cache=folder,
            local_repos=[],
            remote_repos={"maven": source.rstrip("/")},
            resolver=PythonResolver(progress_callback=self._progress),
            timeout=READ_SECONDS,
        )
        project = context.project(self.release.group, self.release.artifact)
        artifact = project.at_version(self.release.version).artifact(packaging="zip")
        try:
            return Path(artifact.resolve())
        except requests.RequestException as error:
            reason = network_reason(error)
        except RuntimeError:
            # What jgo says when no repository answers with 200.
            reason = "the repository refuses it or does not have it"
        raise DownloadError(self.release.file_name, source, reason, self.archive)

    @contextmanager
    def _progress(self, _name: str, total: int) -> Iterator[Callable[[int], None]]:
        done = 0
        quarter = 0

        def advance(count: int) -> None:
            nonlocal done, quarter
            done += count
            if done * 4 // total > quarter:
                quarter = done * 4 // total
                self.report(f"downloaded {quarter * 25}% of {total // places.MEGABYTE} MB")

        yield advance

    def _unpack(self, java: Java) -> None:
        self.report(f"unpacking {self.release.file_name}")
        making = Path(tempfile.mkdtemp(dir=self.home.parent, prefix=PARTIAL))
        try:
            with zipfile.ZipFile(self.archive) as archive:
                archive.extractall(making)
            unpacked = making / self.archive.stem
            self.report("compiling the Arabic analysis")
            analysis.install(unpacked, self.release.version, java)
            _open_for_reading(unpacked)
            unpacked.rename(self.home)
        finally:
            shutil.rmtree(making, ignore_errors=True)


@contextmanager
def _lock(file: Path) -> Iterator[None]:
    try:
        with filelock.FileLock(file, timeout=LOCK_SECONDS):
            yield
    except filelock.Timeout as error:
        raise BusyError("preparing Elasticsearch", LOCK_SECONDS) from error


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _open_for_reading(root: Path) -> None:
    """Set modes whatever the umask: all may read, nobody writes by accident, `bin/*` may be run."""
    for path in (root, *root.rglob("*")):
        runs = path.is_dir() or path.parent == root / "bin"
        path.chmod(0o755 if runs else 0o644)
