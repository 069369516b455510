"""An archive of invented articles that is reindexed, and what a test does meanwhile."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from musnad.archive.indices import alias, init
from musnad.archive.read import ArchiveReader
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.ingest.account import Account
from musnad.ingest.run import OnRay, ingest
from musnad.ingest.run import Options as IngestOptions
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records
from musnad.reindex.report import Report
from musnad.reindex.run import reindex
from musnad.reindex.state import Options
from musnad.reindex.work import How
from musnad.settings import Settings

SENTENCES = [
    "قال وزير الداخلية إن الحركة في الطريق الساحلي عادت إلى طبيعتها",
    "نفى مصدر في البلدية أن تكون المياه قد قطعت عن الحي القديم",
    "أعلنت الشركة أنها وقعت عقدا لبناء جسر جديد بقيمة مئة دينار",
    "ذكرت صحيفة محلية أن الأسعار ارتفعت في الأيام الأخيرة",
]
MONEY = textwrap.dedent('''
    """Money in the text."""
    import re
    import musnad

    class Money(musnad.Tagger):
        name, version = "money", "{version}"

        def tag(self, document):
            for match in re.finditer("دينار", document.text):
                yield document.mention(match.span(), type="other", name=match[0])

    class Amounts(musnad.Annotator):
        name, version = "amounts", "{version}"

        def annotate(self, document):
            return {{"ext": {{"count": {value}}}}}

    @musnad.hookimpl
    def musnad_taggers():
        return [Money()]

    @musnad.hookimpl
    def musnad_annotators():
        return [Amounts()]

    @musnad.hookimpl
    def musnad_fields():
        return {{"count": {{"type": "{type}"}}}}
''')


def record(number: int, **more: object) -> dict[str, object]:
    """Return the record of an invented article; each number gives another one."""
    first, second = SENTENCES[number % 4], SENTENCES[(number // 4) % 4]
    return {
        "id": f"a{number:04}",
        "title": f"خبر رقم {number} من الساحل",
        "body": f"{first} رقم {number}.\n\n{second}، بحسب ما أفاد به شهود.\n",
        "published_at": f"2026-01-{1 + number % 28:02}",
        "section": "محليات",
        **more,
    }


@dataclass
class Archive:
    """One archive, and what is done to it."""

    settings: Settings
    reader: ArchiveReader
    folder: Path
    said: list[str] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        return self.settings.prefix

    def with_plugin(self, version: str = "1", kind: str = "integer", value: str = "1") -> None:
        """Add the plugin of money, or another version of it, to the settings."""
        path = self.folder / "money.py"
        path.write_text(MONEY.format(version=version, type=kind, value=value), encoding="utf-8")
        self.settings = self.settings.model_copy(update={"plugin_files": (path,)})

    def plugins(self) -> Plugins:
        return Plugins.load(self.settings)

    def ingest(self, *records: dict[str, object], settle: bool = True) -> Account:
        path = self.folder / f"in-{len(list(self.folder.glob('in-*')))}.jsonl"
        lines = [json.dumps(r, ensure_ascii=False) + "\n" for r in records]
        path.write_text("".join(lines), encoding="utf-8")
        plugins = self.plugins()
        (item,) = find_inputs([str(path)], plugins.readers())
        account = ingest(
            self.reader.client,
            self.settings,
            read_records(item, max_chars=self.settings.max_article_chars),
            [str(path)],
            path.stat().st_size,
            IngestOptions(quiet=True),
        )
        if settle:
            with opened_linkers(plugins) as linkers:
                settle_archive(self.reader.client, self.prefix, linkers)
        return account

    def reindex(
        self,
        ask: Callable[[Report], bool] = lambda report: True,
        workers: int | None = None,
        ray: OnRay | None = None,
        **options: Any,
    ) -> Report:
        how = How("desk", Options(**options), (), workers, ray, self.said.append, ask)
        return reindex(self.reader.client, self.settings, self.plugins(), how)

    def init(self) -> list[str]:
        return init(self.reader.client, self.prefix, self.plugins())

    def stored(self, name: str = "articles", prefix: str | None = None) -> dict[str, Any]:
        reader = ArchiveReader(self.reader.client, prefix or self.prefix)
        self.reader.client.indices.refresh(index=alias(reader.prefix, name))
        return {hit["_id"]: hit["_source"] for hit in reader.scan(name, {"match_all": {}})}

    def behind(self, name: str = "articles") -> list[str]:
        return list(self.reader.client.indices.get_alias(name=alias(self.prefix, name)))

    def indices(self) -> set[str]:
        return set(self.reader.client.indices.get(index=f"{self.prefix}-*"))


@pytest.fixture
def archive(musnad_archive: ArchiveReader, musnad_settings: Settings, tmp_path: Path) -> Archive:
    """Return an archive with a small authority: these tests open the plugins often."""
    authority = tmp_path / "actors.json"
    authority.write_text(
        '[{"id": "place-damascus", "type": "place", "names": {"ar": "دمشق"}, "country": "SY"}]',
        encoding="utf-8",
    )
    settings = musnad_settings.model_copy(
        update={
            "state_dir": tmp_path / "state",
            "blocked_plugins": ("names", "camel", "careful"),
            "plugins": {"actors": {"starter": False, "files": [str(authority)]}},
        }
    )
    return Archive(settings, musnad_archive, tmp_path)


@pytest.fixture
def make_record() -> Callable[..., dict[str, object]]:
    """Return the maker of records (a module of tests cannot import its conftest)."""
    return record
