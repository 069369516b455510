"""Nothing that an article can hold makes Elasticsearch refuse it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from elasticsearch import BadRequestError
from hypothesis import given, settings
from hypothesis import strategies as st
from musnad.archive.documents import MAX_ID_BYTES, MAX_MENTIONS, MAX_STATEMENTS, ArticleVersion
from musnad.archive.extra import MAX_DEPTH, MAX_PATH_BYTES, fit_extra
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.model import Article, Mention, Span, Speaker, Statement


def nested(depth: int, key: str = "k", value: Any = "x") -> Any:
    for _ in range(depth):
        value = {key: value}
    return value


def span(kind: type[Span] = Span, **values: Any) -> Any:
    return kind(field="body", start=0, end=3, surface="قال", **values)


BIG = {
    "a body of two million characters": {"body": "كلمة طويلة نوعا ما " * 105_000},
    "two million characters without a space": {"body": "ك" * 2_000_000},
    "a title of 30 kB": {"title": "عنوان " * 6_000},
    "keywords of 100 kB": dict.fromkeys(
        ("outlet", "url", "byline", "language", "collection", "outlet_id", "outlet_name"), "😀" * 25_000
    ),
    "a list of keywords": {"unknown_names": ("ع" * 40_000, *(f"اسم {i}" for i in range(50_000)))},
    "an object in 25 objects": {"extra": nested(25)},
    "an object in 900 objects": {"extra": nested(900)},
    "lists in lists": {"extra": {"a": json.loads("[" * 800 + "]" * 800)}},
    "an enormous value": {"extra": {"a": "ع" * 500_000, "b": 10**300, "c": None, "d": [[1], [None]]}},
    "an enormous key": {"extra": {"k" * 100_000: "😀" * 50_000}},
    "long keys all the way": {"extra": nested(20, "ع" * 2_000, "😀" * 9_000)},
    "strange keys": {"extra": {"": 1, ".": 2, "a..b": 3, "\0": 4, "a\0b": 5, "ab": 6}},
    "characters that are none": {"title": "\0\ufffe\U0010ffff", "extra": {"a": "\0\ud800"}},
    "the first day": {"published_at": "0001-01-01T00:00:00Z"},
    "the last day": {"published_at": "9999-12-31T23:59:59.999999+14:00"},
    "as many mentions and statements as are kept": {
        "mentions": (span(Mention, type="person", name="ن", candidates=({"id": "x", "score": 1},)),)
        * MAX_MENTIONS,
        "statements": (
            Statement(
                id="s", stance="asserts", cue=span(), said=span(), speaker=Speaker(kind="none"),
                article_id="big",
            ),
        ) * MAX_STATEMENTS,
    },
    "an earlier version with all of this": {
        "versions": (
            ArticleVersion(
                article=Article(id="big", title="ع" * 50_000, body="", extra=fit_extra(nested(300))[0]),
                replaced_at="2026-01-01T00:00:00Z",
            ),
        )
    },
    "a failure with a long message": {
        "enrichment": {
            "errors": [
                {"plugin": "p" * 40_000, "component": "c", "exception": "E", "message": "م" * 99_999,
                 "article_id": "big"}
            ]
        },
    },
}  # fmt: skip


@pytest.mark.parametrize("values", BIG.values(), ids=BIG.keys())
def test_the_article_goes_in_and_comes_out(
    archive: ArchiveReader, write: Any, values: dict[str, Any]
) -> None:
    values = {**values, "extra": fit_extra(values.get("extra", {}))[0]}
    stored = write.article("big", **values)
    assert archive.article("big") == stored


def test_an_id_of_the_greatest_length_goes_in(archive: ArchiveReader, write: Any) -> None:
    longest = "ع" * (MAX_ID_BYTES // 2)
    write.article(longest)
    assert archive.article(longest) is not None
    with pytest.raises(BadRequestError, match="too long"):
        write.article(longest + "x")


def test_one_nested_document_more_would_be_refused(write: Any) -> None:
    mention = span(Mention, type="person", name="ن")
    with pytest.raises(BadRequestError, match="nested documents"):
        write.article("big", mentions=(mention,) * (MAX_MENTIONS + MAX_STATEMENTS + 1))


def test_an_unfitted_extra_would_be_refused(archive: ArchiveReader) -> None:
    for extra in (nested(MAX_DEPTH + 1), {"k" * 40_000: "v"}, {"a\0b": 1}):
        with pytest.raises(BadRequestError):
            archive.client.index(
                index=alias(archive.prefix, "articles"), document={"id": "x", "extra": extra}
            )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(), JSON))
def test_what_fits_stays_as_it_is(extra: dict[str, Any]) -> None:
    fitted, notes = fit_extra(extra)
    assert fit_extra(fitted) == (fitted, ())
    if not notes:
        assert fitted == extra


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1), st.integers(min_value=1, max_value=60))
def test_depth_and_keys_are_bounded(key: str, depth: int) -> None:
    fitted, _ = fit_extra(nested(depth, key * 3_000))
    path, levels = 0, 0
    here: Any = fitted
    while isinstance(here, dict):
        levels += 1
        ((name, here),) = here.items()
        path += len(name.encode()) + 1
    assert levels <= MAX_DEPTH
    assert path <= MAX_PATH_BYTES + 2 * MAX_DEPTH


def test_what_was_changed_is_said() -> None:
    assert fit_extra({"a": 1}) == ({"a": 1}, ())
    assert fit_extra({"a\0b": 1, "ab": 2})[0] == {"ab": 1, "ab_": 2}
    assert "nested deeper than 20 objects" in fit_extra(nested(25))[1][0]
    assert "is shortened" in fit_extra({"k" * 9_000: 1})[1][0]
