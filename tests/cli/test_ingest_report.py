"""The report of an ingest, as programs read it."""

import io
import json
import zipfile

import pytest
from musnad.commands.ingest import _Output
from musnad.ingest.account import Account
from musnad.readers.archives import ZipReader
from musnad.readers.inputs import Input, read_records
from musnad.readers.jsonl import JsonLinesReader


@pytest.mark.parametrize("as_json", [False, True])
def test_what_was_no_record_is_counted_by_reason(tmp_path, capsys, as_json):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in ("a.jsonl", "b.png", "c.png"):
            archive.writestr(name, json.dumps({"title": "عنوان"}))
    (tmp_path / "a.zip").write_bytes(data.getvalue())
    reader = ZipReader()
    reader.given({".jsonl": JsonLinesReader()})
    inputs = [Input(str(tmp_path / "a.zip"), reader)]
    assert len([found for item in inputs for found in read_records(item, max_chars=100)]) == 1
    file = tmp_path / "report.json"
    _Output(as_json, file, True, inputs).give(Account("ingest-x", ("a.zip",)))
    report = json.loads(file.read_text(encoding="utf-8"))
    assert report["passed_over"] == {"file in an archive that no reader takes": 2}
    if as_json:
        assert json.loads(capsys.readouterr().out) | {"ended_at": 0} == report | {"ended_at": 0}
