"""The rules that an index is told of words, and what its analyzers make of a search with them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest
from musnad.archive.mappings import index_body, load
from musnad.archive.vocabulary import put_words, words_in
from musnad.archive.words import (
    LEMMAS,
    OTHERS,
    WHOLE,
    _fold,
    analysis_with,
    rules_apart,
    size_of,
    with_words,
)
from musnad.components import SearchWords
from musnad.node.state import Connection
from musnad.plugins import Plugins
from musnad.settings import Settings

ANALYSIS = load("analysis")["analysis"]
WORDS = SearchWords(
    {"جنود": ("جندي",), "بيوت": ("بيت",), "وارز": ("رز",), "كتب": ("كتاب", "كتب/verb")},
    frozenset({"بحر"}),
    frozenset({"وارز", "القاهرة", "إلهام"}),
)
Terms = Callable[[str, str], set[str]]


def test_names_and_whole_words_are_told_and_forms_of_one_lemma_are_one_rule() -> None:
    told = analysis_with(ANALYSIS, WORDS)["filter"]
    assert {"وارز=>~وارز", "بحر=>~بحر", "وزاره=>~وزاره"} <= set(told[WHOLE]["rules"])
    # The article of a name is an article.
    assert not any("القاهره" in rule for rule in told[WHOLE]["rules"])
    assert {"و+ارز", "ب+حر"} <= set(told[OTHERS]["stopwords"])
    # A name is no form of a word that it only ends like.
    assert told[LEMMAS]["rules"] == ["جنود=>~جندي", "بيوت=>~بيت", "كتب=>~كتاب|كتب/verb"]
    forms = SearchWords({"جنود": ("جندي",), "جنديان": ("جندي",)})
    assert analysis_with(ANALYSIS, forms)["filter"][LEMMAS]["rules"] == ["جنود,جنديان=>~جندي"]


def test_rules_stay_within_their_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    many = SearchWords({f"كلمة{number}": ("كلمة",) for number in range(60_000)})
    count, size = size_of(analysis_with(ANALYSIS, many))
    assert count == 50_000
    assert size <= 2_000_000
    monkeypatch.setattr("musnad.archive.words.MAX_BYTES", 100_000)
    count, size = size_of(analysis_with(ANALYSIS, many))
    assert 1_000 < count < 10_000
    assert size <= 100_000


def test_indices_are_compared_without_their_rules() -> None:
    assert rules_apart(analysis_with(ANALYSIS, WORDS)) == rules_apart(ANALYSIS)
    other = {**ANALYSIS, "char_filter": {}}
    assert rules_apart(other) != rules_apart(ANALYSIS)


def test_the_words_of_texts_are_counted_once_a_text_and_without_marks() -> None:
    assert words_in(["كِتاب كتاب 15", "كتاب RT"]) == {"كتاب": 2, "RT": 1}


@pytest.fixture(scope="module")
def terms(elasticsearch_node: Connection) -> Iterator[Terms]:
    """Yield what an analyzer of the articles makes of a text, in an index that is told `WORDS`."""
    index = f"t{secrets.token_hex(4)}-words"
    body = with_words(index_body("articles", Plugins(Settings())), WORDS)
    with elasticsearch_node.client() as client:
        client.indices.create(index=index, settings=body["settings"], mappings=body["mappings"])
        # Put again as on an index that was filled meanwhile: the same words come of it.
        put_words(client, index, WORDS)

        def made(analyzer: str, text: str) -> set[str]:
            answer = client.indices.analyze(index=index, analyzer=analyzer, text=text)
            return {token["token"] for token in answer["tokens"]}

        yield made
        client.indices.delete(index=index)


@pytest.mark.node
def test_what_a_search_looks_for(terms: Terms) -> None:
    # What is written in any way is one word in the index; nothing is taken off it.
    assert terms("musnad_text", "مسؤول مسئول") == {"مسئول"}
    assert terms("musnad_text", "عبد الله عبدالله") == {"عبدالله"}
    assert terms("musnad_text", "معبد القمر") == {"معبد", "القمر"}
    assert terms("musnad_text", "والوزير مائة") == {"والوزير", "مئه"}
    # علي is not على, but in a phrase, where its neighbours tell.
    assert not terms("musnad_text_search", "علي") & terms("musnad_text", "على عليها")
    assert terms("musnad_text", "على") <= terms("musnad_text_phrase", "علي")
    # With the article and without, with any proclitic, whatever was typed.
    for typed in ("وزير", "الوزير", "للوزير", "بالوزير"):
        found = terms("musnad_text_search", typed)
        assert {"وزير", "الوزير", "والوزير", "للوزير", "بالوزير", "لوزير"} <= found
    assert {"دارمين", "بدارمين", "ودارمين"} <= terms("musnad_text_search", "لدارمين")
    assert "للجنة".replace("ة", "ه") in terms("musnad_text_search", "لجنة")
    # No word is broken: names of the authority and common words stand as they are.
    assert not {"ارز", "تاب", "ريم", "طاقه"} & (
        terms("musnad_text_search", "وارز") | terms("musnad_text_search", "كتاب كريم بطاقة")
    )
    assert "وارز" not in terms("musnad_text_search", "أرز")
    assert "بحر" not in terms("musnad_text_search", "حر")
    assert "بطاقه" not in terms("musnad_text_search", "طاقة")


@pytest.mark.node
def test_endings_and_lemmas(terms: Terms) -> None:
    stems = {"سفارتها", "سفارات", "سفارتين", "سفارة"}
    assert {t for word in stems for t in terms("musnad_recall", word)} == {"سفاره"}
    kept = ("حسني", "حسن", "حسين", "لبنان", "لبن", "سلامة", "سلام", "سوريا", "سوري")
    assert len({t for word in kept for t in terms("musnad_recall", word)}) == len(kept)
    assert terms("musnad_recall", "1447هـ") == {"1447"}
    assert terms("musnad_lemma_search", "جنود") == {"جندي"}
    assert terms("musnad_lemma_search", "للجنود") >= {"جندي"}
    assert terms("musnad_lemma_search", "كتب") == {"كتاب", "كتب/verb"}
    assert terms("musnad_lemma_search", "بيوت") == {"بيت"}
    assert terms("musnad_lemma_search", "وارز") == {"وارز"}
    assert terms("musnad_lemma", "كتب/verb بيت") == {"كتب/verb", "بيت"}
    fold = _fold(ANALYSIS)
    for word in ("أإآ", "مسؤولة", "على", "مستشفى", "مائة", "شئ", "علي", "عليها"):
        assert {fold(word)} == terms("musnad_text", word)
