"""Whom a short name means where the article does not say it: every example of data/bearers.yaml, and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from musnad.document import Document
from musnad.model import Actor, Mention
from musnad_actors.config import ActorsSettings
from musnad_actors.fold import fold
from musnad_actors.lexicon import read_yaml
from musnad_actors.tagger import ActorTagger

MakeDocument = Callable[..., Document]
Tag = Callable[..., list[Mention]]
Make = Callable[..., Actor]
BEARERS: dict[str, Any] = read_yaml("bearers.yaml")
GUARD: dict[str, Any] = read_yaml("guard.yaml")


@pytest.fixture(scope="module")
def shipped() -> Iterator[ActorTagger]:
    tagger = ActorTagger(ActorsSettings())
    tagger.open()
    yield tagger
    tagger.close()


def _id(entry: dict[str, Any]) -> str:
    return str(entry["actor"])


def _meant(
    tagger: ActorTagger, make_document: MakeDocument, text: str, names: list[str]
) -> set[str | None]:
    wanted = {fold(name) for name in names}
    return {m.actor_id for m in tagger.tag(make_document(text)) if fold(m.surface) in wanted}


@pytest.mark.parametrize("entry", BEARERS["prominent"], ids=_id)
def test_the_prominent_bearer_is_meant(
    entry: dict[str, Any], shipped: ActorTagger, make_document: MakeDocument
) -> None:
    assert entry["actor"] in {record.id for record in shipped.authority()}
    assert _meant(shipped, make_document, entry["example"], entry["texts"]) == {entry["actor"]}


@pytest.mark.parametrize("entry", [e for e in BEARERS["prominent"] if "counter" in e], ids=_id)
def test_another_bearer_is_not_the_prominent_one(
    entry: dict[str, Any], shipped: ActorTagger, make_document: MakeDocument
) -> None:
    assert any(fold(text) in fold(entry["counter"]) for text in entry["texts"])
    assert entry["actor"] not in _meant(shipped, make_document, entry["counter"], entry["texts"])


@pytest.mark.parametrize("entry", BEARERS["theatres"], ids=_id)
def test_a_shared_name_means_the_body_that_acts_there(
    entry: dict[str, Any], shipped: ActorTagger, make_document: MakeDocument
) -> None:
    assert _meant(shipped, make_document, entry["example"], [entry["text"]]) == {entry["actor"]}
    assert entry["actor"] not in _meant(shipped, make_document, entry["counter"], [entry["text"]])


@pytest.mark.parametrize("entry", GUARD["after_definite"], ids=lambda e: str(e["word"]))
def test_an_adjective_after_a_definite_word_is_no_body(
    entry: dict[str, Any], tag: Tag, make_record: Make
) -> None:
    body = make_record("x", f"{entry['word']} الأندرومية", kind="organization")
    assert not tag([body], entry["example"])
    assert [m.actor_id for m in tag([body], entry["counter"])] == ["x"]


def test_a_cup_named_after_an_office_is_not_its_holder(tag: Tag, make_record: Make) -> None:
    king = make_record("x", "سالم الورداني", ("حاكم الورد", "title"))
    assert not tag([king], "تأهل الفريق إلى نهائي كأس حاكم الورد.")
    assert tag([king], "وصل سالم الورداني، ثم تحدث حاكم الورد إلى الصحف.")[-1].actor_id == "x"


def test_an_office_never_means_who_came_later(tag: Tag, make_record: Make) -> None:
    later = make_record("x", "سالم الورداني", ("وزير الزهور", "title"), valid_from="2022-09-27")
    before = datetime(2015, 7, 1, tzinfo=UTC)
    assert not tag([later], "قال وزير الزهور إن الموسم طيب.", published=before)
    after = datetime(2023, 7, 1, tzinfo=UTC)
    assert tag([later], "قال وزير الزهور إن الموسم طيب.", published=after)[0].actor_id == "x"


def test_of_two_kings_the_one_whose_country_is_spoken_of(tag: Tag, make_record: Make) -> None:
    records = [
        make_record("late", "سالم الأول", ("الملك سالم", "short"), titles=["الملك"], country="AA"),
        make_record(
            "living",
            "سالم الثاني",
            ("الملك سالم", "short"),
            titles=["الملك"],
            country="BB",
            valid_from="1999-01-01",
        ),
        make_record("a", "وردستان", kind="state", country="AA"),
        make_record("b", "زهرستان", kind="state", country="BB"),
    ]
    day = datetime(2015, 7, 1, tzinfo=UTC)
    for where, king in (("في وردستان ", "late"), ("في زهرستان ", "living"), ("", "living")):
        found = tag(records, f"{where}رحب الناس بزيارة الملك سالم.", published=day)
        assert [m.actor_id for m in found if m.surface == "سالم"] == [king]


def test_a_surname_after_an_adjective_is_not_the_bearer(tag: Tag, make_record: Make) -> None:
    known = make_record("x", "سالم الورداني", ("الورداني", "short"))
    found = tag([known], "وصل سالم الورداني. ثم أنشد الشاعر الورداني قصيدة.")
    assert [m.surface for m in found] == ["سالم الورداني"]


def test_a_preposition_with_an_adjective_name_is_the_name(tag: Tag, make_record: Make) -> None:
    state = make_record("x", "السعودية", kind="state")
    assert not tag([state], "ارتفعت صادرات الشركات السعودية.")
    assert [m.actor_id for m in tag([state], "ارتفعت الصادرات للسعودية.")] == ["x"]


def test_a_given_name_after_another_title_is_not_the_bearer(tag: Tag, make_record: Make) -> None:
    known = make_record("x", "علي هادي", ("هادي", "short"), titles=["الرئيس"])
    found = tag([known], "وصل علي هادي. ثم قصف منزل العميد هادي السنباني.")
    assert [m.surface for m in found] == ["علي هادي"]
