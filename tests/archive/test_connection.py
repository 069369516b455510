"""Each way in which a connection fails has its own sentence that says what to do."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk
from musnad.archive.client import connect, errors_explained
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.errors import ArchiveError
from musnad.node.state import Connection
from musnad.settings import Settings
from pydantic import SecretStr
from typer.testing import CliRunner


def failure(settings: Settings) -> str:
    """Return the one line that reading from the archive fails with."""
    with pytest.raises(ArchiveError) as caught:
        ArchiveReader(connect(settings), settings.prefix).article("a")
    message = str(caught.value)
    assert "\n" not in message
    return message


@contextmanager
def listening(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Yield the port of a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return
                if context is not None:
                    try:
                        held.append(context.wrap_socket(held.pop(), server_side=True))
                    except OSError:
                        continue

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            # Closing alone does not wake up `accept`.
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in held:
                connection.close()


def test_nothing_listens(musnad_settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    settings = musnad_settings.model_copy(update={"es_url": f"http://127.0.0.1:{port}"})
    assert "cannot be reached (Connection refused): is it running" in failure(settings)


def test_a_host_that_is_not_there() -> None:
    message = failure(Settings(es_url="http://no-such-host.invalid:9200"))
    assert "cannot be reached" in message
    assert "MUSNAD_ES_URL" in message


def test_an_answer_that_never_comes(musnad_settings: Settings) -> None:
    with listening() as port:
        changed = {"es_url": f"http://127.0.0.1:{port}", "es_timeout": 0.1}
        message = failure(musnad_settings.model_copy(update=changed))
    assert "did not answer in time" in message
    assert "MUSNAD_ES_TIMEOUT" in message


def test_a_wrong_key(elasticsearch_node: Connection) -> None:
    message = failure(Settings(es_url=elasticsearch_node.url, es_api_key=SecretStr("YWFhOmJiYg==")))
    assert "credentials (401): check MUSNAD_ES_API_KEY" in message


def test_no_key(elasticsearch_node: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MUSNAD_ES_API_KEY", raising=False)
    assert "(401)" in failure(Settings(es_url=elasticsearch_node.url))


def test_a_key_that_may_only_read(
    archive: ArchiveReader, elasticsearch_node: Connection, musnad_settings: Settings
) -> None:
    if elasticsearch_node.password is None:
        pytest.skip("this cluster's connection has no password to make a key with")
    indices = [{"names": [f"{archive.prefix}-*"], "privileges": ["read"]}]
    with elasticsearch_node.client(as_user=True) as admin:
        made = admin.security.create_api_key(
            name=f"reader-{archive.prefix}", role_descriptors={"r": {"indices": indices}}
        )
    settings = musnad_settings.model_copy(update={"es_api_key": SecretStr(made["encoded"])})
    with connect(settings) as client:
        reader = ArchiveReader(client, archive.prefix)
        assert reader.article("a") is None
        refused = pytest.raises(ArchiveError, match=r"may not do this \(403\).*more rights")
        with refused, errors_explained():
            client.index(index=alias(archive.prefix, "runs"), document={"id": "x"})


def test_tls_where_there_is_none(elasticsearch_node: Connection) -> None:
    url = elasticsearch_node.url.replace("http://", "https://")
    assert "no TLS connection to Elasticsearch" in failure(Settings(es_url=url))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
def test_a_certificate_that_cannot_be_verified(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with listening(context) as port:
        url = f"https://127.0.0.1:{port}"
        message = failure(Settings(es_url=url))
        assert "certificate of Elasticsearch cannot be verified: set MUSNAD_ES_CA" in message
        # With its authority the certificate is accepted, and the next thing that fails is the silence.
        known = Settings(es_url=url, es_ca=certificate, es_timeout=0.2)
        assert "did not answer in time" in failure(known)


def test_a_certificate_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"MUSNAD_ES_CA .*ca\.pem: there is no such file"):
        connect(Settings(es_url="https://127.0.0.1:1", es_ca=tmp_path / "ca.pem"))


def test_a_url_that_is_none() -> None:
    with pytest.raises(ArchiveError, match=r'"localhost" does not fit: .*https://host:9200'):
        connect(Settings(es_url="localhost"))


def test_no_cluster_and_no_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MUSNAD_ES_URL", raising=False)
    monkeypatch.setenv("MUSNAD_NODE_HOME", str(tmp_path / "node"))
    with pytest.raises(ArchiveError, match="musnad node start"):
        connect(Settings())


def test_an_archive_that_was_never_made(musnad_settings: Settings) -> None:
    message = failure(musnad_settings)
    assert f"no such index [{musnad_settings.prefix}-articles]" in message
    assert message.endswith("run `musnad init` first")


def test_a_document_that_does_not_fit_is_named(archive: ArchiveReader) -> None:
    action = {"_index": alias(archive.prefix, "runs"), "_id": "r1", "unknown": 1}
    refused = pytest.raises(
        ArchiveError, match=r"refused 1 documents, the first: r1: .*\[unknown\]"
    )
    with refused, errors_explained():
        bulk(archive.client, [action])


def test_an_index_that_takes_no_changes(archive: ArchiveReader, client: Elasticsearch) -> None:
    client.indices.put_settings(
        index=alias(archive.prefix, "runs"), settings={"index.blocks.read_only_allow_delete": True}
    )
    refused = pytest.raises(ArchiveError, match=r"does not take changes now .*disk")
    with refused, errors_explained():
        client.options(max_retries=0).index(
            index=alias(archive.prefix, "runs"), document={"id": "x"}
        )


def test_the_command_line_says_it_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from musnad.cli import app
    from musnad.commands.context import context

    monkeypatch.setenv("MUSNAD_ES_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(context, "__dict__", {"config": None})
    result = CliRunner().invoke(app, ["show", "a"])
    assert isinstance(result.exception, ArchiveError)
    assert "Connection refused" in str(result.exception)
