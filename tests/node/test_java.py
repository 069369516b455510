"""Finding a JDK, with programs that answer as Java of all sorts does."""

from __future__ import annotations

from pathlib import Path

import pytest
from musnad.node import java as javas
from musnad.node.errors import NoJavaError, UnsuitableJavaError
from musnad.node.java import REQUIRED_MODULES, examine, find_java


def fake_jdk(home: Path, version: int, modules: tuple[str, ...] = REQUIRED_MODULES) -> Path:
    """Make a folder whose `bin/java` lists modules as a JDK of this version would."""
    listing = "\n".join(f"{module}@{version}.0.1" for module in ("java.base", *modules))
    return fake_program(home, f'[ "$1" = --list-modules ] || exit 1\ncat <<"EOF"\n{listing}\nEOF\n')


def fake_program(home: Path, body: str) -> Path:
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{body}")
    program.chmod(0o755)
    return home


@pytest.fixture(autouse=True)
def no_java_around(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("ES_JAVA_HOME", "JAVA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "cat").symlink_to("/bin/cat")
    monkeypatch.setenv("PATH", str(programs))


def test_es_java_home_goes_before_java_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ES_JAVA_HOME", str(fake_jdk(tmp_path / "mine", 21)))
    monkeypatch.setenv("JAVA_HOME", str(fake_jdk(tmp_path / "other", 25)))
    found = find_java([])
    assert (found.home, found.version) == (tmp_path / "mine", 21)
    assert found.executable == tmp_path / "mine" / "bin" / "java"


def test_the_search_goes_on_past_a_java_that_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(fake_jdk(tmp_path / "old", 17)))
    (tmp_path / "programs" / "java").symlink_to(fake_jdk(tmp_path / "path", 20) / "bin" / "java")
    good = fake_jdk(tmp_path / "root" / "usr" / "lib" / "jvm" / "temurin-25", 25)
    assert find_java([tmp_path / "root"]).home == good


def test_java_on_the_path_is_followed_to_its_home(tmp_path: Path) -> None:
    home = fake_jdk(tmp_path / "jdk", 24)
    (tmp_path / "programs" / "java").symlink_to(home / "bin" / "java")
    assert find_java([]).home == home


def test_the_newest_of_the_usual_folders_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "root" / "usr" / "lib" / "jvm"
    for number in (9, 21, 25, 17):
        fake_jdk(folder / f"jdk-{number}", number)
    assert find_java([tmp_path / "root"]).version == 25


def test_no_java_at_all_says_what_to_do() -> None:
    with pytest.raises(NoJavaError, match=r"install a JDK 21 or newer .* set ES_JAVA_HOME"):
        find_java([])


def test_each_unsuitable_java_is_named_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = fake_jdk(tmp_path / "old", 17)
    partial = fake_jdk(tmp_path / "partial", 25, modules=("jdk.compiler", "jdk.jdi"))
    monkeypatch.setenv("ES_JAVA_HOME", str(old))
    monkeypatch.setenv("JAVA_HOME", str(partial))
    with pytest.raises(UnsuitableJavaError) as caught:
        find_java([])
    message = str(caught.value)
    assert f"{old} is Java 17, which is too old" in message
    assert f"{partial} lacks jdk.incubator.vector, jdk.jlink" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('echo "Unrecognized option: --list-modules" >&2; exit 1', "older than Java 9"),
        ("echo nonsense", "does not run"),
    ],
)
def test_programs_that_are_no_modern_java(tmp_path: Path, body: str, reason: str) -> None:
    found = examine(fake_program(tmp_path / "odd", body))
    assert isinstance(found, str)
    assert reason in found


def test_a_folder_without_java_is_no_jdk(tmp_path: Path) -> None:
    assert examine(tmp_path) == "does not run"


def test_a_java_that_the_server_cannot_read_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = fake_jdk(tmp_path / "private", 25)
    public = fake_jdk(tmp_path / "public", 21)
    monkeypatch.setenv("ES_JAVA_HOME", str(private))
    assert find_java([], also=[public], accept=lambda java: java.home != private).home == public
    with pytest.raises(UnsuitableJavaError, match="cannot be read by the account"):
        find_java([], accept=lambda java: False)


def test_a_jdk_downloaded_before_is_found_again(tmp_path: Path) -> None:
    home = fake_jdk(tmp_path / "cache" / "jdk" / "v0" / "abc" / "jdk-25", 25)
    (home / "release").touch()
    assert find_java([], also=javas.downloaded_java(tmp_path / "cache")).home == home
