"""`NormalizedText`: whatever is done to a text, the way back to the original holds."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from musnad.text import NormalizedText

# Lone surrogates come in from broken JSON and must go through as everything else.
ANY = st.text(st.characters(categories=None, exclude_categories=()), max_size=40)
PATTERNS = [re.compile(p) for p in ("a", "ab+", "[^a-z]", r"\s+", ".{2}", "ا.", "b?")]
REPLACEMENTS = ["", "x", "xy", "xyz", " "]
STEPS = st.lists(st.tuples(st.sampled_from(PATTERNS), st.sampled_from(REPLACEMENTS)), max_size=4)


def assert_sound(view: NormalizedText) -> None:
    assert len(view.starts) == len(view.ends) == len(view.text)
    assert all(
        0 <= start < end <= len(view.original)
        for start, end in zip(view.starts, view.ends, strict=True)
    )
    assert all(a <= b for a, b in pairwise(view.starts))
    assert all(a <= b for a, b in pairwise(view.ends))


@given(ANY)
def test_a_view_of_anything_is_sound(text: str) -> None:
    view = NormalizedText.of(text)
    assert_sound(view)
    assert str(view) == text
    for i in range(len(text)):
        assert view.original_span(i, i + 1, marks=False) == (i, i + 1)


@given(st.text(alphabet="ab cا\u064e\ud800", max_size=30), STEPS)
def test_substitutions_keep_the_map_sound(
    text: str, steps: list[tuple[re.Pattern[str], str]]
) -> None:
    view = NormalizedText.of(text)
    plain = text
    for pattern, replacement in steps:
        if any(match.start() == match.end() for match in pattern.finditer(plain)) and replacement:
            with pytest.raises(ValueError, match="empty"):
                view.sub(pattern, replacement)
            continue
        plain = pattern.sub(replacement, plain)
        view = view.sub(pattern, replacement)
        assert view.text == plain
        assert_sound(view)


@given(st.text(alphabet="ab c", max_size=30))
def test_an_unchanged_character_points_at_itself(text: str) -> None:
    view = NormalizedText.of(text).sub(re.compile("a+"), "").sub(re.compile(" "), "--")
    for i, character in enumerate(view.text):
        if character in "bc":
            assert text[view.starts[i] : view.ends[i]] == character
        else:
            assert text[view.starts[i] : view.ends[i]] == " "


@given(st.text(alphabet="ab c", max_size=30), st.data())
def test_view_span_inverts_original_span(text: str, data: st.DataObject) -> None:
    view = NormalizedText.of(text).sub(re.compile("a"), "").sub(re.compile(" "), "--")
    start = data.draw(st.integers(0, len(view)))
    end = data.draw(st.integers(start, len(view)))
    if start == end:
        return
    low, high = view.original_span(start, end)
    back = view.view_span(low, high)
    # A character made into two is taken whole.
    assert back[0] <= start < end <= back[1]
    assert view.original_span(*back) == (low, high)


def test_one_becomes_many_and_many_become_one() -> None:
    view = NormalizedText.of("xﷲy").sub(re.compile("ﷲ"), "الله")
    assert view.text == "xاللهy"
    assert view.original_span(1, 5) == (1, 2)
    assert view.original_span(2, 3) == (1, 2)
    view = NormalizedText.of("x<<y").sub(re.compile("<<"), '"')
    assert view.original_span(1, 2) == (1, 3)


def test_a_replacement_of_equal_length_is_taken_place_by_place() -> None:
    view = NormalizedText.of("abc").sub(re.compile("abc"), "xyz")
    assert [view.original_span(i, i + 1) for i in range(3)] == [(0, 1), (1, 2), (2, 3)]


def test_a_span_ends_after_the_last_vowel_mark() -> None:
    view = NormalizedText.of("كتابٌ جديدـ").sub(re.compile("[\u064cـ]"), "")
    assert view.original_span(0, 4) == (0, 5)
    assert view.original_span(0, 4, marks=False) == (0, 4)
    assert view.original_span(5, 9) == (6, 11)


def test_translate_refuses_tables_that_change_the_length() -> None:
    with pytest.raises(ValueError, match="one-to-one"):
        NormalizedText.of("abc").translate({ord("a"): "xy"})
    with pytest.raises(ValueError, match="one-to-one"):
        NormalizedText.of("abc").translate({ord("a"): ""})


def test_translate_refuses_a_table_whose_changes_of_length_cancel_out() -> None:
    with pytest.raises(ValueError, match="one-to-one"):
        NormalizedText.of("ab").translate({ord("a"): "xy", ord("b"): ""})


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (2, 1), (0, 4)])
def test_spans_outside_are_refused(start: int, end: int) -> None:
    view = NormalizedText.of("abc")
    with pytest.raises(ValueError, match="outside"):
        view.original_span(start, end)
    with pytest.raises(ValueError, match="outside"):
        view.view_span(start, end)


def test_nothing_to_do_returns_the_same_view() -> None:
    view = NormalizedText.of("abc")
    assert view.sub(re.compile("x"), "y") is view
    assert view.sub(re.compile("a"), "a") is view
    assert view.translate({ord("x"): "y"}) is view


def test_a_character_that_was_removed_has_an_empty_place_in_the_view() -> None:
    view = NormalizedText.of("aXb").sub(re.compile("X"), "")
    assert view.view_span(1, 2) == (1, 1)
    assert view.original_span(1, 1) == (2, 2)
