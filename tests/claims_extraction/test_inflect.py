from __future__ import annotations

import pytest
from musnad.errors import PluginError
from musnad_claims import cues, resources
from musnad_claims.cues import cue_index
from musnad_claims.fold import fold
from musnad_claims.inflect import index_forms


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"perfect": "نفى"}, ["نفى", "نفت", "نفوا", "نفتا", "نفاه", "نفاها", "نفته", "نفوه"]),
        ({"imperfect": "ينفي"}, ["ينفي", "تنفي", "ينفون", "تنفيها", "ينفيه"]),
        ({"perfect": "أعلن"}, ["أعلن", "أعلنت", "أعلنوا", "أعلنتا", "أعلنه", "أعلنوها"]),
        ({"jussive": "ينف"}, ["ينف", "تنف"]),
        ({"participle": "مضيف"}, ["مضيفا", "مضيفة", "مضيفين"]),
        ({"masdar": "تأكيد"}, ["تأكيده", "تأكيدها", "تأكيدهم"]),
        ({"passive": ["قيل"]}, ["قيل"]),
    ],
)
def test_forms(entry: dict[str, str], expected: list[str]) -> None:
    assert set(map(fold, expected)) <= set(index_forms(entry))


def test_forms_carry_gender_number_and_object() -> None:
    forms = index_forms({"perfect": "نفى", "imperfect": "ينفي"})
    assert (forms["نفت"].gender, forms["نفت"].number, forms["نفت"].object) == ("f", "s", False)
    assert forms["نفاها"].object
    assert forms["ينفون"].number == "p"


def test_no_pronouns_where_the_entry_says_so() -> None:
    assert "اعتبره" not in index_forms({"perfect": "اعتبر", "no_pronoun": True})


def test_folding_keeps_letters_apart_that_are_different() -> None:
    assert fold("أَكَّدَتْ") == "اكدت"
    assert fold("نفى") == "نفي"
    assert fold("صحيفـة") == "صحيفه"
    assert fold("شيء") == "شيء"


def test_skipped_forms_are_not_in_the_index() -> None:
    rules = {form.cue.rule for form in cue_index().forms.get("ردا", ())}
    assert "say:رد" not in rules


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"stance": "asserts"}, "neither `lemma` nor `rule`"),
        ({"lemma": "س", "stance": "asserts", "take": []}, "unknown key `take`"),
        ({"lemma": "س", "stance": "claims"}, "`stance` is no stance"),
        ({"lemma": "س", "stance": "asserts", "negated": "no"}, "`negated` is no stance"),
    ],
)
def test_a_broken_cue_names_file_and_cue(
    entry: dict[str, object], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cues, "load", lambda _: [entry])
    monkeypatch.setattr(cues, "cue_files", lambda: ["cues/mine.yaml"])
    with pytest.raises(PluginError, match=r"cues/mine\.yaml") as error:
        cue_index.__wrapped__()
    assert message in str(error.value)


def test_an_unreadable_file_is_named(
    tmp_path: resources.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    monkeypatch.setattr(resources, "DATA", tmp_path)
    with pytest.raises(PluginError, match=r"broken\.yaml"):
        resources.load.__wrapped__("broken.yaml")
