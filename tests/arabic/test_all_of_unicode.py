"""Normalization over every code point there is, in all planes: assigned or not, surrogates too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from musnad.components import Normalizer
from musnad.model import Article
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings
from musnad.text import NormalizedText
from musnad_arabic import plugin
from musnad_arabic.config import STEPS, ArabicSettings

Views = Callable[[str], tuple[NormalizedText, NormalizedText]]
OTHERS = tuple(name for name in Plugins.load(Settings()).infos if name != "arabic")
NORMALIZING = STEPS[: STEPS.index("segments")]
CHUNK = 0x2000
# Every plane as likely as every other, so that rare ones are reached too.
PLANES = st.one_of(
    [st.integers(plane << 16, (plane << 16) + 0xFFFF).map(chr) for plane in range(0x11)]
)
# What stands for each step of the design's §4: only that step changes it.
OWN: dict[str, tuple[str, str]] = {
    "unicode": ("ﻻ", "لا"),
    "controls": ("لي\u200fبيا", "ليبيا"),
    "marks": ("قـــال عُمر", "قال عمر"),
    "letters": ("کتاب علیه", "كتاب عليه"),
    "digits": ("٢٠١٥ و۱۴", "2015 و14"),
    "punctuation": ("«نعم» – ‘لا’", "\"نعم\" - 'لا'"),
    "alef": ("أمس إلى", "امس الى"),
    "alef_maksura": ("مدى", "مدي"),
    "teh_marbuta": ("مكة", "مكه"),
    "case": ("RT", "rt"),
}


def steps_without(skip: Iterable[str]) -> list[Normalizer]:
    chosen = ArabicSettings(skip=tuple(skip))
    return [s for s in plugin.musnad_normalizers(chosen) if s.name not in chosen.skip]


def through(steps: Iterable[Normalizer], text: str) -> NormalizedText:
    view = NormalizedText.of(text)
    for step in steps:
        view = step.normalize(view)
    return view


@pytest.mark.parametrize("plane", range(0x11))
def test_every_code_point_between_letters_stays_at_its_place(views: Views, plane: int) -> None:
    for first in range(plane << 16, (plane + 1) << 16, CHUNK):
        cells = [f"ب{chr(code)}ب" for code in range(first, first + CHUNK)]
        text = " ".join(cells)
        normalized, key = views(text)
        # Twice is once.
        assert views(normalized.text)[0].text == normalized.text
        assert views(key.text)[1].text == key.text
        assert len(normalized) == len(key)
        # Monotonic, inside the text, and whole: every letter that was there is still there.
        for view in (normalized, key):
            assert all(a <= b for a, b in pairwise(view.starts))
            assert all(a <= b for a, b in pairwise(view.ends))
            assert all(0 <= a < b <= len(text) for a, b in zip(view.starts, view.ends, strict=True))
        # Each letter points at itself: nothing of one cell has moved into another.
        letters = [normalized.starts[i] for i, c in enumerate(normalized.text) if c == "ب"]
        own = [i for i, c in enumerate(text) if c == "ب"]
        assert set(own) <= set(letters)
        for i, code in enumerate(range(first, first + CHUNK)):
            low, high = 4 * i, 4 * i + 3
            begin, end = normalized.view_span(low, high)
            assert normalized.text[begin] == normalized.text[end - 1] == "ب", hex(code)


@given(st.lists(PLANES, max_size=24).map("".join))
@settings(max_examples=300)
def test_strings_of_all_planes(views: Views, text: str) -> None:
    normalized, key = views(text)
    assert views(normalized.text)[0].text == normalized.text
    assert views(key.text)[1].text == key.text
    for view in (normalized, key):
        assert view.original == text
        assert all(a <= b for a, b in pairwise(view.starts))
        assert all(a <= b for a, b in pairwise(view.ends))
        for i in range(len(view)):
            low, high = view.original_span(i, i + 1)
            begin, end = view.view_span(low, high)
            assert begin <= i < end


@given(st.lists(PLANES, max_size=12).map("".join), st.sets(st.sampled_from(NORMALIZING)))
@settings(max_examples=200)
def test_every_choice_of_steps_is_stable_and_keeps_the_map(text: str, skip: set[str]) -> None:
    steps = steps_without(skip)
    view = through(steps, text)
    assert through(steps, view.text).text == view.text
    assert len(view.starts) == len(view.ends) == len(view.text)
    assert all(a <= b for a, b in pairwise(view.starts))


def test_each_step_has_an_example() -> None:
    assert tuple(OWN) == NORMALIZING


@pytest.mark.parametrize("name", OWN)
def test_a_step_that_is_off_leaves_what_is_its_own(name: str) -> None:
    before, after = OWN[name]
    assert through(steps_without(n for n in NORMALIZING if n != name), before).text == after
    # The others do not do its work: what is its own is still there.
    assert through(steps_without([name]), before).text != through(steps_without(()), before).text
    assert through(steps_without(NORMALIZING), before).text == before


@pytest.mark.parametrize("name", OWN)
def test_a_step_is_switched_off_by_the_settings_of_a_run(name: str) -> None:
    before, _ = OWN[name]
    seen: list[Any] = []
    for skip in ([], [name]):
        settings_ = Settings(plugins={"arabic": {"skip": skip}}, blocked_plugins=OTHERS)
        with Pipeline(Plugins.load(settings_)) as pipeline:
            document = pipeline._normalize(Article(id="a", title="", body=before)).document
            seen.append((document.normalized.text, document.key.text))
    assert seen[0] != seen[1]
