"""Decisions of people: added, never changed; exported and imported; orphaned ones are listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from musnad.archive.decisions import DecisionStore, new_decision
from musnad.archive.indices import alias, init
from musnad.archive.read import ArchiveReader
from musnad.archive.removal import delete_article
from musnad.claims import Decision
from musnad.components import Record
from musnad.errors import ArchiveError, InputError
from musnad.ingest.run import Options, ingest
from musnad.model import Article, Span
from musnad.plugins import Plugins
from musnad.settings import Settings


@pytest.fixture
def store(archive: ArchiveReader) -> DecisionStore:
    return DecisionStore(archive.client, archive.prefix)


def some_decisions() -> list[Decision]:
    return [
        new_decision("link", "سعاد", "الخبر نفسه", statements=("s1",), claims=("cs2",)),
        new_decision("rename", "hana", "clearer", claims=("cs2",), text="فتح الجسر"),
        new_decision("delete", "hana", "طلب الناشر", article_id="a9", quote="عنوان"),
        new_decision(
            "wrong_mention",
            "hana",
            "a street",
            article_id="a1",
            span=Span(field="body", start=0, end=3, surface="قال"),
        ),
    ]


def test_a_decision_is_added_once(store: DecisionStore) -> None:
    decision = some_decisions()[0]
    assert store.add(decision) is True
    assert store.add(decision) is False
    assert store.all() == [decision]


def test_another_decision_of_the_same_id_is_refused(store: DecisionStore) -> None:
    decision = some_decisions()[0]
    store.add(decision)
    with pytest.raises(ArchiveError, match=f'"{decision.id}" is there already'):
        store.add(decision.model_copy(update={"why": "on second thought"}))
    assert store.all() == [decision]


def test_decisions_are_listed_by_kind_and_article(store: DecisionStore) -> None:
    decisions = some_decisions()
    for decision in decisions:
        store.add(decision)
    assert store.all() == decisions
    assert store.all(kinds=["delete"]) == [decisions[2]]
    assert store.all(articles=["a1"]) == [decisions[3]]
    assert store.all(articles=[]) == []


def test_exported_decisions_are_imported_once(
    store: DecisionStore, archive: ArchiveReader, tmp_path: Path
) -> None:
    decisions = some_decisions()
    file = tmp_path / "decisions.jsonl"
    file.write_text("".join(d.model_dump_json() + "\n" for d in decisions), encoding="utf-8")
    assert store.import_file(file) == (4, 0)
    exported = store.all()
    assert exported == decisions
    assert store.import_file(file) == (0, 4)
    assert store.all() == exported


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{not json", "Invalid JSON"),
        ('{"id": "x", "kind": "delete", "who": "h", "at": "2026-01-01T00:00:00Z"}', "article_id"),
        ('{"id": "x", "kind": "erase", "who": "h", "at": "2026-01-01T00:00:00Z"}', 'field "kind"'),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_imported(
    store: DecisionStore, tmp_path: Path, line: str, message: str
) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text(f"{some_decisions()[0].model_dump_json()}\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"decisions\.jsonl:2: .*{message}"):
        store.import_file(file)
    assert store.all() == []


def test_a_file_that_cannot_be_read_is_named(store: DecisionStore, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: cannot be read"):
        store.import_file(tmp_path / "nowhere.jsonl")
    (tmp_path / "latin.jsonl").write_bytes("{'é'}".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        store.import_file(tmp_path / "latin.jsonl")


def test_decisions_whose_text_is_gone_are_listed(store: DecisionStore, write: Any) -> None:
    link, rename, _delete, mention = some_decisions()
    for decision in (link, rename, mention):
        store.add(decision)
    assert store.orphaned() == [link, rename, mention]
    write.article("a1")
    write.statement("s2", "a1", "cs2")
    assert store.orphaned() == [link]
    write.statement("s1", "a1", "cs2")
    assert store.orphaned() == []


def test_deleting_takes_the_article_its_statements_and_marks_its_claims(
    archive: ArchiveReader, write: Any, store: DecisionStore
) -> None:
    write.article("a1", claim_ids=("cs1",))
    write.article("a2", claim_ids=("cs1",))
    write.statement("s1", "a1", "cs1")
    write.statement("s2", "a2", "cs1")
    write.claim("cs1")
    write.claim("cs3")
    removed = delete_article(archive.client, archive.prefix, "a1", "hana", "طلب الناشر")
    assert (removed.statements, removed.claims) == (1, ("cs1",))
    assert archive.article("a1") is None
    assert archive.article("a2") is not None
    assert [s.id for s in archive.statements_of_claim("cs1")] == ["s2"]
    claims = archive.claims(["cs1", "cs3"])
    assert (claims["cs1"].unsettled, claims["cs3"].unsettled) == (True, False)
    (decision,) = store.all()
    assert (decision.kind, decision.article_id, decision.who) == ("delete", "a1", "hana")
    assert (decision.why, decision.quote) == ("طلب الناشر", "عنوان")


def test_a_deletion_that_was_cut_short_is_finished_by_the_same_command(
    archive: ArchiveReader, write: Any, store: DecisionStore
) -> None:
    write.article("a1")
    write.statement("s1", "a1", "cs1")
    earlier = new_decision("delete", "hana", "first", article_id="a1")
    store.add(earlier)
    archive.client.delete(
        index=alias(archive.prefix, "articles"), id="a1", refresh=True
    )  # the statement is left
    removed = delete_article(archive.client, archive.prefix, "a1", "sami", "second")
    assert (removed.decision, removed.statements) == (earlier, 1)
    assert archive.count("statements", {"match_all": {}}) == 0
    assert store.all() == [earlier]


def test_what_is_not_there_cannot_be_deleted(archive: ArchiveReader, store: DecisionStore) -> None:
    with pytest.raises(ArchiveError, match='no article "a1"'):
        delete_article(archive.client, archive.prefix, "a1", "hana", "why")
    assert store.all() == []


def test_a_deletion_stands_against_ingesting_again(
    archive: ArchiveReader, musnad_settings: Settings, tmp_path: Path
) -> None:
    settings = musnad_settings.model_copy(update={"state_dir": tmp_path})
    init(archive.client, archive.prefix, Plugins.load(settings))
    article = Article(
        id="a1", title="جسر النهر", body="قال المتحدث باسم البلدية إن الجسر فتح اليوم."
    )
    other = article.model_copy(update={"id": "a2"})
    records = [Record(article, 1), Record(other, 2)]

    first = ingest(archive.client, settings, records, ["test"], 0, Options(quiet=True))
    assert (first.read, first.indexed, first.deleted) == (2, 2, 0)
    delete_article(archive.client, archive.prefix, "a1", "hana", "طلب الناشر")
    again = ingest(archive.client, settings, records, ["test"], 0, Options(quiet=True))
    assert (again.read, again.indexed, again.unchanged, again.deleted) == (2, 0, 1, 1)
    assert archive.article("a1") is None
    assert archive.count("statements", {"term": {"article_id": "a1"}}) == 0
