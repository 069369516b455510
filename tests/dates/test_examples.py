"""The examples of the plugin's data file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import musnad_dates
import pytest
import yaml
from musnad.dates import DateMention
from musnad.testing import make_article

DATA = Path(musnad_dates.__file__).parent / "data"
EXAMPLES = yaml.safe_load((DATA / "examples.yaml").read_text(encoding="utf-8"))
SECTIONS = [name for name in EXAMPLES if name != "published"]
PUBLISHED = date(2015, 7, 21)


def article(example: dict[str, Any]) -> Any:
    day = example.get("published", PUBLISHED)
    at = datetime(day.year, day.month, day.day, 14, tzinfo=UTC) if day else None
    return make_article(
        example["text"],
        example.get("title", ""),
        published_at=at,
        published_precision="second" if at else None,
    )


def shown(one: DateMention) -> str:
    text = f"{one.surface} = {one.value or '?'}"
    if one.calendar != "gregorian":
        text += f" {one.calendar}"
    if one.inferred:
        text += " inferred"
    if one.other:
        text += f" or {one.other}"
    return text + "".join(f" !{kind}" for kind in one.conflicts)


def test_there_are_many_examples():
    assert sum(len(listed) for listed in EXAMPLES.values()) >= 150


@pytest.mark.parametrize("section", SECTIONS)
def test_examples(pipeline, section):
    wrong = {}
    for example in EXAMPLES[section]:
        enriched = pipeline.enrich(article(example))
        assert not enriched.enrichment.errors
        found = [shown(one) for one in enriched.data["dates"]]
        if found != example["dates"]:
            wrong[example["text"]] = (found, example["dates"])
    assert not wrong, "\n".join(
        f"{text}: {found} != {wanted}" for text, (found, wanted) in wrong.items()
    )


@pytest.mark.parametrize("example", EXAMPLES["published"], ids=lambda e: e["text"][:20])
def test_day_of_publication(pipeline, example):
    published = pipeline.enrich(article(example)).data["published"]
    assert (published.at.date() if published else None) == example["day"]
