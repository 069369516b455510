"""The analysis components on the real server: each means what it means in a full Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import BadRequestError, Elasticsearch
from musnad.node import Connection

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def client(elasticsearch_node: Connection) -> Iterator[Elasticsearch]:
    with elasticsearch_node.client() as found:
        yield found


def terms(client: Elasticsearch, text: str, **analysis: Any) -> list[str]:
    return [
        str(token["token"]) for token in client.indices.analyze(text=text, **analysis)["tokens"]
    ]


def filtered(client: Elasticsearch, text: str, *filters: str | dict[str, Any]) -> list[str]:
    return terms(client, text, tokenizer="standard", filter=list(filters))


def test_the_arabic_analyzer_stems_as_everywhere(client: Elasticsearch) -> None:
    # What Lucene does to names: the reason why a plugin matches them, and not stems.
    stems = {
        "حفتر": "حفتر",
        "بحفتر": "بحفتر",
        "لحفتر": "لحفتر",
        "علي": "عل",
        "حسني": "حسن",
        "لبنان": "لبن",
    }
    assert {word: terms(client, word, analyzer="arabic")[0] for word in stems} == stems
    assert terms(client, "وزير", analyzer="arabic") != terms(client, "الوزير", analyzer="arabic")
    assert terms(client, "قال في من إلى", analyzer="arabic") == ["قال"]


def test_the_arabic_analyzer_takes_stopwords_and_exclusions(client: Elasticsearch) -> None:
    settings = {"type": "arabic", "stopwords": ["قال"], "stem_exclusion": ["الوزير"]}
    index = "musnad-node-arabic-settings"
    client.indices.create(index=index, settings={"analysis": {"analyzer": {"a": settings}}})
    try:
        found = terms(client, "قال الوزير في البيت", index=index, analyzer="a")
    finally:
        client.indices.delete(index=index)
    assert found == ["الوزير", "في", "بيت"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("arabic_normalization", "أحمد إبراهيم مدرسة", ["احمد", "ابراهيم", "مدرسه"]),
        ("arabic_stem", "والكتاب", ["كتاب"]),
        ("asciifolding", "Café", ["Cafe"]),
        ("decimal_digit", "١٥٠٠", ["1500"]),
        ("edge_ngram", "abc", ["a"]),
        ("keyword_repeat", "abc", ["abc", "abc"]),
        ("length", "a abc", ["a", "abc"]),
        ("ngram", "abc", ["a", "ab", "b", "bc", "c"]),
        ("remove_duplicates", "abc abc", ["abc", "abc"]),
        ("unique", "a b a", ["a", "b"]),
    ],
)
def test_filters_by_their_bare_name(
    client: Elasticsearch, name: str, text: str, expected: list[str]
) -> None:
    assert filtered(client, text, name) == expected


@pytest.mark.parametrize(
    ("settings", "text", "expected"),
    [
        ({"type": "asciifolding", "preserve_original": True}, "Café", ["Cafe", "Café"]),
        ({"type": "edge_ngram"}, "abc", ["a", "ab"]),
        (
            {"type": "edge_ngram", "min_gram": 2, "max_gram": 3, "side": "back"},
            "abcd",
            ["cd", "bcd"],
        ),
        (
            {"type": "edge_ngram", "min_gram": 2, "max_gram": 2, "preserve_original": True},
            "abcd",
            ["ab", "abcd"],
        ),
        ({"type": "ngram", "min_gram": 2, "max_gram": 3}, "abcd", ["ab", "abc", "bc", "bcd", "cd"]),
        ({"type": "length", "min": 2, "max": 3}, "a ab abcd", ["ab"]),
        (
            {"type": "pattern_capture", "patterns": ["(\\d+)", "([a-z]+)"]},
            "ab12",
            ["ab12", "ab", "12"],
        ),
        (
            {"type": "pattern_capture", "preserve_original": False, "patterns": ["(\\d+)"]},
            "ab12",
            ["12"],
        ),
        ({"type": "pattern_replace", "pattern": "^و", "replacement": ""}, "وقال", ["قال"]),
        ({"type": "pattern_replace", "pattern": "A", "flags": "CASE_INSENSITIVE"}, "abab", ["bb"]),
        (
            {"type": "pattern_replace", "pattern": "a", "replacement": "x", "all": False},
            "abab",
            ["xbab"],
        ),
        ({"type": "stemmer_override", "rules": ["كتب, كتاب => كتاب"]}, "كتب", ["كتاب"]),
        ({"type": "unique", "only_on_same_position": True}, "a b a", ["a", "b", "a"]),
    ],
)
def test_filters_with_settings(
    client: Elasticsearch, settings: dict[str, Any], text: str, expected: list[str]
) -> None:
    assert filtered(client, text, settings) == expected


@pytest.mark.parametrize(
    "marker",
    [
        {"type": "keyword_marker", "keywords": ["والكتاب"]},
        {"type": "keyword_marker", "keywords_pattern": ".*كتاب"},
        {"type": "stemmer_override", "rules": ["والكتاب=>والكتاب"]},
    ],
)
def test_marked_words_are_not_stemmed(client: Elasticsearch, marker: dict[str, Any]) -> None:
    assert filtered(client, "والكتاب والبيت", marker, "arabic_stem") == ["والكتاب", "بيت"]


def test_keyword_repeat_keeps_the_word_beside_its_stem(client: Elasticsearch) -> None:
    chain = ("keyword_repeat", "arabic_stem", "remove_duplicates")
    assert filtered(client, "والكتاب حفتر", *chain) == ["والكتاب", "كتاب", "حفتر"]


def test_min_hash_gives_equal_texts_equal_hashes(client: Elasticsearch) -> None:
    wanted = {"type": "min_hash", "hash_count": 1, "bucket_count": 4, "with_rotation": False}
    one, two = (filtered(client, text, wanted) for text in ("a b c d", "d c b a"))
    assert one == two
    assert 1 <= len(one) <= 4
    assert filtered(client, "e f g h", wanted) != one
    assert len(filtered(client, "a b", "min_hash")) == 512


def test_unique_leaves_no_gap_behind(client: Elasticsearch) -> None:
    found = client.indices.analyze(text="a b a c", tokenizer="standard", filter=["unique"])
    assert [(token["token"], token["position"]) for token in found["tokens"]] == [
        ("a", 0),
        ("b", 1),
        ("c", 2),
    ]


def test_multiplexer_gives_every_form_at_one_position(client: Elasticsearch) -> None:
    index = "musnad-node-multiplexer"
    filters = {
        "and": {"type": "pattern_replace", "pattern": "^", "replacement": "و"},
        "forms": {"type": "multiplexer", "filters": ["and", "lowercase, and", "lowercase"]},
        "new": {"type": "multiplexer", "filters": ["and"], "preserve_original": False},
    }
    analyzers = {n: {"tokenizer": "standard", "filter": [n]} for n in ("forms", "new")}
    settings = {"analysis": {"filter": filters, "analyzer": analyzers}}
    client.indices.create(index=index, settings=settings)
    try:
        found = client.indices.analyze(index=index, analyzer="forms", text="Ab c")
        alone = terms(client, "Ab c", index=index, analyzer="new")
    finally:
        client.indices.delete(index=index)
    # What two chains make the same is there once.
    assert [(token["token"], token["position"]) for token in found["tokens"]] == [
        ("Ab", 0), ("وAb", 0), ("وab", 0), ("ab", 0), ("c", 1), ("وc", 1),
    ]  # fmt: skip
    assert alone == ["وAb", "وc"]


def test_character_filters_change_the_text_and_keep_offsets(client: Elasticsearch) -> None:
    mapping = {"type": "mapping", "mappings": ["أ => ا", "\\u0640 =>", "ﻻ=>لا"]}
    found = client.indices.analyze(text="أحـمد ﻻعب", tokenizer="whitespace", char_filter=[mapping])
    assert [
        (token["token"], token["start_offset"], token["end_offset"]) for token in found["tokens"]
    ] == [
        ("احمد", 0, 5),
        ("لاعب", 6, 9),
    ]
    replace = {"type": "pattern_replace", "pattern": "(\\d+)-(\\d+)", "replacement": "$2_$1"}
    assert terms(client, "12-34", tokenizer="keyword", char_filter=[replace]) == ["34_12"]


def test_tokenizers(client: Elasticsearch) -> None:
    text = "انظر https://example.org/a و desk@example.org"
    assert terms(client, text, tokenizer="uax_url_email")[1::2] == [
        "https://example.org/a",
        "desk@example.org",
    ]
    assert terms(client, "abcd", tokenizer={"type": "whitespace", "max_token_length": 2}) == [
        "ab",
        "cd",
    ]


def test_components_in_a_keyword_normalizer(client: Elasticsearch) -> None:
    index = "musnad-node-normalizer"
    chain = ["trim", "lowercase", "arabic_normalization", "decimal_digit", "asciifolding", "dashes"]
    client.indices.create(
        index=index,
        settings={
            "analysis": {
                "char_filter": {"alef": {"type": "mapping", "mappings": ["ٱ=>ا"]}},
                "filter": {"dashes": {"type": "pattern_replace", "pattern": "[-_]+"}},
                "normalizer": {"key": {"type": "custom", "char_filter": ["alef"], "filter": chain}},
            }
        },
        mappings={"properties": {"name": {"type": "keyword", "normalizer": "key"}}},
    )
    try:
        assert terms(client, " ٱلأحمد-É١ ", index=index, normalizer="key") == ["الاحمدe1"]
    finally:
        client.indices.delete(index=index)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"type": "pattern_replace"}, "pattern is missing"),
        ({"type": "keyword_marker"}, "requires either `keywords`"),
        ({"type": "stemmer_override", "rules": ["no arrow"]}, "Invalid Keyword override Rule"),
        ({"type": "ngram", "min_gram": 1, "max_gram": 9}, "max_ngram_diff"),
        ({"type": "edge_ngram", "side": "top"}, "invalid side"),
    ],
)
def test_wrong_settings_are_refused_as_in_a_full_cluster(
    client: Elasticsearch, settings: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(BadRequestError, match=complaint):
        client.indices.create(
            index="musnad-node-wrong", settings={"analysis": {"filter": {"wrong": settings}}}
        )
