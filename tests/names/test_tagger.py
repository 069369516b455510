"""The tagger with the model that ships, on sentences about invented people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from musnad.model import Article, Mention
from musnad.pipeline import Pipeline
from musnad.plugins import Plugins
from musnad.settings import Settings
from musnad_names.lexicon import Lexicon, load
from musnad_names.proclitics import proclitic_length

Tag = Callable[..., list[Mention]]


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    others = {*Plugins.load(Settings()).infos} - {"arabic", "names", "readers"}
    with Pipeline(Plugins.load(Settings(blocked_plugins=tuple(sorted(others))))) as pipeline:
        yield pipeline


@pytest.fixture(scope="module")
def tag(pipeline: Pipeline) -> Tag:
    def tag(body: str, title: str = "") -> list[Mention]:
        result = pipeline.enrich(Article(id="a", title=title, body=body))
        assert not result.enrichment.errors
        return list(result.mentions)

    return tag


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load()


def test_proposes_people_that_nobody_listed(tag: Tag) -> None:
    found = tag("وقال وزير النقل عادل الورداني إن الطريق مفتوح.")
    (person,) = [m for m in found if m.type == "person"]
    assert (person.surface, person.actor_id) == ("عادل الورداني", None)
    assert person.name == "عادل الورداني"
    assert person.provenance.plugin == "names"
    assert 0.5 <= person.score <= 1


def test_titles_and_proclitics_are_outside(tag: Tag) -> None:
    found = {m.surface for m in tag("والتقى المدير بالسيد محمود القسطلي ومحمد الورداني في عمان.")}
    assert {"محمود القسطلي", "محمد الورداني", "عمان"} <= found


def test_a_name_seen_whole_helps_where_it_stands_short(tag: Tag) -> None:
    whole = "وقال المدير مارتن شتوكر في مؤتمر صحافي إن السوق راكدة."
    short = "وصل شتوكر إلى المدينة."
    assert tag(short) == []
    together = [m.surface for m in tag(f"{whole}\n{short}") if m.type == "person"]
    assert together == ["مارتن شتوكر", "شتوكر"]


@pytest.mark.parametrize(
    "text",
    [
        "فقال لي إنه سيعود غدا.",
        "وطلب لي فنجان قهوة ثم خرج.",
        "اختفت الغيوم عند أول شعاع شمس.",
        "تحولت المنظمة إلى كيان دائم.",
    ],
)
def test_everyday_words_are_no_people(tag: Tag, text: str) -> None:
    assert [m.surface for m in tag(text) if m.type == "person"] == []


def test_marks_are_outside_of_names(tag: Tag) -> None:
    for mention in tag("والفنان محمود سليم، ورئيس الفرقة (عادل الورداني)، ومدير «شركة المراكب»."):
        assert not set(mention.surface) & set("،()«».")


@pytest.mark.parametrize(
    ("word", "kind", "cut"),
    [
        ("وعمر", "PERS", 1),
        ("وليد", "PERS", 0),
        ("بشار", "PERS", 0),
        ("باحمد", "PERS", 1),
        ("لندن", "LOC", 0),
        ("والكويت", "LOC", 1),
        ("للسعوديه", "LOC", 2),
        ("الكويت", "LOC", 0),
        ("بمجلس", "ORG", 1),
        ("وشتوكر", "PERS", 1),
        ("كيريلنكو", "PERS", 0),
        ("وروسيا", "LOC", 1),
        ("وروسيا", "ORG", 1),
        ("وجايك", "PERS", 1),
        ("ولويس", "PERS", 1),
        ("وبندر", "LOC", 1),
        ("وعبدالرشيد", "PERS", 1),
        ("كورودا", "PERS", 0),
        ("ووليد", "PERS", 1),
        ("واشنطن", "LOC", 0),
        ("وواشنطن", "LOC", 1),
        ("ولاء", "PERS", 0),
        ("وهران", "LOC", 0),
        ("وصفي", "PERS", 0),
        ("وسام", "PERS", 0),
        ("ويلسون", "PERS", 0),
        ("وينفريد", "PERS", 0),
    ],
)
def test_what_is_glued_to_a_name_is_cut(word: str, kind: str, cut: int, lexicon: Lexicon) -> None:
    assert proclitic_length(word, kind, lexicon, {"شتوكر"}) == cut


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_goes_through(pipeline: Pipeline, body: str, title: str) -> None:
    result = pipeline.enrich(Article(id="a", title=title.replace("\n", " "), body=body))
    assert not result.enrichment.errors


def test_batches_give_what_single_articles_give(pipeline: Pipeline) -> None:
    bodies = ["وقال عادل الورداني إن الطريق مفتوح.", "", "زار نديم القسطلي البلدة.", "نص بلا اسم."]
    articles = [Article(id=str(i), title="", body=body) for i, body in enumerate(bodies)]
    together = pipeline.enrich_batch(articles)
    assert [r.mentions for r in together] == [pipeline.enrich(a).mentions for a in articles]
