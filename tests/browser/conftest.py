"""A real browser before the real program: `musnad serve` over the sample archive, with a key that may only read."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from musnad.archive.access import Keys
from musnad.node.state import Connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "examples" / "archive"
MUSNAD = Path(sys.executable).with_name("musnad")
NAMES = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 15


@dataclass(frozen=True)
class Served:
    """A running page, and its archive for the command line."""

    url: str
    environment: dict[str, str]

    def musnad(self, *arguments: str) -> str:
        return run(self.environment, *arguments)


def run(environment: dict[str, str], *arguments: str) -> str:
    command = [str(MUSNAD), "-c", str(SAMPLE / "musnad.toml"), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def served(
    elasticsearch_node: Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    prefix = f"t{secrets.token_hex(4)}"
    state = tmp_path_factory.mktemp("state")
    every = {
        **os.environ,
        **elasticsearch_node.environment(),
        "MUSNAD_PREFIX": prefix,
        "MUSNAD_STATE_DIR": str(state),
    }
    run(every, "ingest", "--init", str(SAMPLE / "articles.jsonl"), str(SAMPLE / "texts"))
    reading = dict(every)
    if elasticsearch_node.password is not None:
        with elasticsearch_node.client(as_user=True) as admin:
            key = Keys(admin, prefix).make("read", days=1)
        reading["MUSNAD_ES_API_KEY"] = key.secret.get_secret_value()
    command = [str(MUSNAD), "-c", str(SAMPLE / "musnad.toml"), "serve", "--port", "0"]
    with subprocess.Popen(command, env=reading, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        line = server.stderr.readline()
        found = re.search(r"http://\S+", line)
        assert found, line + server.stderr.read()
        try:
            yield Served(found[0].rstrip("/"), every)
        finally:
            server.terminate()
    with elasticsearch_node.client() as client:
        names = list(client.indices.get(index=f"{prefix}-*"))
        client.indices.delete(index=",".join(names))
        client.indices.delete_index_template(name=f"{prefix}-*")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(
            "these tests need Chromium on the PATH (Debian: apt-get install chromium fonts-noto-core)",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        # As root, in a container, Chromium has no sandbox of its own.
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What went wrong in a page: errors, what the content policy refused, what was asked of other hosts."""

    url: str
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("console", lambda m: self._note(m.type in ("error", "warning"), m.text))
        context.on("weberror", lambda e: self._note(True, str(e.error)))
        # Going on to another page gives up what is still being fetched: no fault.
        context.on(
            "requestfailed",
            lambda r: self._note(r.failure != "net::ERR_ABORTED", f"{r.url}: {r.failure}"),
        )
        context.on("request", lambda r: self._note(not r.url.startswith(self.url), r.url))

    def _note(self, wrong: bool, what: str) -> None:
        if wrong:
            self.problems.append(what)


@pytest.fixture
def watch(served: Served) -> Watch:
    return Watch(served.url)


@pytest.fixture
def page(chromium: Browser, served: Served, watch: Watch) -> Iterator[Page]:
    """Yield a page in a browser of its own; at the end nothing may have gone wrong in it."""
    context = chromium.new_context(
        base_url=served.url, viewport={"width": 1280, "height": 900}, locale="ar"
    )
    context.set_default_timeout(SECONDS * 1000)
    watch.over(context)
    yield context.new_page()
    context.close()
    assert [p for p in watch.problems if not any(e in p for e in watch.expected)] == []
