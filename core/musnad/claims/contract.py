# ruff: noqa: S101, D102 - a test suite: asserts are its point, names say what is checked
"""What every `ClaimRegistry` does: one suite for the form in memory and the one in Elasticsearch.

Subclass it, and give a fixture `registry` that returns one made of `SEEDS` (claims with their keys) and
`REDIRECTS`.
"""

from __future__ import annotations

from musnad.components import ClaimRegistry
from musnad.model import Claim

SEEDS: tuple[tuple[Claim, frozenset[str]], ...] = tuple(
    (Claim(id=f"c{name}", text=text, status="reported", actors=actors), frozenset(keys))
    for name, text, actors, keys in (
        ("b", "زيارة الوزير للمدينة", ("person-a", "place-x"), ("e:visit|a:person-a", "k1")),
        ("a", "لم يزر الوزير المدينة", ("person-a",), ("e:visit|a:person-a",)),
        ("c", "استقالة المحافظ", (), ("e:resign|w:محافظ", "k1")),
        ("d", "بلا مفاتيح", (), ()),
    )
)
REDIRECTS = {"cold": "colder", "colder": "cb"}


class RegistryContract:
    """The tests; `registry` is the subclass's fixture."""

    def test_get_returns_what_was_put_in(self, registry: ClaimRegistry) -> None:
        for claim, _ in SEEDS:
            found = registry.get(claim.id)
            assert found is not None
            assert (found.id, found.text, found.actors) == (claim.id, claim.text, claim.actors)

    def test_get_of_an_unknown_id_is_none(self, registry: ClaimRegistry) -> None:
        assert registry.get("cnone") is None
        assert registry.get("") is None

    def test_get_follows_redirects(self, registry: ClaimRegistry) -> None:
        found = registry.get("cold")
        assert found is not None
        assert found.id == "cb"

    def test_candidates_share_a_key(self, registry: ClaimRegistry) -> None:
        assert [c.id for c in registry.candidates(["e:visit|a:person-a"])] == ["ca", "cb"]
        assert [c.id for c in registry.candidates(["k1"])] == ["cb", "cc"]

    def test_candidates_come_once_each_in_order_of_ids(self, registry: ClaimRegistry) -> None:
        keys = ["k1", "e:visit|a:person-a", "e:resign|w:محافظ", "nobody"]
        assert [c.id for c in registry.candidates(keys)] == ["ca", "cb", "cc"]
        assert [c.id for c in registry.candidates(set(keys))] == ["ca", "cb", "cc"]

    def test_no_keys_no_candidates(self, registry: ClaimRegistry) -> None:
        assert list(registry.candidates([])) == []
        assert list(registry.candidates(["nobody"])) == []

    def test_keys_are_exact(self, registry: ClaimRegistry) -> None:
        assert list(registry.candidates(["e:visit", "K1", "k"])) == []
