"""Settling a real archive: articles go through the whole pipeline, then their claims are looked at."""

from __future__ import annotations

import json
import os
import platform
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import elasticsearch
import pytest
from elasticsearch import Elasticsearch
from musnad.archive.authority import refresh_authority
from musnad.archive.client import connect
from musnad.archive.decisions import DecisionStore, new_decision
from musnad.archive.documents import ArticleDocument, ClaimDocument, RunDocument, StatementDocument
from musnad.archive.indices import alias, init
from musnad.archive.read import ArchiveReader
from musnad.archive.registry import ArchiveClaimRegistry
from musnad.archive.removal import delete_article
from musnad.archive.settle import Linkers, opened_linkers, settle_archive
from musnad.claims import seed_id, seed_statement
from musnad.claims.contract import REDIRECTS, SEEDS, RegistryContract
from musnad.components import ClaimRegistry
from musnad.errors import ArchiveError, MusnadError
from musnad.ingest.run import Options, ingest
from musnad.model import Span, Speaker
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records
from musnad.settings import Settings, load_settings

SAMPLE = Path(__file__).parents[2] / "examples" / "archive"
VISIT = "الفريق حسني القسطلي زار دارمين سرا"
TOLD = {
    "id": "told",
    "title": "خبر من الأرجوان",
    "body": f"قال مصدر دبلوماسي إن {VISIT}.\n",
    "url": "https://alurjuwan.example/1",
    "published_at": "2026-01-13T06:00:00+00:00",
}
DENIED = {
    "id": "denied",
    "title": "خبر من وارز",
    "body": f"نفى العميد رياض الطواحين أن يكون {VISIT}.\n",
    "url": "https://warz.example/2",
    "published_at": "2026-01-15T06:00:00+00:00",
}
AGAIN = {
    "id": "again",
    "title": "خبر من نداء السهوب",
    "body": f"أعلن نعمان الحجل أن {VISIT}.\n",
    "url": "https://nidaa-suhub.example/3",
    "published_at": "2026-01-16T06:00:00+00:00",
}
OTHER = {
    "id": "other",
    "title": "خبر عن السعر",
    "body": "قالت وزارة الزراعة إن سعر القمح ارتفع في الأسواق هذا الشهر.\n",
    "url": "https://warz.example/4",
    "published_at": "2026-01-10T06:00:00+00:00",
}


@dataclass
class Archive:
    """An archive with the authority of the sample archive."""

    client: Elasticsearch
    settings: Settings
    plugins: Plugins
    linkers: Linkers
    folder: Path

    @property
    def reader(self) -> ArchiveReader:
        return ArchiveReader(self.client, self.settings.prefix)

    def put(self, *records: dict[str, Any]) -> None:
        path = self.folder / "in.jsonl"
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        path.write_text("".join(lines), encoding="utf-8")
        (item,) = find_inputs([str(path)], self.plugins.readers())
        found = read_records(item, max_chars=1_000_000)
        account = ingest(
            self.client, self.settings, found, ["test"], 1, Options(quiet=True, workers=0)
        )
        assert account.adds_up
        assert not account.dead_letters

    def settle(self, **how: Any) -> Any:
        return settle_archive(self.client, self.settings.prefix, self.linkers, **how)

    def all(self, name: str, *, versions: bool = False) -> dict[str, dict[str, Any]]:
        self.client.indices.refresh(index=alias(self.settings.prefix, name))
        hits = self.reader.scan(name, {"match_all": {}}, versions=versions)
        return {hit["_id"]: hit if versions else hit["_source"] for hit in hits}

    def claim_of(self, article: str, index: int = 0) -> str:
        statements = [s for s in self.all("statements").values() if s["article_id"] == article]
        statements.sort(key=lambda s: (s["cue"]["field"] != "title", s["cue"]["start"]))
        claim: str = statements[index]["claim_id"]
        return claim

    def statement_of(self, article: str) -> dict[str, Any]:
        (found,) = [s for s in self.all("statements").values() if s["article_id"] == article]
        return found

    def article(self, article: str) -> ArticleDocument:
        found = self.reader.article(article)
        assert found is not None
        return found

    def claim(self, claim: str) -> ClaimDocument:
        found = self.reader.claim(claim)
        assert found is not None
        return found

    def decide(self, kind: Any, **targets: Any) -> None:
        decision = new_decision(kind, "ruba", "for the test", **targets)
        DecisionStore(self.client, self.settings.prefix).add(decision)

    def outcome(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return all that may not depend on when and in which order things were done."""
        # Blocking keys have a test of their own.
        left_out = {
            "keys",
            "settled_at",
            "ingested_at",
            "run_id",
            "enrichment",
            "versions",
            "source",
        }
        return {
            (name, key): {field: value for field, value in source.items() if field not in left_out}
            for name in ("articles", "statements", "claims")
            for key, source in self.all(name).items()
            if not source.get("merged_into")
        }


@pytest.fixture
def make(
    musnad_settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[str], Archive]]:
    """Return a maker of empty archives; each name is another one."""
    with ExitStack() as stack:

        def made(name: str) -> Archive:
            # Below the test's own prefix: they are removed with it.
            monkeypatch.setenv("MUSNAD_PREFIX", f"{musnad_settings.prefix}-{name}")
            settings = load_settings(SAMPLE / "musnad.toml")
            settings = settings.model_copy(update={"state_dir": tmp_path / "state"})
            plugins = Plugins.load(settings)
            client = stack.enter_context(connect(settings))
            init(client, settings.prefix, plugins)
            refresh_authority(client, settings.prefix, plugins)
            linkers = stack.enter_context(opened_linkers(plugins))
            return Archive(client, settings, plugins, linkers, tmp_path)

        yield made


class TestArchiveRegistry(RegistryContract):
    @pytest.fixture
    def registry(self, archive: Archive) -> ClaimRegistry:
        prefix = archive.settings.prefix
        for claim, keys in SEEDS:
            span = Span(field="body", start=0, end=len(claim.text), surface=claim.text)
            statement = StatementDocument(
                id=seed_statement(claim.id),
                stance="asserts",
                cue=span,
                said=span,
                speaker=Speaker(kind="none"),
                actors=claim.actors,
                article_id="art",
                article_title="",
                sentence="",
                keys=tuple(keys),
                run_id="r",
            )
            archive.client.index(
                index=alias(prefix, "statements"),
                id=statement.id,
                document=statement.model_dump(mode="json"),
                refresh=True,
            )
        for old, target in REDIRECTS.items():
            merged = ClaimDocument(
                id=old, text="", status="reported", merged_into=target, settled_at=datetime.now(UTC)
            )
            archive.client.index(
                index=alias(prefix, "claims"),
                id=old,
                document=merged.model_dump(mode="json"),
                refresh=True,
            )
        return ArchiveClaimRegistry(archive.reader)


@pytest.fixture
def archive(make: Callable[[str], Archive]) -> Archive:
    return make("one")


def sample() -> list[dict[str, Any]]:
    lines = (SAMPLE / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_linkers_are_opened_and_know_the_archives_actors(archive: Archive) -> None:
    archive.put(TOLD)
    archive.settle()
    (linker,) = archive.linkers.by_key.values()
    known: set[str] = set(linker.actors.records)  # type: ignore[attr-defined]
    assert "person-husni-qastali" in known


def test_ingest_stores_the_keys_that_opened_linkers_give(archive: Archive) -> None:
    # A town belongs to its state: only a linker that knows the actors can tell.
    body = "أعلن مصدر أن القوات انسحبت من تل الكبريت في الصباح.\n"
    archive.put({**OTHER, "body": body})
    assert archive.statement_of("other")["actors"]
    before = {key: s["keys"] for key, s in archive.all("statements").items()}
    archive.settle(everything=True)
    assert {key: s["keys"] for key, s in archive.all("statements").items()} == before


def test_a_claim_is_disputed_when_another_outlet_carries_a_denial(archive: Archive) -> None:
    archive.put(TOLD)
    archive.settle()
    before = archive.article("told")
    assert [c.status for c in before.claims] == ["reported"]
    archive.put(DENIED, OTHER)
    archive.settle()
    told, denied = archive.article("told"), archive.article("denied")
    assert told.claim_ids == denied.claim_ids
    (one,), (two,) = told.claims, denied.claims
    assert (one.relation, one.status_at_publication, one.status) == (
        "supports",
        "reported",
        "disputed",
    )
    assert (two.relation, two.status_at_publication, two.status) == (
        "denies",
        "disputed",
        "disputed",
    )
    assert told.claim_status == ("disputed",)
    assert told.claim_status_at_publication == ("reported",)
    claim = archive.claim(one.id)
    assert [step.status for step in claim.history] == ["reported", "disputed"]
    assert claim.statement_count == 2
    whom = {s["article_id"]: s["denied_names"] for s in archive.all("statements").values()}
    assert whom == {"told": [], "denied": ["الأرجوان"], "other": []}
    assert claim.status_reason == claim.history[-1].reason
    assert {"حسني القسطلي", "دارمين"} <= {
        name.removeprefix("الفريق ") for name in claim.actor_names
    }
    assert archive.claim_of("other") not in told.claim_ids


def test_nested_statements_carry_their_claim(archive: Archive) -> None:
    archive.put(TOLD)
    archive.settle()
    article = archive.article("told")
    assert [s.claim_id for s in article.statements] == list(article.claim_ids)


def test_who_cites_the_other_is_no_independent_source(archive: Archive) -> None:
    citing = {**AGAIN, "body": f"ذكرت صحيفة الأرجوان أن {VISIT}.\n"}
    archive.put(TOLD, citing)
    archive.settle()
    claim = archive.claim(archive.claim_of("told"))
    assert claim.statement_count == 2
    assert claim.status == "reported"


def test_an_article_without_a_date_shows_what_it_says_itself(archive: Archive) -> None:
    undated = {key: value for key, value in TOLD.items() if key != "published_at"}
    archive.put(undated, DENIED)
    archive.settle()
    (entry,) = archive.article("told").claims
    assert (entry.status_at_publication, entry.status) == ("reported", "disputed")


def test_a_second_run_changes_nothing(archive: Archive) -> None:
    archive.put(TOLD, DENIED, AGAIN, OTHER)
    archive.decide("rename", claims=["cnone"], text="بلا شيء")
    archive.settle()
    names = ("articles", "statements", "claims")
    before = [{k: h["_seq_no"] for k, h in archive.all(n, versions=True).items()} for n in names]
    archive.settle()
    after = [{k: h["_seq_no"] for k, h in archive.all(n, versions=True).items()} for n in names]
    assert after == before


def test_everything_comes_to_the_same(archive: Archive) -> None:
    archive.put(TOLD, DENIED, AGAIN, OTHER)
    archive.settle(everything=True)
    before = archive.outcome()
    archive.settle(everything=True)
    assert archive.outcome() == before


@pytest.mark.slow
def test_no_order_of_ingestion_makes_a_difference(make: Callable[[str], Archive]) -> None:
    records = sample()
    outcomes = []
    for number, step in enumerate((50, 17, 25)):
        archive = make(f"order{number}")
        random.Random(number).shuffle(records)
        for i in range(0, len(records), step):
            archive.put(*records[i : i + step])
            archive.settle()
        outcomes.append(archive.outcome())
    first = outcomes[0]
    assert len([key for key in first if key[0] == "claims"]) > 100
    for other in outcomes[1:]:
        assert other.keys() == first.keys()
        different = [key for key in first if other[key] != first[key]]
        assert not different, {
            k: [f for f in first[k] if first[k][f] != other[k].get(f)] for k in different[:8]
        }


def test_a_deleted_article_reopens_its_claim(archive: Archive) -> None:
    archive.put(TOLD, DENIED)
    archive.settle()
    delete_article(archive.client, archive.settings.prefix, "denied", "ruba", "a test")
    archive.settle()
    (entry,) = archive.article("told").claims
    assert entry.status == "reported"
    assert archive.claim(entry.id).relations.denies == 0


def test_a_claim_whose_first_statement_went_leads_on(archive: Archive) -> None:
    archive.put(TOLD, AGAIN)
    archive.settle()
    old = archive.claim_of("told")
    assert old == seed_id(archive.statement_of("told")["id"])
    delete_article(archive.client, archive.settings.prefix, "told", "ruba", "a test")
    archive.settle()
    now = archive.claim_of("again")
    assert now == seed_id(archive.statement_of("again")["id"])
    assert archive.claim(old).id == now
    assert archive.article("again").claim_ids == (now,)


def test_a_link_that_changed_keeps_nothing_of_the_old_one(archive: Archive) -> None:
    archive.put(TOLD, AGAIN)
    archive.settle()
    assert "stems" in archive.statement_of("again")["link"]["features"]
    delete_article(archive.client, archive.settings.prefix, "told", "ruba", "a test")
    archive.settle()
    statement = archive.statement_of("again")
    (own,) = [k for k in statement["links"] if k["claim_id"] == seed_id(statement["id"])]
    assert statement["link"]["features"] == own["features"]


def test_a_claim_without_statements_is_removed(archive: Archive) -> None:
    archive.put(TOLD, OTHER)
    archive.settle()
    gone = archive.claim_of("told")
    archive.put({**TOLD, "body": "لا شيء هنا غير حديث عن الطقس.\n"})
    archive.settle()
    assert archive.reader.claim(gone) is None
    assert archive.article("told").claim_ids == ()
    assert archive.article("told").claims == ()


def test_a_corrected_article_leaves_its_old_claim(archive: Archive) -> None:
    archive.put(TOLD, DENIED)
    archive.settle()
    archive.put({**DENIED, "body": str(OTHER["body"])})
    archive.settle()
    assert archive.article("told").claim_status == ("reported",)
    assert archive.claim_of("denied") != archive.claim_of("told")


def test_what_people_put_apart_stays_apart(archive: Archive) -> None:
    archive.put(TOLD, DENIED)
    archive.settle()
    denied = archive.statement_of("denied")
    archive.decide("unlink", statements=[denied["id"]], claims=[archive.claim_of("told")])
    archive.settle()
    assert archive.claim_of("told") != archive.claim_of("denied")
    assert archive.article("told").claim_status == ("reported",)
    archive.put({**AGAIN, "id": "more"})
    archive.settle(everything=True)
    assert archive.claim_of("told") != archive.claim_of("denied")


def test_what_people_put_together_stays_together(archive: Archive) -> None:
    archive.put(TOLD, OTHER)
    archive.settle()
    told, other = archive.claim_of("told"), archive.claim_of("other")
    archive.decide("merge", claims=[told, other])
    archive.settle()
    assert archive.claim_of("told") == archive.claim_of("other")
    assert archive.claim(told).id == archive.claim(other).id == archive.claim_of("told")
    assert archive.article("told").claim_ids == archive.article("other").claim_ids
    archive.settle(everything=True)
    assert archive.claim_of("told") == archive.claim_of("other")


def test_a_persons_relation_survives(archive: Archive) -> None:
    archive.put(TOLD, AGAIN)
    archive.settle()
    statement = archive.statement_of("again")
    target = archive.claim_of("told")
    archive.decide("link", statements=[statement["id"]], claims=[target], relation="denies")
    for everything in (False, True):
        archive.settle(everything=everything)
        link = archive.statement_of("again")["link"]
        assert (link["relation"], link["decided_by"]) == ("denies", "person:ruba")
        assert archive.claim(target).status == "disputed"


def test_an_older_decision_that_is_added_later_counts_too(archive: Archive) -> None:
    archive.put(TOLD, DENIED)
    archive.decide("rename", claims=["cnone"], text="بلا شيء")
    archive.settle()
    claim = archive.claim_of("told")
    late = new_decision("rename", "ruba", "imported", claims=[claim], text="اسم آخر")
    late = late.model_copy(update={"at": late.at - timedelta(days=400)})
    DecisionStore(archive.client, archive.settings.prefix).add(late)
    archive.settle()
    assert archive.claim(claim).text == "اسم آخر"


class KilledError(Exception):
    pass


@pytest.mark.parametrize("calls", range(7))
def test_killed_at_any_write_the_next_run_finishes(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    archive.put(TOLD, AGAIN, OTHER)
    archive.settle()
    archive.put(DENIED)
    delete_article(archive.client, archive.settings.prefix, "again", "ruba", "a test")
    done = 0
    bulk = Elasticsearch.bulk

    def dying(self: Any, *args: Any, **more: Any) -> Any:
        nonlocal done
        if done >= calls:
            raise KilledError
        done += 1
        return bulk(self, *args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Elasticsearch, "bulk", dying)
        try:
            archive.settle()
        except KilledError:
            pass
        else:
            assert done <= calls
    archive.settle()
    told, denied = archive.article("told"), archive.article("denied")
    assert told.claim_ids == denied.claim_ids
    assert told.claim_status == denied.claim_status == ("disputed",)
    assert not [s for s in archive.all("statements").values() if not s["settled"]]
    claims = archive.all("claims").values()
    assert not [c for c in claims if c["unsettled"]]
    archive.settle(everything=True)
    found = archive.outcome()
    archive.settle(everything=True)
    assert archive.outcome() == found


def test_a_statement_that_is_written_anew_meanwhile_is_linked_by_the_next_run(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put(TOLD, DENIED)
    fresh = archive.statement_of("denied")
    statements = alias(archive.settings.prefix, "statements")
    indices = type(archive.client.indices)
    refresh = indices.refresh
    calls = 0

    def with_an_ingest(self: Any, *args: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            # Between linking and settling another ingest writes the article again.
            archive.client.index(index=statements, id=fresh["id"], document=fresh)
        return refresh(self, *args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(indices, "refresh", with_an_ingest)
        archive.settle()
    assert calls >= 2
    archive.settle()
    assert archive.claim_of("told") == archive.claim_of("denied")
    assert archive.article("told").claim_status == ("disputed",)
    # Linked from both ends, as if nothing had come between.
    assert archive.statement_of("denied")["linked_to"] == [archive.statement_of("told")["id"]]


def test_a_mark_that_is_set_meanwhile_stays(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put(TOLD, DENIED)
    archive.settle()
    claim = archive.claim_of("told")
    claims = alias(archive.settings.prefix, "claims")
    archive.decide("rename", claims=[claim], text="اسم آخر")
    bulk = Elasticsearch.bulk

    def with_marks(self: Any, *args: Any, **more: Any) -> Any:
        answer = bulk(self, *args, **more)
        # Somebody deletes an article of the claim after each of our writes.
        self.update(index=claims, id=claim, doc={"unsettled": True}, retry_on_conflict=5)
        self.update(index=claims, id=claim, doc={"settled_at": datetime.now(UTC).isoformat()})
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(Elasticsearch, "bulk", with_marks)
        archive.settle()
    assert archive.all("claims")[claim]["unsettled"] is True
    archive.settle()
    assert archive.all("claims")[claim]["unsettled"] is False


def lock_of(archive: Archive, owner: str, at: datetime) -> dict[str, Any]:
    """Take the lock as another process would, and return its document's address."""
    seen: dict[str, Any] = {}
    create = Elasticsearch.create

    def spying(self: Any, **more: Any) -> Any:
        if more["index"] == alias(archive.settings.prefix, "runs"):
            seen.update(index=more["index"], id=more["id"])
        return create(self, **more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Elasticsearch, "create", spying)
        archive.settle()
    document = RunDocument(
        id=seen["id"],
        kind="lock",
        state="running",
        owner=owner,
        started_at=at,
        ended_at=at,
        message="settle claims",
    )
    archive.client.index(**seen, document=document.model_dump(mode="json"), refresh=True)
    return seen


def test_the_second_writer_is_told_who_and_since_when(archive: Archive) -> None:
    at = datetime.now(UTC)
    lock_of(archive, "elsewhere:123", at)
    with pytest.raises(ArchiveError, match=rf"elsewhere:123.*{at:%Y-%m-%d %H:%M:%S}"):
        archive.settle()


@pytest.mark.parametrize("is_here", [False, True])
def test_a_lock_without_a_sign_of_life_is_taken_over(archive: Archive, is_here: bool) -> None:
    archive.put(TOLD)
    owner = f"{platform.node()}:{os.getpid()}" if is_here else "elsewhere:123"
    lock_of(archive, owner, datetime.now(UTC) - timedelta(hours=1))
    archive.settle()
    assert archive.article("told").claim_ids


def test_a_lock_of_a_dead_process_is_taken_over_at_once(archive: Archive) -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    archive.put(TOLD)
    lock_of(archive, f"{platform.node()}:{pid}", datetime.now(UTC))
    archive.settle()
    assert archive.article("told").claim_ids


def test_a_lost_cluster_is_one_sentence(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.put(TOLD)

    def lost(self: Any, *args: Any, **more: Any) -> Any:
        raise elasticsearch.ConnectionError("Connection refused")

    monkeypatch.setattr(Elasticsearch, "bulk", lost)
    with pytest.raises(MusnadError, match="cannot be reached"):
        archive.settle()
