"""What is stored, and the article's own date."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from musnad.archive.build import content_hash
from musnad.components import Annotator
from musnad.dates import iso
from musnad.pipeline import Pipeline
from musnad.testing import make_article, run
from musnad_dates.calendars import day, month_span, year_of
from musnad_dates.fields import FIELDS

HEAD = "الثلاثاء 5 شوال 1436هـ الموافق 21 يوليو 2015م\nأعلن الوزير أمس الاثنين أنه مستعد."


@pytest.fixture(scope="module")
def undated(pipeline):
    return pipeline.enrich(make_article(HEAD, "عنوان"))


def test_every_field_that_is_stored_is_declared(undated):
    stored = undated.ext["dates"]
    assert set(stored) <= set(FIELDS)
    assert {key for one in stored["found"] for key in one} == set(FIELDS["found"]["properties"])
    assert stored["days"] == ["2015-07-20", "2015-07-21"]
    assert stored["calendars"] == ["gregorian", "hijri"]
    assert stored["count"] == 3
    assert not stored["conflict"]


def test_offsets_are_those_of_the_field_as_printed(undated):
    body = undated.article.body
    assert [body[one.start : one.end] for one in undated.data["dates"]] == [
        "الثلاثاء 5 شوال 1436هـ",
        "21 يوليو 2015م",
        "أمس الاثنين",
    ]


@pytest.mark.parametrize("year", [1, 9999])
def test_a_day_that_no_paper_appeared_on_is_no_day_of_publication(pipeline, year):
    at = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, tzinfo=UTC)
    body = "أعلن الوزير أمس الاثنين أنه مستعد. ويصل غدا، ثم يغادر العام المقبل."
    document = pipeline.enrich(make_article(body, "عنوان", published_at=at))
    assert not document.enrichment.errors
    assert len(document.data["dates"]) == 3
    assert {one.first for one in document.data["dates"]} == {None}


def test_every_field_has_labels_in_both_languages():
    for name, field in {**FIELDS, **FIELDS["found"]["properties"]}.items():
        if name not in {"found", "start", "end"}:
            assert set(field["meta"]) == {"label", "label_ar"}, name


def test_the_dateline_dates_an_article_whose_record_does_not(undated):
    assert undated.article.published_at == datetime(2015, 7, 21, tzinfo=UTC)
    assert undated.article.published_precision == "day"
    assert undated.article.published_source == "dateline"


def test_such_an_article_is_no_other_one_when_it_is_read_again(undated):
    assert content_hash(undated.article) == content_hash(make_article(HEAD, "عنوان"))


def test_metadata_stand_against_the_dateline_and_the_difference_is_noted(pipeline):
    at = datetime(2015, 7, 30, 9, tzinfo=UTC)
    done = pipeline.enrich(
        make_article(HEAD, "عنوان", published_at=at, published_precision="second")
    )
    assert done.article.published_at == at
    assert done.ext["dates"]["dateline"] == "2015-07-21"
    assert done.ext["dates"]["dateline_differs"]
    relative = done.data["dates"][-1]
    assert relative.conflicts == ("weekday",)


def test_no_more_dates_are_kept_than_the_settings_say(plugins):
    with Pipeline(plugins(dates={"max_dates": 2})) as opened:
        done = opened.enrich(make_article("في عام 2011 وعام 2013 وعام 2015."))
    stored = done.ext["dates"]
    assert (len(stored["found"]), stored["count"]) == (2, 3)


def test_a_date_over_the_end_of_the_title_is_none(pipeline):
    done = pipeline.enrich(make_article("يوليو 2015", "في 21"))
    assert [one.surface for one in done.data["dates"]] == ["يوليو 2015"]


class Wrong(Annotator):
    name = "wrong"
    provides = ("published",)

    def annotate(self, document):
        return {"published": "2015-07-21"}


def test_published_must_be_what_it_is_said_to_be():
    outcome = run(Wrong(), "نص", installed=False)
    assert "must be a Published" in outcome.errors[0].message
    assert outcome.enriched.article.published_at is None


def test_calendars_agree_with_published_tables():
    # New year of 1741 (Coptic Orthodox Church), Nowruz 1403, 1 Muharram 1437 of Umm al-Qura.
    assert day("coptic", 1741, 1, 1).isoformat() == "2024-09-11"
    assert day("coptic", 1739, 13, 6).isoformat() == "2023-09-11"
    assert day("solar_hijri", 1403, 1, 1).isoformat() == "2024-03-20"
    assert day("hijri", 1437, 1, 1).isoformat() == "2015-10-14"
    assert day("hijri", 1300, 1, 1) is None
    assert [d.isoformat() for d in month_span("coptic", 1740, 13)] == ["2024-09-06", "2024-09-10"]
    assert year_of("coptic", day("coptic", 1741, 1, 1)) == 1741
    assert year_of("coptic", day("coptic", 1740, 13, 5)) == 1740


def test_iso_is_as_short_as_says_the_same():
    year = iso(day("gregorian", 2015, 1, 1), day("gregorian", 2015, 12, 31))
    month = iso(day("gregorian", 2015, 2, 1), day("gregorian", 2015, 2, 28))
    assert (year, month, iso(None, None)) == ("2015", "2015-02", None)
