"""Decisions about the authority: kept, carried out, taken back; nothing of them is lost."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import Result
from musnad.commands import context
from musnad.errors import InputError, MusnadError
from musnad.model import Actor, Alias
from musnad_actors.authority import AuthorityError
from musnad_actors.commands import app
from musnad_actors.config import ActorsSettings, load
from musnad_actors.desk import Stamp, decide, take_back
from musnad_actors.journal import Added, Edited, Entry, Merged, Split, append, read_journal
from musnad_actors.lookup import Lookup
from musnad_actors.replay import Impossible
from musnad_actors.tagger import ActorTagger
from typer.testing import CliRunner

STAMP = Stamp("نادر", "they are the same")
FILE = """
- {id: p-salem, type: person, names: {ar: سالم الورداني}, country: LY, identifiers: {viaf: "7"}}
- id: p-rashed
  type: person
  names: {ar: سالم بن راشد الورداني, en: Salem al-Wardani}
  aliases: [{text: الورداني, kind: short}, {text: أبو راشد, kind: kunya}]
  titles: [المحافظ]
- {id: org-marsa, type: organization, names: {ar: مجلس مرسى الياسمين}}
- {id: p-clerk, type: person, names: {ar: نوال الشراع}, part_of: org-marsa}
"""


@pytest.fixture
def settings(tmp_path: Path) -> ActorsSettings:
    (tmp_path / "own.yaml").write_text(FILE, encoding="utf-8")
    return ActorsSettings(
        starter=False, files=(tmp_path / "own.yaml",), journal=tmp_path / "own.journal.jsonl"
    )


def add(actor: str, name: str, **more: object) -> Entry:
    return Added(
        **STAMP.new(), actor=actor, record={"type": "person", "names": {"ar": name}, **more}
    )


def put(settings: ActorsSettings, entry: Entry) -> str:
    decide(settings, lambda authority: entry)
    return entry.id


def test_files_stay_as_they_are_and_everybody_sees_the_decision(settings: ActorsSettings) -> None:
    before = settings.files[0].read_bytes()
    put(settings, add("p-new", "ليلى المرجاني"))
    assert settings.files[0].read_bytes() == before
    authority = load(settings)
    assert Lookup(authority).resolve("لليلى المرجاني")[0].actor.id == "p-new"
    tagger = ActorTagger(settings)
    assert settings.journal in tagger.resources()
    tagger.open()
    assert "p-new" in {actor.id for actor in tagger.authority()}


def test_a_merged_record_ends_and_its_id_leads_on(settings: ActorsSettings) -> None:
    merged = put(settings, Merged(**STAMP.new(), actor="p-salem", other="p-rashed"))
    authority = load(settings)
    assert "p-rashed" not in authority.records
    kept = authority.get("p-rashed")
    assert kept is not None
    assert kept.id == "p-salem"
    assert {(a.text, a.kind) for a in kept.aliases} == {
        ("سالم بن راشد الورداني", "full"),
        ("الورداني", "short"),
        ("أبو راشد", "kunya"),
    }
    assert (kept.names["en"], kept.country, kept.titles) == ("Salem al-Wardani", "LY", ("المحافظ",))
    assert Lookup(authority).resolve("p-rashed")[0].actor.id == "p-salem"
    take_back(settings, merged, STAMP)
    assert (
        load(settings).records == load(settings.model_copy(update={"journal": Path("no")})).records
    )


def test_a_chain_of_merges_leads_to_its_end(settings: ActorsSettings) -> None:
    put(settings, add("p-third", "سالم الورداني الأب"))
    put(settings, Merged(**STAMP.new(), actor="p-rashed", other="p-third"))
    put(settings, Merged(**STAMP.new(), actor="p-salem", other="p-rashed"))
    authority = load(settings)
    assert authority.get("p-third") == authority.get("p-rashed") == authority.records["p-salem"]


def test_parts_of_a_merged_body_follow_it(settings: ActorsSettings) -> None:
    put(settings, Added(**STAMP.new(), actor="org-council",
                        record={"type": "organization", "names": {"ar": "المجلس البلدي"}}))  # fmt: skip
    put(settings, Merged(**STAMP.new(), actor="org-council", other="org-marsa"))
    assert load(settings).records["p-clerk"].part_of == "org-council"


def test_split_moves_names(settings: ActorsSettings) -> None:
    record = {"type": "person", "names": {"ar": "أبو راشد"}}
    put(settings, Split(**STAMP.new(), actor="p-rashed", other="p-abu-rashed", record=record))
    records = load(settings).records
    assert records["p-abu-rashed"].name == "أبو راشد"
    assert records["p-rashed"].aliases == (Alias(text="الورداني", kind="short"),)
    with pytest.raises(Impossible, match="no name left"):
        put(settings, Split(**STAMP.new(), actor="p-salem", other="p-x",
                            record={"type": "person", "names": {"ar": "سالم الورداني"}}))  # fmt: skip


def test_a_merged_record_can_be_split_off_again_under_its_id(settings: ActorsSettings) -> None:
    put(settings, Merged(**STAMP.new(), actor="p-salem", other="p-rashed"))
    record = {"type": "person", "names": {"ar": "سالم بن راشد الورداني"}}
    put(settings, Split(**STAMP.new(), actor="p-salem", other="p-rashed", record=record))
    authority = load(settings)
    assert authority.records["p-rashed"].name == "سالم بن راشد الورداني"
    assert authority.records["p-salem"].former_ids == ()


def test_edits_are_laid_over_what_the_file_says_today(settings: ActorsSettings) -> None:
    put(settings, Edited(**STAMP.new(), actor="p-salem", values={"country": None},
                         names={"en": "Salem"}, identifiers={"viaf": None, "wikidata": "Q0"},
                         add_aliases=(Alias(text="أبو سالم", kind="kunya"),), add_titles=("الوزير",)))  # fmt: skip
    settings.files[0].write_text(
        FILE.replace("country: LY", "country: LY, note: جديد"), encoding="utf-8"
    )
    assert load(settings).records["p-salem"] == Actor(
        id="p-salem", type="person", names={"ar": "سالم الورداني", "en": "Salem"}, note="جديد",
        identifiers={"wikidata": "Q0"}, aliases=(Alias(text="أبو سالم", kind="kunya"),), titles=("الوزير",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (add("p-salem", "آخر"), "there is a record"),
        (add("p-x", "ـــ"), "names.ar: is empty"),
        (add("p-x", "آخر", country="Libya"), "country"),
        (add("p-x", "آخر", part_of="org-nowhere"), "part_of"),
        (Merged(**STAMP.new(), actor="p-salem", other="org-marsa"), "one type"),
        (Merged(**STAMP.new(), actor="p-salem", other="p-nobody"), "no record"),
        (Merged(**STAMP.new(), actor="p-salem", other="p-salem"), "the same"),
        (Edited(**STAMP.new(), actor="p-nobody", values={"note": "x"}), "no record"),
        (Edited(**STAMP.new(), actor="p-salem", names={"ar": None}), "names"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_not_written(
    entry: Entry, message: str, settings: ActorsSettings
) -> None:
    with pytest.raises(Impossible, match=message):
        put(settings, entry)
    assert not settings.journal.exists() or settings.journal.read_bytes() == b""


def test_a_decision_that_others_rest_on_is_not_taken_back_before_them(
    settings: ActorsSettings,
) -> None:
    first = put(settings, add("p-new", "ليلى المرجاني"))
    second = put(settings, Merged(**STAMP.new(), actor="p-new", other="p-clerk"))
    with pytest.raises(Impossible, match="later decisions rest on"):
        take_back(settings, first, STAMP)
    undone = take_back(settings, second, STAMP)
    with pytest.raises(Impossible, match="already"):
        take_back(settings, second, STAMP)
    take_back(settings, undone.id, STAMP)
    assert "p-clerk" not in load(settings).records
    with pytest.raises(Impossible, match="no decision"):
        take_back(settings, "x", STAMP)


def test_a_decision_whose_record_left_the_file_is_named_and_can_be_taken_back(
    settings: ActorsSettings,
) -> None:
    edited = put(settings, Edited(**STAMP.new(), actor="p-clerk", values={"note": "x"}))
    text = "".join(line + "\n" for line in FILE.splitlines() if "p-clerk" not in line)
    settings.files[0].write_text(text, encoding="utf-8")
    with pytest.raises(AuthorityError, match=rf"own\.journal\.jsonl:1: .*undo {edited}"):
        load(settings)
    take_back(settings, edited, STAMP)
    assert len(load(settings)) == 3


def test_a_line_that_was_cut_off_is_passed_over_and_kept(settings: ActorsSettings) -> None:
    put(settings, add("p-one", "ليلى المرجاني"))
    whole = settings.journal.read_bytes()
    for cut in (b'{"id": "x', '{"who": "نا'.encode()[:-1]):
        settings.journal.write_bytes(whole + cut)
        assert set(load(settings).records) >= {"p-one", "p-salem"}
        put(settings, add("p-two", "هدى السمان"))
        journal = read_journal(settings.journal)
        assert [entry.action for entry in journal.entries] == ["add", "torn", "add"]
        assert journal.problems == ()
        assert settings.journal.read_bytes().startswith(whole)
        assert load(settings).get("p-two") is not None


def test_a_last_line_without_its_newline_counts(settings: ActorsSettings) -> None:
    put(settings, add("p-one", "ليلى المرجاني"))
    settings.journal.write_bytes(settings.journal.read_bytes().rstrip(b"\n"))
    put(settings, add("p-two", "هدى السمان"))
    assert len(read_journal(settings.journal).entries) == 2


def test_a_line_that_somebody_spoilt_is_named(settings: ActorsSettings) -> None:
    put(settings, add("p-one", "ليلى المرجاني"))
    settings.journal.write_bytes(b"{}\n" + settings.journal.read_bytes())
    with pytest.raises(AuthorityError, match=r"own\.journal\.jsonl:1: "):
        load(settings)


def test_many_at_once_lose_nothing(settings: ActorsSettings) -> None:
    def one(number: int) -> None:
        put(settings, add(f"p-{number}", f"ليلى المرجاني {number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))
    assert len(load(settings)) == 4 + 24


def test_two_who_add_the_same_id_do_not_both_succeed(settings: ActorsSettings) -> None:
    def one(number: int) -> bool:
        try:
            put(settings, add("p-same", f"ليلى المرجاني {number}"))
        except Impossible:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(4))) == 1


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="journal"):
        append(tmp_path / "file" / "journal.jsonl", lambda journal: [])


def run(*arguments: str, cwd: Path, status: int = 0) -> Result:
    """Run a command of `musnad actors` in this process."""
    context.context.__dict__.clear()
    context.context.config = cwd / "musnad.toml"
    done = CliRunner().invoke(app, list(arguments))
    if status:
        # What a user did wrong is told by `main` as one sentence.
        assert isinstance(done.exception, MusnadError), done.output
    else:
        assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"
    return done


def test_the_commands(tmp_path: Path, settings: ActorsSettings) -> None:
    (tmp_path / "musnad.toml").write_text(
        '[plugins.actors]\nstarter = false\nfiles = ["own.yaml"]\n', encoding="utf-8"
    )
    added = json.loads(
        run("add", "--name", "ليلى المرجاني", "--alias", "short:المرجاني", "--title", "الوزيرة",
            "--country", "LY", "--why", "named often", "--by", "هدى", "--json", cwd=tmp_path).stdout
    )  # fmt: skip
    actor = added["actor"]
    assert actor == "person-lyla-almrjany"
    run("edit", "المرجاني", "--alias", "kunya:أم سعد", "--why", "x", cwd=tmp_path)
    run("edit", actor, "--remove-alias", "غيره", "--why", "x", cwd=tmp_path, status=1)
    run("merge", "p-rashed", "p-salem", "--why", "the same man", cwd=tmp_path)
    run("split", "p-salem", "--name", "أبو راشد", "--id", "p-abu", "--why", "his son", cwd=tmp_path)
    told = [json.loads(line) for line in run("history", "--json", cwd=tmp_path).stdout.splitlines()]
    assert [row["action"] for row in told] == ["add", "edit", "merge", "split"]
    assert told[0]["who"] == "هدى"
    assert told[0]["why"] == "named often"
    of_merged = run("history", "p-rashed", "--json", cwd=tmp_path).stdout.splitlines()
    assert [json.loads(line)["action"] for line in of_merged] == ["merge"]
    refused = run("undo", told[0]["decision"], "--why", "x", cwd=tmp_path, status=1)
    assert "later decisions rest on" in str(refused.exception)
    run("undo", told[3]["decision"], "--why", "wrong", cwd=tmp_path)
    run("undo", told[2]["decision"], "--why", "wrong", cwd=tmp_path)
    shown = json.loads(run("show", "p-rashed", "--json", cwd=tmp_path).stdout)
    assert shown["id"] == "p-rashed"
    text = run("history", cwd=tmp_path).stdout
    assert text.count("(taken back)") == 2
    assert "why: the same man" in text
    assert "+ alias «أم سعد» (kunya)" in text
    outlet = run("add", "--type", "outlet", "--name", "س", "--why", "x", cwd=tmp_path, status=1)
    assert "plugins.outlets" in str(outlet.exception)
    run("edit", "سالم الورداني", "--note", "x", "--why", "x", cwd=tmp_path)
