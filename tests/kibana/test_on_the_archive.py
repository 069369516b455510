"""Every query and aggregation of the pack, as Kibana sends it, on the real node over the sample archive.

The archive is what an operator's becomes: one record that cannot be read, a plugin that fails on an article, a text
without date and outlet, an article marked stale, a claim that was fact-checked.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from musnad.archive.client import connect
from musnad.archive.stale import mark_stale
from musnad.kibana.check import check
from musnad.kibana.pack import Pack
from musnad.kibana.source import load_source
from musnad.node.state import Connection
from musnad.plugins import Plugins
from musnad.settings import Settings

# Three programs over a whole archive: on a machine that does much else they take minutes.
pytestmark = [pytest.mark.node, pytest.mark.slow, pytest.mark.timeout(900)]
SAMPLE = Path(__file__).parents[2] / "examples" / "archive"
FAILING = """
import musnad

class Picky(musnad.Annotator):
    name, version = "picky", "1"
    def annotate(self, document):
        if "المنجل" in document.article.title:
            raise ValueError("not this one")
        return {}

@musnad.hookimpl
def musnad_annotators():
    return [Picky()]
"""
CHECKED = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://verify.example/1",
    "claimReviewed": "القسطلي زار دارمين",
    "author": {"@type": "Organization", "name": "Verify", "url": "https://verify.example"},
    "datePublished": "2026-01-19",
    "reviewRating": {
        "ratingValue": "1",
        "bestRating": 5,
        "worstRating": 1,
        "alternateName": "False",
    },
}


@pytest.fixture(scope="module")
def settings(
    elasticsearch_node: Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("kibana")
    prefix = f"t{secrets.token_hex(4)}"
    environment = {
        **os.environ,
        **elasticsearch_node.environment(),
        "MUSNAD_PREFIX": prefix,
        "MUSNAD_STATE_DIR": str(folder),
        "PYTHONUTF8": "1",
    }

    def musnad(*words: str, status: int = 0) -> str:
        command = [
            str(Path(sys.executable).with_name("musnad")),
            "-c",
            str(SAMPLE / "musnad.toml"),
            *words,
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
        return done.stdout

    (folder / "picky.py").write_text(FAILING, encoding="utf-8")
    bad = [
        json.dumps({"title": "نص بلا تاريخ", "body": "سطر واحد.\n"}, ensure_ascii=False),
        "{broken",
    ]
    (folder / "bad.jsonl").write_text("\n".join(bad) + "\n", encoding="utf-8")
    (folder / "checked.json").write_text(json.dumps(CHECKED), encoding="utf-8")
    files = [str(SAMPLE / "articles.jsonl"), str(folder / "bad.jsonl")]
    plugin = str(folder / "picky.py")
    # Where there are dead letters the exit status says so.
    musnad("ingest", "--init", "--workers", "1", "--plugin", plugin, *files, status=1)
    musnad("reviews", "import", str(folder / "checked.json"))
    made = Settings(
        es_url=elasticsearch_node.url,
        es_api_key=elasticsearch_node.api_key,
        es_ca=elasticsearch_node.ca,
        prefix=prefix,
    )
    with connect(made) as client:

        def first(index: str) -> str:
            found = client.search(index=f"{prefix}-{index}", size=1, source=False)["hits"]["hits"]
            return str(found[0]["_id"])

        musnad("reviews", "link", first("reviews"), first("claims"), "--why", "same visit")
        mark_stale(client, prefix, [first("articles")])
        yield made
        client.indices.delete(index=",".join(client.indices.get(index=f"{prefix}-*")))
        client.indices.delete_index_template(name=f"{prefix}-*")


def test_every_panel_search_and_control_finds_something(settings: Settings) -> None:
    pack = Pack(load_source(), Plugins.load(settings), settings.prefix)
    with connect(settings) as client:
        latest = client.search(
            index=f"{settings.prefix}-statements",
            query={"term": {"stance": "denies"}},
            sort=[{"published_at": "desc"}],
            size=1,
        )["hits"]["hits"][0]["_source"]["published_at"]
        shown = {one.name: one for one in check(client, pack)}
        # The sample is not of this week: what asks for the last days is asked as of its own.
        recent = {
            f"[Musnad {settings.prefix}] {s.title}"
            for s in pack.source.searches.values()
            if s.since
        }
        of_its_week = datetime.fromisoformat(latest).astimezone(UTC) + timedelta(days=2)
        for one in check(client, pack, of_its_week):
            if one.name in recent:
                shown[one.name] = one
                recent.remove(one.name)
            if not recent:
                break
    assert {one.name: one.error for one in shown.values() if one.error} == {}
    assert not recent
    assert [one.name for one in shown.values() if not one.found] == []


@pytest.mark.usefixtures("musnad_archive")
def test_kibana_sees_the_fields_as_the_pack_says(musnad_settings: Settings) -> None:
    """Compare with what field capabilities say: Kibana asks those which fields there are."""
    settings = musnad_settings
    pack = Pack(load_source(), Plugins.load(settings), settings.prefix)
    with connect(settings) as client:
        for name, view in pack.source.views.items():
            answer = client.field_caps(index=f"{settings.prefix}-{view.index}", fields="*")
            there = {
                field: next(iter(kinds.values()))
                for field, kinds in answer["fields"].items()
                if not field.startswith("_") and next(iter(kinds)) not in ("object", "nested")
            }
            # Kibana knows what is inside of a nested field, and does not count by it.
            nested = {f for f, kinds in answer["fields"].items() if "nested" in kinds}
            for field in pack.fields[name].values():
                found = there[field.name]
                inside = any(field.name.startswith(f"{one}.") for one in nested)
                assert found["type"] == field.type, field.name
                assert found["searchable"] == field.searchable, field.name
                assert (found["aggregatable"] and not inside) == field.aggregatable, field.name
            assert set(pack.fields[name]) == set(there), name
