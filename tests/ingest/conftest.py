"""Ingest into a real archive of the test's own."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.ingest.run import Options, ingest
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records
from musnad.settings import Settings

SENTENCES = [
    "قال وزير الداخلية إن الحركة في الطريق الساحلي عادت إلى طبيعتها",
    "نفى مصدر في البلدية أن تكون المياه قد قطعت عن الحي القديم",
    "أعلنت الشركة أنها وقعت عقدا لبناء جسر جديد",
    "زار وفد من التجار سوق المدينة واطلع على أحوال الباعة",
    "ذكرت صحيفة محلية أن الأسعار ارتفعت في الأيام الأخيرة",
    "لم يتسن التحقق من صحة الخبر من مصدر مستقل",
]


def record(number: int, **more) -> dict[str, object]:
    """Return a record of an invented article; each number gives another one."""
    first = SENTENCES[number % len(SENTENCES)]
    second = SENTENCES[(number // len(SENTENCES)) % len(SENTENCES)]
    return {
        "id": f"a{number:05}",
        "title": f"خبر رقم {number} من الساحل",
        "body": f"{first} رقم {number}.\n\n{second}، بحسب ما أفاد به شهود.\n",
        "published_at": f"2026-01-{1 + number % 28:02}",
        **more,
    }


def write_records(path: Path, records) -> Path:
    lines = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@dataclass
class Ingest:
    """Runs ingests into one archive."""

    settings: Settings
    reader: ArchiveReader
    folder: Path
    dead: list[str] = field(default_factory=list)

    def __call__(self, *records, plugin=None, wrap=None, **options):
        path = write_records(self.folder / "in.jsonl", records)
        return self.file(path, plugin=plugin, wrap=wrap, **options)

    def file(self, path, *, plugin=None, wrap=None, **options):
        files = (plugin,) if plugin else ()
        plugins = Plugins.load(self.settings, files)
        (item,) = find_inputs([str(path)], plugins.readers())
        found = read_records(item, max_chars=self.settings.max_article_chars)
        # In this process, as most tests are about where records end, unless a test wants others.
        options.setdefault("workers", 0)
        return ingest(
            self.reader.client,
            self.settings,
            wrap(found) if wrap else found,
            [str(path)],
            path.stat().st_size,
            Options(plugin_files=files, quiet=True, on_dead_letter=self.dead.append, **options),
        )

    def stored(self, index="articles"):
        self.reader.client.indices.refresh(index=alias(self.settings.prefix, index))
        hits = self.reader.scan(index, {"match_all": {}})
        return {hit["_id"]: hit["_source"] for hit in hits}

    def check_complete(self, expected):
        """Each article is there once, with exactly the statements that it lists: nothing lost, nothing doubled."""
        articles, statements = self.stored(), self.stored("statements")
        assert set(articles) == set(expected)
        listed = {s["id"] for article in articles.values() for s in article["statements"]}
        assert set(statements) == listed
        assert len(listed) >= len(articles)
        assert all(a["fingerprint"] or a["failed_components"] for a in articles.values())

    def dead_letters(self, run_id):
        path = self.settings.state_dir / "dead-letters" / f"{run_id}.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def ingested(musnad_archive, musnad_settings, tmp_path):
    # A small authority: these tests are about where records end, and open the plugins often.
    authority = tmp_path / "actors.json"
    authority.write_text(
        '[{"id": "place-damascus", "type": "place", "names": {"ar": "دمشق"}, "country": "SY"}]',
        encoding="utf-8",
    )
    settings = musnad_settings.model_copy(
        update={
            "state_dir": tmp_path / "state",
            "max_article_chars": 5_000,
            "plugins": {"actors": {"starter": False, "files": [str(authority)]}},
        }
    )
    return Ingest(settings, musnad_archive, tmp_path)


@pytest.fixture
def make_record():
    """Return the maker of records (a module of tests cannot import its conftest)."""
    return record
