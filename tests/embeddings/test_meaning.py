"""Matching articles with claims by their meaning too. The encoder here has few words; the weights are made up."""

import pytest
from musnad.components import Encoder
from musnad.encoders import PASSAGE, PASSAGES, passage_vectors, passages
from musnad.matching import ClaimText
from musnad.model import Article
from musnad_claims.linking.articles import ArticleMatcher
from musnad_claims.linking.articles.fitted import fitted
from musnad_claims.linking.articles.meaning import (
    Center,
    claim_vector,
    meaning_features,
)
from musnad_embeddings.encoder import E5Encoder

NOWHERE = Center([0.0, 0.0], [0.0, 0.0])


class Counting(Encoder):
    name, model = "counting", "none that weights were fitted with"

    def __init__(self):
        self.encoded = []

    def encode(self, texts, *, query=False):
        self.encoded += [(text, query) for text in texts]
        return [[1.0, 0.0] for _ in texts]


def test_passages_are_the_first_words_with_the_title_and_no_more():
    body = " ".join(f"كلمة{i}" for i in range(PASSAGE * PASSAGES * 2))
    found = passages("العنوان", body)
    assert [len(one.split()) for one in found] == [PASSAGE] * PASSAGES
    assert found[0].startswith("العنوان كلمة0 ")
    assert passages("", "") == []
    assert passage_vectors(Counting(), "", " \n ") == []


def test_the_nearest_passage_counts_as_seen_from_the_center():
    claim, far, near = [1.0, 0.0], [0.0, 1.0], [0.6, 0.8]
    assert meaning_features(claim, [far, near], NOWHERE) == {"meaning": pytest.approx(0.6)}
    center = Center([0.0, 1.0], [0.0, 0.8])
    seen = meaning_features(claim, [near], center)["meaning"]
    assert seen == pytest.approx(0.5**0.5)
    assert meaning_features(claim, [], NOWHERE) == {}
    assert meaning_features([0.0, 1.0], [near], center) == {"meaning": 0.0}


def test_a_claim_is_encoded_once_as_what_is_looked_for():
    encoder = Counting()
    assert claim_vector(encoder, "ادعاء") is claim_vector(encoder, "ادعاء")
    assert encoder.encoded == [("ادعاء", True)]


def test_an_encoder_that_no_weights_were_fitted_with_is_not_used():
    encoder = Counting()
    article = Article(id="a", title="", body="افتتحت بلدية الساحل مستشفى جديدا للأطفال")
    claims = [ClaimText("1", "افتتاح مستشفى للأطفال في الساحل")]
    (found,) = ArticleMatcher(claims, encoder=encoder).match(article, ())
    assert "meaning" not in found.features
    assert not encoder.encoded
    assert found == ArticleMatcher(claims).match(article, ())[0]


def test_the_weights_that_ship_take_meaning_for_a_reason_and_keep_the_rest():
    plain, encoded = fitted(), fitted(E5Encoder.model)
    assert encoded.center is not None
    assert len(encoded.center.claims) == len(encoded.center.passages) == 384
    assert encoded.alone.by_feature["meaning"] > 0
    assert set(encoded.alone.by_feature) == {*plain.alone.by_feature, "meaning"}
    assert (encoded.bearing, encoded.contrast) == (plain.bearing, plain.contrast)
    assert plain.center is None
