"""Installing, against a small server that checks what Kibana requires of an import. It is not Kibana."""

from __future__ import annotations

import base64
import email
import json
import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from musnad.cli import app
from musnad.commands.context import context
from musnad.kibana.install import KibanaError, Login, install
from typer.testing import CliRunner, Result

Json = dict[str, Any]
KEY = "bXVzbmFkOmtleQ=="
PASSWORD = "of-this-test"
ALLOWED = (f"ApiKey {KEY}", f"Basic {base64.b64encode(f'elastic:{PASSWORD}'.encode()).decode()}")
COMPOSE = Path(__file__).parents[2] / "compose.yaml"


class Handler(BaseHTTPRequestHandler):
    """Answers as Kibana's API for saved objects does, with its words."""

    server: FakeKibana

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.answer or self._import(body)
        status, content = answer
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _import(self, body: bytes) -> tuple[int, Json]:
        url = urlsplit(self.path)
        if self.headers.get("Authorization") not in ALLOWED:
            return 401, {
                "statusCode": 401,
                "error": "Unauthorized",
                "message": "security_exception",
            }
        if url.path != "/s/desk/api/saved_objects/_import":
            return 404, {"statusCode": 404, "error": "Not Found", "message": "Not Found"}
        if "kbn-xsrf" not in self.headers:
            return 400, {"statusCode": 400, "message": "Request must contain a kbn-xsrf header."}
        if parse_qs(url.query) != {"overwrite": ["true"]}:
            return 409, {"statusCode": 409, "message": "conflict"}
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        (part,) = email.message_from_bytes(head + body).get_payload()
        if part.get_param("name", header="content-disposition") != "file":
            return 400, {"message": "[request body.file]: expected value of type [Stream]"}
        if not str(part.get_filename()).endswith(".ndjson"):
            return 400, {"message": f"Invalid file extension {part.get_filename()}"}
        lines = part.get_payload(decode=True).decode().splitlines()
        objects = [json.loads(line) for line in lines]
        self.server.objects = objects
        there = {(one["type"], one["id"]) for one in objects}
        errors = [
            {
                "type": one["type"],
                "id": one["id"],
                "meta": {"title": one["attributes"]["title"]},
                "error": {"type": "missing_references", "references": missing},
            }
            for one in objects
            if (missing := [r for r in one["references"] if (r["type"], r["id"]) not in there])
        ]
        count = len(objects) - len(errors)
        return 200, {
            "success": not errors,
            "successCount": count,
            **({"errors": errors} if errors else {}),
        }


class FakeKibana(ThreadingHTTPServer):
    """What the handler keeps between requests."""

    objects: list[Json]
    answer: tuple[int, Json] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/s/desk"


@pytest.fixture
def kibana() -> Iterator[FakeKibana]:
    with FakeKibana(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def musnad(*words: str, **environment: str) -> Result:
    context.__dict__.clear()
    context.__dict__["config"] = None
    return CliRunner().invoke(app, words, env=environment)


def test_the_whole_pack_goes_in(kibana: FakeKibana, tmp_path: Path) -> None:
    done = musnad("kibana", "install", "--url", kibana.url, MUSNAD_KIBANA_API_KEY=KEY)
    assert done.exit_code == 0, done.output
    assert f"Kibana took {len(kibana.objects)} saved objects" in done.output
    file = tmp_path / "pack.ndjson"
    exported = musnad("kibana", "export", "--out", str(file))
    assert exported.exit_code == 0, exported.output
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == kibana.objects


@pytest.mark.skipif(shutil.which("curl") is None, reason="the command of compose.yaml is curl's")
def test_the_command_of_compose_puts_the_pack_in_and_fails_where_kibana_refuses(
    kibana: FakeKibana,
) -> None:
    service = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["kibana-pack"]
    file, place, _ = service["volumes"][0].split(":")
    bash, option, script = shlex.split(service["command"].replace("$$", "$"))
    there = kibana.url.removeprefix("http://")
    here = script.replace(place, str(COMPOSE.parent / file)).replace("kibana:5601", there)

    def run() -> int:
        environment = {**os.environ, "ELASTIC_PASSWORD": PASSWORD}
        done = subprocess.run(
            [bash, option, here], env=environment, capture_output=True, check=False
        )
        return done.returncode

    assert run() == 0
    assert len(kibana.objects) == len(
        (COMPOSE.parent / file).read_text(encoding="utf-8").splitlines()
    )
    kibana.answer = (200, {"success": False, "successCount": 3, "errors": []})
    assert run() != 0


def test_what_is_missing_is_named(kibana: FakeKibana) -> None:
    reference = {"type": "index-pattern", "id": "gone", "name": "x"}
    one = {"type": "search", "id": "s", "attributes": {"title": "Mine"}, "references": [reference]}
    with pytest.raises(
        KibanaError, match=r"took 0 objects and refused 1, the first: Mine: .*index-pattern gone"
    ):
        install(json.dumps(one), kibana.url, Login(KEY))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            (403, {"message": "Unable to bulk_create"}),
            r"may not manage saved objects \(403\): Unable",
        ),
        ((503, {"message": "Kibana server is not ready yet"}), "not ready yet"),
        ((404, {"message": "Not Found"}), "with its base path, and /s/NAME"),
        ((302, {}), "no API of Kibana is there"),
        ((200, {"tagline": "You Know, for Search"}), r"is it Kibana 8\.19 or 9"),
        ((400, {"message": "Invalid file"}), "Invalid file"),
        (
            (
                200,
                {
                    "success": False,
                    "successCount": 3,
                    "errors": [{"id": "x", "type": "lens", "error": {"type": "unsupported_type"}}],
                },
            ),
            "took 3 objects and refused 1, the first: x: this Kibana does not know its type",
        ),
    ],
)
def test_a_refusal_is_one_clear_sentence(
    kibana: FakeKibana, answer: tuple[int, Json], message: str
) -> None:
    kibana.answer = answer
    with pytest.raises(KibanaError, match=message) as raised:
        install("{}", kibana.url, Login(KEY))
    assert "\n" not in str(raised.value)


def test_wrong_credentials_and_no_kibana(kibana: FakeKibana) -> None:
    with pytest.raises(KibanaError, match=r"does not accept the credentials \(401\)"):
        install("{}", kibana.url, Login(user="reader", password="no"))
    with pytest.raises(KibanaError, match=r"cannot be reached \(Connection refused\)"):
        install("{}", "http://127.0.0.1:1", Login(KEY))
    with pytest.raises(KibanaError, match=r"no TLS connection to .*is it http, not https"):
        install("{}", kibana.url.replace("http:", "https:"), Login(KEY))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--url", "kibana"), '"kibana" is no URL'),
        (("--url", "http://127.0.0.1:1", "--ca", "none.pem"), "there is no such certificate file"),
        (("--url", "http://127.0.0.1:1", "--since", "1990"), '"1990" is no time'),
        (("--url", "http://127.0.0.1:1", "--pages", "archive"), "is no URL"),
    ],
)
def test_wrong_options_are_one_sentence(words: tuple[str, ...], message: str) -> None:
    done = musnad("kibana", "install", *words)
    assert done.exit_code == 1
    assert message in str(done.exception)
