"""Words as the model reads them, windows of them, and names back from labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from musnad_careful.windows import LONGEST, Name, Word, names, windows
from musnad_careful.words import clean, fold, reach, split


def parts(text: str) -> list[str]:
    return [text[a:b] for a, b in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(د ب أ)", ["(", "د", "ب", "أ", ")"]),
        ("زار «سليم القسطلي»، أمس.", ["زار", "«", "سليم", "القسطلي", "»", "،", "أمس", "."]),
        ("كَتَبَ مُحـــمّد", ["كَتَبَ", "مُحـــمّد"]),
        ("2.5 مليون", ["2", ".", "5", "مليون"]),
        ("", []),
    ],
)
def test_words_and_marks(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("word", "cleaned"),
    [
        ("مُحَمَّـــد", "محمد"),
        ("کیان", "كيان"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("NATO", "NATO"),
        ("\u200fأحمد", "أحمد"),
    ],
)
def test_cleaned(word: str, cleaned: str) -> None:
    assert clean(word) == cleaned


def test_folded_as_lists_are_looked_up() -> None:
    assert fold("أُسامة".replace("ُ", "")) == fold("اسامه")


@given(st.text())
def test_words_cover_all_but_white_space_in_order(text: str) -> None:
    last = 0
    for start, end in split(text):
        assert last <= start < end
        last = end


@given(st.text(alphabet="بتكومحد\u064e\u0640\u0651", min_size=1), st.integers(0, 4))
def test_reach_is_the_shortest_beginning_with_so_many_letters(word: str, letters: int) -> None:
    end = reach(word, letters)
    assert end == len(word) or len(clean(word[:end])) >= letters
    assert end == 0 or len(clean(word[: end - 1])) < letters


def words(text: str, *beginnings: int) -> list[Word]:
    return [
        Word(0, 0, letters, first=i in (0, *beginnings)) for i, letters in enumerate(text.split())
    ]


def test_names_end_at_sentences_and_without_punctuation() -> None:
    found = names(
        words("قال سليم القسطلي . خالد « وردة »", 4),
        ["O", "B-PERS", "I-PERS", "I-PERS", "I-PERS", "B-ORG", "I-ORG", "I-ORG"],
        [1.0, 0.9, 0.8, 0.2, 0.7, 0.1, 0.6, 0.1],
    )
    assert list(found) == [
        Name(1, 3, "PERS", 0.8),
        Name(4, 5, "PERS", 0.7),
        Name(6, 7, "ORG", 0.6),
    ]


def test_a_name_of_punctuation_alone_is_none() -> None:
    assert not list(names(words("قال « ."), ["O", "B-ORG", "I-ORG"], [1, 1, 1]))


def test_windows_hold_whole_sentences_and_cut_only_what_is_longer() -> None:
    text = "\n".join(["كلمة " * 100, "كلمة " * 50, "كلمة " * 400, "كلمة"])
    ends = [i for i, c in enumerate(text) if c == "\n"] + [len(text)]
    spans = list(zip([0, *(e + 1 for e in ends[:-1])], ends, strict=True))
    found = windows(text, spans)
    assert [len(window.words) for window in found] == [150, LONGEST, LONGEST, 81]
    assert [sum(word.first for word in window.words) for window in found] == [2, 1, 0, 1]
    flat = [word for window in found for word in window.words]
    assert all(text[word.start : word.end] == "كلمة" for word in flat)
    assert [word.start for word in flat] == sorted({word.start for word in flat})
