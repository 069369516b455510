"""What happens in a worker where a linker, or all of the process, fails. No Elasticsearch."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from musnad.components import Record
from musnad.errors import EnrichmentAborted
from musnad.ingest.pool import ProcessEnricher
from musnad.ingest.standing import NO_DECISIONS
from musnad.ingest.workers import Job, Worker
from musnad.model import Article
from musnad.settings import Settings

LINKER = """
import time
import musnad

def hang():
    while True:
        time.sleep(0.01)

def fail():
    raise LookupError("no key fits")

def eat():
    raise MemoryError

DOES = {"fails": fail, "hangs": hang, "eats": eat}

class Faulty(musnad.ClaimLinker):
    name, version = "faulty", "1"

    def keys(self, statement):
        return DOES.get(statement.article_id, lambda: ("key",))()

    def link(self, statements, registry):
        return ()

@musnad.hookimpl
def musnad_claim_linkers():
    return [Faulty()]
"""


@pytest.fixture
def make_job(tmp_path):
    plugin = tmp_path / "faulty.py"
    plugin.write_text(LINKER, encoding="utf-8")
    # Only what finds a statement: worker processes are opened several times here.
    settings = Settings(
        component_seconds=0.5,
        blocked_plugins=("names", "dates", "copies", "camel", "careful", "embeddings"),
        plugins={"actors": {"starter": False}},
    )

    def make(on_error="record"):
        return Job(settings, (plugin,), on_error, "run", datetime.now(UTC), NO_DECISIONS)

    return make


def records(*ids):
    text = "قال وزير الداخلية إن الحركة في الطريق الساحلي عادت إلى طبيعتها."
    return [Record(Article(id=key, title="خبر", body=text), 0) for key in ids]


def test_a_linker_that_fails_or_hangs_costs_its_article_only(make_job):
    worker = Worker(make_job())
    try:
        good, failed, hung = worker.enrich(records("good", "fails", "hangs"))
    finally:
        worker.close()
    assert good.built is not None
    assert all("key" in statement.read()["keys"] for statement in good.built.statements)
    assert good.built.statements
    assert good.built.failed == ()
    assert good.built.article.read()["fingerprint"]
    for one, message in ((failed, "no key fits"), (hung, "took longer than 0.5 seconds")):
        # It is stored, and tried again by the next run.
        document = one.built.article.read()
        assert one.built.failed == ("faulty.faulty",)
        assert document["fingerprint"] == ""
        (error,) = document["enrichment"]["errors"]
        assert message in error["message"]


def test_it_ends_the_run_where_the_user_asked_for_that(make_job):
    worker = Worker(make_job("abort"))
    try:
        with pytest.raises(
            EnrichmentAborted, match=r"faulty\.faulty failed on article fails: LookupError"
        ):
            worker.enrich(records("fails"))
    finally:
        worker.close()


@pytest.mark.slow
def test_a_process_without_memory_is_replaced(make_job):
    enricher = ProcessEnricher(make_job(), 1)
    try:
        found = enricher.submit(records("one", "two", "eats", "three")).result(120)
    finally:
        enricher.close()
    assert [one.record.article.id for one in found if one.built] == ["one", "two", "three"]
    (dead,) = (one.dead for one in found if one.dead)
    assert dead.code == "crashed"
    assert "want of memory" in dead.message


CYCLES = """
import musnad

class Cycles(musnad.Annotator):
    name, version = "cycles", "1"

    def annotate(self, document):
        # As parsers make them: a tree whose nodes know each other, with much that is no object of Python's.
        tree = {"memory": bytearray(8_000_000)}
        tree["root"] = tree
        return {}

@musnad.hookimpl
def musnad_annotators():
    return [Cycles()]
"""


@pytest.mark.slow
def test_what_refers_to_itself_does_not_fill_the_memory(make_job, tmp_path):
    plugin = tmp_path / "cycles.py"
    plugin.write_text(CYCLES, encoding="utf-8")
    job = make_job()
    settings = job.settings.model_copy(update={"worker_memory_mb": 1000})
    enricher = ProcessEnricher(replace(job, settings=settings, plugin_files=(plugin,)), 1)
    try:
        # 3.2 GB in all, 400 MB a batch.
        batches = [enricher.submit(records(*map(str, range(50)))) for _ in range(8)]
        found = [one for batch in batches for one in batch.result(120)]
    finally:
        enricher.close()
    assert [one.built.failed for one in found] == [()] * 400
