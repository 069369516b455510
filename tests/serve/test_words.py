"""The words of the page: the same in both languages, and every one that is asked for is there."""

import inspect
import re
import string
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import musnad.serve
import pytest
from musnad.claims import Evidence, status_of
from musnad.claims.decisions import DecisionKind
from musnad.claims.status import _Weighing
from musnad.dates import Calendar
from musnad.model import (
    AliasKind,
    EntityType,
    OutletKind,
    Relation,
    Review,
    Span,
    Speaker,
    SpeakerKind,
    Stance,
    Statement,
    Status,
)
from musnad.serve.language import Words, direction, load, messages, plural

FOLDER = Path(musnad.serve.__file__).parent
FORMS = {"ar": {"zero", "one", "two", "few", "many", "other"}, "en": {"one", "other"}}
GROUPS = {
    "stance": Stance,
    "relation": Relation,
    "relations": Relation,
    "status": Status,
    "speaker": SpeakerKind,
    "type": EntityType,
    "outlet_kind": OutletKind,
    "alias": AliasKind,
    "decision": DecisionKind,
    "calendar": Calendar,
}


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(messages()))
def test_each_text_is_there_in_both_languages(key):
    texts = messages()[key]
    assert set(texts) == {"ar", "en"}
    wanted = set()
    for language, forms in texts.items():
        if isinstance(forms, dict):
            assert set(forms) == FORMS[language]
        for text in forms.values() if isinstance(forms, dict) else [forms]:
            wanted |= places(text)
            assert text == text.strip()
    for forms in texts.values():
        used = [places(f) for f in (forms.values() if isinstance(forms, dict) else [forms])]
        assert set().union(*used) == wanted
    arabic = texts["ar"] if isinstance(texts["ar"], str) else texts["ar"]["other"]
    assert key == "other_language" or re.search("[،ء-ي]", arabic)


@pytest.mark.parametrize("group", GROUPS)
def test_each_value_of_the_data_has_a_word(group):
    for value in get_args(GROUPS[group]):
        assert f"{group}.{value}" in messages()


def test_each_text_that_is_asked_for_exists_and_each_is_used():
    sources = [*FOLDER.rglob("*.html"), *FOLDER.rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    asked = set(re.findall(r"\b(?:t|words|g\.words)\(\s*\"([\w.]+)\"", code))
    asked |= set(re.findall(r"BadRequest\(\"([\w.]+)\"", code))
    # «status.» and the like are completed with a value of the data: see the test above.
    assert {key for key in asked if not key.endswith(".")} <= set(messages())
    made = tuple(f"{group}." for group in [*GROUPS, "language", "verdict", "date_source"])
    unused = {
        key
        for key in messages()
        if f'"{key}"' not in code
        and not key.startswith((*made, "nav.", "actor.", "copies.", "search.", "error.not_found."))
    }
    assert not unused


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "zero"), (1, "one"), (2, "two"), (3, "few"), (10, "few"), (11, "many"), (99, "many"), (100, "other"), (103, "few"), (111, "many")],
)  # fmt: skip
def test_arabic_numbers_take_their_forms(number, form):
    assert plural("ar", number) == form


def test_numbers_and_dates_are_told_in_words():
    arabic, english = Words("ar"), Words("en")
    assert arabic("count.articles", n=2) == "مقالان"
    assert arabic("count.articles", n=11) == "11 مقالا"
    assert english("count.articles", n=1200) == "1,200 articles"
    at = datetime(2026, 1, 5, tzinfo=UTC)
    assert arabic.date(at) == "5 كانون الثاني/يناير 2026"
    assert english.date(at, "month") == "January 2026"
    assert english.date(at, "year") == "2026"
    assert (direction("ar"), direction("fa-IR"), direction("en")) == ("rtl", "rtl", "ltr")


def test_a_value_cannot_change_the_order_of_a_sentence():
    told = Words("en")("why.unknown_name", typed="x\u202e\u2069y")
    assert "\u202e" not in told
    assert told.count("\u2068") == told.count("\u2069") == 1


def evidence(number, relation, kind="person", name=None, affiliation=None, **values):
    cue = Span(field="body", start=number, end=number + 1, surface="x")
    speaker = Speaker(kind=kind, name=name, actor_id=name, affiliation=affiliation)
    statement = Statement(id=f"s{number}", stance="asserts", cue=cue, speaker=speaker, article_id=f"a{number}", outlet_id=f"o{number}")  # fmt: skip
    return Evidence(statement, relation, datetime(2026, 1, number + 1, tzinfo=UTC), **values)


def reasons():
    one, two = evidence(1, "supports", name="ع"), evidence(2, "denies", name="غ")
    unnamed = evidence(3, "supports", kind="unnamed_source")
    of = evidence(4, "supports", kind="document", affiliation="ministry")
    taken_back = evidence(5, "retracts", name="ع")
    cases = [
        [one], [two], [one, two], [unnamed], [of], [one, taken_back], [one, two, taken_back], [one, unnamed],
        [evidence(1, "doubts", name="ع")], [evidence(1, "no_comment", name="ع", undecided=True)],
        [evidence(1, "discusses", name="ع")], [evidence(1, "supports", kind="none")], [evidence(1, "supports", kind="outlet")],
        [evidence(1, "confirms", name="ع")],
    ]  # fmt: skip
    yield from (status_of(case, actors=["ع"])[1] for case in cases)
    review = Review(url="https://x.example", rating="خطأ", verdict="false", publisher="فاحص")
    other = review.model_copy(update={"verdict": "true"})
    yield status_of([one], reviews=[review])[1]
    yield status_of([one], reviews=[review, other])[1]


def test_each_reason_of_a_status_is_told_in_arabic():
    told = {step.reason for history in reasons() for step in history}
    assert len({re.sub(r"by [^,;.]+|: [^.]+", "", reason) for reason in told}) > 6
    for reason in told:
        arabic = Words("ar").reason(reason, lambda key: f"<{key}>")
        assert not re.search(r"[A-Za-z]{3}", re.sub(r"<[^>]*>", "", arabic)), (reason, arabic)
        assert Words("en").reason(reason, lambda key: key).replace("\u2068", "").replace("\u2069", "") == reason  # fmt: skip
    sentences = {row["en"] for row in load("reasons.yaml")["sentences"]}
    for quoted in re.findall(
        r'"([A-Z][a-z][^"]+\.)"',
        inspect.getsource(_Weighing.verdict).replace(_Weighing.verdict.__doc__, ""),
    ):
        plain = re.compile(re.sub(r"\\\{.+?\\\}", r"(?:\\{\\w+\\}|.+)", re.escape(quoted)))
        assert any(plain.fullmatch(s) for s in sentences), quoted
