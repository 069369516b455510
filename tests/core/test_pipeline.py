"""Failures are isolated, results stamped and checked, one article in is one article out."""

import musnad
import pytest
from musnad.archive.packed import Packed
from musnad.component_runs import FAILURES_IN_A_ROW
from musnad.errors import EnrichmentAborted, PluginError
from musnad.model import Span, Speaker, Statement, statement_id
from musnad.pipeline import Pipeline
from musnad.settings import Settings
from musnad.testing import PLUGIN, load, make_article, run


class Word(musnad.Tagger):
    """Tags each occurrence of a word."""

    name, version = "word", "3"

    def __init__(self, word="حجر", type="other", score=1.0):
        self.word, self.type, self.score = word, type, score

    def tag(self, document):
        start = document.text.find(self.word)
        while start >= 0:
            span = (start, start + len(self.word))
            yield document.mention(span, type=self.type, score=self.score, rule="find")
            start = document.text.find(self.word, start + 1)


class Broken(musnad.Tagger):
    name = "broken"

    def tag(self, document):
        raise LookupError("no such thing")


def test_a_tagger_finds_and_the_core_stamps():
    outcome = run(Word(), "رمى حجر", title="حجر")
    outcome.assert_success()
    first, second = outcome.mentions
    assert (first.field, first.start, first.end) == ("title", 0, 3)
    assert (second.field, second.start, second.end) == ("body", 4, 7)
    stamp = second.provenance
    assert (stamp.plugin, stamp.component, stamp.version, stamp.rule) == (
        PLUGIN,
        "word",
        "3",
        "find",
    )


def test_a_component_that_raises_loses_only_its_own():
    outcome = run(Broken(), Word(), "رمى حجر")
    assert outcome.surfaces() == ["حجر"]
    (error,) = outcome.errors
    assert (error.plugin, error.component) == (PLUGIN, "broken")
    assert (error.exception, error.message) == ("LookupError", "no such thing")
    assert error.article_id == "test"
    outcomes = {c.name: c.outcome for c in outcome.enriched.enrichment.components}
    assert outcomes == {"broken": "failed", "word": "ok"}


def test_an_error_that_quotes_half_a_character_can_be_stored():
    class Quotes(musnad.Tagger):
        name = "quotes"

        def tag(self, document):
            raise ValueError("not \ud83d")

    (error,) = run(Quotes(), "رمى حجر").errors
    assert error.message == r"not \ud83d"


class LoopsOverNothing(musnad.Annotator):
    name = "loops"

    def annotate(self, document):
        return {"ext.under_test": {"n": list(document.article.extra["missing"])}}


class OutsideTheText(musnad.Tagger):
    name = "outside"

    def tag(self, document):
        yield document.mention((0, 10_000), type="other")


class WrongSurface(musnad.Tagger):
    name = "wrong"

    def tag(self, document):
        found = document.mention((0, 3), type="other")
        yield found.model_copy(update={"start": 1, "end": 4})


class OverTheTitle(musnad.Tagger):
    name = "over"

    def tag(self, document):
        yield document.mention((0, len(document.article.title) + 3), type="other")


@pytest.mark.parametrize(
    ("component", "exception", "message"),
    [
        (LoopsOverNothing(), "KeyError", "missing"),
        (OutsideTheText(), "ComponentError", "outside a text of"),
        (WrongSurface(), "ComponentError", "which reads"),
        (OverTheTitle(), "ComponentError", "over the end of the title"),
    ],
)
def test_what_plugins_do_wrong_is_an_error_of_that_component(component, exception, message):
    outcome = run(component, "نص المقال", title="عنوان")
    (error,) = outcome.errors
    assert error.exception == exception
    assert message in error.message


def test_an_undeclared_name_is_an_error():
    class Undeclared(musnad.Annotator):
        name = "undeclared"

        def annotate(self, document):
            return {"tokens": []}

    (error,) = run(Undeclared(), "نص").errors
    assert '"tokens", which it does not name in `provides`' in error.message


def test_reading_data_that_was_not_asked_for_is_an_error():
    class Nosy(musnad.Tagger):
        name = "nosy"

        def tag(self, document):
            return list(document.mentions)

    (error,) = run(Nosy(), "نص").errors
    assert 'reads "mentions"' in error.message


def test_own_fields_must_be_storable():
    class Objects(musnad.Annotator):
        name = "objects"

        def annotate(self, document):
            return {f"ext.{PLUGIN}": {"x": object()}}

    (error,) = run(Objects(), "نص").errors
    assert "cannot be stored as JSON" in error.message


def nested(value, depth):
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "not JSON compliant"),
        (-float("inf"), "not JSON compliant"),
        (10**5000, "integer string conversion"),
        ("\ud800", "surrogates not allowed"),
        ({"\udfff": 1}, "surrogates not allowed"),
        (nested(1, 150), "nested deeper than 100"),
        (nested(1, 3000), "cannot be stored as JSON"),
    ],
    ids=["nan", "infinity", "digits", "surrogate", "surrogate key", "depth", "great depth"],
)
def test_own_fields_that_only_python_can_hold_are_an_error_of_that_component(value, message):
    class Strange(musnad.Annotator):
        name = "strange"

        def annotate(self, document):
            return {f"ext.{PLUGIN}": {"x": value}}

    outcome = run(Strange(), Word(), "رمى حجر")
    (error,) = outcome.errors
    assert (error.component, error.exception) == ("strange", "ComponentError")
    assert message in error.message
    assert outcome.surfaces() == ["حجر"]
    assert outcome.enriched.ext == {}


def test_own_fields_may_be_nested_and_numbers_be_large():
    class Large(musnad.Annotator):
        name = "large"

        def annotate(self, document):
            return {f"ext.{PLUGIN}": {"x": nested(10**300, 90)}}

    outcome = run(Large(), "نص")
    outcome.assert_success()
    packed = Packed.of({"id": "a", "ext": outcome.enriched.ext})
    assert packed.read()["ext"] == outcome.enriched.ext


def test_a_batch_method_that_returns_another_number_is_an_error_of_that_component():
    class Short(musnad.Tagger):
        name = "short"

        def tag_batch(self, documents):
            return []

    with Pipeline(load(Short(), Word())) as pipeline:
        articles = [make_article("رمى حجر", id=str(i)) for i in range(3)]
        done = pipeline.enrich_batch(articles)
    assert [d.article.id for d in done] == ["0", "1", "2"]
    for d in done:
        assert [e.component for e in d.enrichment.errors] == ["short"]
        assert [m.surface for m in d.mentions] == ["حجر"]


def test_in_a_batch_only_the_article_that_fails_is_lost_to_the_component():
    class Picky(musnad.Tagger):
        name = "picky"

        def tag(self, document):
            if document.article.id == "1":
                raise ValueError("not this one")
            yield document.mention((0, 2), type="other")

    with Pipeline(load(Picky())) as pipeline:
        done = pipeline.enrich_batch([make_article("نص", "عنوان", id=str(i)) for i in range(3)])
    assert [len(d.mentions) for d in done] == [1, 0, 1]
    assert [len(d.enrichment.errors) for d in done] == [0, 1, 0]


def test_a_component_that_fails_on_many_articles_in_a_row_is_switched_off_loudly(caplog):
    with Pipeline(load(Broken(), Word())) as pipeline:
        articles = [make_article("حجر", id=str(i)) for i in range(FAILURES_IN_A_ROW + 5)]
        done = [pipeline.enrich(article) for article in articles]
    errors = [len(d.enrichment.errors) for d in done]
    assert errors == [1] * FAILURES_IN_A_ROW + [0] * 5
    assert "off for this run" in caplog.text
    assert {c.outcome for c in done[-1].enrichment.components} == {"disabled", "ok"}
    assert all(d.mentions for d in done)


class BrokenLinker(musnad.ClaimLinker):
    name = "linker"

    def __init__(self, error):
        self.error = error

    def keys(self, statement):
        raise self.error

    def link(self, statements, registry):
        raise self.error


class OneStatement(musnad.ClaimExtractor):
    name = "one"

    def extract(self, document):
        article = document.article
        cue = Span(field="body", start=0, end=3, surface=article.body[:3])
        yield Statement(
            id=statement_id(article.id, cue),
            stance="asserts",
            cue=cue,
            speaker=Speaker(kind="none"),
            article_id=article.id,
        )


@pytest.mark.parametrize("linking", [True, False])
def test_articles_of_a_batch_in_which_a_linker_is_switched_off_tell_that_it_was(linking):
    plugins = load(OneStatement(), BrokenLinker(ValueError("no")))
    with Pipeline(plugins, linking=linking) as pipeline:
        articles = [make_article("قال", id=str(i)) for i in range(FAILURES_IN_A_ROW + 2)]
        done = [*pipeline.enrich_batch(articles), pipeline.enrich(articles[0])]
    outcomes = [
        [run.outcome for run in d.enrichment.components if run.name == "linker"] for d in done
    ]
    assert outcomes == [["failed"]] * FAILURES_IN_A_ROW + [["disabled"]] * 3


@pytest.mark.parametrize("error", [ValueError("no"), MemoryError(), SystemExit(1)])
def test_a_linker_that_fails_costs_the_links_alone(error):
    outcome = run(OneStatement(), BrokenLinker(error), "قال")
    assert len(outcome.statements) == 1
    assert [e.component for e in outcome.errors] == ["linker"]


def test_a_normalizer_that_exits_is_passed_over():
    class Exits(musnad.Normalizer):
        name = "exits"

        def normalize(self, text):
            raise SystemExit(1)

    outcome = run(Exits(), Word(), "رمى حجر")
    assert outcome.surfaces() == ["حجر"]
    assert [e.component for e in outcome.errors] == ["exits"]


def test_a_success_between_failures_starts_the_count_again():
    class Sometimes(musnad.Tagger):
        name = "sometimes"

        def tag(self, document):
            if int(document.article.id) % 10:
                raise ValueError
            return []

    with Pipeline(load(Sometimes())) as pipeline:
        done = [pipeline.enrich(make_article("حجر", id=str(i))) for i in range(60)]
    assert sum(len(d.enrichment.errors) for d in done) == 54


def test_on_error_abort_and_deadletter():
    with (
        Pipeline(load(Broken()), on_error="abort") as pipeline,
        pytest.raises(EnrichmentAborted, match=r"under_test\.broken failed on article test"),
    ):
        pipeline.enrich(make_article("نص"))
    with Pipeline(load(Broken()), on_error="deadletter") as pipeline:
        assert "no such thing" in (pipeline.enrich(make_article("نص")).dead or "")


class Declines(musnad.Annotator):
    name = "declines"
    provides = ("magic",)

    def open(self):
        raise musnad.NotConfigured("give it a wand")

    def annotate(self, document):
        return {"magic": 1}


def test_a_component_may_decline_and_those_who_require_its_data_are_off_with_it():
    class NeedsMagic(musnad.Tagger):
        name = "needs"
        requires = ("magic",)

        def tag(self, document):
            return []

    outcome = run(Declines(), NeedsMagic(), Word(), "رمى حجر", installed=False)
    assert outcome.off["under_test.declines"] == "give it a wand"
    assert "magic" in outcome.off["under_test.needs"]
    assert outcome.surfaces() == ["حجر"]


def test_a_component_of_a_required_plugin_that_cannot_open_stops_the_program():
    class Explodes(musnad.Tagger):
        name = "explodes"

        def open(self):
            raise OSError("no model")

    plugins = load(Explodes(), settings=Settings(required_plugins=(PLUGIN,)), installed=False)
    with pytest.raises(PluginError, match="no model"), Pipeline(plugins):
        pass


def test_components_are_closed_even_after_an_error():
    closed = []

    class Closes(musnad.Tagger):
        name = "closes"

        def close(self):
            closed.append(self.name)

        def tag(self, document):
            return []

    with pytest.raises(RuntimeError), Pipeline(load(Closes())):
        raise RuntimeError
    assert closed == ["closes"]


def test_a_key_step_that_changes_the_length_is_an_error_and_is_skipped():
    import re

    class Shrinks(musnad.Normalizer):
        name, stage = "shrinks", "key"

        def normalize(self, text):
            return text.sub(re.compile("ا"), "")

    (error,) = run(Shrinks(), "باب").errors
    assert "keep the length" in error.message


def test_fingerprints_change_with_text_version_settings_resources_and_what_it_builds_on(tmp_path):
    file = tmp_path / "names.txt"
    file.write_text("one", encoding="utf-8")

    class Tokens(musnad.Annotator):
        name, provides = "tokens", ("tokens",)

        def annotate(self, document):
            return {"tokens": []}

    class Names(musnad.Tagger):
        name, requires = "names", ("tokens",)

        def resources(self):
            return [file]

        def tag(self, document):
            return []

    def fingerprint(tokens="1", names="1", body="نص"):
        first, second = Tokens(), Names()
        first.version, second.version = tokens, names
        enriched = run(first, second, body, installed=False).enriched
        return {c.name: c.fingerprint for c in enriched.enrichment.components}

    before = fingerprint()
    assert fingerprint() == before
    assert fingerprint(names="2")["names"] != before["names"]
    assert fingerprint(names="2")["tokens"] == before["tokens"]
    assert fingerprint(tokens="2")["names"] != before["names"]
    assert fingerprint(body="نص آخر")["tokens"] != before["tokens"]
    file.write_text("two", encoding="utf-8")
    assert fingerprint()["names"] != before["names"]


def test_overlaps_authority_before_proposal_then_longer_then_score():
    class Known(Word):
        name = "known"

        def tag(self, document):
            for mention in super().tag(document):
                yield mention.model_copy(update={"actor_id": "x"})

    outcome = run(Word("حجر كبير", "person"), Known("حجر", "place"), "رمى حجر كبير")
    assert [(m.surface, m.actor_id) for m in outcome.mentions] == [("حجر", "x")]

    class Longer(Word):
        name = "longer"

    outcome = run(Word("حجر"), Longer("حجر كبير"), "رمى حجر كبير")
    assert outcome.surfaces() == ["حجر كبير"]

    class Surer(Word):
        name = "a_surer"

    outcome = run(Word("حجر", "place", 0.4), Surer("حجر", "person", 0.6), "رمى حجر")
    assert [m.type for m in outcome.mentions] == ["person"]


class NoNote(musnad.Annotator):
    name = "no_note"
    provides = ("quality",)

    def annotate(self, document):
        return {"quality": ["too short"]}


class Exits(musnad.Tagger):
    name = "exits"

    def tag(self, document):
        raise SystemExit(3)


class WrongType(musnad.Tagger):
    name = "wrong_type"

    def tag(self, document):
        yield document.mention((1, 3), type="currency")


@pytest.mark.parametrize(
    ("component", "message"),
    [
        (NoNote(), "returned str instead of a Note"),
        (Exits(), "called sys.exit"),
        (WrongType(), "Mention: type: Input should be 'person'"),
    ],
)
def test_what_else_plugins_do_wrong_is_an_error_of_one_line(component, message):
    outcome = run(component, Word(), "رمى حجر")
    assert outcome.surfaces() == ["حجر"]
    (error,) = outcome.errors
    assert error.message.startswith(message)
    assert "\n" not in error.message


class Unknowing(musnad.ClaimLinker):
    name = "unknowing"

    def know(self, authority):
        raise ValueError("too many")

    def link(self, statements, registry):
        return []


def test_a_linker_that_cannot_take_the_authority_is_off_for_the_run():
    with Pipeline(load(Unknowing(), Word())) as pipeline:
        assert "ValueError: too many" in pipeline.declined[f"{PLUGIN}.unknowing"]
        assert pipeline.enrich(make_article("رمى حجر")).mentions


def test_what_was_opened_is_closed_when_a_later_one_stops_the_program():
    closed = []

    class First(musnad.Annotator):
        name = "a_first"

        def close(self):
            closed.append(self.name)

        def annotate(self, document):
            return {}

    class Refuses(musnad.Annotator):
        name = "b_refuses"

        def open(self):
            raise PluginError("no")

        def annotate(self, document):
            return {}

    pipeline = Pipeline(load(First(), Refuses()))
    with pytest.raises(PluginError, match="no"), pipeline:
        pass
    assert closed == ["a_first"]


def test_what_lacks_its_data_is_missed_only_where_somebody_asked_for_its_plugin():
    def missed(settings):
        with Pipeline(load(Declines(), settings=settings, installed=False)) as pipeline:
            return pipeline.missed, pipeline.idle

    reason = "give it a wand"
    assert missed(Settings()) == ({}, {PLUGIN: reason})
    assert missed(Settings(plugins={PLUGIN: {}})) == (
        {f"{PLUGIN}.declines": reason},
        {PLUGIN: reason},
    )
    with pytest.raises(PluginError, match=f'required plugin "{PLUGIN}" is off: {reason}'):
        missed(Settings(required_plugins=(PLUGIN,)))
