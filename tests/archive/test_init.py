"""`init` on the real node: idempotent, safe for two at once, additive only."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import musnad
import pytest
from elasticsearch import Elasticsearch
from musnad.archive.indices import alias, init, read_meta
from musnad.archive.mappings import INDICES, load
from musnad.errors import ArchiveError
from musnad.plugins import Plugins
from musnad.settings import Settings

Register = Callable[..., Plugins]


class Fields:
    def __init__(self, **fields: Any) -> None:
        self.fields = fields

    @musnad.hookimpl
    def musnad_fields(self) -> dict[str, Any]:
        return self.fields


def behind(client: Elasticsearch, name: str) -> list[str]:
    return sorted(client.indices.get_alias(name=name))


def test_all_indices_are_made_once(
    client: Elasticsearch, musnad_settings: Settings, plugins: Register
) -> None:
    prefix = musnad_settings.prefix
    done = init(client, prefix, plugins())
    assert [s for s in done if s.startswith("made index")]
    assert len(done) == 2 * len(INDICES)
    before = {name: behind(client, alias(prefix, name)) for name in INDICES}
    assert init(client, prefix, plugins()) == []
    assert {name: behind(client, alias(prefix, name)) for name in INDICES} == before
    assert all(len(indices) == 1 for indices in before.values())


INIT_WHEN_TOLD = """
import json, os, sys
from musnad.archive import indices
from musnad.archive.client import connect
from musnad.plugins import Plugins
from musnad.settings import Settings

# Two that start in the same second would stumble over the same name; these must not.
name = indices.new_index_name
indices.new_index_name = lambda *arguments: f"{name(*arguments)}{os.getpid()}"
settings = Settings()
with connect(settings) as client:
    client.cluster.health()
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(indices.init(client, settings.prefix, Plugins(settings))), flush=True)
"""


def test_several_processes_at_once_make_one_index_behind_each_alias(
    client: Elasticsearch, musnad_settings: Settings, plugins: Register
) -> None:
    # `musnad_settings` has put the archive's settings into the environment.
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", INIT_WHEN_TOLD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], told
    results = [json.loads(out) for out, _ in told]
    made = [sentence for result in results for sentence in result if sentence.startswith("made")]
    assert len(made) == len(INDICES)
    for name in INDICES:
        assert len(behind(client, alias(musnad_settings.prefix, name))) == 1
    indices = client.indices.get(index=f"{musnad_settings.prefix}-*")
    assert len(indices) == len(INDICES)
    assert init(client, musnad_settings.prefix, plugins()) == []


def test_a_new_field_is_put_in_place(
    client: Elasticsearch, musnad_settings: Settings, plugins: Register
) -> None:
    prefix = musnad_settings.prefix
    init(client, prefix, plugins())
    index = behind(client, alias(prefix, "articles"))
    money = Fields(currency={"type": "keyword"}, amount={"type": "long"})
    done = init(client, prefix, plugins(money=money))
    assert f"{prefix}-articles: added fields ext.money" in done
    assert behind(client, alias(prefix, "articles")) == index
    mapping = client.indices.get_mapping(index=index[0])[index[0]]["mappings"]
    assert mapping["properties"]["ext"]["properties"]["money"]["properties"]["amount"] == {
        "type": "long"
    }
    # Without the plugin its field stays; nothing is refused.
    init(client, prefix, plugins())
    assert init(client, prefix, plugins()) == []


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ({"type": "keyword"}, {"type": "long"}, r"type keyword and would become type long"),
        ({"type": "text"}, {"type": "text", "analyzer": "musnad_text"}, r"analyzer musnad_text"),
        ({"type": "keyword"}, {"properties": {"x": {"type": "long"}}}, r"type keyword"),
    ],
)
def test_a_changed_field_is_refused_and_nothing_is_done(
    client: Elasticsearch,
    musnad_settings: Settings,
    plugins: Register,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str,
) -> None:
    prefix = musnad_settings.prefix
    init(client, prefix, plugins(money=Fields(amount=before)))
    meta = read_meta(client, alias(prefix, "articles"))
    with pytest.raises(
        ArchiveError, match=rf'"ext\.money\.amount" of {prefix}.* {reason}.*reindex'
    ):
        init(client, prefix, plugins(money=Fields(amount=after, more={"type": "long"})))
    assert read_meta(client, alias(prefix, "articles")) == meta


def test_a_changed_analyzer_is_refused(
    client: Elasticsearch,
    musnad_settings: Settings,
    plugins: Register,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    init(client, musnad_settings.prefix, plugins())

    def changed(name: str) -> dict[str, Any]:
        content = load(name)
        if name == "analysis":
            content["analysis"]["analyzer"]["musnad_text"]["filter"].remove("decimal_digit")
        return content

    monkeypatch.setattr("musnad.archive.mappings.load", changed)
    with pytest.raises(ArchiveError, match=r"analysis settings of .* run `musnad reindex`"):
        init(client, musnad_settings.prefix, plugins())


def test_names_that_are_taken_are_refused(
    client: Elasticsearch, musnad_settings: Settings, plugins: Register
) -> None:
    prefix = musnad_settings.prefix
    client.indices.create(index=f"{prefix}-claims")
    with pytest.raises(ArchiveError, match=f'called "{prefix}-claims", where an alias belongs'):
        init(client, prefix, plugins())
    client.indices.delete(index=f"{prefix}-claims")
    client.indices.create(index=f"{prefix}-other", aliases={f"{prefix}-claims": {}})
    with pytest.raises(ArchiveError, match=f"index {prefix}-other, which Musnad did not make"):
        init(client, prefix, plugins())
    assert list(client.indices.get(index=f"{prefix}-*")) == [f"{prefix}-other"]


def test_two_indices_behind_an_alias_are_an_error(
    client: Elasticsearch, musnad_settings: Settings, plugins: Register
) -> None:
    prefix = musnad_settings.prefix
    init(client, prefix, plugins())
    client.indices.create(
        index=f"{prefix}-runs-1-20200101000000",
        aliases={f"{prefix}-runs": {"is_write_index": False}},
    )
    with pytest.raises(ArchiveError, match="several indices behind it"):
        init(client, prefix, plugins())


def test_an_archive_whose_prefix_looks_like_an_index_of_another(
    client: Elasticsearch, musnad_settings: Settings, plugins: Register
) -> None:
    init(client, musnad_settings.prefix, plugins())
    nested = f"{musnad_settings.prefix}-articles-1"
    init(client, nested, plugins())
    assert init(client, musnad_settings.prefix, plugins()) == []
    assert len(behind(client, alias(nested, "runs"))) == 1
