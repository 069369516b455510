"""`doctor` names what is wrong and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from musnad.archive.authority import refresh_authority
from musnad.archive.doctor import Check, examine
from musnad.archive.indices import alias, init
from musnad.archive.read import ArchiveReader
from musnad.node.state import Connection
from musnad.plugins import Plugins
from musnad.settings import Settings
from pydantic import SecretStr


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


@pytest.fixture
def whole(archive: ArchiveReader, musnad_settings: Settings) -> ArchiveReader:
    """Return an archive with the fields and actors of all installed plugins."""
    loaded = Plugins.load(musnad_settings)
    init(archive.client, archive.prefix, loaded)
    refresh_authority(archive.client, archive.prefix, loaded)
    return archive


def test_all_is_well(whole: ArchiveReader, musnad_settings: Settings) -> None:
    checks = examine(musnad_settings)
    assert [check for check in checks if check.outcome == "FAIL"] == []
    named = by_name(checks)
    assert named[f"index {whole.prefix}-articles"].found == "0 documents"
    assert named["data"].outcome == "OK"
    assert named["version"].found.startswith("Elasticsearch 9")


def test_an_archive_that_was_never_made(musnad_settings: Settings) -> None:
    check = by_name(examine(musnad_settings))[f"index {musnad_settings.prefix}-articles"]
    assert (check.outcome, check.do) == ("FAIL", "run `musnad init`")


def test_a_cluster_out_of_reach(musnad_settings: Settings) -> None:
    checks = examine(musnad_settings.model_copy(update={"es_url": "http://127.0.0.1:1"}))
    assert checks[-1].name == "cluster"
    assert checks[-1].outcome == "FAIL"
    assert "Connection refused" in checks[-1].found


def test_no_node_and_no_cluster(
    musnad_settings: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSNAD_NODE_HOME", str(tmp_path / "node"))
    checks = by_name(examine(musnad_settings.model_copy(update={"es_url": None})))
    assert checks["node"].outcome == "FAIL"
    assert "musnad node start" in checks["node"].do
    assert checks["java"].outcome in {"OK", "WARN"}


def test_a_key_for_the_archive_alone(
    whole: ArchiveReader, musnad_settings: Settings, elasticsearch_node: Connection
) -> None:
    if elasticsearch_node.password is None:
        pytest.skip("this cluster's connection has no password to make a key with")
    privileges = ["read", "view_index_metadata"]
    role = {"indices": [{"names": [f"{whole.prefix}-*"], "privileges": privileges}]}
    with elasticsearch_node.client(as_user=True) as admin:
        made = admin.security.create_api_key(
            name=f"reader-{whole.prefix}", role_descriptors={"r": role}
        )
    key = SecretStr(made["encoded"])
    checks = examine(musnad_settings.model_copy(update={"es_api_key": key}))
    assert [check for check in checks if check.outcome == "FAIL"] == []
    named = by_name(checks)
    assert named["cluster"].outcome == named["disk"].outcome == "WARN"
    assert named[f"index {whole.prefix}-runs"].outcome == "OK"


def test_actors_that_changed(archive: ArchiveReader, musnad_settings: Settings) -> None:
    check = by_name(examine(musnad_settings))["authority"]
    assert (check.outcome, check.do) == ("WARN", "run `musnad init`")


def test_work_that_is_left(whole: ArchiveReader, musnad_settings: Settings, write: Any) -> None:
    write.article("a1", failed_components=("x.y",), enrichment={"stale": True})
    write.statement("s1", "a1", "c1", settled=False)
    write.claim("c1", unsettled=True)
    found = {check.found for check in examine(musnad_settings) if check.outcome == "WARN"}
    assert {
        "1 articles are out of date",
        "components failed on 1 articles",
        "2 statements or claims wait to be settled",
    } <= found


def test_a_second_index_behind_an_alias(whole: ArchiveReader, musnad_settings: Settings) -> None:
    name = alias(whole.prefix, "runs")
    whole.client.indices.create(
        index=f"{name}-1-20200101000000", aliases={name: {"is_write_index": False}}
    )
    failed = [check for check in examine(musnad_settings) if check.outcome == "FAIL"]
    assert len(failed) == 1
    assert "several indices behind it" in failed[0].found


def test_a_required_plugin_that_is_missing(musnad_settings: Settings) -> None:
    settings = musnad_settings.model_copy(update={"required_plugins": ("nowhere",)})
    check = by_name(examine(settings))["plugins"]
    assert check.outcome == "FAIL"
    assert '"nowhere"' in check.found
