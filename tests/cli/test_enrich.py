"""`musnad enrich` with good and bad input: one clear sentence, a non-zero exit, nothing lost."""

import json

import pytest

TEXT = "الوزير ينفي\nنفى وزير الخارجية السوري الخبر، وقال إنه لم يغادر دمشق.\n"


@pytest.fixture
def article(tmp_path):
    (tmp_path / "article.txt").write_text(TEXT, encoding="utf-8")
    return "article.txt"


def lines(done):
    return [json.loads(line) for line in done.out.splitlines()]


def test_people_see_the_text_marked_and_from_which_words_things_were_derived(musnad, article):
    done = musnad("enrich", article)
    assert done.code == 0, done.err
    assert "⟦دمشق|place-damascus⟧" in done.out
    assert "DENIES" in done.out
    assert "derived by program" in done.out


def test_programs_get_a_line_per_record_in_order_and_stable_runs_are_equal(musnad, tmp_path):
    records = [json.dumps({"title": f"خبر {i}", "body": "زار الوزير دمشق."}) for i in range(40)]
    records.insert(3, "{broken")
    (tmp_path / "in.jsonl").write_text("\n".join(records), encoding="utf-8")
    done = musnad("enrich", "--json", "--stable", "in.jsonl")
    assert done.code == 1
    found = lines(done)
    assert len(found) == 41
    assert found[3]["error"]["code"] == "bad_json"
    titles = [line["article"]["title"] for line in found if "article" in line]
    assert titles == [f"خبر {i}" for i in range(40)]
    assert "in.jsonl, line 4: not valid JSON" in done.err
    assert musnad("enrich", "--json", "--stable", "in.jsonl").out == done.out


def test_standard_input_is_json_lines(musnad):
    done = musnad("enrich", "--json", "-", stdin=json.dumps({"title": "خبر من دمشق"}) + "\n")
    assert done.code == 0, done.err
    assert [m["actor_id"] for m in lines(done)[0]["mentions"]] == ["place-damascus"]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "encoding", "binary data"),
        ("سفير".encode("cp1256"), "encoding", "--encoding windows-1256"),
    ],
)
def test_files_that_cannot_be_read(musnad, tmp_path, data, code, words):
    (tmp_path / "bad.txt").write_bytes(data)
    done = musnad("enrich", "--json", "bad.txt")
    assert done.code == 1
    assert words in done.err
    assert len(done.err.splitlines()) == 1
    assert lines(done)[0]["error"]["code"] == code


def test_a_declared_encoding_is_used(musnad, tmp_path):
    (tmp_path / "a.txt").write_bytes("دمشق".encode("cp1256"))
    done = musnad("enrich", "--json", "--encoding", "windows-1256", "a.txt")
    assert done.code == 0, done.err
    assert lines(done)[0]["article"]["title"] == "دمشق"
    assert "unknown encoding" in musnad("enrich", "--encoding", "klingon", "a.txt").err


def test_an_article_of_fifty_megabytes_is_refused_and_the_limit_is_named(musnad, tmp_path):
    (tmp_path / "big.txt").write_bytes(b"title\n" + b"x" * 50_000_000)
    done = musnad("enrich", "--json", "big.txt")
    assert done.code == 1
    assert lines(done)[0]["error"]["code"] == "too_long"
    assert "over the limit of 2000000 (max_article_chars)" in done.err


def test_a_date_that_is_none_is_an_enrichment_error_not_a_refusal(musnad, tmp_path):
    record = {"title": "خبر", "published_at": "قريبا"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    done = musnad("enrich", "--json", "a.jsonl")
    assert done.code == 0
    (line,) = lines(done)
    assert line["article"]["published_at"] is None
    assert "is not a date" in line["enrichment"]["errors"][0]["message"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["enrich", "nowhere.txt"], "nowhere.txt: no such file or folder"),
        (["enrich", "--plugin", "nowhere.py", "article.txt"], "nowhere.py: no such plugin file"),
        (["--config", "nowhere.toml", "plugins"], "nowhere.toml: no such settings file"),
    ],
)
def test_mistakes_of_the_user_are_one_sentence(musnad, article, arguments, words):
    done = musnad(*arguments)
    assert done.code == 1
    assert words in done.err
    assert len(done.err.splitlines()) == 1


def test_a_setting_that_does_not_exist_is_named_with_its_file(musnad, article, tmp_path):
    (tmp_path / "musnad.toml").write_text("colour = 1\n", encoding="utf-8")
    done = musnad("enrich", article)
    assert done.code == 1
    assert 'musnad.toml: "colour"' in done.err


def test_an_authority_file_with_a_duplicate_id_names_both_places(musnad, article, tmp_path):
    record = "- {id: person-x, type: person, names: {ar: سين}}\n"
    (tmp_path / "mine.yaml").write_text(record * 2, encoding="utf-8")
    (tmp_path / "musnad.toml").write_text(
        '[plugins.actors]\nfiles = ["mine.yaml"]\n', encoding="utf-8"
    )
    done = musnad("enrich", article)
    assert "mine.yaml" in done.err
    assert "person-x" in done.err
    assert "2" in done.err
    assert musnad("actors", "validate", "mine.yaml").code == 1


BROKEN = """
import musnad

class Broken(musnad.Tagger):
    name = "broken"
    def tag(self, document):
        {body}

@musnad.hookimpl
def musnad_taggers():
    return [Broken()]
"""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise RuntimeError('out of ink')", "RuntimeError: out of ink"),
        ("return [x for x in document.article.nothing]", "AttributeError"),
        ("return [document.mention((0, 9999), type='other')]", "outside a text of"),
    ],
)
def test_a_broken_plugin_is_named_and_costs_only_itself(musnad, article, tmp_path, body, words):
    (tmp_path / "bad.py").write_text(BROKEN.format(body=body), encoding="utf-8")
    done = musnad("enrich", "--plugin", "bad.py", article)
    assert done.code == 0, done.err
    assert "bad.broken failed" in done.out
    assert words in done.out
    assert "place-damascus" in done.out
    done = musnad("enrich", "--plugin", "bad.py", "--on-error", "abort", article)
    assert done.code == 1
    assert "bad.broken failed on article" in done.err


def test_plugins_are_listed_in_running_order_with_why_anything_is_off(musnad):
    done = musnad("plugins", "--json", MUSNAD_BLOCKED_PLUGINS='["claims"]')
    assert done.code == 0, done.err
    listed = json.loads(done.out)
    states = {plugin["name"]: plugin["state"] for plugin in listed["plugins"]}
    assert states["claims"] == "blocked"
    assert states["arabic"] == "on"
    order = [row["component"] for row in listed["components"]]
    assert order.index("arabic.segments") < order.index("actors.authority")
    assert {".txt", ".jsonl"} <= set(listed["readers"])
    assert listed["problem"] is None
