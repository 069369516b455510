"""Our Elasticsearch plugin: the Java sources beside this file, compiled into a server's copy.

What it registers and why is said in `MusnadAnalysisPlugin.java`. Compiling takes two seconds, once for
each copy of the server; so no binary is kept in the repository or the wheel.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from musnad.node.errors import PluginBuildError
from musnad.node.java import MINIMUM_VERSION, Java

NAME = "musnad-analysis"
PLUGIN_VERSION = "1"
ENTRY_CLASS = "org.musnad.analysis.MusnadAnalysisPlugin"
SOURCES = Path(__file__).parent
COMPILER = "jdk.compiler/com.sun.tools.javac.Main"
COMPILE_SECONDS = 120


def sources() -> list[Path]:
    """Return the Java files, sorted by name."""
    return sorted(SOURCES.glob("*.java"))


@cache
def fingerprint() -> str:
    """Return 12 hexadecimal digits that change with any source file."""
    digest = hashlib.sha256(PLUGIN_VERSION.encode())
    for source in sources():
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def descriptor(server_version: str) -> str:
    """Return the text of `plugin-descriptor.properties`; a server takes only its own version."""
    return (
        "description=The analysis components that Musnad's mappings use\n"
        f"version={PLUGIN_VERSION}\n"
        f"name={NAME}\n"
        f"classname={ENTRY_CLASS}\n"
        f"java.version={MINIMUM_VERSION}\n"
        f"elasticsearch.version={server_version}\n"
    )


def install(server: Path, server_version: str, java: Java) -> Path:
    """Compile the plugin against the server in `server`, put it into `plugins/`, return its folder.

    Raises PluginBuildError with the compiler's first complaint.
    """
    target = server / "plugins" / NAME
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        classes = Path(folder)
        _compile(server, classes, java)
        with zipfile.ZipFile(target / f"{NAME}.jar", "w", zipfile.ZIP_DEFLATED) as jar:
            for compiled in sorted(classes.rglob("*.class")):
                jar.write(compiled, compiled.relative_to(classes).as_posix())
    (target / "plugin-descriptor.properties").write_text(
        descriptor(server_version), encoding="utf-8"
    )
    return target


def _compile(server: Path, classes: Path, java: Java) -> None:
    # The compiler as a module and not `bin/javac`: some packages leave the program out.
    command = [str(java.executable), "-m", COMPILER, "--release", str(MINIMUM_VERSION)]
    command += ["-encoding", "UTF-8", "-proc:none", "-nowarn", "-d", str(classes)]
    # Only the program `javac` understands `lib/*`, the module does not.
    libraries = os.pathsep.join(map(str, sorted((server / "lib").glob("*.jar"))))
    command += ["-cp", libraries, *map(str, sources())]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=COMPILE_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PluginBuildError(java.home, str(error)) from error
    if done.returncode != 0:
        complaints = [line for line in done.stderr.splitlines() if "error:" in line]
        reason = (complaints or done.stderr.splitlines() or ["no reason given"])[0]
        raise PluginBuildError(java.home, reason.removeprefix(f"{SOURCES}/"))
