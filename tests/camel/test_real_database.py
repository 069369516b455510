"""The choice among analyses, and the slim copy, with the real database (`make test-ner`)."""

import musnad.testing
import pytest
import yaml
from musnad_camel import database
from musnad_camel.choice import CLITICS, FILE, choose
from musnad_camel.morphology import MorphologyAnnotator

pytestmark = pytest.mark.camel
EXAMPLES = yaml.safe_load(FILE.read_text(encoding="utf-8"))["examples"]
TEXT = (
    "نفى مصدر في وزارة الخارجية لصحيفة «الضفاف» أن يكون الوفد قد زار العاصمة سرا، وأكد أن المعلومات المتداولة "
    "لا أساس لها. وقالت السفارات إنها لم تتلق دعوة، بينما ذكرت وكالة الأنباء أن مئات الجنود وصلوا بالفعل."
)


@pytest.fixture
def annotator(real):
    made = MorphologyAnnotator()
    made.open()
    return made


def test_the_examples_of_the_choice(annotator):
    wrong = []
    for word, lemma, pos, clitics in EXAMPLES:
        found = annotator.analyse(word)
        got = (found.lemma, found.pos, "+".join(filter(None, (getattr(found, c) for c in CLITICS))))
        if got != (lemma, pos, clitics):
            wrong.append(f"{word}: {got}, not {(lemma, pos, clitics)}")
    assert not wrong, "\n".join(wrong)


def test_the_slim_copy_gives_the_same_choices_as_the_database_itself(annotator, real):
    from camel_tools.morphology.analyzer import Analyzer
    from camel_tools.morphology.database import MorphologyDB

    whole = Analyzer(MorphologyDB(str(real), "a"), "NOAN_PROP")
    words = {w for w, *_ in EXAMPLES} | set(TEXT.split())
    assert database.slim_copy(real, database.sha256_of(real)).stat().st_size < 25_000_000
    for word in sorted(words):
        if annotator.analyse(word) is not None:
            assert annotator.analyse(word) == choose(word, whole.analyze(word))


def test_lemmas_of_a_text(annotator):
    outcome = musnad.testing.run(TEXT)
    outcome.assert_success()
    tokens, lemmas = outcome.data["tokens"], outcome.data["lemmas"]
    assert len(tokens) == len(lemmas)
    assert {
        "نفى",
        "مصدر",
        "وزارة",
        "صحيفة",
        "أكد",
        "معلومة",
        "قال",
        "سفارة",
        "ذكر",
        "جندي",
        "وصل",
    } <= set(lemmas)


def test_camel_tools_itself_works_with_what_was_installed(real):
    from camel_tools.morphology.database import MorphologyDB

    assert MorphologyDB.builtin_db().all_feats() >= {"diac", "lex", "pos"}
