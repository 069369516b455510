"""`musnad ingest --dry-run`: what an operator sees before anything is written, without Elasticsearch."""

import json

from musnad.commands.dry_run import show_records
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs
from musnad.settings import Settings

RECORD = {
    "headline": "زيارة &quot;سرية&quot;",
    "body": "قال سالم القسطلي.\nوانتهت الزيارة.",
    "page": 3,
}


def test_records_are_shown_as_they_would_be_read(musnad, tmp_path):
    (tmp_path / "in").mkdir()
    lines = [json.dumps(RECORD, ensure_ascii=False)] * 30
    (tmp_path / "in" / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "in" / "b.csv").write_text("title,body\nا,ب\nج\n", encoding="utf-8")
    done = musnad("ingest", "--dry-run", "in", MUSNAD_ES_URL="http://localhost:1")
    assert done.code == 1
    assert "title         (none)" in done.out
    assert "extra.headline زيارة &quot;سرية&quot;" in done.out
    assert "body          33 characters in 2 paragraphs" in done.out
    assert "refused (bad_row): in/b.csv, line 3: 1 cells" in done.out
    assert "9 records read, 1 refused, of 2 inputs; nothing is written" in done.out
    assert "have: title 1, body 9," in done.out
    assert "kept in extra: headline 8, page 8" in done.out
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_the_map_is_seen_at_work_and_what_looks_wrong_is_said(tmp_path, capsys, monkeypatch):
    (tmp_path / "a.jsonl").write_text(json.dumps(RECORD), encoding="utf-8")
    (tmp_path / "f.toml").write_text('title = "headline"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = Settings(plugins={"readers": {"fields_file": "f.toml"}})
    readers = Plugins.load(settings).readers()
    show_records(find_inputs(["a.jsonl"], readers), 1000, "زحف", as_json=False)
    out = capsys.readouterr().out
    assert "title         زيارة" in out
    assert "collection    زحف" in out
    assert "! 1 have character references such as &quot;" in out
    assert "! no record has a published_at" in out
    show_records(find_inputs(["a.jsonl"], readers), 1000, None, as_json=True)
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["article"]["extra"] == {"page": 3}
