"""Unknown names of an archive: grouped over spellings, ranked, with sentences, adopted in one step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from musnad.archive.client import connect
from musnad.archive.indices import init
from musnad.archive.read import ArchiveReader
from musnad.components import Record
from musnad.ingest.run import Options, ingest
from musnad.model import Actor, Article
from musnad.plugins import Plugins
from musnad.settings import Settings
from musnad_actors.authority import Authority, load_authority
from musnad_actors.suggestions import Suggestion, suggest
from typer.testing import CliRunner

pytestmark = pytest.mark.node

TAGGER = """
import re
import musnad

NAMES = {
    "person": "الدكتور سالم الورداني|سالم الورداني|سالم الوردانى|الورداني|عبد الله المرجاني|عبدالله المرجاني|هدى السمان",
    "place": "مرسى الياسمين",
}

class Names(musnad.Tagger):
    name, version = "names", "1"

    def tag(self, document):
        for kind, names in NAMES.items():
            for match in re.finditer(names, document.text):
                yield document.mention(match.span(), type=kind)

@musnad.hookimpl
def musnad_taggers():
    return [Names()]
"""
TEXTS = [
    "وصل سالم الورداني إلى مرسى الياسمين. ثم غادر الورداني بعد ساعة.",
    "قال الدكتور سالم الورداني إن الميناء مفتوح. المطر غزير.",
    "لم يحضر الورداني اجتماع أمس.",
    "سئل سالم الوردانى عن السعر.",
    "زار عبد الله المرجاني السوق.",
    "تحدث عبدالله المرجاني طويلا.",
    "كتبت هدى السمان كتابا.",
    "لا أحد هنا.",
]


@pytest.fixture
def archive(musnad_settings: Settings, tmp_path: Path) -> Iterator[ArchiveReader]:
    plugin = tmp_path / "told_names.py"
    plugin.write_text(TAGGER, encoding="utf-8")
    (tmp_path / "own.yaml").write_text(
        "- {id: p-nobody, type: person, names: {ar: نوال الشراع}}\n", encoding="utf-8"
    )
    (tmp_path / "musnad.toml").write_text(
        f'state_dir = "state"\nplugin_files = ["{plugin.name}"]\nblocked_plugins = ["names"]\n[plugins.actors]\nstarter = false\n'
        'files = ["own.yaml"]\n',
        encoding="utf-8",
    )
    own = {"starter": False, "files": [str(tmp_path / "own.yaml")], "journal": str(tmp_path / "no")}
    settings = musnad_settings.model_copy(
        update={
            "plugins": {"actors": own},
            "plugin_files": (plugin,),
            "blocked_plugins": ("names",),
            "state_dir": tmp_path / "s",
        }
    )
    with connect(settings) as client:
        init(client, settings.prefix, Plugins.load(settings))
        records = [
            Record(Article(id=f"a{i}", title="", body=text, outlet=f"صحيفة {i % 2}"), 0)
            for i, text in enumerate(TEXTS)
        ]
        account = ingest(client, settings, records, [], 0, Options(quiet=True))
        assert account.indexed == len(TEXTS)
        yield ArchiveReader(client, settings.prefix)


def by_name(found: list[Suggestion]) -> dict[str, Suggestion]:
    return {one.name: one for one in found}


def test_names_are_grouped_ranked_and_shown(archive: ArchiveReader) -> None:
    found = suggest(archive, Authority(), least=1)
    assert [one.name for one in found][:2] == ["سالم الورداني", "عبدالله المرجاني"]
    first = found[0]
    assert (first.type, first.articles, first.outlets) == ("person", 4, 2)
    assert set(first.variants) >= {"سالم الورداني", "سالم الوردانى", "الورداني"}
    assert first.aliases == [{"text": "الورداني", "kind": "short"}]
    assert len(first.examples) == 3
    for example in first.examples:
        assert "الورداني" in example.sentence or "الوردانى" in example.sentence
        assert "المطر" not in example.sentence
    assert found[1].articles == 2
    assert {one.name for one in suggest(archive, Authority(), least=2)} == {
        "سالم الورداني", "عبدالله المرجاني",
    }  # fmt: skip
    assert [one.name for one in suggest(archive, Authority(), least=1, types=["place"])] == [
        "مرسى الياسمين"
    ]
    assert len(suggest(archive, Authority(), least=1, limit=1)) == 1


def test_what_was_adopted_since_is_left_out_and_near_ones_are_told(archive: ArchiveReader) -> None:
    known = [
        Actor(id="p-1", type="person", names={"ar": "عبد الله المرجاني"}),
        Actor(id="p-2", type="person", names={"ar": "هدى السمانة"}),
    ]
    found = by_name(suggest(archive, known, least=1))
    assert "عبدالله المرجاني" not in found
    assert found["هدى السمان"].near == "p-2"
    assert found["سالم الورداني"].near is None


def test_a_suggestion_is_adopted_in_one_step(
    archive: ArchiveReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musnad.commands import context
    from musnad_actors.commands import app

    def run(*arguments: str) -> str:
        context.context.__dict__.clear()
        context.context.config = tmp_path / "musnad.toml"
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == 0, done.output
        return done.stdout

    monkeypatch.setenv("MUSNAD_PREFIX", archive.prefix)
    lines = [
        json.loads(line) for line in run("suggest", "--min-articles", "1", "--json").splitlines()
    ]
    assert lines[0]["command"] == "musnad actors add --suggested 'سالم الورداني'"
    assert "سالم الورداني" in run("suggest")
    added = json.loads(
        run("add", "--suggested", "سالم الوردانى", "--title", "الدكتور", "--by", "نادر", "--json")
    )
    assert added["why"] == "suggested: «سالم الورداني» in 4 articles of the archive"
    record = load_authority(
        [tmp_path / "own.yaml"], journal=tmp_path / "actors.journal.jsonl"
    ).records[added["actor"]]
    assert [(alias.text, alias.kind) for alias in record.aliases] == [("الورداني", "short")]
    again = [
        json.loads(line) for line in run("suggest", "--min-articles", "1", "--json").splitlines()
    ]
    assert "سالم الورداني" not in {one["name"] for one in again}
    # The archive follows: exactly the four articles with the name are to be enriched again.
    applied = json.loads(run("apply", "--json"))
    assert applied["concerned"] == ["a0", "a1", "a2", "a3"]
    assert applied["stale"] == 4
