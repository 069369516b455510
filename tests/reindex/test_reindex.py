"""Reindexing a real archive: what is copied, enriched again, taken over meanwhile; and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from musnad.archive.authority import META
from musnad.archive.build import Built
from musnad.archive.bulk import ArticleWriter
from musnad.archive.decisions import DecisionStore, new_decision
from musnad.archive.doctor import examine
from musnad.archive.indices import alias, beside, put_meta
from musnad.archive.mappings import load
from musnad.archive.removal import delete_article
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.archive.stale import mark_stale
from musnad.errors import ArchiveError, InputError
from musnad.reindex.back import abort, drop_former, rollback
from musnad.reindex.differences import same
from musnad.reindex.enriching import AgainSink
from musnad.reindex.report import Report
from musnad.reindex.run import alone

pytestmark = pytest.mark.slow
Record = Callable[..., dict[str, object]]
Archive = Any


def test_a_new_plugin_reaches_every_article_and_nothing_else_changes(
    archive: Archive, make_record: Record
) -> None:
    archive.ingest(*(make_record(n) for n in range(12)))
    before, said = archive.stored(), archive.stored("statements")
    former = archive.behind()
    archive.with_plugin()
    report = archive.reindex()
    after = archive.stored()
    assert after.keys() == before.keys()
    assert archive.behind() != former
    assert report.reenriched == 12
    for key, article in after.items():
        assert article["ext"]["money"] == {"count": 1}
        for name in ("title", "body", "content_hash", "ingested_at", "extra", "source"):
            assert article[name] == before[key][name]
        assert article["versions"] == []
        assert article["claim_ids"] == before[key]["claim_ids"]
    money = report.diff.plugins["money"]
    with_money = [a for a in before.values() if "دينار" in a["body"]]
    assert money["mentions"].counts["added"] == sum(a["body"].count("دينار") for a in with_money)
    assert money["fields"].counts["added"] == 12
    assert set(report.diff.plugins) == {"money"}
    assert archive.stored("statements").keys() == said.keys()
    assert report.verification.problems == []
    assert report.verification.sampled == 12
    # The next ingest finds everything as it would make it.
    again = archive.ingest(*(make_record(n) for n in range(12)))
    assert again.unchanged == 12
    # The former set is there and cannot be written to.
    with pytest.raises(Exception, match="index write"):
        archive.reader.client.index(index=former[0], id="x", document={})


def test_what_is_written_meanwhile_is_there_after_the_swap(
    archive: Archive, make_record: Record
) -> None:
    archive.ingest(*(make_record(n) for n in range(12)))
    client, prefix = archive.reader.client, archive.prefix
    archive.with_plugin()

    def meanwhile(report: Report) -> bool:
        archive.settings = archive.settings.model_copy(update={"plugin_files": ()})
        archive.ingest(make_record(20), make_record(21))
        archive.ingest(make_record(3, title="عنوان مصحح"), settle=False)
        delete_article(client, prefix, "a0004", "desk", "test")
        mark_stale(client, prefix, ["a0005"])
        # Decided elsewhere and brought here, or killed half-way: the live set still has the article.
        elsewhere = new_decision("delete", "desk", "test", article_id="a0006")
        assert DecisionStore(client, prefix).add(elsewhere)
        statement = next(
            s for s in archive.stored("statements").values() if s["article_id"] == "a0001"
        )
        decision = new_decision(
            "rename", "desk", "test", claims=(statement["claim_id"],), text="اسم جديد", quote="x"
        )
        assert DecisionStore(client, prefix).add(decision)
        archive.with_plugin()
        return True

    archive.reindex(ask=meanwhile)
    after = archive.stored()
    assert set(after) == {f"a{n:04}" for n in (*range(4), 5, *range(7, 12), 20, 21)}
    assert after["a0003"]["title"] == "عنوان مصحح"
    assert [v["article"]["title"] for v in after["a0003"]["versions"]] == [make_record(3)["title"]]
    # What came from a writer without the plugin was enriched after the swap.
    assert all(article["ext"]["money"] == {"count": 1} for article in after.values())
    assert not any(article["enrichment"]["stale"] for article in after.values())
    assert not any("waiting" in article["run_id"] for article in after.values())
    statements = archive.stored("statements").values()
    assert all(s["settled"] and s["article_id"] not in {"a0004", "a0006"} for s in statements)
    assert "اسم جديد" in {claim["text"] for claim in archive.stored("claims").values()}
    ids = {s["id"] for article in after.values() for s in article["statements"]}
    assert ids == {s["id"] for s in statements}


@pytest.mark.parametrize("part", [(AgainSink, "write"), (ArticleWriter, "write")])
def test_what_is_corrected_after_the_swap_while_it_is_enriched_again_stays(
    archive: Archive, make_record: Record, monkeypatch: pytest.MonkeyPatch, part: tuple[type, str]
) -> None:
    archive.ingest(*(make_record(n) for n in range(4)))
    archive.with_plugin()
    owner, name = part
    real = getattr(owner, name)

    def meanwhile(report: Report) -> bool:
        archive.settings = archive.settings.model_copy(update={"plugin_files": ()})
        archive.ingest(make_record(20), make_record(21))
        archive.with_plugin()
        monkeypatch.setattr(owner, name, corrected_first)
        return True

    def corrected_first(sink: Any, work: Any, *more: Any) -> Any:
        ids = {b.article.id if isinstance(b, Built) else b.record.article.id for b in work}
        if "a0020" not in ids or archive.behind() == former or is_beside(sink):
            return real(sink, work, *more)
        monkeypatch.setattr(owner, name, real)
        archive.ingest(make_record(20, title="عنوان مصحح"), settle=False)
        corrected.append(archive.stored()["a0020"])
        return real(sink, work, *more)

    def is_beside(sink: Any) -> bool:
        return alias(archive.prefix, "articles") != (
            sink.articles if isinstance(sink, ArticleWriter) else alias(sink.prefix, "articles")
        )

    former, corrected = archive.behind(), []
    archive.reindex(ask=meanwhile)
    after = archive.stored()
    assert [one["title"] for one in corrected] == ["عنوان مصحح"]
    for field in ("title", "content_hash", "versions"):
        assert after["a0020"][field] == corrected[0][field]
    assert after["a0021"]["ext"]["money"] == {"count": 1}
    statements = archive.stored("statements").values()
    listed = {s["id"] for article in after.values() for s in article["statements"]}
    assert listed == {s["id"] for s in statements}


def test_an_authority_that_changes_meanwhile_leaves_its_marks(
    archive: Archive, make_record: Record
) -> None:
    archive.ingest(*(make_record(n) for n in range(3)))
    client, prefix = archive.reader.client, archive.prefix
    archive.with_plugin()

    def meanwhile(report: Report) -> bool:
        mark_stale(client, prefix, ["a0001"])
        put_meta(client, alias(prefix, "actors"), {META: "another"})
        return True

    former = archive.behind()
    with pytest.raises(ArchiveError, match="the authority of the archive was changed"):
        archive.reindex(ask=meanwhile)
    assert archive.behind() != former
    stale = {k for k, a in archive.stored().items() if a["enrichment"]["stale"]}
    assert stale == {"a0001"}
    # Goes on with today's records.
    archive.reindex()
    assert {a["ext"]["money"]["count"] for a in archive.stored().values()} == {1}
    assert not any(a["enrichment"]["stale"] for a in archive.stored().values())


def test_the_state_is_that_of_an_archive_made_anew(archive: Archive, make_record: Record) -> None:
    archive.ingest(*(make_record(n) for n in range(8)))
    archive.with_plugin()
    archive.reindex()
    client, prefix = archive.reader.client, archive.prefix
    found = {name: archive.stored(name) for name in ("articles", "statements", "claims")}
    with opened_linkers(archive.plugins()) as linkers:
        settle_archive(client, prefix, linkers, everything=True)
    for name in ("articles", "statements"):
        for key, document in archive.stored(name).items():
            assert same(name, document, found[name][key])
    statuses = {key: claim["status"] for key, claim in found["claims"].items()}
    assert statuses == {k: c["status"] for k, c in archive.stored("claims").items()}


def test_only_the_stale_ones_are_enriched_again(archive: Archive, make_record: Record) -> None:
    archive.ingest(*(make_record(n) for n in range(6)))
    with pytest.raises(InputError, match="there is nothing to reindex"):
        archive.reindex(only_stale=True)
    mark_stale(archive.reader.client, archive.prefix, ["a0001", "a0002"])
    archive.with_plugin()
    archive.init()
    report = archive.reindex(only_stale=True, since="2026-01-03")
    assert report.reenriched == 1
    after = archive.stored()
    assert {key for key, a in after.items() if "money" in a["ext"]} == {"a0002"}
    assert {key for key, a in after.items() if a["enrichment"]["stale"]} == {"a0001"}


def test_a_changed_type_and_a_changed_analyzer_are_taken_up(
    archive: Archive, make_record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.with_plugin(kind="keyword", value="'one'")
    archive.init()
    archive.ingest(*(make_record(n) for n in range(4)))

    def changed(name: str) -> dict[str, Any]:
        content = load(name)
        if name == "analysis":
            content["analysis"]["analyzer"]["musnad_text"]["filter"].remove("decimal_digit")
        return content

    monkeypatch.setattr("musnad.archive.mappings.load", changed)
    archive.with_plugin(version="2", kind="long", value="7")
    with pytest.raises(ArchiveError, match="musnad reindex"):
        archive.init()
    report = archive.reindex()
    assert any("ext.money.count" in reason for reason in report.reasons)
    assert any("analysis" in reason for reason in report.reasons)
    # Of the indices that use no analyzer, only templates and labels are brought up to date.
    assert not any("added" in sentence for sentence in archive.init())
    assert archive.init() == []
    assert {a["ext"]["money"]["count"] for a in archive.stored().values()} == {7}
    assert report.diff.plugins["money"]["fields"].counts["changed"] == 4
    assert len(archive.stored("decisions")) == 0


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_rollback_and_forth(
    archive: Archive, make_record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.ingest(*(make_record(n) for n in range(6)))
    former = archive.behind()
    archive.with_plugin()
    archive.reindex()
    new = archive.behind()
    archive.ingest(make_record(8), make_record(1, title="عنوان مصحح"))
    client, prefix = archive.reader.client, archive.prefix
    delete_article(client, prefix, "a0002", "desk", "test")
    mark_stale(client, prefix, ["a0003"])
    plugins = archive.plugins()

    def interrupted(line: str) -> None:
        if line.startswith("settling"):
            raise KeyboardInterrupt

    with opened_linkers(plugins) as linkers:
        with pytest.raises(KeyboardInterrupt):
            rollback(client, prefix, plugins, linkers, "desk", interrupted)
        with pytest.raises(ArchiveError, match=r"a rollback begun by desk on .* is unfinished"):
            archive.reindex()
        abort(client, prefix, archive.said.append)
        assert archive.behind() == new
        with monkeypatch.context() as patch:
            patch.setattr("musnad.reindex.back.point_at", killed)
            with pytest.raises(KeyboardInterrupt):
                rollback(client, prefix, plugins, linkers, "desk", archive.said.append)
        rollback(client, prefix, plugins, linkers, "desk", archive.said.append)
        assert archive.behind() == former
        after = archive.stored()
        assert set(after) == {"a0000", "a0001", "a0003", "a0004", "a0005", "a0008"}
        assert after["a0001"]["title"] == "عنوان مصحح"
        assert "money" not in after["a0000"]["ext"]
        # The former set knows no field of the plugin: what does not fit is left out, and noted.
        assert after["a0008"]["ext"] == {}
        assert "does not fit" in after["a0008"]["enrichment"]["errors"][0]["message"]
        assert after["a0003"]["enrichment"]["stale"]
        assert all(s["settled"] for s in archive.stored("statements").values())
        archive.ingest(make_record(9))
        rollback(client, prefix, plugins, linkers, "desk", archive.said.append)
    assert archive.behind() == new
    after = archive.stored()
    assert "a0009" in after
    assert after["a0000"]["ext"]["money"] == {"count": 1}
    assert drop_former(client, prefix, archive.said.append)
    assert archive.behind() == new
    assert not set(former) & archive.indices()


def test_one_that_is_not_swapped_is_gone_on_with_or_aborted(
    archive: Archive, make_record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.ingest(*(make_record(n) for n in range(4)))
    before = archive.indices()
    archive.with_plugin()
    report = archive.reindex(ask=lambda found: False)
    assert report.swapped is None
    assert set(archive.behind()) <= before
    checks = {check.name: check for check in examine(archive.settings)}
    assert "one begun by desk on" in checks["reindex"].found
    with pytest.raises(
        InputError, match=r"begun by desk .* is unfinished: go on with `musnad reindex`"
    ):
        archive.reindex(only_stale=True)
    gone = abort(archive.reader.client, archive.prefix, archive.said.append)
    assert set(gone) == set(report.new.values()) | {i for i in gone if "-reindex-runs-" in i}
    assert archive.indices() == before
    assert abort(archive.reader.client, archive.prefix, archive.said.append) == []
    assert not archive.reader.client.indices.exists_alias(
        name=alias(beside(archive.prefix), "articles")
    )
    with monkeypatch.context() as patch:
        patch.setattr("musnad.reindex.beside.put_meta", killed)
        with pytest.raises(KeyboardInterrupt):
            archive.reindex()
    assert archive.reindex(ask=lambda found: False).swapped is None
    assert "going on with reindex" in " ".join(archive.said)
    # As one that is killed within the swap leaves it; and the plugin is mended before it goes on.
    archive.with_plugin(version="2", value="2")
    client = archive.reader.client
    client.indices.add_block(index=archive.behind()[0], block="write")
    assert archive.reindex(ask=lambda found: bool(archive.ingest(make_record(7)).indexed)).swapped
    assert "a0007" in archive.stored()
    assert {a["ext"]["money"]["count"] for a in archive.stored().values()} == {2}
    assert any("4 articles are enriched again" in line for line in archive.said)


def test_the_second_operator_is_told_who_and_when(archive: Archive) -> None:
    client, prefix = archive.reader.client, archive.prefix
    with (
        alone(client, prefix, archive.said.append),
        pytest.raises(
            ArchiveError, match=rf".+:\d+ is at it \(to reindex\) since {datetime.now(UTC):%Y-}"
        ),
    ):
        archive.reindex()
    assert archive.reindex().swapped is not None


def test_readers_see_every_article_all_the_time(archive: Archive, make_record: Record) -> None:
    count = 40
    archive.ingest(*(make_record(n) for n in range(count)))
    archive.with_plugin()
    client, prefix = archive.reader.client, archive.prefix
    ended = threading.Event()
    missed: list[str] = []
    looked = 0

    def look() -> None:
        nonlocal looked
        ids = [f"a{n:04}" for n in range(count)]
        while not ended.is_set():
            query = {"ids": {"values": ids}}
            found = client.search(
                index=alias(prefix, "articles"), query=query, size=count, source=["title"]
            )
            gone = set(ids) - {hit["_id"] for hit in found["hits"]["hits"]}
            missed.extend(sorted(gone))
            if client.count(index=alias(prefix, "statements"))["count"] == 0:
                missed.append("all statements")
            looked += 1

    written: list[int] = []

    def write() -> None:
        number = 100
        while not ended.is_set() and number < 130:
            archive.ingest(make_record(number), settle=False)
            written.append(number)
            number += 1

    threads = [threading.Thread(target=look), threading.Thread(target=write)]
    for thread in threads:
        thread.start()
    try:
        report = archive.reindex()
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert report.swapped is not None
    assert missed == []
    assert looked > 10
    assert written
    after = archive.stored()
    assert {f"a{n:04}" for n in (*range(count), *written)} == set(after)
    assert all(after[f"a{n:04}"]["ext"]["money"] == {"count": 1} for n in range(count))
