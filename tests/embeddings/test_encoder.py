"""The encoder of the plugin `embeddings`, with the model itself."""

import importlib.util

import pytest
from musnad.encoders import Encoders
from musnad.errors import NotConfigured
from musnad.plugins import Plugins
from musnad.settings import Settings
from musnad_embeddings.config import EmbeddingsSettings
from musnad_embeddings.encoder import E5Encoder

COLLAPSE = "انهيار جسر وادي الزيتون بعد فيضانات ومقتل تسعة أشخاص"
RETOLD = "لقي تسعة من السكان حتفهم حين سقط الجسر الذي يعبر الوادي تحت ضغط السيول"
OTHER = "افتتح وزير الثقافة معرض الكتاب وسط حضور كبير من دور النشر"


def dot(one, two):
    return sum(a * b for a, b in zip(one, two, strict=True))


@pytest.fixture(scope="module")
def encoder():
    one = E5Encoder(EmbeddingsSettings(enabled=True))
    one.open()
    yield one
    one.close()


def test_the_same_in_other_words_is_nearer_than_something_else(encoder):
    (claim,) = encoder.encode([COLLAPSE], query=True)
    retold, other = encoder.encode([RETOLD, OTHER])
    assert dot(claim, retold) > dot(claim, other) + 0.02


def test_vectors_have_length_one_and_depend_on_the_text_alone(encoder):
    together = encoder.encode([RETOLD, OTHER, ""])
    (alone,) = encoder.encode([OTHER])
    assert [len(row) for row in together] == [384] * 3
    assert dot(alone, alone) == pytest.approx(1, abs=1e-4)
    assert dot(alone, together[1]) == pytest.approx(1, abs=1e-3)
    assert encoder.encode([]) == []


def test_a_zero_byte_does_not_end_a_text(encoder):
    with_zero, without, cut = encoder.encode(["مقدمة\0" + OTHER, "مقدمة " + OTHER, "مقدمة"])
    assert dot(with_zero, without) == pytest.approx(1, abs=1e-3)
    assert dot(with_zero, cut) < 0.99


def test_it_is_off_by_default_and_says_how_to_switch_it_on():
    with pytest.raises(NotConfigured, match=r"enabled = true.*\[plugins\.embeddings\]"):
        E5Encoder().open()


def test_where_the_package_is_missing_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(NotConfigured, match=r"musnad\[embeddings\]"):
        E5Encoder(EmbeddingsSettings(enabled=True)).open()


def test_settings_switch_it_on_and_who_asked_is_told_that_it_is_off(monkeypatch):
    settings = Settings(plugins={"embeddings": {"enabled": True}})
    with Encoders(Plugins.load(settings)) as encoders:
        assert encoders.first is not None
        assert encoders.first.model == E5Encoder.model
    with Encoders(Plugins.load(Settings())) as encoders:
        assert encoders.first is None
        assert not encoders.missed
        assert "embeddings.e5" in encoders.declined
    plugins = Plugins.load(settings)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with Encoders(plugins) as encoders:
        assert "embeddings.e5" in encoders.missed
