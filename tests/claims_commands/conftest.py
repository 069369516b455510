"""A small archive that went through the whole pipeline, and the command line over it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from musnad.cli import app
from musnad.commands.context import context
from musnad.node.state import Connection
from musnad_claims.reviews.commands import app as reviews
from typer.testing import CliRunner, Result

SAMPLE = Path(__file__).parents[2] / "examples" / "archive"
VISIT = "الفريق حسني القسطلي زار دارمين سرا"
ARTICLES = [
    {
        "id": "told",
        "title": "خبر من الأرجوان",
        "body": f"قال نعمان الحجل إن {VISIT}.\n",
        "url": "https://alurjuwan.example/1",
        "published_at": "2026-01-13T06:00:00+00:00",
    },
    {
        "id": "denied",
        "title": "خبر من وارز",
        "body": f"نفى العميد رياض الطواحين أن يكون {VISIT}.\n",
        "url": "https://warz.example/2",
        "published_at": "2026-01-15T06:00:00+00:00",
    },
    {
        "id": "other",
        "title": "خبر عن السعر",
        "body": "قالت وزارة الزراعة إن سعر القمح ارتفع في الأسواق هذا الشهر.\n",
        "url": "https://warz.example/4",
        "published_at": "2026-01-10T06:00:00+00:00",
    },
]
Run = Callable[..., Result]


class Commands:
    """Runs `musnad` over one archive, each call as a process of its own would."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.config = folder / "musnad.toml"
        self.config.write_text(
            f'state_dir = "{folder}/state"\n'
            f'[plugins.actors]\nstarter = false\nfiles = ["{SAMPLE}/actors.yaml"]\n'
            f'[plugins.outlets]\nstarter = false\nfiles = ["{SAMPLE}/outlets.yaml"]\n',
            encoding="utf-8",
        )
        self.environment = environment

    def __call__(self, *arguments: str) -> Result:
        context.__dict__.clear()
        # A plugin's commands are added when the program starts, not to the app that all tests share.
        if arguments[0] == "reviews":
            context.__dict__["config"] = self.config
            return CliRunner().invoke(reviews, arguments[1:], env=dict(self.environment))
        context.__dict__["config"] = None
        words = ["-c", str(self.config), *arguments]
        return CliRunner().invoke(app, words, env=dict(self.environment))

    def lines(self, *arguments: str) -> str:
        """Return what a command that must succeed prints."""
        result = self(*arguments)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.lines(*arguments, "--json"))

    def ingest(self, *articles: Mapping[str, Any]) -> None:
        file = self.folder / "in.jsonl"
        file.write_text(
            "".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles), encoding="utf-8"
        )
        self.lines("ingest", "--init", "--workers", "0", str(file))

    def claim_of(self, article: str, index: int = 0) -> dict[str, Any]:
        """Return the claim that an article's statement is about today."""
        statement = self.json("show", article)["statements"][index]
        claim: dict[str, Any] = self.json("claims", "show", statement["claim_id"])
        return claim

    def statement_of(self, article: str) -> str:
        statements = self.json("show", article)["statements"]
        return str(statements[0]["id"])


@pytest.fixture(scope="module")
def musnad(
    elasticsearch_node: Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Commands]:
    """Yield the command line over an archive of three articles; it is removed with the module."""
    prefix = f"t{secrets.token_hex(4)}"
    environment = {**elasticsearch_node.environment(), "MUSNAD_PREFIX": prefix}
    commands = Commands(tmp_path_factory.mktemp("commands"), environment)
    before = dict(context.__dict__)
    commands.ingest(*ARTICLES)
    yield commands
    context.__dict__.clear()
    context.__dict__.update(before)
    with elasticsearch_node.client() as client:
        names = list(client.indices.get(index=f"{prefix}-*"))
        client.indices.delete(index=",".join(names))
        client.indices.delete_index_template(name=f"{prefix}-*")
