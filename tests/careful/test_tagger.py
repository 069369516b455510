"""The tagger with the model that ships, on sentences of our own about invented people and places."""

from __future__ import annotations

import json
from pathlib import Path

import musnad.testing
import numpy as np
import pytest
from musnad import NotConfigured
from musnad.fingerprint import component_fingerprint
from musnad.model import Mention
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins, Registered
from musnad.settings import Settings
from musnad_careful import model as models
from musnad_careful.config import MODEL, CarefulSettings
from musnad_careful.decode import Labelled
from musnad_careful.model import Model
from musnad_careful.tagger import CarefulTagger

ON = Settings(
    plugins={"careful": {"enabled": True}}, blocked_plugins=("actors", "outlets", "names")
)
TEXTS = (
    "قال وزير الخارجية مروان الزلفتاوي في مؤتمر صحافي إن بلاده لن تشارك في الاجتماع.",
    "وصل أمس إلى العاصمة باريس وفد برئاسة هاني الدغرماوي، والتقى بالرئيس ليونيد كراسفيتش.",
    "أعلنت منظمة الصحة العالمية أن اللقاح وصل إلى تونس.",
    "وأضاف الزلفتاوي أن الوفد سيغادر غدا.",
    "ارتفعت أسعار الخبز والزيت في الأسواق.",
)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load()


def found(text: str, title: str = "") -> list[Mention]:
    outcome = musnad.testing.run(text, title=title, settings=ON)
    assert not outcome.errors
    return [m for m in outcome.mentions if m.provenance.plugin == "careful"]


def test_finds_names_that_are_in_no_list_at_their_place_in_the_text() -> None:
    text = "\n".join(TEXTS)
    mentions = found(text, title="مؤتمر في باريس")
    people = [m.surface for m in mentions if m.type == "person"]
    assert "مروان الزلفتاوي" in people
    assert "هاني الدغرماوي" in people
    assert "ليونيد كراسفيتش" in people
    assert people.count("الزلفتاوي") == 1
    assert "باريس" in [m.surface for m in mentions if m.type == "place"]
    assert "منظمة الصحة العالمية" in [m.surface for m in mentions if m.type == "organization"]
    for mention in mentions:
        source = text if mention.field == "body" else "مؤتمر في باريس"
        assert source[mention.start : mention.end] == mention.surface
        assert mention.actor_id is None
        assert 0.4 <= mention.score <= 1
        assert mention.provenance.rule == "model"


def test_offsets_are_of_the_original_text_with_marks_and_without_proclitics() -> None:
    text = "عقد الاجتماع بِبـاريسَ أمس، ثم سافر الوفد برئاسة مروان الزلفتاوي إلى مصر وتُونس."
    mentions = {m.name: m for m in found(text)}
    assert mentions["تونس"].surface == "تُونس"
    assert text[mentions["تونس"].start - 1] == "و"
    assert mentions["باريس"].surface == "بـاريسَ"
    assert mentions["مروان الزلفتاوي"].surface == "مروان الزلفتاوي"


def test_plain_sentences_have_no_names() -> None:
    assert found(TEXTS[-1]) == []


def test_names_do_not_reach_over_the_title() -> None:
    for mention in found("القسطلي يزور باريس", title="سليم"):
        assert mention.field in {"title", "body"}


def test_a_batch_gives_what_its_texts_give_one_by_one(model: Model) -> None:
    windows = [text.replace("،", " ،").replace(".", " .").split() for text in TEXTS]
    windows.append([word for window in windows for word in window])
    together = model.label(windows)
    for window, labelled in zip(windows, together, strict=True):
        (alone,) = model.label([window])
        assert alone.labels == labelled.labels
        assert np.allclose(alone.probabilities, labelled.probabilities, atol=1e-4)


def test_empty_and_overlong_windows(model: Model) -> None:
    assert model.label([]) == []
    assert model.label([[]]) == [Labelled([], [])]
    (labelled,) = model.label([["كلمة"] * 700])
    assert len(labelled.labels) == len(labelled.probabilities) == 700


def test_articles_in_a_batch_equal_articles_alone() -> None:
    articles = [
        musnad.testing.make_article(text, id=f"a{i}", title=f"العدد {i}")
        for i, text in enumerate((*TEXTS, "", "\n".join(TEXTS)))
    ]
    with Pipeline(Plugins.load(ON)) as pipeline:
        together = [done.mentions for done in pipeline.enrich_batch(articles)]
        assert together == [pipeline.enrich(article).mentions for article in articles]
    assert any(together)


def test_off_by_default_with_what_it_costs_and_how_to_switch_it_on() -> None:
    with Pipeline(Plugins.load(Settings())) as pipeline:
        reason = pipeline.declined["careful.names"]
    assert "enabled = true" in reason
    assert "[plugins.careful]" in reason
    assert "words a second" in reason


def test_declines_without_onnxruntime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "PACKAGES", ("onnxruntime", "no_such_package"))
    with pytest.raises(NotConfigured, match=r"needs no_such_package: .*musnad\[careful\]"):
        CarefulTagger(CarefulSettings(enabled=True)).open()


@pytest.mark.parametrize("content", [None, b"", b"not a model"])
def test_declines_where_the_file_is_no_model(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "m.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NotConfigured, match=r"m\.onnx: no"):
        CarefulTagger(CarefulSettings(enabled=True, model=path)).open()


def test_another_model_is_another_fingerprint(tmp_path: Path) -> None:
    prints = set()
    for content in (b"1", b"2"):
        path = tmp_path / f"{content!r}.onnx"
        path.write_bytes(content)
        tagger = CarefulTagger(CarefulSettings(enabled=True, model=path))
        prints.add(component_fingerprint(Registered("careful", tagger, ""), ()))
    assert len(prints) == 2


def test_the_model_ships_within_its_bounds_and_names_its_licence() -> None:
    import onnxruntime

    assert MODEL.stat().st_size <= 40_000_000
    session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
    content = session.get_modelmeta().custom_metadata_map
    assert content["license"] == "CC-BY-SA-4.0"
    assert len(json.loads(content["transitions"])) == len(json.loads(content["labels"]))


def test_the_model_card_names_the_model_that_ships() -> None:
    import hashlib

    card = MODEL.with_name("MODEL.md").read_text("utf-8")
    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() in card
