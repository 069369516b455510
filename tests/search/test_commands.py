"""`search`, `show`, `claims` and `delete` on the real node, as a person types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from musnad.archive.read import ArchiveReader
from musnad.cli import app
from musnad.commands.context import context
from musnad.node.state import Connection
from typer.testing import CliRunner, Result

Run = Callable[..., Result]


@pytest.fixture
def run(
    archive: ArchiveReader, elasticsearch_node: Connection, monkeypatch: pytest.MonkeyPatch
) -> Run:
    for name, value in elasticsearch_node.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MUSNAD_PREFIX", archive.prefix)
    # Settings are read once a process; each test is a process of its own.
    monkeypatch.setattr(context, "__dict__", {"config": None})
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def lines(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_search_by_actor_shows_the_words_it_rests_on(run: Run) -> None:
    result = run("search", "--actor", "للعميد حارث الشنواني")
    told = "\n".join(lines(result))
    assert "1 articles, showing 1 to 1  (derived by program" in told
    assert "حارث الشنواني: «حارث الشنواني» in: قال العميد حارث الشنواني إنه" in told
    assert "DISPUTED  cs1  أعيد فتح جسر النهر أمام السيارات" in told
    assert "(p-harith, name «حارث الشنواني», title «للعميد»)" in result.stderr


def test_search_by_a_shared_name_says_so(run: Run) -> None:
    result = run("search", "--actor", "الشنواني", "--json")
    answer = json.loads(result.stdout)
    assert sorted(answer["names"]["actor"][0]["actors"]) == ["p-harith", "p-nadim"]
    assert [article["id"] for article in answer["articles"]] == ["a1"]
    assert "may be any of" in result.stderr


def test_search_by_an_unknown_name_finds_nothing_and_says_what_is_near(run: Run) -> None:
    result = run("search", "--actor", "حارس الشنواني")
    assert "0 articles contain the words" in result.stderr
    assert "near: حارث الشنواني (p-harith)" in result.stderr
    assert lines(result) == []


def test_search_by_status_outlet_and_cited_outlet(run: Run) -> None:
    options = ["--status", "disputed", "--outlet", "زارو", "--cited-outlet", "صحيفة صدى المرفأ"]
    result = run("search", *options, "--json")
    assert "no outlet of the name «زارو»" in result.stderr
    options[3] = "WARZ"
    answer = json.loads(run("search", *options, "--json").stdout)
    assert [article["id"] for article in answer["articles"]] == ["a2"]
    assert answer["articles"][0]["claims"] == [
        {"id": "cs1", "status": "disputed", "text": "أعيد فتح جسر النهر أمام السيارات"}
    ]


def test_search_by_an_outlet_without_a_name(run: Run) -> None:
    result = run("search", "--cited-outlet", "صحيفة فرنسية", "--json")
    assert [article["id"] for article in json.loads(result.stdout)["articles"]] == ["a2"]
    assert "as described, without a name" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--status", "untrue"], 'there is no status "untrue"; known are reviewed_true'),
        (["--since", "yesterday"], '"yesterday" is not a date'),
        (["--until", "2025-02-30"], '"2025-02-30" is not a date'),
    ],
)
def test_search_with_what_does_not_fit(run: Run, arguments: list[str], message: str) -> None:
    result = run("search", *arguments)
    assert result.exit_code != 0
    assert message in " ".join((result.output + str(result.exception)).replace("│", " ").split())


def test_show_gives_the_article_its_findings_and_its_claims_today(run: Run) -> None:
    told = "\n".join(lines(run("show", "a1")))
    assert "جسر النهر يفتح من جديد" in told
    assert "⟦حارث الشنواني|p-harith⟧" in told
    assert "cs1  DISPUTED  أعيد فتح" in told
    assert "this article supports it; when published it was reported" in told
    content = json.loads(run("show", "a1", "--json").stdout)
    assert content["claims_today"][0]["status"] == "disputed"


def test_show_of_what_is_not_there(run: Run) -> None:
    result = run("show", "nowhere")
    assert 'there is no article "nowhere"' in str(result.exception)


def test_claims_are_listed_without_merged_ones(run: Run) -> None:
    told = "\n".join(lines(run("claims", "list", "--actor", "العميد الشنواني")))
    assert "1 claims  (status derived by program" in told
    assert "cs1  DISPUTED" in told
    assert "1 supports, 1 denies" in told
    none = json.loads(run("claims", "list", "--status", "denied", "--json").stdout)
    assert none == {"total": 0, "claims": []}
    later = json.loads(run("claims", "list", "--since", "2025-03-03", "--json").stdout)
    assert later["total"] == 0


def test_a_claim_is_shown_as_a_time_line_with_its_sentences(run: Run) -> None:
    told = lines(run("claims", "show", "cs9"))
    assert told[0] == "cs9 was merged into cs1"
    text = "\n".join(told)
    assert (
        "2025-03-02  disputed: supported and denied, both stand\n      from: جملة القول 2" in text
    )
    assert text.index("2025-03-01  SUPPORTS") < text.index("2025-03-02  DENIES")
    assert "linked by claims.linker:same-words" in text
    assert "no claim" in str(run("claims", "show", "c-none").exception)


def test_decisions_go_out_and_in(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("decisions") / "decisions.jsonl"
    file.write_text(
        '{"id": "d1", "kind": "rename", "who": "hana", "at": "2026-01-01T00:00:00Z", '
        '"claims": ["cs1"], "text": "الجسر"}\n'
    )
    assert "added 1 decisions, 0 were there already" in run("decisions", "import", str(file)).stdout
    assert "added 0 decisions, 1 were there already" in run("decisions", "import", str(file)).stdout
    exported = [json.loads(line) for line in lines(run("decisions", "export"))]
    assert [decision["id"] for decision in exported] == ["d1"]
    assert "d1  rename  2026-01-01 00:00  by hana" in run("decisions", "list").stdout
    orphaned = json.loads(run("decisions", "list", "--orphaned", "--json").stdout)
    assert orphaned["total"] == 0


def test_an_article_is_deleted_with_a_reason(run: Run) -> None:
    assert run("delete", "a2").exit_code == 2
    assert run("delete", "a2", "--why", " ").exit_code == 2
    result = run("delete", "a2", "--why", "طلب الناشر", "--who", "hana")
    assert "deleted a2 with 1 statements" in result.stdout
    assert "1 claims change with the next `musnad claims settle`" in result.stdout
    assert json.loads(run("search", "--outlet", "WARZ", "--json").stdout)["total"] == 0
    assert 'no article "a2"' in str(run("show", "a2").exception)


def test_init_and_doctor(run: Run) -> None:
    assert run("init").exit_code == 0
    assert json.loads(run("init", "--json").stdout) == {"done": []}
    checks = json.loads(run("doctor", "--json").stdout)["checks"]
    assert {"name", "outcome", "found", "do"} == set(checks[0])
    assert "OK" in run("doctor").stdout


def test_an_article_is_matched_with_the_claims_that_elasticsearch_finds(
    run: Run, tmp_path: Path
) -> None:
    body = (
        "أعلنت البلدية أن جسر النهر أعيد فتحه أمام السيارات صباح اليوم بعد إغلاق دام أسبوعا، وقال مهندس من فريق الصيانة إن"
        " السيارات تعبر الجسر في الاتجاهين، وإن أعمال الطلاء والإنارة ستستمر ليلا حتى نهاية الشهر من دون إغلاق الطريق."
    )
    article = {"id": "new", "title": "فتح جسر النهر أمام السيارات", "body": body}
    file = tmp_path / "new.jsonl"
    file.write_text(json.dumps(article, ensure_ascii=False), encoding="utf-8")
    (line,) = lines(run("claims", "match", str(file), "--json"))
    found = json.loads(line)
    assert found["article_id"] == "new"
    assert found["candidates"][0]["claim_id"] == "cs1"
    assert found["candidates"][0]["features"]["coverage"] > 0.6
    told = "\n".join(lines(run("claims", "match", str(file))))
    assert "أعيد فتح جسر النهر أمام السيارات" in told
