"""Alerts tell what is new, once, and hand it over."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

Commands = Any
DENIAL = {
    "id": "denied-again",
    "title": "خبر من نداء السهوب",
    "body": "نفى العميد رياض الطواحين أن يكون سعر القمح ارتفع في الأسواق هذا الشهر.\n",
    "url": "https://nidaa-suhub.example/9",
    "published_at": "2026-01-20T06:00:00+00:00",
}


class Receiver(HTTPServer):
    """A receiver of posts on loopback that answers as it is told."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[Any] = []


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Receiver)
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status == 200:
            self.server.got.append(json.loads(content))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def told(musnad: Commands) -> dict[str, list[dict[str, Any]]]:
    return {one["alert"]: one["items"] for one in musnad.json("alerts", "run")["alerts"]}


def test_what_is_new_is_told_once(musnad: Commands, receiver: Receiver) -> None:
    url = f"http://127.0.0.1:{receiver.server_port}/hook?token=secret"
    by = ["--by", "للعميد رياض الطواحين", "--relation", "denies"]
    musnad.lines("alerts", "watch-statements", "نفي الطواحين", *by, "--post", url)
    musnad.lines("alerts", "watch-statements", "كل نفي", "--relation", "denies", "--past")
    musnad.lines("alerts", "watch-status", "ما تغير")
    musnad.lines("alerts", "watch-status", "المنفي", "--status", "denied")
    assert "secret" not in musnad.lines("alerts", "list")
    first = told(musnad)
    assert [item["article_id"] for item in first.pop("كل نفي")] == ["denied"]
    assert first == {"نفي الطواحين": [], "ما تغير": [], "المنفي": []}

    musnad.ingest(DENIAL)
    receiver.status = 410
    refused = musnad("alerts", "run", "نفي الطواحين")
    assert refused.exit_code == 1
    assert "127.0.0.1 answered 410: its 1 findings are told again" in refused.stderr
    receiver.status = 200
    second = told(musnad)
    assert [i["article_id"] for i in second["نفي الطواحين"]] == ["denied-again"]
    assert [i["article_id"] for i in second["كل نفي"]] == ["denied-again"]
    (change,) = second["ما تغير"]
    assert (change["before"], change["status"]) == ("reported", "disputed")
    assert change["sentence"].startswith("نفى العميد رياض الطواحين")
    assert second["المنفي"] == []
    (post,) = receiver.got
    assert post["alert"] == "نفي الطواحين"
    assert [i["article_id"] for i in post["items"]] == ["denied-again"]
    assert not any(told(musnad).values())
    musnad.lines("alerts", "remove", "ما تغير")
    assert "ما تغير" not in musnad.lines("alerts", "list")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["watch-statements", "x", "--by", "من لا يعرفه أحد"], "no actor of the name"),
        (["watch-status", "x", "--claim", "none"], 'there is no claim "none"'),
        (["watch-status", "x", "--post", "file:///etc/passwd"], "begins with https://"),
        (["run", "x"], "there is no alert «x»"),
        (["remove", "x"], "there is no alert «x»"),
    ],
)
def test_what_an_alert_cannot_watch(musnad: Commands, arguments: list[str], message: str) -> None:
    assert message in str(musnad("alerts", *arguments).exception)
