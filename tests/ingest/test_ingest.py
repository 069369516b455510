"""Each record ends in exactly one place, ingesting twice changes nothing, the archive holds what was read."""

from dataclasses import replace

import pytest
from musnad.archive.build import build
from musnad.archive.decisions import DecisionStore, new_decision
from musnad.archive.documents import ArticleDocument, StatementDocument
from musnad.errors import EnrichmentAborted
from musnad.ingest import workers
from musnad.model import Span

pytestmark = pytest.mark.node


@pytest.fixture
def record(make_record):
    return make_record


def ends(account):
    assert account.adds_up
    return (account.read, account.indexed, account.unchanged, account.dead_letters, account.deleted)


def test_everything_goes_in_and_twice_changes_nothing(ingested, record):
    records = [record(i) for i in range(150)]
    assert ends(ingested(*records)) == (150, 150, 0, 0, 0)
    articles, statements = ingested.stored(), ingested.stored("statements")
    assert len(articles) == 150
    assert {s["article_id"] for s in statements.values()} == set(articles)
    assert ends(ingested(*records)) == (150, 0, 150, 0, 0)
    assert ingested.stored() == articles
    assert ingested.stored("statements") == statements


def test_what_is_stored_is_what_the_models_say_and_what_was_read(ingested, record):
    ingested(record(1, url="http://a.example/1", page=7))
    (article,) = ingested.stored().values()
    document = ArticleDocument.model_validate(article)
    assert document.title == record(1)["title"]
    assert document.body == record(1)["body"]
    assert document.extra == {"page": 7}
    assert document.published_precision == "day"
    for span in [*document.mentions, *(s.cue for s in document.statements)]:
        text = document.title if span.field == "title" else document.body
        assert text[span.start : span.end] == span.surface
    statements = ingested.stored("statements").values()
    assert statements
    for source in statements:
        statement = StatementDocument.model_validate(source)
        assert statement.cue.surface in statement.sentence
        assert not statement.settled


def test_broken_lines_are_dead_letters_kept_whole_and_the_others_go_in(ingested, record):
    account = ingested(record(1), '{"title": ', record(2), '{"x": 1}')
    assert ends(account) == (4, 2, 0, 2, 0)
    assert dict(account.reasons) == {"bad_json": 1, "bad_field": 1}
    first, second = ingested.dead_letters(account.run_id)
    assert first["raw"] == '{"title": \n'
    assert "line 2: not valid JSON" in first["message"]
    assert second["code"] == "bad_field"
    assert any("line 2" in message for message in ingested.dead)


def test_an_article_over_the_limit_is_a_dead_letter_that_names_it(ingested, record):
    account = ingested(record(1, body="ن" * 6_000), record(2))
    assert ends(account) == (2, 1, 0, 1, 0)
    (letter,) = ingested.dead_letters(account.run_id)
    assert "limit of 5000 (max_article_chars)" in letter["message"]
    assert letter["article"]["body"] == "ن" * 6_000


def test_an_id_that_elasticsearch_cannot_take_is_a_dead_letter(ingested, record):
    account = ingested(record(1, id="م" * 400))
    assert ends(account) == (1, 0, 0, 1, 0)
    assert dict(account.reasons) == {"bad_id": 1}


def test_a_date_that_is_none_is_an_enrichment_error(ingested, record):
    assert ends(ingested(record(1, published_at="غدا"))) == (1, 1, 0, 0, 0)
    (article,) = ingested.stored().values()
    assert article["published_at"] is None
    assert article["extra"] == {"published_at": "غدا"}
    assert article["enrichment"]["errors"][0]["exception"] == "BadField"


def test_a_corrected_version_keeps_the_earlier_one(ingested, record):
    ingested(record(1))
    before = ingested.stored()["a00001"]
    account = ingested(record(1, body="نص مصحح: قال الوزير إن الطريق مغلق."))
    assert ends(account) == (1, 1, 0, 0, 0)
    assert account.corrected == 1
    article = ArticleDocument.model_validate(ingested.stored()["a00001"])
    assert article.body.startswith("نص مصحح")
    (version,) = article.versions
    assert version.article.body == before["body"]
    ids = {s["id"] for s in ingested.stored("statements").values()}
    assert ids == {s.id for s in article.statements}, (
        "statements of the earlier version must be gone"
    )
    again = ingested(record(1, body="نص ثالث"))
    assert again.corrected == 1
    assert len(ingested.stored()["a00001"]["versions"]) == 2


def test_two_records_of_one_id_in_one_run_are_versions_or_unchanged(ingested, record):
    account = ingested(
        record(1), record(1), record(1, title="خبر مصحح"), record(1, title="خبر مصحح")
    )
    assert ends(account) == (4, 2, 2, 0, 0)
    assert account.corrected == 1


def test_a_deletion_stands_against_ingesting_again(ingested, record):
    from musnad.archive.removal import delete_article

    ingested(record(1), record(2))
    client, prefix = ingested.reader.client, ingested.settings.prefix
    delete_article(client, prefix, "a00001", "أمينة", "طلب من الكاتب")
    assert set(ingested.stored()) == {"a00002"}
    assert {s["article_id"] for s in ingested.stored("statements").values()} == {"a00002"}
    assert ends(ingested(record(1), record(2))) == (2, 0, 1, 0, 1)
    assert set(ingested.stored()) == {"a00002"}


@pytest.mark.slow
def test_a_deletion_made_while_the_article_is_under_way_stands(ingested, record):
    from musnad.archive.removal import delete_article

    ingested(record(1), record(2))
    client, prefix = ingested.reader.client, ingested.settings.prefix

    def deleting(found):
        # The run has read the decisions by now.
        delete_article(client, prefix, "a00001", "أمينة", "طلب من الكاتب")
        yield from found

    corrected = [record(i, title="خبر مصحح") for i in (1, 2)]
    assert ends(ingested(*corrected, wrap=deleting)) == (2, 1, 0, 0, 1)
    assert set(ingested.stored()) == set(ingested.stored("copies")) == {"a00002"}
    assert {s["article_id"] for s in ingested.stored("statements").values()} == {"a00002"}


@pytest.mark.slow
def test_what_was_corrected_since_it_was_read_from_the_archive_is_left_alone(ingested, record):
    from musnad.archive.stale import mark_stale, stale_articles
    from musnad.ingest.run import Options, ingest

    # One whose `extra` no index takes as it was read.
    ingested(
        record(1), record(2, deep={"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}), record(3)
    )
    client, settings = ingested.reader.client, ingested.settings
    mark_stale(client, settings.prefix, ["a00001", "a00002"])
    read = list(stale_articles(ingested.reader))
    ingested(record(1, title="خبر مصحح"))
    before = ingested.stored()
    account = ingest(
        client, settings, read, ["(stale articles)"], 0, Options(quiet=True, workers=0)
    )
    assert ends(account) == (2, 1, 1, 0, 0)
    assert account.corrected == 0
    after = ingested.stored()
    assert after["a00001"] == before["a00001"]
    assert after["a00001"]["title"] == "خبر مصحح"
    assert not after["a00002"]["enrichment"]["stale"]
    assert after["a00002"]["content_hash"] == before["a00002"]["content_hash"]


@pytest.mark.slow
@pytest.mark.parametrize("when", ["_begin", "_articles"])
def test_what_is_corrected_between_the_look_and_the_write_is_left_alone(
    ingested, record, monkeypatch, when
):
    from musnad.archive.bulk import ArticleWriter
    from musnad.archive.stale import mark_stale, stale_articles
    from musnad.ingest.run import Options, ingest

    said = "قال نعمان الحجل إن الفريق حسني القسطلي زار دارمين."
    ingested(record(1, body=said), record(2))
    client, settings = ingested.reader.client, ingested.settings
    mark_stale(client, settings.prefix, ["a00001", "a00002"])
    read = list(stale_articles(ingested.reader))
    part = getattr(ArticleWriter, when)
    before = {}

    def others_first(writer, *arguments):
        # At the last moment: the ingest of the correction is done when the write goes on.
        monkeypatch.setattr(ArticleWriter, when, part)
        ingested(record(1, title="خبر مصحح", body="نفى مصدر في البلدية أن تكون المياه قد قطعت."))
        before.update(ingested.stored())
        return part(writer, *arguments)

    monkeypatch.setattr(ArticleWriter, when, others_first)
    account = ingest(
        client, settings, read, ["(stale articles)"], 0, Options(quiet=True, workers=0)
    )
    assert ends(account) == (2, 1, 1, 0, 0)
    after = ingested.stored()
    assert before
    assert after["a00001"]["title"] == "خبر مصحح"
    assert after["a00001"]["versions"] == before["a00001"]["versions"]
    # Statements and prints may be of both texts until it is enriched once more.
    assert after["a00001"]["enrichment"]["stale"]
    stored = {s["id"] for s in ingested.stored("statements").values()}
    assert stored == {s["id"] for one in after.values() for s in one["statements"]}
    assert not after["a00002"]["enrichment"]["stale"]
    again = list(stale_articles(ingested.reader))
    ingest(client, settings, again, ["(stale articles)"], 0, Options(quiet=True, workers=0))
    final = ingested.stored()["a00001"]
    assert (final["title"], final["enrichment"]["stale"]) == ("خبر مصحح", False)


def test_a_mention_marked_wrong_stays_away(ingested, record):
    text = record(1, body="زار الوفد دمشق ثم عاد من دمشق.")
    ingested(text)
    places = [m for m in ingested.stored()["a00001"]["mentions"] if m["surface"] == "دمشق"]
    assert len(places) == 2
    first = places[0]
    span = Span(**{key: first[key] for key in ("field", "start", "end", "surface")})
    store = DecisionStore(ingested.reader.client, ingested.settings.prefix)
    store.add(
        new_decision("wrong_mention", "أمينة", "ليست المدينة", article_id="a00001", span=span)
    )
    # The article itself has not changed: the decision alone makes it be done again, once.
    assert ends(ingested(text)) == (1, 1, 0, 0, 0)
    assert ends(ingested(text)) == (1, 0, 1, 0, 0)
    places = [m for m in ingested.stored()["a00001"]["mentions"] if m["surface"] == "دمشق"]
    second = text["body"].rindex("دمشق")
    assert [p["start"] for p in places] == [second]


def test_a_statement_marked_wrong_leaves_the_unchanged_article(ingested, record):
    ingested(record(1), record(2))
    statements = ingested.stored("statements")
    wrong = next(key for key, s in statements.items() if s["article_id"] == "a00001")
    store = DecisionStore(ingested.reader.client, ingested.settings.prefix)
    store.add(new_decision("wrong_statement", "أمينة", "ليس قولا", statements=(wrong,)))
    assert ends(ingested(record(1), record(2))) == (2, 1, 1, 0, 0)
    assert set(ingested.stored("statements")) == set(statements) - {wrong}
    listed = {s["id"] for s in ingested.stored()["a00001"]["statements"]}
    assert wrong not in listed
    assert ends(ingested(record(1), record(2))) == (2, 0, 2, 0, 0)


PLUGIN = """
import musnad

class Picky(musnad.Annotator):
    name, version = "picky", "{version}"
    def annotate(self, document):
        {body}
        return {{"ext.picky": {fields}}}

@musnad.hookimpl
def musnad_annotators():
    return [Picky()]
"""


@pytest.fixture
def plugin(tmp_path):
    def make(body="pass", fields="{}", version="1"):
        path = tmp_path / "picky.py"
        path.write_text(PLUGIN.format(body=body, fields=fields, version=version), encoding="utf-8")
        return path

    return make


FAILS = 'if document.article.id == "a00001": raise ValueError("not this one")'


def test_a_failing_component_is_counted_and_the_article_is_tried_again_next_time(
    ingested, record, plugin
):
    account = ingested(record(1), record(2), plugin=plugin(FAILS))
    assert ends(account) == (2, 2, 0, 0, 0)
    assert dict(account.failures) == {"picky.picky": 1}
    first, second = (ingested.stored()[key] for key in ("a00001", "a00002"))
    assert first["failed_components"] == ["picky.picky"]
    assert set(second["done_components"]) - set(first["done_components"]) == {"picky.picky 1"}
    assert ends(ingested(record(1), record(2), plugin=plugin(FAILS))) == (2, 1, 1, 0, 0)


def test_on_error_deadletter_and_abort(ingested, record, plugin):
    account = ingested(record(1), record(2), plugin=plugin(FAILS), on_error="deadletter")
    assert ends(account) == (2, 1, 0, 1, 0)
    (letter,) = ingested.dead_letters(account.run_id)
    assert letter["article"]["id"] == "a00001"
    assert "picky.picky failed: ValueError: not this one" in letter["message"]
    with pytest.raises(EnrichmentAborted, match=r"picky\.picky failed on article a00001"):
        ingested(record(1, title="آخر"), plugin=plugin(FAILS), on_error="abort")


def test_a_new_version_of_a_component_is_enriched_again(ingested, record, plugin):
    ingested(record(1), plugin=plugin())
    assert ends(ingested(record(1), plugin=plugin())) == (1, 0, 1, 0, 0)
    account = ingested(record(1), plugin=plugin(version="2"))
    assert ends(account) == (1, 1, 0, 0, 0)
    assert account.corrected == 0
    assert ingested.stored()["a00001"]["versions"] == []


def test_a_field_that_does_not_fit_the_mapping_is_an_error_not_a_refusal(ingested, record, plugin):
    account = ingested(record(1), plugin=plugin(fields='{"undeclared": 1}'))
    assert ends(account) == (1, 1, 0, 0, 0)
    article = ingested.stored()["a00001"]
    assert article["ext"] == {}
    assert '"ext" does not fit the mapping' in article["enrichment"]["errors"][-1]["message"]


@pytest.mark.parametrize("part", ["article", "statement"])
def test_nothing_is_left_of_an_article_that_is_refused(ingested, record, monkeypatch, part):
    def unfit(enriched, **values):
        built = build(enriched, **values)
        if built.article.id == "a00002":
            return built
        if part == "article":
            return replace(built, article=built.article.changed({"undeclared": 1}))
        return replace(built, statements=[s.changed({"undeclared": 1}) for s in built.statements])

    monkeypatch.setattr(workers, "build", unfit)
    account = ingested(record(1), record(2))
    assert ends(account) == (2, 1, 0, 1, 0)
    assert dict(account.reasons) == {"refused": 1}
    ingested.check_complete({"a00002"})
    # A print would make others its copies.
    assert set(ingested.stored("copies")) == {"a00002"}


def test_worker_processes_give_what_one_process_gives(ingested, record):
    records = [record(i) for i in range(150)]
    ingested(*records)
    alone, statements = ingested.stored(), ingested.stored("statements")
    client = ingested.reader.client
    for index in ("articles", "statements"):
        for document in ingested.stored(index):
            client.delete(index=f"{ingested.settings.prefix}-{index}", id=document)
    assert ends(ingested(*records, workers=2)) == (150, 150, 0, 0, 0)

    def stripped(documents):
        return {key: strip(value) for key, value in documents.items()}

    def strip(source):
        kept = {k: v for k, v in source.items() if k not in {"run_id", "ingested_at"}}
        if "enrichment" in kept:
            for component in kept["enrichment"]["components"]:
                component.pop("seconds")
        return kept

    assert stripped(ingested.stored()) == stripped(alone)
    assert stripped(ingested.stored("statements")) == stripped(statements)


def test_the_run_is_in_the_archive_with_its_account(ingested, record):
    account = ingested(record(1), "{")
    run = ingested.stored("runs")[account.run_id]
    assert (run["kind"], run["state"], run["read"], run["indexed"]) == ("ingest", "done", 2, 1)
    assert run["reasons"] == [{"reason": "bad_json", "count": 1}]
    assert run["ended_at"] is not None


def read_again(ingested, *run_ids, **readers):
    from musnad.ingest.deadletters import read_dead_letters
    from musnad.plugins import Plugins

    folder = ingested.settings.state_dir / "dead-letters"
    settings = ingested.settings.model_copy(
        update={"plugins": {**ingested.settings.plugins, "readers": readers}}
    )
    by_suffix = {s: r.component for s, r in Plugins.load(settings).readers().items()}
    return list(read_dead_letters([folder / f"{run_id}.jsonl" for run_id in run_ids], by_suffix))


def test_dead_letters_are_kept_to_the_byte_and_read_again_once(ingested, tmp_path, record):
    file = tmp_path / "in.txt"
    file.write_bytes("سفير\nزار السفير دمشق".encode("cp1256"))
    first = ingested.file(file)
    assert ends(first) == (1, 0, 0, 1, 0)
    again = ingested.file(file)
    (refused,) = read_again(ingested, first.run_id, again.run_id)
    assert refused.code == "encoding"
    (found,) = read_again(ingested, first.run_id, again.run_id, encoding="windows-1256")
    assert found.article.text == "سفير\nزار السفير دمشق"


def test_a_dead_letter_that_fails_again_still_names_its_line(ingested, record):
    account = ingested(record(1), "{", record(2, body="ن" * 6_000))
    refused, long = read_again(ingested, account.run_id)
    assert "line 2: not valid JSON" in refused.message
    assert long.article.id == "a00002"
