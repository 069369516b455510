"""Vectors of the archive's claims, on a real Elasticsearch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from musnad.archive.claim_candidates import claim_candidates
from musnad.archive.claim_vectors import ClaimVectors, vector_index
from musnad.archive.documents import ClaimDocument
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.components import Encoder
from musnad.model import Article
from musnad_embeddings.config import EmbeddingsSettings
from musnad_embeddings.encoder import E5Encoder

COLLAPSE = "انهيار جسر وادي الزيتون ومقتل تسعة أشخاص"
FAIR = "افتتاح معرض الكتاب في القصر الثقافي"
RETOLD = "لقي عدد من السكان حتفهم حين سقطت القنطرة تحت ضغط السيول"


class Letters(Encoder):
    """Counts of two letters: enough to tell what was encoded, and how often."""

    name, model = "letters", "Letters of 2"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> list[list[float]]:
        self.encoded += texts
        return [[1.0 + text.count("ج"), 1.0 + text.count("ف")] for text in texts]


def put(reader: ArchiveReader, key: str, text: str, merged_into: str | None = None) -> None:
    claim = ClaimDocument(
        id=key,
        text=text,
        status="reported",
        merged_into=merged_into,
        settled_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    reader.client.index(
        index=alias(reader.prefix, "claims"),
        id=key,
        document=claim.model_dump(mode="json"),
        refresh=True,
    )


def nothing() -> None:
    """Stand in for the lock that is kept."""


@pytest.mark.slow
def test_vectors_follow_the_claims(musnad_archive: ArchiveReader) -> None:
    reader, encoder = musnad_archive, Letters()
    vectors = ClaimVectors(reader.client, reader.prefix, encoder)
    index = vector_index(reader.prefix, encoder.model)
    assert index == f"{reader.prefix}-vectors-letters-of-2"
    article = Article(id="a", title="", body="جج")
    assert vectors.near(article) == []
    assert vectors.refresh((), nothing) == 0
    assert not reader.client.indices.exists(index=index)

    put(reader, "c1", "ججج")
    put(reader, "c2", "ففف")
    assert vectors.refresh(["c1"], nothing) == 2
    assert [claim.id for claim in vectors.near(article)] == ["c1", "c2"]
    # Only what changed is encoded again; a claim that was merged or removed has no vector any more.
    encoder.encoded.clear()
    put(reader, "c1", "ججج")
    put(reader, "c2", "جف")
    assert vectors.refresh(["c1", "c2"], nothing) == 1
    assert encoder.encoded == ["جف"]
    put(reader, "c1", "ججج", merged_into="c2")
    assert vectors.refresh(["c1"], nothing) == 0
    assert [claim.id for claim in vectors.near(article)] == ["c2"]
    # One that came while the encoder was off is noticed by the numbers.
    put(reader, "c3", "فف")
    assert vectors.refresh((), nothing) == 1
    mapping = reader.client.indices.get_mapping(index=index)[index]["mappings"]
    assert mapping["properties"]["vector"]["type"] == "dense_vector"


@pytest.mark.slow
def test_what_is_told_in_quite_other_words_is_found_by_vectors(
    musnad_archive: ArchiveReader,
) -> None:
    reader = musnad_archive
    put(reader, "c1", COLLAPSE)
    put(reader, "c2", FAIR)
    article = Article(id="a", title="", body=RETOLD)
    assert claim_candidates(reader, article) == []
    encoder = E5Encoder(EmbeddingsSettings(enabled=True))
    encoder.open()
    vectors = ClaimVectors(reader.client, reader.prefix, encoder)
    assert vectors.refresh((), nothing) == 2
    assert [claim.id for claim in vectors.near(article)] == ["c1", "c2"]
    encoder.close()
