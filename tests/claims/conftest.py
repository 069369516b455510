"""Statements, evidence and links in few words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest
from hypothesis import settings
from musnad.claims import Evidence
from musnad.model import Link, Relation, Span, Speaker, Stance, Statement

# Deadlines measure the machine, not the code: one that does much else breaks them.
settings.register_profile("claims", deadline=None)
settings.load_profile("claims")

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def day(number: float | None) -> datetime | None:
    return None if number is None else START + timedelta(days=number)


class MakeStatement(Protocol):
    def __call__(self, name: str, said: str | None = ..., **values: Any) -> Statement: ...


def _speaker(who: str | Speaker | None) -> Speaker:
    """`@body` is an unnamed source of a body, `outlet-x` an outlet, `?` an unnamed one, else a person."""
    if isinstance(who, Speaker):
        return who
    if who is None:
        return Speaker(kind="none")
    if who == "?":
        return Speaker(kind="unnamed_source")
    if who.startswith("@"):
        return Speaker(kind="unnamed_source", affiliation=who[1:])
    if who.startswith("outlet-"):
        return Speaker(kind="outlet", actor_id=who, name=who)
    return Speaker(kind="person", actor_id=who, name=who)


def build_statement(
    name: str,
    said: str | None = "زيارة الوزير للمدينة",
    *,
    stance: Stance = "asserts",
    cue: str = "قال",
    who: str | Speaker | None = "person-a",
    article: str = "art",
    outlet: str | None = None,
    at: float | None = None,
    start: int = 0,
    field: Any = "body",
    actors: tuple[str, ...] = (),
    attribution: tuple[Speaker, ...] = (),
) -> Statement:
    place = start + len(cue) + 1
    return Statement(
        id=name,
        stance=stance,
        cue=Span(field=field, start=start, end=start + len(cue), surface=cue),
        said=None
        if said is None
        else Span(field=field, start=place, end=place + len(said), surface=said),
        speaker=_speaker(who),
        attribution=attribution,
        actors=actors,
        article_id=article,
        outlet_id=outlet,
        stated_at=day(at),
    )


@pytest.fixture(scope="session")
def statement() -> MakeStatement:
    return build_statement


@pytest.fixture
def evidence() -> Callable[..., Evidence]:
    """`evidence("supports", who, outlet, day)`; each in an article of its own unless `article` says otherwise."""
    counter = iter(range(10_000))

    def make(
        relation: Relation,
        who: str | Speaker | None = "person-a",
        outlet: str | None = "outlet-1",
        at: float | None = 0,
        *,
        published: float | None = None,
        copy: str | None = None,
        cites: tuple[str, ...] = (),
        undecided: bool = False,
        **values: Any,
    ) -> Evidence:
        number = next(counter)
        values.setdefault("article", f"art-{number:03}")
        name = values.pop("name", f"s{number}")
        return Evidence(
            build_statement(name, who=who, outlet=outlet, at=at, **values),
            relation,
            published_at=day(published),
            copy_group=copy,
            cites=frozenset(cites),
            undecided=undecided,
        )

    return make


@pytest.fixture(scope="session")
def link() -> Callable[..., Link]:
    def make(one: str, two: str, score: float = 0.8, **features: float) -> Link:
        return Link(
            statement_id=one,
            claim_id="c" + two,
            relation=features.pop("relation", "supports"),
            score=score,
            features=features,
            decided_by="test",
        )

    return make
