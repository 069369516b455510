"""Vectors of claims are those of the claims behind the aliases, whichever set that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from musnad.archive.claim_vectors import _hash, vector_index
from musnad.archive.decisions import DecisionStore, new_decision
from musnad.archive.settle import opened_linkers
from musnad.reindex.back import rollback

pytestmark = pytest.mark.slow
Record = Callable[..., dict[str, object]]
Archive = Any
LETTERS = '''
"""Counts of letters as vectors."""
import musnad

class Letters(musnad.Encoder):
    name, model = "letters", "letters"

    def encode(self, texts, *, query=False):
        return [[1.0 + text.count("ر"), 1.0 + text.count("س")] for text in texts]

@musnad.hookimpl
def musnad_encoders():
    return [Letters()]
'''


def vectors(archive: Archive) -> dict[str, str]:
    name = vector_index(archive.prefix, "letters").removeprefix(f"{archive.prefix}-")
    return {key: one["text_hash"] for key, one in archive.stored(name).items()}


def wanted(archive: Archive) -> dict[str, str]:
    claims = archive.stored("claims")
    return {k: _hash(c["text"]) for k, c in claims.items() if c.get("merged_into") is None}


def test_vectors_are_of_the_set_that_is_live(archive: Archive, make_record: Record) -> None:
    path = archive.folder / "letters.py"
    path.write_text(LETTERS, encoding="utf-8")
    archive.settings = archive.settings.model_copy(update={"plugin_files": (path,)})
    archive.ingest(*(make_record(n) for n in range(4)))
    before = vectors(archive)
    assert before
    assert before == wanted(archive)

    # Settled by the reindex alone: a claim in other words, and new ones.
    archive.ingest(*(make_record(n) for n in range(4, 12)), settle=False)
    renamed = next(iter(before))
    store = DecisionStore(archive.reader.client, archive.prefix)
    store.add(new_decision("rename", "desk", "test", claims=(renamed,), text="كلام آخر", quote="x"))
    archive.reindex()
    after = wanted(archive)
    assert after[renamed] == _hash("كلام آخر")
    assert vectors(archive) == after

    with opened_linkers(archive.plugins()) as linkers:
        client, prefix = archive.reader.client, archive.prefix
        rollback(client, prefix, archive.plugins(), linkers, "desk", archive.said.append)
    assert vectors(archive) == wanted(archive)
    made = {index for index in archive.indices() if "vectors" in index}
    assert made == {vector_index(archive.prefix, "letters")}
    assert any(line.startswith("counting words: ") for line in archive.said)
