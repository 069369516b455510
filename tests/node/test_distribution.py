"""Downloading, checking and unpacking the server: small archives, a real HTTP server, real processes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from musnad.node import analysis
from musnad.node.distribution import ELASTICSEARCH, Distribution
from musnad.node.errors import ChecksumError, DownloadError, FolderError, NoDiskSpaceError
from musnad.node.java import Java

from .repository import Repository, serving

JAVA = Java(home=Path("unused"), version=25)

# Another process that prepares the same server; its "compiler" can be told to take for ever.
SCRIPT = """
import sys, time
from pathlib import Path
from musnad.node import analysis
from musnad.node.distribution import Distribution, Release
from musnad.node.java import Java
cache, url, sha256, mode = sys.argv[1:]
def install(server, version, java):
    (server / "plugins").mkdir()
    if mode == "hang":
        print("unpacked", flush=True)
        time.sleep(600)
analysis.install = install
release = Release(version="0.1", sha256=sha256, group="test")
print(Distribution(Path(cache), release, url).ensure(Java(Path("unused"), 25)))
"""


@pytest.fixture
def repository() -> Iterator[Repository]:
    with serving() as found:
        yield found


@pytest.fixture(autouse=True)
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small archive has no Lucene to compile against; the real plugin is tested on the real node."""

    def install(server: Path, server_version: str, java: Java) -> Path:
        folder = server / "plugins"
        folder.mkdir()
        (folder / "version").write_text(server_version)
        return folder

    monkeypatch.setattr(analysis, "install", install)


def distribution(cache: Path, repository: Repository) -> Distribution:
    return Distribution(cache, repository.release, repository.url)


def other_process(cache: Path, repository: Repository, mode: str) -> subprocess.Popen[str]:
    arguments = [str(cache), repository.url, repository.release.sha256, mode]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def test_the_server_is_downloaded_once_unpacked_and_made_runnable(
    tmp_path: Path, repository: Repository
) -> None:
    said: list[str] = []
    wanted = distribution(tmp_path / "cache", repository)
    wanted.report = said.append
    old = os.umask(0o077)
    try:
        home = wanted.ensure(JAVA)
    finally:
        os.umask(old)
    assert os.access(home / "bin" / "elasticsearch", os.X_OK)
    # Another account must be able to read it, whatever the umask of the one who unpacked it.
    assert (home / "lib" / "server.jar").stat().st_mode & 0o777 == 0o644
    assert all(folder.stat().st_mode & 0o005 == 0o005 for folder in (home, home.parent))
    assert (home / "plugins" / "version").read_text() == "0.1"
    assert any("downloading elasticsearch-0.1.zip" in line for line in said)
    assert distribution(tmp_path / "cache", repository).ensure(JAVA) == home
    assert len([path for path in repository.requests if path.endswith(".zip")]) == 1


def test_another_plugin_source_makes_another_folder_without_a_download(
    tmp_path: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = distribution(tmp_path, repository).ensure(JAVA)
    monkeypatch.setattr(analysis, "fingerprint", lambda: "other")
    second = distribution(tmp_path, repository).ensure(JAVA)
    assert first != second
    assert first.is_dir()
    assert len([path for path in repository.requests if path.endswith(".zip")]) == 1


def test_a_file_that_is_not_the_pinned_one_is_refused(
    tmp_path: Path, repository: Repository
) -> None:
    repository.body += b"more"
    wanted = distribution(tmp_path, repository)
    with pytest.raises(ChecksumError, match=r"damaged or replaced .* delete it and try again"):
        wanted.ensure(JAVA)
    assert not wanted.home.exists()
    assert not list((tmp_path / "servers").iterdir())


def test_after_deleting_the_refused_file_a_good_one_is_taken(
    tmp_path: Path, repository: Repository
) -> None:
    wanted = distribution(tmp_path, repository)
    wanted.archive.parent.mkdir(parents=True)
    wanted.archive.write_bytes(b"damaged")
    with pytest.raises(ChecksumError):
        wanted.ensure(JAVA)
    wanted.archive.unlink()
    assert wanted.ensure(JAVA).is_dir()


def test_a_file_put_there_by_hand_needs_no_connection(
    tmp_path: Path, repository: Repository
) -> None:
    wanted = distribution(tmp_path, repository)
    wanted.archive.parent.mkdir(parents=True)
    wanted.archive.write_bytes(repository.body)
    assert wanted.ensure(JAVA).is_dir()
    assert repository.requests == []


def test_a_download_that_breaks_off_leaves_nothing_that_looks_whole(
    tmp_path: Path, repository: Repository
) -> None:
    repository.truncate = True
    wanted = distribution(tmp_path, repository)
    with pytest.raises(DownloadError, match=r"elasticsearch-0\.1\.zip could not be downloaded"):
        wanted.ensure(JAVA)
    assert list(wanted.archive.parent.iterdir()) == []
    repository.truncate = False
    assert wanted.ensure(JAVA).is_dir()


def test_a_refused_connection_names_the_ways_out(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(DownloadError) as caught:
            Distribution(tmp_path, ELASTICSEARCH, url).ensure(JAVA)
    message = str(caught.value)
    assert "the connection was refused" in message
    assert "MUSNAD_MAVEN_URL" in message
    assert str(tmp_path / "downloads" / "elasticsearch-9.5.0.zip") in message


def test_a_repository_without_the_file_is_named(tmp_path: Path, repository: Repository) -> None:
    with pytest.raises(DownloadError, match="does not have it"):
        Distribution(tmp_path, ELASTICSEARCH, repository.url).ensure(JAVA)


def test_a_full_disk_is_noticed_before_the_download(
    tmp_path: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=100 * 1024 * 1024))
    with pytest.raises(NoDiskSpaceError, match=r"100 MB are free, about 500 MB .* MUSNAD_CACHE"):
        distribution(tmp_path, repository).ensure(JAVA)
    assert repository.requests == []


def test_a_cache_that_cannot_be_made_is_named(tmp_path: Path, repository: Repository) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match=r"cannot be used .* MUSNAD_CACHE"):
        distribution(tmp_path / "file" / "cache", repository).ensure(JAVA)


def test_two_processes_at_once_download_and_unpack_once(
    tmp_path: Path, repository: Repository
) -> None:
    processes = [other_process(tmp_path, repository, "go") for _ in range(2)]
    answers = {process.communicate(timeout=60)[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0]
    assert answers == {f"{distribution(tmp_path, repository).home}\n"}
    assert len([path for path in repository.requests if path.endswith(".zip")]) == 1


def test_a_killed_unpacking_is_cleared_away_and_done_again(
    tmp_path: Path, repository: Repository
) -> None:
    wanted = distribution(tmp_path, repository)
    with other_process(tmp_path, repository, "hang") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "unpacked\n"
        process.send_signal(signal.SIGKILL)
    assert not wanted.home.exists()
    assert len(list(wanted.home.parent.iterdir())) == 1
    assert wanted.ensure(JAVA).is_dir()
    assert list(wanted.home.parent.iterdir()) == [wanted.home]
