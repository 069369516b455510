from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

import pytest
from musnad.archive import registry as archived
from musnad.archive.read import ArchiveReader
from musnad.claims import MemoryClaimRegistry, seed_claim
from musnad.claims.contract import REDIRECTS, SEEDS, RegistryContract
from musnad.components import ClaimLinker, ClaimRegistry
from musnad.model import Statement


class TestMemoryRegistry(RegistryContract):
    @pytest.fixture
    def registry(self) -> ClaimRegistry:
        return MemoryClaimRegistry(SEEDS, REDIRECTS)


def test_a_circle_of_redirects_ends() -> None:
    assert MemoryClaimRegistry([], {"ca": "cb", "cb": "ca"}).get("ca") is None


class StoredIds:
    """Stands for an archive in which a search finds these statements, and nothing of them can be read."""

    def scan(self, index: str, query: Any, *, source: Any) -> Any:
        assert source is False
        return [{"_id": "a"}]


def test_a_statement_written_anew_takes_the_place_of_the_one_that_is_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archived, "MOST_SEEDS", 1)
    seeds = archived.Seeds(cast(ArchiveReader, StoredIds()))
    for keys in (("former",), ("now",)):
        seeds.remember(archived.Seed("a", "article", None, keys))
    seeds.remember(archived.Seed("b", "article", None, ()))
    assert [(seed.statement_id, seed.keys) for seed in seeds.with_keys({"now"})] == [
        ("a", ("now",))
    ]


class ByStance(ClaimLinker):
    name = "by-stance"

    def keys(self, statement: Statement) -> Collection[str]:
        return [statement.stance]


def test_of_statements(statement: Any) -> None:
    made = [
        statement("1"),
        statement("2", stance="denies"),
        statement("3", None, stance="no_comment"),
    ]
    registry = MemoryClaimRegistry.of(made, [ByStance()])
    assert [c.id for c in registry.candidates(["asserts", "denies", "no_comment"])] == ["c1", "c2"]
    assert registry.get("c3") is None


def test_seed_claim(statement: Any) -> None:
    claim = seed_claim(statement("1", "مقتل خمسة", at=2, actors=("org-a",)))
    assert claim is not None
    assert (claim.id, claim.text, claim.actors, claim.status) == (
        "c1",
        "مقتل خمسة",
        ("org-a",),
        "reported",
    )
    assert claim.first_seen == statement("1", at=2).stated_at
    denied = seed_claim(statement("1", stance="denies"))
    assert denied is not None
    assert (denied.status, denied.relations.denies) == ("denied", 1)
    assert seed_claim(statement("1", None)) is None
