"""Articles against the texts of claims: invented people, bodies and places."""

import pytest
from musnad.matching import ClaimText
from musnad.model import Article
from musnad_claims.linking.articles import ArticleMatcher
from musnad_claims.linking.articles.bearing import count
from musnad_claims.linking.articles.contrast import contrast_features
from musnad_claims.linking.articles.features import WINDOW, features, find
from musnad_claims.linking.articles.fitted import fitted
from musnad_claims.linking.articles.rarity import frequency, weight
from musnad_claims.linking.articles.wording import (
    MAX_WORDS,
    consonants,
    read_article,
    read_claim,
    tokens_of,
)
from musnad_claims.linking.data import BEARING, load

COLLAPSE = "انهيار جسر وادي الزيتون بعد فيضانات الأحد ومقتل تسعة أشخاص من عمال بلدية الساحل"
RESIGNATION = (
    "قال وزير الأشغال كامل الزيتوني إنه استقال من منصبه احتجاجا على خفض ميزانية الطرق الجبلية"
)
OPENING = "افتتحت بلدية الساحل مستشفى جديدا للأطفال يضم مئتي سرير بتمويل من صندوق الميناء"
CLAIMS = [
    ClaimText("collapse", COLLAPSE),
    ClaimText("resignation", RESIGNATION),
    ClaimText("opening", OPENING),
]
REST = (
    "\nوأضافت المصادر أن فرق الإنقاذ تواصل العمل في المنطقة رغم سوء الأحوال الجوية، وأن المدارس القريبة ستبقى"
    " مغلقة حتى نهاية الأسبوع. ويسكن المنطقة نحو عشرين ألف نسمة يعيش معظمهم من الزراعة وصيد السمك."
)


def article(body, title=""):
    return Article(id="a", title=title, body=body)


def first(body, title="", claims=CLAIMS):
    return ArticleMatcher(claims).match(article(body, title), ())[0]


def test_an_article_that_tells_a_claim_is_linked_and_supports_it():
    body = (
        "انهار جسر وادي الزيتون فجر الأحد بعد فيضانات، وقتل تسعة أشخاص من عمال بلدية الساحل." + REST
    )
    found = first(body)
    assert (found.claim_id, found.linked, found.relation) == ("collapse", True, "supports")
    assert 0 <= found.score <= 1
    assert found.features["coverage"] > 0.7


def test_an_article_that_denies_a_claim_says_so():
    body = (
        "نفى وزير الأشغال كامل الزيتوني أنه استقال من منصبه احتجاجا على خفض ميزانية الطرق الجبلية، وقال إن ما نشر"
        " شائعة لا أساس لها من الصحة ومزاعم مفبركة." + REST
    )
    found = first(body, "نفي شائعة استقالة الوزير")
    assert (found.claim_id, found.linked, found.relation) == ("resignation", True, "denies")
    assert found.features["denying_near"] >= 2


def test_an_article_about_something_else_is_linked_to_nothing():
    body = "افتتح وزير الثقافة معرض الكتاب في العاصمة وسط حضور كبير من دور النشر." + REST
    assert not any(one.linked for one in ArticleMatcher(CLAIMS).match(article(body), ()))


def test_candidates_are_best_first_each_once_and_at_most_as_many_as_asked_for():
    matcher = ArticleMatcher(CLAIMS)
    found = matcher.match(article(f"{COLLAPSE}. {OPENING}." + REST), ())
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert len({one.claim_id for one in found}) == len(found)
    assert len(matcher.match(article(COLLAPSE + REST), (), limit=1)) == 1


def test_the_order_of_the_claims_plays_no_part():
    body = article(f"{COLLAPSE}. {RESIGNATION}." + REST)
    assert ArticleMatcher(CLAIMS).match(body, ()) == ArticleMatcher(CLAIMS[::-1]).match(body, ())


@pytest.mark.parametrize("body", ["", "123 !!", "x" * 50, "في من على"])
def test_an_article_without_words_has_no_candidates(body):
    assert ArticleMatcher(CLAIMS).match(Article(id="a", title="", body=body), ()) == []


def test_no_claims_no_candidates():
    assert ArticleMatcher([]).match(article(COLLAPSE), ()) == []
    assert ArticleMatcher([ClaimText("empty", "…")]).match(article(COLLAPSE), ()) == []


def test_a_headline_bears_on_a_claim_as_one_sentence_on_another():
    claim = [ClaimText("c", "وزير الأشغال يوافق على خفض ميزانية الطرق")]
    agreeing = first("", "وزير الأشغال يوافق على خفض ميزانية الطرق", claim)
    against = first("", "وزير الأشغال يرفض خفض ميزانية الطرق", claim)
    assert agreeing.relation == "supports"
    assert against.relation == "denies"


def test_contrast_is_the_same_both_ways():
    one, two = "مقتل تسعة في انهيار الجسر", "انهيار الجسر لم يقتل أحدا"
    assert contrast_features(one, two) == contrast_features(two, one)
    assert contrast_features(one, one)["nothing_changed"] == 1.0
    assert contrast_features("مقتل 9 عمال", "مقتل 12 عاملا")["other_number"] == 1.0


def test_other_forms_of_a_word_are_found():
    assert consonants("عاش") is None
    assert consonants("يستهدف") == consonants("مستهدف")
    claim = read_claim("يستهدف القصف ميناء الساحل")
    wording = read_article("", "المستهدف كان ميناء الساحل")
    values = features(claim, wording, find(claim, wording))
    assert values["coverage_any_form"] > values["coverage"]


def test_a_passage_counts_more_than_words_scattered_over_the_article():
    claim = read_claim(OPENING)
    apart = (" كلام آخر" * WINDOW + " ").join(OPENING.split())
    together, scattered = (
        read_article("", text) for text in (OPENING + " كلام آخر" * 9 * WINDOW, apart)
    )
    near = features(claim, together, find(claim, together))
    far = features(claim, scattered, find(claim, scattered))
    assert near["coverage"] == far["coverage"] == 1.0
    assert near["passage"] == 1.0
    assert far["passage"] < 0.5
    assert far["neighbours"] < near["neighbours"]


def test_long_articles_take_bounded_time():
    wording = read_article("", "سوق الميناء القديم " * MAX_WORDS)
    assert len(wording.tokens) == MAX_WORDS


def test_rare_words_weigh_more():
    assert frequency("في") > frequency("جسر") > frequency("كلمةلايعرفهااحد")
    assert weight("في") < 0.1 < weight("جسر") < weight("كلمةلايعرفهااحد")


@pytest.mark.parametrize("example", load(BEARING)["examples"], ids=lambda e: e["text"][:30])
def test_examples_of_bearing_words(example):
    tokens = tokens_of(example["text"])
    found = {kind: count(kind, tokens) for kind in ("denying", "hedging", "negating")}
    assert found == {kind: example[kind] for kind in found}


def test_weights_name_only_features_that_are_computed():
    claim = read_claim(COLLAPSE)
    wording = read_article("", COLLAPSE)
    values = features(claim, wording, find(claim, wording))
    assert fitted().alone.by_feature.keys() == values.keys()
    assert set(fitted().bearing) == set(fitted().contrast) == {"supports", "denies", "discusses"}
    assert 0 < fitted().threshold < 1
