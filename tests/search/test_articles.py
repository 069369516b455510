"""Articles are found by words, actor, status, outlet, cited outlet and date, in any combination."""

from __future__ import annotations

import pytest
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.search import Filters, count_maybe, find_articles


def found(archive: ArchiveReader, **filters: object) -> list[str]:
    total, articles = find_articles(archive, Filters(**filters))  # type: ignore[arg-type]
    assert total == len(articles)
    return [item.source["id"] for item in articles]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, ["a3", "a2", "a1"]),  # newest first
        ({"actors": ["p-harith"]}, ["a1"]),
        ({"actors": ["p-harith", "s-arzania"]}, ["a1"]),
        ({"actors": ["p-nadim"]}, []),
        ({"actors": ["p-nadim"], "maybe": True}, ["a3"]),
        ({"actors": ["p-harith"], "maybe": True}, ["a3", "a1"]),
        ({"statuses": ["disputed"]}, ["a2", "a1"]),
        ({"statuses": ["denied"]}, []),
        ({"outlets": ["o-warz"]}, ["a2"]),
        ({"cited_outlets": ["o-sada"]}, ["a2"]),
        ({"unnamed_outlets": ["صحيفه فرنسية"]}, ["a2"]),
        ({"cited_outlets": ["o-warz"], "unnamed_outlets": ["صحيفة فرنسية"]}, ["a2"]),
        ({"since": "2025-03-02"}, ["a3", "a2"]),
        ({"until": "2025-03-01"}, ["a1"]),  # 23:30 of that day is in it
        ({"since": "2025-03-02", "until": "2025-03-02"}, ["a2"]),
        ({"since": "2025/03/02", "until": "2025/3/2"}, ["a2"]),
        ({"since": "2025-03", "until": "2025-03"}, ["a3", "a2", "a1"]),  # a month to its end
        ({"until": "2025"}, ["a3", "a2", "a1"]),
        ({"text": "الجسر", "outlets": ["o-warz"], "statuses": ["disputed"]}, ["a2"]),
        ({"text": "الجسر", "actors": ["p-nadim"]}, []),
    ],
)
def test_filters(archive: ArchiveReader, filters: dict[str, object], ids: list[str]) -> None:
    assert found(archive, **filters) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("جسر", {"a1", "a2"}),  # by the stem: الجسر too
        ("جسر سيارات", {"a1"}),  # one word in the title, one in the text
        ("ارزانيا", {"a1"}),
        ("زيارات", {"a2"}),  # the text has a mark on it
        ("الزيتون", {"a3"}),
        ("«جسر النهر»", {"a1"}),
        ('"سعر الزيتون"', {"a3"}),
        ("«الزيتون سعر»", set()),
        ("جسر الزيتون", set()),  # all words
        ("قمر", set()),
    ],
)
def test_words(archive: ArchiveReader, text: str, ids: set[str]) -> None:
    assert set(found(archive, text=text)) == ids


def test_the_title_weighs_more_and_snippets_show_the_words(archive: ArchiveReader) -> None:
    _, articles = find_articles(archive, Filters(text="جسر"))
    assert [item.source["id"] for item in articles] == ["a1", "a2"]
    title, body = articles[0].snippets
    assert title == "⟦جسر⟧ النهر يفتح من جديد"
    assert "⟦جسر⟧ النهر أمام السيارات" in body
    assert "⟦الجسر⟧" in articles[1].snippets[0]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (Filters(actors=["p-harith"]), 1),
        (Filters(actors=["p-harith"], text="الجسر"), 0),
        (Filters(actors=["p-harith"], maybe=True), 0),
        (Filters(), 0),
    ],
)
def test_ambiguous_names_are_counted(archive: ArchiveReader, filters: Filters, count: int) -> None:
    assert count_maybe(archive, filters) == count


def test_pages(archive: ArchiveReader) -> None:
    total, second = find_articles(archive, Filters(), size=1, offset=1)
    assert (total, [item.source["id"] for item in second]) == (3, ["a2"])


def test_an_enormous_article_is_found_with_a_snippet(archive: ArchiveReader) -> None:
    index = alias(archive.prefix, "articles")
    body = "كلمة طويلة نوعا " * 125_000 + "ثم الخاتمة"
    document = {"id": "huge", "title": "مجلد", "body": body}
    archive.client.index(index=index, id="huge", document=document, refresh=True)
    try:
        total, articles = find_articles(archive, Filters(text="طويلة"))
        assert (total, articles[0].source["id"]) == (1, "huge")
        assert "⟦طويلة⟧" in articles[0].snippets[0]
        # The word at the very end is found as well; its surroundings are beyond what is looked at.
        assert found(archive, text="الخاتمة") == ["huge"]
    finally:
        archive.client.delete(index=index, id="huge", refresh=True)


def test_all_hits_of_a_scan_come_in_pages(
    archive: ArchiveReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musnad.archive.read.PAGE", 2)
    hits = [hit["_id"] for hit in archive.scan("articles", {"match_all": {}}, source=False)]
    assert sorted(hits) == ["a1", "a2", "a3"]


def test_a_merged_claim_leads_to_the_one_it_went_into(archive: ArchiveReader) -> None:
    claim = archive.claim("cs9")
    assert claim is not None
    assert claim.id == "cs1"
    assert archive.claim("c-none") is None


def test_statements_of_a_claim_are_in_order_of_time(archive: ArchiveReader) -> None:
    assert [s.id for s in archive.statements_of_claim("cs1")] == ["s1", "s2"]
