"""KQL, parsed and translated as Kibana does: the cases follow the tests of Kibana's own `kbn-es-query`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from musnad.errors import InputError
from musnad.kibana.fields import FieldUse
from musnad.kibana.kql import parse, to_dsl
from musnad.kibana.times import auto_interval, resolve

FIELDS = {
    name: FieldUse(name, kind, None, searchable=True, aggregatable=kind != "text")
    for name, kind in {
        "status": "keyword",
        "text": "text",
        "at": "date",
        "count": "integer",
        "stale": "boolean",
    }.items()
}


def one(query: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"should": [query], "minimum_should_match": 1}}


def term(value: str) -> dict[str, Any]:
    return one({"term": {"status": {"value": value}}})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"match_all": {}}),
        ("status : disputed", term("disputed")),
        ("status:disputed", term("disputed")),
        ('status : "two words"', term("two words")),
        ("status : two words", term("two words")),
        (r'status : "with \"quotes\""', term('with "quotes"')),
        (r"status : a\:b", term("a:b")),
        (r"status : \u0639", term("ع")),
        ("status : نفى الخبر", term("نفى الخبر")),
        ("status : *", one({"exists": {"field": "status"}})),
        ("status : dis*", one({"wildcard": {"status": {"value": "dis*"}}})),
        ("text : زيارة سرية", one({"match": {"text": "زيارة سرية"}})),
        ('text : "زيارة سرية"', one({"match_phrase": {"text": "زيارة سرية"}})),
        ("stale : true", one({"match": {"stale": True}})),
        ("count > 0", one({"range": {"count": {"gt": "0"}}})),
        ("count<=5", one({"range": {"count": {"lte": "5"}}})),
        ("at >= now-7d", one({"range": {"at": {"gte": "now-7d", "time_zone": "UTC"}}})),
        (
            "at : 2026-01-13",
            one({"range": {"at": {"gte": "2026-01-13", "lte": "2026-01-13", "time_zone": "UTC"}}}),
        ),
        ("not status : denied", {"bool": {"must_not": term("denied")}}),
        (
            "status : a AND count > 0",
            {"bool": {"filter": [term("a"), one({"range": {"count": {"gt": "0"}}})]}},
        ),
        (
            "status : a or status : b and not status : c",
            {
                "bool": {
                    "should": [
                        term("a"),
                        {"bool": {"filter": [term("b"), {"bool": {"must_not": term("c")}}]}},
                    ],
                    "minimum_should_match": 1,
                }
            },
        ),
        (
            "status : (a or b)",
            {"bool": {"should": [term("a"), term("b")], "minimum_should_match": 1}},
        ),
        (
            "status : (a and not b)",
            {"bool": {"filter": [term("a"), {"bool": {"must_not": term("b")}}]}},
        ),
        (
            "( status : a or status : b ) and count > 0",
            {
                "bool": {
                    "filter": [
                        {"bool": {"should": [term("a"), term("b")], "minimum_should_match": 1}},
                        one({"range": {"count": {"gt": "0"}}}),
                    ]
                }
            },
        ),
        ("زيارة", {"multi_match": {"type": "best_fields", "query": "زيارة", "lenient": True}}),
        (
            '"زيارة سرية"',
            {"multi_match": {"type": "phrase", "query": "زيارة سرية", "lenient": True}},
        ),
        ("status : notorious", term("notorious")),
        ("status : orange", term("orange")),
        # As in Kibana: without something after it, "and" is a word of the value.
        ("status : a and", term("a and")),
    ],
)
def test_a_query_is_translated_as_kibana_translates_it(
    query: str, expected: dict[str, Any]
) -> None:
    assert to_dsl(parse(query), FIELDS) == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("status :", "at character 9 a field or a value is wanted"),
        ("(status : a", r'"\)" is wanted, not "the end"'),
        ("status : a)", "something that ends the query is wanted"),
        ('status : "a', 'the closing " is wanted'),
        ("status : { x : 1 }", "no nested query"),
        ("stat* : a", "the name of a field"),
        ("nothing : a", 'there is no field "nothing"'),
        ("text : a*", "a wildcard is for keywords"),
        ("status > 3", "a range of it means nothing"),
        ("a*", "a wildcard without a field"),
    ],
)
def test_what_the_pack_may_not_use_is_an_error_that_says_where(query: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        to_dsl(parse(query), FIELDS)


NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("math", "end", "expected"),
    [
        ("now", False, NOW),
        ("now-7d/d", False, datetime(2026, 2, 25, tzinfo=UTC)),
        ("now/w", False, datetime(2026, 3, 1, tzinfo=UTC)),
        ("now/w", True, datetime(2026, 3, 7, 23, 59, 59, 999000, tzinfo=UTC)),
        ("now-10y", False, datetime(2016, 3, 4, 15, 30, tzinfo=UTC)),
        ("now-1M/M", False, datetime(2026, 2, 1, tzinfo=UTC)),
    ],
)
def test_date_math(math: str, end: bool, expected: datetime) -> None:
    assert resolve(math, NOW, end=end) == expected


def test_intervals_fit_the_range_and_other_times_are_refused() -> None:
    assert auto_interval(resolve("now-10y", NOW), NOW) == {"calendar_interval": "1M"}
    assert auto_interval(resolve("now-7d", NOW), NOW) == {"fixed_interval": "3h"}
    with pytest.raises(InputError, match="now-10y"):
        resolve("1990-01-01", NOW)
