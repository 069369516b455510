"""Words, numbers and punctuation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from musnad.document import Document
from musnad_arabic import rules
from musnad_arabic.tokens import _scanned, tokenize

LETTER = {"word": "w", "latin": "l", "number": "n", "punctuation": "p"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال الوزير", "w:قال w:الوزير"),
        ("1,500 مقاتل و3.5 ملايين", "n:1,500 w:مقاتل w:و n:3.5 w:ملايين"),
        ("نسبة 63ر54 بالمئة", "w:نسبة n:63ر54 w:بالمئة"),
        ("1500مقاتل", "n:1500 w:مقاتل"),
        ("شبكةRT", "w:شبكة l:RT"),
        ("عام 1436ه.", "w:عام n:1436 w:ه p:."),
        ("الحرب،ولم", "w:الحرب p:، w:ولم"),
        ("1،500 و2014،2015", "n:1،500 w:و n:2014 p:، n:2015"),
        ("زار د. سامر", "w:زار w:د p:. w:سامر"),
        ("وكالة أ.ف.ب. أمس", "w:وكالة w:أ.ف.ب. w:أمس"),
        ("وكالة أ ف ب أمس", "w:وكالة w:أ_ف_ب w:أمس"),
        ("إس.بي.دي.آر", "w:إس.بي.دي.آر"),
        ("في U.S. أمس", "w:في l:U.S. w:أمس"),
        ("O'Neil F16 Al-Watan", "l:O'Neil l:F16 l:Al p:- l:Watan"),
        ("(www.example.com).", "p:( l:www.example.com p:) p:."),
        ("كتب a.b@example.org، ثم", "w:كتب l:a.b@example.org p:، w:ثم"),
        ("قال... نعم!", "w:قال p:... w:نعم p:!"),
        ("مُحَمَّد", "w:مُحَمَّد"),
        ("10:30 في 21/7/2015", "n:10 p:: n:30 w:في n:21 p:/ n:7 p:/ n:2015"),
        ('"نعم"', 'p:" w:نعم p:"'),
        ("Москва 中国", "l:Москва l:中国"),
    ],
)
def test_tokens(text: str, expected: str) -> None:
    found = [f"{LETTER[t.kind]}:{text[t.start : t.end].replace(' ', '_')}" for t in tokenize(text)]
    assert found == expected.split(" ")


@given(st.text(st.characters(categories=None, exclude_categories=()), max_size=60))
def test_every_character_but_space_is_in_one_token(text: str) -> None:
    tokens = tokenize(text)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
    assert all(t.start < t.end for t in tokens)
    covered = {i for t in tokens for i in range(t.start, t.end)}
    assert all(i in covered or text[i].isspace() for i in range(len(text)))


@given(st.text(alphabet='اب .أفwA1:/@-،"\n\u064e', max_size=40))
def test_tokens_of_dense_text_are_sound(text: str) -> None:
    tokens = tokenize(text)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
    covered = {i for t in tokens for i in range(t.start, t.end)}
    assert all(i in covered or text[i].isspace() for i in range(len(text)))


def test_tokens_are_offsets_into_the_normalized_view(analyze: Callable[..., Document]) -> None:
    document = analyze("قالَ مُحَمَّدٌ «نعم»", title="عنوان")
    words = [document.span(t.start, t.end, view="normalized").surface for t in document.tokens]
    assert words == ["عنوان", "قالَ", "مُحَمَّدٌ", "«", "نعم", "»"]


PIECES = [*"أابفدقنصيو .،:!?-()\"'٢٫ر_@/aC\n\t", "x.com", "www.", "\u064b", "\u0640", "\u200f"]


@given(st.lists(st.sampled_from([*PIECES, *sorted(rules.abbreviations().spaced)])).map("".join))
def test_words_that_need_no_expression_are_the_tokens_that_it_finds(text: str) -> None:
    assert tokenize(text) == list(_scanned(text, 0, len(text)))
