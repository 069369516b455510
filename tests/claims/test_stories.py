"""The status function on the annotated stories of the sample archive: statuses and their histories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from musnad.claims import Evidence, status_of
from musnad.model import Actor, Span, Speaker, Statement

ARCHIVE = Path(__file__).parents[2] / "examples" / "archive"
STORIES: list[dict[str, Any]] = yaml.safe_load((ARCHIVE / "stories.yaml").read_text("utf-8"))[
    "stories"
]
CLAIMS = [(story, claim) for story in STORIES for claim in story["claims"]]


def evidence(story: dict[str, Any], claim: str) -> Iterator[Evidence]:
    for number, article in enumerate(story["articles"]):
        for place, row in enumerate(article["statements"]):
            if row["claim"] != claim:
                continue
            speaker = Speaker(
                kind=row.get("speaker_kind") or "none",
                actor_id=row.get("speaker_id"),
                name=row.get("speaker"),
                affiliation=row.get("affiliation"),
            )
            cited = [Speaker(kind="outlet", actor_id=o) for o in row.get("cited_outlets", ())]
            yield Evidence(
                Statement(
                    id=f"{article['url']}#{place}",
                    stance="asserts",
                    cue=Span(field=row["field"], start=place, end=place + 2, surface="قا"),
                    speaker=speaker,
                    attribution=tuple(cited),
                    article_id=f"{number:03}",
                    outlet_id=article["outlet"],
                ),
                row["relation"],
                published_at=datetime.fromisoformat(article["published_at"]),
                copy_group=article.get("copy_of", article["url"]),
                cites=frozenset(article.get("cites", ())),
                undecided=bool(row.get("undecided")),
            )


@pytest.mark.parametrize(("story", "claim"), CLAIMS, ids=[c["key"] for _, c in CLAIMS])
def test_final_status_and_history(story: dict[str, Any], claim: dict[str, Any]) -> None:
    status, history = status_of(evidence(story, claim["key"]), actors=claim["actors"])
    assert status == claim["final_status"], history[-1].reason
    # The file tells the status after each article; the function each step, inside an article too.
    after: dict[str, str] = {}
    for step in history:
        after[step.because.split("#")[0]] = step.status
    steps: list[tuple[str, str]] = []
    for article, reached in after.items():
        if not steps or steps[-1][1] != reached:
            steps.append((article, reached))
    assert steps == [(step["article"], step["status"]) for step in claim["history"]]


def test_there_are_stories() -> None:
    assert len(CLAIMS) >= 10
    assert {claim["final_status"] for _, claim in CLAIMS} >= {
        "disputed",
        "denied",
        "confirmed",
        "unverified",
        "reported",
    }


def test_the_archives_own_actors_fit_the_model() -> None:
    rows = yaml.safe_load((ARCHIVE / "actors.yaml").read_text("utf-8"))
    rows = rows.get("actors", rows) if isinstance(rows, dict) else rows
    known = {Actor.model_validate(row).id for row in rows}
    assert {actor for _, claim in CLAIMS for actor in claim["actors"]} <= known
