"""A Maven repository on the loopback address, with one small server archive."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from musnad.node.distribution import Release


def archive() -> bytes:
    """Return a zip of the shape of the real one."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("elasticsearch-0.1/bin/elasticsearch", "#!/bin/sh\n")
        packed.writestr("elasticsearch-0.1/lib/server.jar", "jar")
        packed.writestr("elasticsearch-0.1/config/elasticsearch.yml", "")
    return content.getvalue()


@dataclass
class Repository:
    """What the server serves and what was asked of it."""

    url: str
    body: bytes
    truncate: bool = False
    requests: list[str] = field(default_factory=list)

    @property
    def release(self) -> Release:
        return Release(version="0.1", sha256=hashlib.sha256(archive()).hexdigest(), group="test")


@contextmanager
def serving() -> Iterator[Repository]:
    """Run the repository for the time of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/test/elasticsearch/0.1/elasticsearch-0.1.zip"
            repository.requests.append(self.path)
            self.send_response(200 if found else 404)
            body = repository.body if found else b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if repository.truncate else body)

        def log_message(self, *_arguments: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        repository = Repository(url=f"http://127.0.0.1:{server.server_port}", body=archive())
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield repository
        finally:
            server.shutdown()
            thread.join()
