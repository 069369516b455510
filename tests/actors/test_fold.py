"""One folding: names fold as musnad_arabic folds texts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from musnad.document import Document
from musnad_actors.authority import load_authority, starter_files
from musnad_actors.fold import fold, fold_latin, fold_same_length
from musnad_actors.patterns import names_of
from musnad_actors.spellings import has_article, spellings

MakeDocument = Callable[..., Document]


def test_all_names_of_the_starter_fold_as_the_text_does(make_document: MakeDocument) -> None:
    names = [text for record in load_authority(starter_files()) for text, _ in names_of(record)]
    view = make_document("\n".join(names)).key.text[1:].split("\n")
    for name, key in zip(names, view, strict=True):
        assert " ".join(fold_same_length(key).split()) == fold(name), name


@pytest.mark.parametrize(
    "text",
    [
        "أَحْمَدُ",
        "إســـلام",
        "آمنة",
        "ٱلله",
        "مستشفى",
        "کریم",
        "ﷲ",
        "ﻻ",
        "Türkiye",
        "BBC",
        "شبكة ‏RT",
        "٢٠١٥",
        "گ چ پ",
    ],
)
def test_spellings_that_differ_in_orthography_fold_as_the_text_does(
    text: str, make_document: MakeDocument
) -> None:
    key = make_document(text).key.text.strip()
    assert " ".join(fold_same_length(key).split()) == fold(text)


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold_same_length(text)) == len(text)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_latin_is_compared_without_diacritics() -> None:
    assert fold_latin("Çavuşoğlu") == "cavusoglu"
    assert fold_latin("Sana'a") == "sanaa"
    assert fold_latin("Al-Assad") == "al assad"


def test_spellings_by_spaces_and_case() -> None:
    assert {"عبد الله صالح", "عبدالله صالح"} <= spellings("عبد الله صالح")
    assert {"عبد الله صالح", "عبدالله صالح"} <= spellings("عبدالله صالح")
    assert {"ابو مازن", "ابومازن", "ابا مازن", "ابي مازن"} <= spellings("أبو مازن")
    assert {"محمد بن سالم", "محمد ابن سالم"} <= spellings("محمد بن سالم")
    assert "وزارهالخارجيه" in spellings("وزارة الخارجية")


def test_the_article_is_known_by_the_own_spelling() -> None:
    assert has_article("الجيش الوطني")
    assert not has_article("إلياس الورداني")
    assert not has_article("ألمانيا")
