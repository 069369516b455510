"""`musnad claims match` as its user runs it, without Elasticsearch."""

import json

import pytest

CLAIMS = [
    {
        "id": "collapse",
        "text": "انهيار جسر وادي الزيتون بعد فيضانات الأحد ومقتل تسعة من عمال البلدية",
        "from": "x",
    },
    {"claim_id": 7, "claim": "افتتاح مستشفى جديد للأطفال في مدينة الساحل"},
]
ARTICLES = [
    {
        "id": "one",
        "title": "تسعة قتلى في انهيار جسر",
        "body": "انهار جسر وادي الزيتون فجر الأحد بعد فيضانات، وقتل تسعة من عمال البلدية، بحسب بيان للمحافظة. وتواصل فرق"
        " الإنقاذ البحث عن مفقودين، فيما أغلقت المدارس القريبة أبوابها حتى نهاية الأسبوع بسبب سوء الأحوال الجوية.",
    },
    {"id": "two", "title": "معرض الكتاب", "body": "افتتح معرض الكتاب في العاصمة."},
]


def write(path, rows):
    path.write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8"
    )


@pytest.fixture
def files(tmp_path):
    write(tmp_path / "claims.jsonl", CLAIMS)
    write(tmp_path / "articles.jsonl", ARTICLES)


def test_programs_get_a_line_per_article_with_candidates_best_first(musnad, files):
    done = musnad("claims", "match", "articles.jsonl", "--against", "claims.jsonl", "--json")
    assert done.code == 0, done.err
    first, second = map(json.loads, done.out.splitlines())
    assert (first["article_id"], second["article_id"]) == ("one", "two")
    best = first["candidates"][0]
    assert (best["claim_id"], best["linked"], best["relation"]) == ("collapse", True, "supports")
    assert best["features"]["coverage"] > 0.5
    assert not any(one["linked"] for one in second["candidates"])


def test_people_see_what_is_linked_and_how(musnad, files):
    done = musnad("claims", "match", "articles.jsonl", "--against", "claims.jsonl")
    assert done.code == 0, done.err
    assert "SUPPORTS" in done.out
    assert "about none of the claims" in done.out
    assert "derived by program" in done.out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '{"id": "a", "text": "خبر"}\n{"id": "a", "text": "آخر"}',
            'line 2: claim "a" is on line 1 too',
        ),
        ('{"id": "a"}', 'line 1: field "text" must be text'),
        ('{"id": "a", "text": "خبر"}\n[1]', "line 2: must be a JSON object, not list"),
        ("{broken", "line 1: not valid JSON"),
        ("\n\n", "holds no claims"),
    ],
)
def test_a_file_of_claims_that_does_not_fit_is_one_sentence(
    musnad, files, tmp_path, content, message
):
    (tmp_path / "bad.jsonl").write_text(content, encoding="utf-8")
    done = musnad("claims", "match", "articles.jsonl", "--against", "bad.jsonl")
    assert done.code == 1
    assert message in done.err
    assert len(done.err.splitlines()) == 1


def test_an_article_that_cannot_be_read_is_an_error_line_and_the_others_go_on(
    musnad, files, tmp_path
):
    with (tmp_path / "articles.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n{broken\n")
    done = musnad("claims", "match", "articles.jsonl", "--against", "claims.jsonl", "--json")
    assert done.code == 1
    assert json.loads(done.out.splitlines()[2])["error"]["code"] == "bad_json"
    assert len(done.out.splitlines()) == 3


def test_meaning_counts_where_embeddings_are_switched_on(musnad, files):
    command = ["claims", "match", "articles.jsonl", "--against", "claims.jsonl", "--json"]
    done = musnad(*command, MUSNAD_PLUGINS__EMBEDDINGS__ENABLED="true")
    assert done.code == 0, done.err
    best = json.loads(done.out.splitlines()[0])["candidates"][0]
    assert (best["claim_id"], best["linked"]) == ("collapse", True)
    assert 0.2 < best["features"]["meaning"] <= 1
    listed = json.loads(musnad("plugins", "--json").out)
    (plugin,) = [one for one in listed["plugins"] if one["name"] == "embeddings"]
    assert plugin["state"] == "off"
    assert "[plugins.embeddings]" in plugin["reason"]
