"""Cutting clitics off a word, by the examples of the data file."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from musnad_camel.clitics import FILE, cut, spellings

EXAMPLES = yaml.safe_load(FILE.read_text(encoding="utf-8"))["examples"]


def names(clitics):
    return ["" if name in {"0", "na"} else name for name in str(clitics).split()]


@pytest.mark.parametrize(("word", "clitics", "left"), EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_what_is_left_of_a_word_without_its_clitics(word, clitics, left):
    *before, after = names(clitics)
    start, end = cut(word, tuple(before), after)
    assert word[start:end] == left


LETTERS = st.text("وفبكلسايهنمأ", min_size=1, max_size=12)


@given(
    LETTERS,
    st.lists(st.sampled_from(["", *(f"{n}_x" for n in spellings().proclitics)]), max_size=4),
    st.sampled_from(["", "unheard_of", *(f"{n}_x" for n in spellings().enclitics)]),
)
def test_something_is_always_left(word, before, after):
    start, end = cut(word, tuple(before), after)
    assert 0 <= start < end <= len(word)
