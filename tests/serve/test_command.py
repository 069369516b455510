"""`musnad serve`: what it says when it cannot start."""

import socket

import pytest
from musnad.cli import app
from musnad.commands.context import context
from musnad.errors import InputError
from typer.testing import CliRunner


@pytest.fixture
def serve(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    before = dict(context.__dict__)
    context.__dict__.clear()
    environment = {"MUSNAD_ES_URL": "http://127.0.0.1:9"}
    yield lambda *words: CliRunner().invoke(app, ["serve", *words], env=environment)
    context.__dict__.clear()
    context.__dict__.update(before)


@pytest.mark.parametrize(
    "url", ["archive.example", "ftp://archive.example/", "https:///x", "https://a.example/?x=1"]
)
def test_a_public_address_that_does_not_fit(serve, url):
    error = serve("--url", url).exception
    assert isinstance(error, InputError)
    assert f'--url "{url}" does not fit' in str(error)


def test_a_port_that_is_taken(serve):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        error = serve("--port", str(port)).exception
    assert isinstance(error, InputError)
    assert f"cannot listen on 127.0.0.1:{port} (" in str(error)
