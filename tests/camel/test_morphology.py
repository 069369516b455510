"""The annotator over a database of three words."""

import random

import musnad.testing
import pytest
from musnad.errors import NotConfigured
from musnad.settings import Settings
from musnad_camel import database
from musnad_camel.choice import choose
from musnad_camel.config import CamelSettings
from musnad_camel.morphology import MorphologyAnnotator


@pytest.fixture
def opened(mini):
    annotator = MorphologyAnnotator()
    annotator.open()
    yield annotator
    annotator.close()


def test_each_token_has_a_lemma_and_words_have_morphology(mini):
    outcome = musnad.testing.run("كتبت السفارةُ: والسفارة كتب 15 RT حفتر")
    outcome.assert_success()
    words = outcome.data["tokens"]
    lemmas, found = outcome.data["lemmas"], outcome.data["morphology"]
    assert len(lemmas) == len(found) == len(words)
    assert lemmas == ["كتبت", "سفارة", ":", "سفارة", "كتب", "15", "RT", "حفتر"]
    assert [m is None for m in found] == [False, False, True, False, False, True, True, False]


def test_what_a_word_is_made_of(opened):
    found = opened.analyse("والسفارة")
    assert (found.lemma, found.vowelled, found.pos) == ("سفارة", "سِفارَة", "noun")
    assert (found.prc3, found.prc2, found.prc1, found.prc0, found.enc0) == (
        "", "wa_conj", "", "Al_det", "",
    )  # fmt: skip
    assert (found.root, found.gloss) == ("س.ف.ر", "and+the+embassy")
    assert "والسفارة"[found.start : found.end] == "سفارة"
    assert found.known
    assert not found.is_name


def test_a_word_that_the_lexicon_does_not_have_is_taken_for_a_name_without_article_and_and(opened):
    assert [opened.analyse(w).lemma for w in ("حفتر", "وحفتر", "والحوثي", "وايز")] == [
        "حفتر", "حفتر", "حوثي", "وايز",
    ]  # fmt: skip
    found = opened.analyse("وحفتر")
    assert found.is_name
    assert not found.known
    assert found.gloss == ""
    assert "وحفتر"[found.start : found.end] == "حفتر"


@pytest.mark.parametrize("word", ["", "RT", "أ.ف.ب", "15", "ك" * 41, "café"])
def test_what_is_no_arabic_word_is_not_analysed(opened, word):
    assert opened.analyse(word) is None


def test_the_choice_does_not_depend_on_the_order_of_analyses(opened):
    analyses = opened._analyzer.analyze("كتب")
    assert {a["pos"] for a in analyses} == {"verb", "noun"}
    for seed in range(10):
        random.Random(seed).shuffle(analyses)
        assert choose("كتب", analyses).vowelled == "كَتَب"


def test_a_full_cache_starts_over_and_changes_nothing(mini):
    annotator = MorphologyAnnotator(CamelSettings(cache_words=1000))
    annotator.open()
    before = annotator.analyse("السفارة")
    for number in range(2100):
        annotator.analyse("س" + "".join("بتثجحخدذرز"[int(d)] for d in str(number)))
    assert len(annotator._known) <= 1000
    assert annotator.analyse("السفارة") == before


def test_without_data_the_component_is_off_and_the_rest_works(nothing):
    outcome = musnad.testing.run("قال المتحدث إن السفارة مغلقة.")
    outcome.assert_success()
    assert outcome.data.get("lemmas") is None
    assert outcome.statements
    with pytest.raises(NotConfigured, match="musnad camel install"):
        MorphologyAnnotator().open()


def test_it_can_be_switched_off(mini):
    with pytest.raises(NotConfigured, match="switched off"):
        MorphologyAnnotator(CamelSettings(morphology=False)).open()


def test_a_database_that_is_none_is_said_to_be_none(mini):
    (mini / "data/morphology_db/calima-msa-r13/morphology.db").write_text("no\n", "utf-8")
    with pytest.raises(NotConfigured, match=r"no database of camel-tools.*--force"):
        MorphologyAnnotator().open()


def test_an_unknown_name_of_a_database_says_which_there_are(mini):
    with pytest.raises(NotConfigured, match=r'"s31".*it has: calima-msa-r13'):
        MorphologyAnnotator(CamelSettings(database="s31")).open()


def test_a_damaged_catalogue_is_told(mini):
    (mini / "catalogue.json").write_text("[", "utf-8")
    with pytest.raises(NotConfigured, match=r"catalogue\.json cannot be read"):
        MorphologyAnnotator().open()


def test_the_slim_copy_is_made_once_and_anew_for_another_database(mini):
    path = database.database_file("calima-msa-r13")
    first = database.slim_copy(path, "a" * 64)
    assert "d3tok" not in first.read_text("utf-8")
    stamp = first.stat().st_mtime_ns
    assert database.slim_copy(path, "a" * 64).stat().st_mtime_ns == stamp
    second = database.slim_copy(path, "b" * 64)
    assert not first.exists()
    assert [p.name for p in sorted(path.parent.iterdir())] == ["morphology.db", second.name]


def test_where_no_copy_can_be_made_the_database_itself_is_read(mini, monkeypatch):
    def full(*_args, **_named):
        raise OSError("no space")

    monkeypatch.setattr(database.tempfile, "mkstemp", full)
    annotator = MorphologyAnnotator()
    annotator.open()
    assert annotator.analyse("السفارة").lemma == "سفارة"


def test_the_fingerprint_changes_with_the_database(mini):
    def hashed():
        annotator = MorphologyAnnotator()
        annotator.open()
        return list(annotator.resources())

    before = hashed()
    assert hashed() == before
    path = database.database_file("calima-msa-r13")
    path.write_text(path.read_text("utf-8").replace("-3.2", "-2.2"), "utf-8")
    assert hashed() != before


def test_required_without_data_stops_the_program(nothing):
    from musnad.errors import PluginError
    from musnad.pipeline import Pipeline
    from musnad.plugins import Plugins

    plugins = Plugins.load(Settings(required_plugins=("camel",)))
    with pytest.raises(PluginError, match=r'required plugin "camel" is off.*musnad camel install'):
        Pipeline(plugins).__enter__()
