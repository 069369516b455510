"""The parts of a reindex that need no Elasticsearch: what is selected, taken over, judged, told."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from musnad.archive.mappings import used_analysis, with_kept_fields
from musnad.claims import Decision
from musnad.errors import ArchiveBusyError, ArchiveError, InputError
from musnad.fingerprint import article_fingerprint, on_article
from musnad.ingest.standing import Decisions, result_fingerprint
from musnad.model import Article
from musnad.reindex.diff import Diff, summed
from musnad.reindex.differences import backwards, forwards, same
from musnad.reindex.golden import read_golden
from musnad.reindex.keeping import kept
from musnad.reindex.progress import Progress
from musnad.reindex.selection import Selection, record_of, since_of
from musnad.reindex.state import Options
from musnad.reindex.swap import swap_actions
from musnad.reindex.verify import (
    Verification,
    judge_coverage,
    judge_facet,
    judge_sampled,
    searchable_fields,
)

Json = dict[str, Any]
ARTICLE = Article(id="a", title="عنوان", body="نص", published_at="2026-01-05")  # type: ignore[arg-type]


def stored(**more: Any) -> Json:
    """Return a small article as it is stored, enriched by a pipeline of fingerprint `p`."""
    run = {
        "name": "money",
        "plugin": "money",
        "version": "1",
        "outcome": "ok",
        "fingerprint": on_article("f", article_fingerprint(ARTICLE)),
    }
    document: Json = {
        **ARTICLE.model_dump(mode="json"),
        "content_hash": "h",
        "run_id": "r",
        "fingerprint": result_fingerprint("p", ARTICLE, Decisions()),
        "failed_components": [],
        "mentions": [],
        "statements": [],
        "enrichment": {"stale": False, "components": [run], "errors": []},
    }
    enrichment = {**document["enrichment"], **more.pop("enrichment", {})}
    return {**document, **more, "enrichment": enrichment}


LEFT_OUT = {
    "plugin": "core",
    "component": "archive",
    "exception": "DoesNotFit",
    "message": '"ext" does not fit the mapping and was left out: strict',
}
STALE = {"enrichment": {"stale": True}}


@pytest.mark.parametrize(
    ("selection", "document", "wanted"),
    [
        (Selection("p"), stored(), False),
        (Selection("other"), stored(), True),
        (Selection("p"), stored(**STALE), True),
        (Selection("p"), stored(fingerprint=""), True),
        (Selection("p"), stored(enrichment={"errors": [LEFT_OUT]}), True),
        (Selection("p", only_stale=True), stored(**STALE), True),
        (Selection("other", only_stale=True), stored(), False),
        (Selection("p", only_failed=True), stored(fingerprint="", failed_components=["x"]), True),
        (Selection("other", only_failed=True), stored(), False),
        (Selection("other", since=since_of("2026-01-05")), stored(), True),
        (Selection("other", since=since_of("2026-01-06")), stored(), False),
        (Selection("other", since=since_of("2026")), stored(published_at=None), False),
        (Selection("other", plugin="money", components={"money": ("1", "f")}), stored(), False),
        (Selection("other", plugin="money", components={"money": ("2", "f")}), stored(), True),
        (Selection("other", plugin="money", components={"money": ("1", "g")}), stored(), True),
        (Selection("other", plugin="money", components={}), stored(), True),
        (Selection("other", plugin="new", components={"new": ("1", "n")}), stored(), True),
        # A changed link is made by settling: it is no reason to enrich an article again.
        (Selection("p", plugin="money", components={"money": ("2", "f")}), stored(), False),
        (Selection("p", Decisions(wrong_statements=frozenset({"s"}))), stored(statements=[{"id": "s"}]), True),
    ],
)  # fmt: skip
def test_what_is_enriched_again(selection: Selection, document: Json, wanted: bool) -> None:
    assert selection(document) is wanted


def test_a_decision_on_a_mention_is_a_reason() -> None:
    decision = Decision.model_construct(id="d")
    selection = Selection("p", Decisions(wrong_mentions={"a": (decision,)}))
    assert selection(stored())


def test_what_a_reader_left_out_is_kept_with_the_record() -> None:
    errors = [
        {"plugin": "readers", "message": 'field "date" is no date'},
        {"plugin": "money", "message": "failed"},
    ]
    record = record_of(stored(enrichment={"errors": errors}))
    assert record.problems == ('field "date" is no date',)
    assert record.article == ARTICLE


@pytest.mark.parametrize(
    ("live", "there", "fresh", "fate"),
    [
        (stored(), None, False, "take"),
        (stored(content_hash="other"), stored(), True, "take"),
        (stored(mentions=[1]), stored(mentions=[1]), False, "leave"),
        (stored(claim_ids=["c"], copy_group="g", run_id="x"), stored(), False, "leave"),
        (stored(mentions=[1]), stored(), False, "take"),
        (stored(**STALE), stored(), False, "take"),
        # Enriched for this very reindex: better than what was marked or made otherwise meanwhile.
        (stored(**STALE), stored(mentions=[1]), True, "leave"),
    ],
)
def test_what_becomes_of_an_article_that_was_written_meanwhile(
    live: Json, there: Json | None, fresh: bool, fate: str
) -> None:
    assert forwards(live, there, fresh=fresh) == fate


@pytest.mark.parametrize(
    ("live", "there", "fate"),
    [
        (stored(), None, "take"),
        (stored(content_hash="other"), stored(), "take"),
        (stored(mentions=[1]), stored(), "leave"),
        (stored(**STALE), stored(), "stale"),
        (stored(**STALE), stored(**STALE), "leave"),
    ],
)
def test_what_is_carried_back_by_a_rollback(live: Json, there: Json | None, fate: str) -> None:
    assert backwards(live, there) == fate


def test_statements_differ_in_what_was_found_not_in_their_links() -> None:
    one = {"id": "s", "stance": "asserts", "link": None, "settled": False, "keys": []}
    assert same("statements", one, {**one, "link": {}, "settled": True, "keys": ["k"]})
    assert not same("statements", one, {**one, "stance": "denies"})


def mention(start: int, **more: Any) -> Json:
    return {
        "field": "body",
        "start": start,
        "end": start + 3,
        "surface": "سيف",
        "type": "person",
        "actor_id": "x",
        "name": "سيف",
        "provenance": {"plugin": "actors"},
        **more,
    }


def statement(key: str, stance: str = "asserts") -> Json:
    return {
        "id": key,
        "stance": stance,
        "said": {"surface": "الجسر فتح"},
        "provenance": {"plugin": "claims"},
    }


def test_the_diff_counts_by_plugin_and_gives_examples() -> None:
    diff = Diff()
    old = stored(
        mentions=[mention(0), mention(10), mention(20)],
        statements=[statement("s1"), statement("s2")],
        ext={"money": {"count": 1, "note": "x"}},
    )
    new = stored(
        mentions=[mention(0), mention(10, actor_id="y"), mention(30, provenance={"plugin": "names"})],
        statements=[statement("s1", "denies"), statement("s3")],
        ext={"money": {"count": 2}},
    )  # fmt: skip
    diff.article(old, new)
    diff.article(old, old)
    # Of each kind: what was added, removed, changed.
    found = {
        (plugin, what): tuple(counted.counts.values())
        for plugin, kinds in diff.plugins.items()
        for what, counted in kinds.items()
    }
    assert found == {
        ("actors", "mentions"): (0, 1, 1),
        ("names", "mentions"): (1, 0, 0),
        ("claims", "statements"): (1, 1, 1),
        ("money", "fields"): (0, 1, 1),
    }
    assert (diff.articles, diff.differing) == (2, 1)
    assert diff.plugins["actors"]["mentions"].examples["changed"] == [
        "«سيف» y in a (actor_id x → y)"
    ]
    assert summed(diff, ["mentions"]) == 3
    assert "  claims: statements: 1 added, 1 removed, 1 changed" in diff.lines()


def test_the_diff_of_links_and_statuses() -> None:
    diff = Diff()

    def linked(claim: str, relation: str = "supports", by: str = "claims.linker") -> Json:
        link = {"claim_id": claim, "relation": relation, "decided_by": by}
        return {"id": "s", "article_id": "a", "said": {"surface": "قول"}, "link": link}

    diff.links(linked("c1"), linked("c1", "denies"))
    diff.links(linked("c1"), linked("c2", by="person:desk"))
    diff.links(linked("c1"), linked("c1"))
    claim = {"id": "c1", "status": "reported", "text": "قول"}
    diff.claim(claim, {**claim, "status": "disputed"})
    diff.claim(None, claim)
    diff.claim(claim, {**claim, "merged_into": "c2"})
    diff.claim(claim, claim)
    assert diff.plugins["claims"]["links"].counts == {"added": 0, "removed": 1, "changed": 1}
    assert diff.plugins["people"]["links"].counts == {"added": 1, "removed": 0, "changed": 0}
    statuses = diff.plugins["core"]["statuses"]
    assert statuses.counts == {"added": 1, "removed": 1, "changed": 1}
    assert statuses.examples["changed"] == ["reported → disputed: «قول» (c1)"]


def test_a_field_that_is_read_must_not_get_lost() -> None:
    found = Verification()
    coverage = {
        "title": (100, 99),
        "actors": (100, 95),
        "speakers": (100, 50),
        "stances": (10, 0),
        "enrichment.errors.plugin": (10, 0),
        "body": (100, 100),
    }
    judge_coverage("articles", coverage, 0, found)
    assert list(found.coverage) == [f"articles.{name}" for name in coverage if name != "body"]
    assert [problem.split()[0] for problem in found.problems] == [
        "articles.title",
        "articles.stances",
    ]
    assert [remark.split()[0] for remark in found.remarks] == ["articles.speakers"]
    deleted = Verification()
    judge_coverage("articles", {"title": (100, 99)}, 1, deleted)
    assert deleted.problems == []


def test_a_value_that_falls_is_remarked() -> None:
    found = Verification()
    changed = judge_facet("actors", {"x": 100, "y": 50, "z": 5}, {"x": 101, "y": 10}, found)
    assert changed == {"x": (100, 101), "y": (50, 10), "z": (5, 0)}
    assert found.remarks == ["actors: y was in 50 articles and is in 10"]


@pytest.mark.parametrize(
    ("new", "reenriched", "wrong"),
    [
        (stored(claim_ids=["c"]), False, None),
        (stored(mentions=[1]), False, "was copied and is not the same"),
        (stored(mentions=[1]), True, None),
        (stored(title="other"), True, "was read with another title"),
    ],
)
def test_sampled_articles(new: Json, reenriched: bool, wrong: str | None) -> None:
    assert judge_sampled(stored(), new, reenriched=reenriched) == wrong


def test_fields_of_which_a_search_says_who_has_them() -> None:
    properties = {
        "id": {"type": "keyword"},
        "mentions": {"type": "nested", "properties": {"type": {"type": "keyword"}}},
        "source": {"properties": {"file": {"type": "keyword"}}},
        "message": {"type": "text", "index": False},
        "versions": {"type": "object", "enabled": False},
        "start": {"type": "integer", "index": False, "doc_values": False},
    }
    assert list(searchable_fields(properties)) == ["id", "source.file"]


def test_only_the_analysis_that_a_field_uses_counts() -> None:
    analysis = {
        "analyzer": {"a": {"filter": ["f"], "tokenizer": "standard"}, "b": {"filter": ["g"]}},
        "filter": {"f": {"type": "stop"}, "g": {"type": "stop"}},
        "normalizer": {"n": {"char_filter": ["m"]}},
        "char_filter": {"m": {"type": "mapping"}},
    }
    fields = {"x": {"type": "text", "fields": {"y": {"analyzer": "a"}}}}
    assert used_analysis(analysis, fields) == {
        "analyzer": {"a": analysis["analyzer"]["a"]},
        "filter": {"f": {"type": "stop"}},
    }
    inner = {"o": {"properties": {"z": {"type": "keyword", "normalizer": "n"}}}}
    assert set(used_analysis(analysis, inner)) == {"normalizer", "char_filter"}
    assert used_analysis(analysis, {"k": {"type": "keyword"}}) == {}


def test_fields_that_only_the_old_index_has_are_kept() -> None:
    old = {
        "ext": {"properties": {"p": {"type": "long"}, "q": {"type": "long"}}},
        "gone": {"type": "date"},
    }
    new = {"ext": {"properties": {"p": {"type": "keyword"}}}}
    assert with_kept_fields(old, new) == {
        "ext": {"properties": {"p": {"type": "keyword"}, "q": {"type": "long"}}},
        "gone": {"type": "date"},
    }


def test_aliases_move_in_one_request() -> None:
    actions = swap_actions(
        "m", {"articles": "m-articles-1-2020"}, {"articles": "m-articles-1-2021"}
    )
    assert actions[:2] == [
        {"remove": {"index": "m-articles-1-2020", "alias": "m-articles", "must_exist": True}},
        {"add": {"index": "m-articles-1-2021", "alias": "m-articles", "is_write_index": True}},
    ]
    assert {action["remove"]["alias"] for action in actions[2:]} == {
        f"m-reindex-{name}"
        for name in ("articles", "statements", "claims", "copies", "actors", "reviews", "decisions")
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "a list of queries is expected"),
        ("- {query: x}", "query 1 needs something to search for, and `expected` or `forbidden`"),
        ("- {expected: [a]}", "query 1 needs something to search for"),
        ("- {query: x, expected: [a]}\n- {qery: x}", 'query 2, field "qery"'),
        ("[", "no YAML"),
    ],
)
def test_golden_queries_that_are_none_are_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "golden.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_golden(file)


def test_golden_queries_are_searches(tmp_path: Path) -> None:
    file = tmp_path / "golden.yaml"
    file.write_text("- {actor: x, since: 2026-01-01, expected: [a]}", encoding="utf-8")
    (query,) = read_golden(file)
    assert query.told() == "actor x, since 2026-01-01"
    assert query.filters.actors == ("x",)


def test_options_are_told_as_they_are_typed() -> None:
    options = Options(only_stale=True, plugin="actors", since="2026-01")
    assert options.told() == "--only-stale --plugin actors --since 2026-01"
    assert Options().told() == ""


def test_steps_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("musnad.reindex.progress.time.monotonic", lambda: now[0])
    said: list[str] = []
    progress = Progress(said.append)
    progress.begin("copying articles", 1000)
    now[0] = 20.0
    progress.add(400)
    progress.end()
    assert said == [
        "copying articles: 400 of 1000, 20/s, about 30 s left",
        "copying articles: 400 (20.0 s, 20/s)",
    ]
    said.clear()
    progress.begin("settling claims")
    for seconds in (25.0, 45.0, 50.0, 105.0):
        now[0] = seconds
        progress.working("linking statements")
    assert said == [
        "settling claims: linking statements, 25 s so far",
        "settling claims: linking statements, 1 min so far",
    ]


@pytest.mark.parametrize(
    ("error", "stale", "lost"),
    [
        (ArchiveBusyError("busy"), 60, False),
        # Another may have taken it over by then.
        (ArchiveBusyError("busy"), 0, True),
        (ArchiveError("another process took over"), 60, True),
    ],
)
def test_a_lock_outlives_a_short_outage(
    error: ArchiveError, stale: int, lost: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musnad.reindex.keeping.STALE", timedelta(seconds=stale))
    tried: list[float] = []

    def keep() -> None:
        tried.append(time.monotonic())
        raise error

    until = time.monotonic() + 10
    with kept(keep, every=0.001) as lock:
        while len(tried) < 3 and lock.lost is None and time.monotonic() < until:
            time.sleep(0.001)
    assert lock.lost is (error if lost else None)
