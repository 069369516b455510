"""The compiled authority: the same after it was kept, and never trusted where it should not be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from musnad.document import Document
from musnad_actors import authority, cache, compiled
from musnad_actors.compiled import Compiled, compile_records, opened, to_bytes
from musnad_actors.config import ActorsSettings
from musnad_actors.lookup import Lookup
from musnad_actors.matching import NameIndex

STARTER = ActorsSettings()
TEXT = (
    "التقى المشير خليفة حفتر وفدا من الأمم المتحدة في بنغازي، وقال حفتر إن الجيش الوطني الليبي باق. "
    "ونقلت RT عن الرئيس التركي رجب طيب أردوغان قوله للصحافيين إن بلاده ترفض ذلك."
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUSNAD_CACHE", str(tmp_path / "cache"))
    forget(monkeypatch)
    return tmp_path / "cache" / "authority"


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on as another process would."""
    monkeypatch.setattr(authority, "_remembered", {})
    monkeypatch.setattr(compiled, "_opened", {})


def found(ready: Compiled, document: Document) -> object:
    return NameIndex(table=ready.patterns).find(document)


def test_comes_back_equal_and_without_reading_the_files(
    make_document: Callable[..., Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = compiled.compiled(STARTER)
    forget(monkeypatch)
    monkeypatch.setattr(authority, "read_records", _not_called)
    kept = compiled.compiled(STARTER)
    assert kept is not made
    assert list(kept.authority) == list(made.authority)
    assert list(kept.authority.records) == list(made.authority.records)
    assert [type(record) for record in kept.authority] == [type(r) for r in made.authority]
    assert kept.authority.files == made.authority.files
    assert found(kept, make_document(TEXT)) == found(made, make_document(TEXT))
    for asked in ("للمشير حفتر", "Khalifa Hiftar", "Erdogan"):
        assert Lookup(kept).resolve(asked) == Lookup(made).resolve(asked)


def test_a_record_is_only_parsed_when_it_is_asked_for() -> None:
    kept = opened(to_bytes(compiled.compiled(STARTER)), ())
    assert kept is not None
    records = kept.patterns._records
    assert records._parsed == {}  # type: ignore[attr-defined]
    assert kept.authority.records["person-khalifa-haftar"].name == "خليفة حفتر"
    assert len(records._parsed) == 1  # type: ignore[attr-defined]


def test_a_changed_file_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.yaml"
    settings = ActorsSettings(files=(file,), starter=False)
    padding = f"# {'-' * cache.WORTH_BYTES}\n"
    for name in ("فاتن", "سلمى"):
        file.write_text(
            f"{padding}- id: a\n  type: person\n  names: {{ar: {name}}}\n", encoding="utf-8"
        )
        forget(monkeypatch)
        assert compiled.compiled(settings).authority.records["a"].name == name


@pytest.mark.parametrize("damage", ["cut", "a byte", "other content", "writable", "link"])
def test_what_cannot_be_trusted_is_not_used(
    damage: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = compiled.compiled(STARTER)
    forget(monkeypatch)
    (entry,) = folder.glob("*.names")
    whole = entry.read_bytes()
    planted = to_bytes(compile_records(authority.Authority()))
    if damage == "cut":
        entry.write_bytes(whole[: len(whole) // 2])
    elif damage == "a byte":
        at = whole.index("حفتر".encode())
        entry.write_bytes(whole[:at] + b"\0" + whole[at + 1 :])
    elif damage == "other content":
        entry.write_bytes(b"{}")
    elif damage == "writable":
        entry.write_bytes(planted)
        entry.chmod(0o666)
    else:
        other = tmp_path / "planted"
        other.write_bytes(planted)
        entry.unlink()
        entry.symlink_to(other)
    assert list(compiled.compiled(STARTER).authority) == list(made.authority)


def test_bytes_of_anything_are_refused_without_an_error() -> None:
    whole = to_bytes(compile_records(authority.Authority()))
    assert opened(whole, ()) is not None
    for content in (b"", b"musnad", whole[:-1] + b"x", whole[:25], whole + b"x", b"\xff" * 100):
        assert opened(content, ()) is None


def _not_called(path: Path) -> None:
    raise AssertionError(f"{path} was read again")
