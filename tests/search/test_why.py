"""Why articles are found or not, and why a search finds nothing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from musnad.archive.authority import actor_document
from musnad.archive.documents import ArticleDocument
from musnad.archive.indices import alias, init
from musnad.archive.read import ArchiveReader
from musnad.cli import app
from musnad.commands.context import context
from musnad.components import SearchWords
from musnad.model import Actor
from musnad.node.state import Connection
from musnad.plugins import Plugins
from musnad.search import Explainer, Filters, find_articles, why_nothing
from musnad.settings import Settings
from typer.testing import CliRunner, Result

pytestmark = pytest.mark.node
ACTORS = [
    Actor(id="p-harith", type="person", names={"ar": "حارث الشنواني"}, titles=("العميد",)),
    Actor(id="p-nadim", type="person", names={"ar": "نديم البيلساني"}),
]
WORDS = SearchWords({"جنود": ("جندي",)})
ARTICLES = [
    ArticleDocument(
        id=f"a{number}",
        copy_group=f"a{number}",
        title=title,
        body=body,
        lemmas=lemmas,
        published_at=datetime(2026, 1, number, tzinfo=UTC),
        outlet_id="o-sada",
        actors=actors,
        ingested_at=datetime(2026, 1, 9, tzinfo=UTC),
        run_id="r",
    )
    for number, title, body, lemmas, actors in (
        (
            1,
            "على الجسر",
            "رأى 𐤀 الجندي زميله، ومعه بالحافلات جنديان من مصنع هالدينغارد. والمسئول غائب.",
            "على جسر رأى/verb جندي زميل حافلة مصنع مسؤول غائب",
            ("p-harith",),
        ),
        (2, "المصنع", "عاد جنود إلى البيت", "مصنع عاد/verb جندي بيت", ()),
    )
]
Row = tuple[str, str, tuple[str, ...], str]


@pytest.fixture(scope="module")
def reader(elasticsearch_node: Connection) -> Iterator[ArchiveReader]:
    prefix = f"t{secrets.token_hex(4)}"
    with elasticsearch_node.client() as client:
        init(client, prefix, Plugins(Settings(prefix=prefix)), lambda: WORDS)
        documents = [("actors", actor_document(a)) for a in ACTORS]
        for name, document in [*documents, *(("articles", a) for a in ARTICLES)]:
            content = json.loads(document.model_dump_json())
            client.index(index=alias(prefix, name), id=content["id"], document=content)
        client.indices.refresh(index=f"{prefix}-*")
        yield ArchiveReader(client, prefix)
        client.indices.delete(index=",".join(client.indices.get(index=f"{prefix}-*")))
        client.indices.delete_index_template(name=f"{prefix}-*")


def source(number: int) -> dict[str, Any]:
    return ARTICLES[number - 1].model_dump(mode="json")


def rows(reader: ArchiveReader, text: str, number: int) -> list[Row]:
    why = Explainer(reader, Filters(text=text)).why(source(number))
    assert why.found
    return [(m.field, m.how, m.words, m.rule) for part in why.parts for m in part.matches]


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        # Offsets hold behind a letter outside of the basic plane.
        ("الجندي", 1, [("body", "as written", ("الجندي",), "")]),
        ("مسؤول", 1, [("body", "with what is attached", ("والمسئول",), "")]),
        ("والمسؤول", 1, [("body", "other spelling", ("والمسئول",), "")]),
        ("حافلة", 1, [("body", "without endings", ("بالحافلات",), "")]),
        ("جنود", 1, [("body", "lemma", ("الجندي",), "جنود → جندي")]),
        ("جندي", 2, [("body", "lemma", ("جنود",), "جندي")]),
    ],
)  # fmt: skip
def test_what_matches(reader: ArchiveReader, text: str, number: int, expected: list[Row]) -> None:
    assert set(expected) <= set(rows(reader, text, number))


def test_what_does_not_match(reader: ArchiveReader) -> None:
    filters = Filters(text="هالدنغارد مصنع «زميله الجندي»", actors=["p-nadim"], since="2026-01-01")
    why = Explainer(reader, filters).why(source(1))
    assert not why.found
    phrase, name, factory = why.parts
    assert (phrase.found, name.found, factory.found) == (False, False, True)
    # Its words are there, but not side by side; and a name is spelt in another way.
    assert {m.words for m in phrase.matches} >= {("زميله",), ("الجندي",)}
    assert name.near == ("هالدينغارد",)
    assert why.conditions == {"actor": False, "date": True}


def test_words_that_only_their_lemma_finds_are_shown_in_place(reader: ArchiveReader) -> None:
    _, found = find_articles(reader, Filters(text="جندي"))
    snippets = {item.source["id"]: item.snippets for item in found}
    assert snippets["a2"] == ("عاد ⟦جنود⟧ إلى البيت",)


def test_nothing_is_never_silent(reader: ArchiveReader) -> None:
    nothing = why_nothing(reader, Filters(text="جندي زلزال", outlets=["o-sada"], since="2026-02"))
    assert nothing.articles == 2
    assert [(p.part.words, p.count, p.without) for p in nothing.parts] == [
        ("جندي", 2, 0),
        ("زلزال", 0, 0),
    ]
    assert [(c.condition, c.count, c.without) for c in nothing.conditions] == [
        ("outlet", 2, 0),
        ("date", 0, 0),
    ]
    misspelt = why_nothing(reader, Filters(text="هالدنغارد"))
    assert misspelt.parts[0].near == (("هالدينغارد", 1),)
    (actor, count), *_ = why_nothing(reader, Filters(text="حارس الشنواني")).actors
    assert (actor.id, count) == ("p-harith", 1)
    named = why_nothing(reader, Filters(text="للعميد حارث الشنواني"))
    assert named.exact
    assert [a.id for a, _ in named.actors] == ["p-harith"]


@pytest.fixture
def run(
    reader: ArchiveReader, elasticsearch_node: Connection, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    for name, value in elasticsearch_node.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MUSNAD_PREFIX", reader.prefix)
    monkeypatch.setattr(context, "__dict__", {"config": None})
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_on_the_command_line(run: Callable[..., Result]) -> None:
    told = run("explain", "جنود زلزال", "a1", "--actor", "p-harith", "--status", "denied").output
    assert "not found: على الجسر" in told
    assert "«الجندي» by its lemma (جنود → جندي)" in told
    assert "«زلزال» is not in it" in told
    assert "filter status fails: its claims are none" in told
    answer = json.loads(run("explain", "جنود", "a1", "--json").stdout)
    assert (answer["found"], answer["parts"][0]["found"]) == (True, True)
    assert "nothing to explain" in str(run("explain", "", "a1").exception)
    assert 'no article "a9"' in str(run("explain", "جنود", "a9").exception)
    assert "«جنود» by its lemma (جندي)" in run("search", "جندي", "--why").stdout
    why = json.loads(run("search", "جندي", "--why", "--json").stdout)["articles"]
    assert all(row["why"][0]["matches"] for row in why)
    told = run("search", "زلزال", "--until", "2025").stdout
    assert "«زلزال» is in no article" in told
    assert "filter date (… to 2025): holds for 0 articles" in told
    nothing = json.loads(run("search", "زلزال", "--json").stdout)["nothing"]
    assert nothing["parts"][0]["articles"] == 0
    unknown = json.loads(run("search", "--actor", "زلزال", "--json").stdout)["nothing"]
    assert unknown == {"unknown_names": ["زلزال"]}
