"""Which lemmas a searched word may be a form of."""

import pytest
from musnad_camel.morphology import MorphologyAnnotator


@pytest.fixture
def opened(mini):
    annotator = MorphologyAnnotator()
    annotator.open()
    yield annotator
    annotator.close()


def test_the_words_of_an_archive_and_of_the_lexicon_become_rules(opened):
    known = opened.search_words({"السفارة": 3, "حفتر": 9}, 100)
    # The word as the index has it; a name that the lexicon lacks, and a lemma itself, need no rule.
    assert known.lemmas == {"السفاره": ("سفاره",)}
    # Without an archive: what the lexicon has. Of a word that is noun or verb only the noun counts.
    assert opened.search_words({}, 100).lemmas == {"كتب": ("كتاب",)}
    assert opened.search_words({"والسفارة": 1, "السفارة": 2}, 1).lemmas == {"السفاره": ("سفاره",)}


@pytest.mark.camel
def test_rules_of_the_real_database(real):
    annotator = MorphologyAnnotator()
    annotator.open()
    words = ["جندي", "سفارة", "كمال", "بحري", "قطر", "منى", "كاتب", "ملك", "بطاقة", "طاقة", "امرأة"]
    known = annotator.search_words(dict.fromkeys(words, 1), 5_000)
    for form, lemma in {
        "جنود": "جندي", "جنديان": "جندي", "جنوده": "جندي", "سفارات": "سفاره", "نساء": "امراه",
        "كتاب": "كاتب", "ملوك": "ملك",
    }.items():  # fmt: skip
        assert lemma in known.lemmas[form], form
    for form, other in {"كمال": "مال", "بحري": "بحر", "قطر": "قطار", "مني": "من"}.items():
        assert other not in known.lemmas.get(form, ()), form
    assert "بطاقه" in known.whole
