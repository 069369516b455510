"""Records kept between runs: equal to those of the files, and never trusted where they should not be."""

from __future__ import annotations

from pathlib import Path

import pytest
from musnad_actors import authority, cache
from musnad_actors.authority import load_authority, starter_files
from musnad_outlets.registry import starter_files as outlet_files


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUSNAD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(authority, "_remembered", {})
    return tmp_path / "cache" / "authority"


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on as another process would."""
    monkeypatch.setattr(authority, "_remembered", {})


@pytest.mark.parametrize("files", [starter_files(), outlet_files()], ids=["actors", "outlets"])
def test_comes_back_equal(files: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    read = load_authority(files)
    forget(monkeypatch)
    monkeypatch.setattr(authority, "read_records", _not_called)
    kept = load_authority(files)
    assert list(kept.records) == list(read.records)
    assert kept == read
    for actor_id, record in read.records.items():
        again = kept.records[actor_id]
        assert type(again) is type(record)
        assert again.model_fields_set == record.model_fields_set


def test_changed_file_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.yaml"
    padding = f"# {'-' * cache.WORTH_BYTES}\n"
    file.write_text(f"{padding}- id: a\n  type: person\n  names: {{ar: فاتن}}\n", encoding="utf-8")
    assert load_authority([file]).records["a"].name == "فاتن"
    forget(monkeypatch)
    file.write_text(f"{padding}- id: a\n  type: person\n  names: {{ar: سلمى}}\n", encoding="utf-8")
    assert load_authority([file]).records["a"].name == "سلمى"


@pytest.mark.parametrize("damage", ["cut", "other-content", "writable", "link"])
def test_what_cannot_be_trusted_is_not_used(
    damage: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = starter_files()
    read = load_authority(files)
    forget(monkeypatch)
    (entry,) = folder.glob("*.json")
    whole = entry.read_text(encoding="utf-8")
    name = next(iter(read)).name
    if damage == "cut":
        entry.write_text(whole[: len(whole) // 2], encoding="utf-8")
    elif damage == "other-content":
        entry.write_text('{"order": ["x"], "actors": [], "outlets": []}', encoding="utf-8")
    elif damage == "writable":
        entry.write_text(whole.replace(name, "اسم مدسوس"), encoding="utf-8")
        entry.chmod(0o666)
    else:
        other = tmp_path / "planted.json"
        other.write_text(whole.replace(name, "اسم مدسوس"), encoding="utf-8")
        entry.unlink()
        entry.symlink_to(other)
    assert load_authority(files) == read


def test_a_folder_that_cannot_be_written_only_costs_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder should be", encoding="utf-8")
    first = load_authority(starter_files())
    forget(monkeypatch)
    assert load_authority(starter_files()) == first


def test_few_entries_stay(folder: Path) -> None:
    records = load_authority(starter_files()).records
    for number in range(cache.KEPT + 3):
        cache.store(f"{number:064}", records)
    assert len(list(folder.iterdir())) == cache.KEPT


def _not_called(path: Path) -> None:
    raise AssertionError(f"{path} was read again")
