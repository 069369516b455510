"""Finding a JDK that Elasticsearch can run on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from musnad.node.errors import JavaDownloadError, NoJavaError, UnsuitableJavaError, network_reason

MINIMUM_VERSION = 21
DOWNLOAD_VERSION = "25"
# The first three are what the server itself needs, the last compiles our analysis plugin.
REQUIRED_MODULES = ("jdk.incubator.vector", "jdk.jdi", "jdk.jlink", "jdk.compiler")
# Where systems and version managers keep JDKs: patterns below a root, given as parts.
SYSTEM_PATTERNS = ("usr/lib/jvm/*", "usr/lib64/jvm/*", "usr/java/*", "opt/java/*", "opt/jdk*")
MAC_PATTERNS = (
    "Library/Java/JavaVirtualMachines/*/Contents/Home",
    "opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
)
HOME_PATTERNS = (
    ".sdkman/candidates/java/*",
    ".jdks/*",
    ".jenv/versions/*",
    ".asdf/installs/java/*",
    ".local/share/mise/installs/java/*",
    "Library/Java/JavaVirtualMachines/*/Contents/Home",
)
PROBE_SECONDS = 30


@dataclass(frozen=True)
class Java:
    """A suitable JDK."""

    home: Path
    version: int
    """The feature release: 21, 25."""

    @property
    def executable(self) -> Path:
        """The `java` program."""
        return self.home / "bin" / "java"


def find_java(
    roots: Iterable[Path] | None = None,
    *,
    also: Iterable[Path] = (),
    accept: Callable[[Java], bool] | None = None,
) -> Java:
    """Return the first suitable JDK.

    Looked at are ES_JAVA_HOME, JAVA_HOME, `java` on PATH, the usual folders below `roots` (the file
    system and the home directory), newest first, then the homes `also`; one that does not fit never
    ends the search. `accept` may refuse one for another reason (the account of the server cannot read it).
    Raises NoJavaError where there is none, UnsuitableJavaError where none fits.
    """
    rejected: list[tuple[Path, str]] = []
    seen: set[Path] = set()
    for home in (*_candidates(roots), *also):
        if home in seen:
            continue
        seen.add(home)
        java = examine(home)
        if isinstance(java, str):
            rejected.append((home, java))
        elif accept is not None and not accept(java):
            rejected.append((home, "cannot be read by the account that runs the server"))
        else:
            return java
    if rejected:
        raise UnsuitableJavaError(MINIMUM_VERSION, rejected)
    raise NoJavaError(MINIMUM_VERSION)


def examine(home: Path) -> Java | str:
    """Return the JDK in `home`, or why it does not fit (a phrase that follows its path)."""
    program = home / "bin" / "java"
    try:
        done = subprocess.run(
            [str(program), "--list-modules"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PROBE_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "does not run"
    # Each line is `module@version`; a Java before 9 does not know the option.
    modules = dict(line.strip().partition("@")[::2] for line in done.stdout.splitlines())
    version = re.match(r"\d+", modules.get("java.base", ""))
    if done.returncode != 0 or version is None:
        return "is older than Java 9 or does not run"
    if int(version[0]) < MINIMUM_VERSION:
        return f"is Java {version[0]}, which is too old"
    missing = [module for module in REQUIRED_MODULES if module not in modules]
    if missing:
        return f"lacks {', '.join(missing)} (it is not a full JDK)"
    return Java(home=home, version=int(version[0]))


def download_java(cache: Path, report: Callable[[str], None]) -> Java:
    """Fetch a Temurin JDK into `cache` with cjdk (which comes with jgo) and return it.

    Called only on the user's explicit wish. Raises JavaDownloadError.
    """
    import cjdk

    report(f"downloading Temurin JDK {DOWNLOAD_VERSION}")
    try:
        home = cjdk.java_home(
            vendor="temurin", version=DOWNLOAD_VERSION, cache_dir=cache / "jdk", progress=False
        )
    except (cjdk.CjdkError, OSError) as error:
        raise JavaDownloadError(network_reason(error)) from error
    java = examine(Path(home))
    if isinstance(java, str):
        raise JavaDownloadError(f"the one in {home} {java}")
    return java


def downloaded_java(cache: Path) -> Iterator[Path]:
    """Yield the homes of JDKs that an earlier `download_java` left in `cache`."""
    for release in sorted((cache / "jdk").glob("**/release")):
        if (release.parent / "bin" / "java").exists():
            yield release.parent


def _candidates(roots: Iterable[Path] | None) -> Iterator[Path]:
    for variable in ("ES_JAVA_HOME", "JAVA_HOME"):
        value = os.environ.get(variable)
        if value:
            yield Path(value).expanduser().absolute()
    on_path = shutil.which("java")
    if on_path:
        # Usually a link, or a chain of them, into the JDK's own bin folder.
        yield Path(on_path).resolve().parent.parent
    for root in _default_roots() if roots is None else roots:
        patterns = HOME_PATTERNS if root == Path.home() else (*SYSTEM_PATTERNS, *MAC_PATTERNS)
        homes = {path.resolve() for pattern in patterns for path in root.glob(pattern)}
        yield from sorted(
            (home for home in homes if (home / "bin" / "java").exists()), key=_age, reverse=True
        )


def _default_roots() -> tuple[Path, ...]:
    return (Path(Path(sys.executable).anchor), Path.home())


def _age(home: Path) -> tuple[int, str]:
    """Order JDKs by the first number in the folder's name; a JDK says its version nowhere cheaper."""
    number = re.search(r"\d+", home.name)
    return (int(number[0]) if number else 0, home.name)
