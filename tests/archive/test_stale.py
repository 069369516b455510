"""A changed authority marks the articles that it concerns stale, and no other one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from musnad.archive.authority import apply_authority, filled_with
from musnad.archive.bulk import ArticleWriter
from musnad.archive.client import connect
from musnad.archive.indices import init, put_meta
from musnad.archive.read import ArchiveReader
from musnad.archive.stale import stale_articles
from musnad.components import Record
from musnad.errors import ArchiveError
from musnad.ingest.run import Options, ingest
from musnad.model import Alias, Article
from musnad.plugins import Plugins
from musnad.search import Filters, find_articles, resolve_name
from musnad.settings import Settings
from musnad_actors.config import ActorsSettings
from musnad_actors.desk import Stamp, decide, take_back
from musnad_actors.journal import Added, Edited, Merged

pytestmark = pytest.mark.node

TEXTS = {
    "full": "أعلن قاسم القسطلي أن الميناء مفتوح.",
    "proclitics": "سلم الحارس المفاتيح للقسطلي وللقسطلي أيضا دفتر.",
    "only-wa-lil": "كانت الكلمة وللقسطلي حق الرد.",
    "spelling": "وصل القسطلى إلى الميناء.",
    "joined": "انتهى الخبر هنا.والقسطلي لم يعلق.",
    "hashtag": "كتبوا #قاسم_القسطلي ثم مضوا.",
    "tatweel": "زار القســطلي السوق.",
    "inside": "باع التاجر قسطلية قديمة من القسطليات.",
    "other": "قالت هدى السمان إن السوق مغلق.",
    "other-short": "ردت السمان على الأسئلة.",
    "nobody": "هطل المطر على المدينة أمس.",
    "clerk": "حضرت نوال الشراع الاجتماع.",
    "space": "قال عبدالله المرجاني كلمة.",
    "space-2": "قال عبد الله المرجاني كلمة.",
}
FILE = """
- {id: p-qastali, type: person, names: {ar: قاسم القسطلي}, country: LY}
- {id: p-samman, type: person, names: {ar: هدى السمان}, aliases: [{text: السمان, kind: short}]}
- {id: p-clerk, type: person, names: {ar: نوال الشراع}}
"""
STAMP = Stamp("نادر", "test")


class Bench:
    """An archive with the texts above, over an authority of its own."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        (folder / "own.yaml").write_text(FILE, encoding="utf-8")
        self.own = {
            "starter": False,
            "files": [str(folder / "own.yaml")],
            "journal": str(folder / "own.journal.jsonl"),
        }
        self.file = folder / "own.yaml"
        self.settings = settings.model_copy(
            update={"plugins": {"actors": self.own}, "state_dir": folder / "state"}
        )
        self.client = connect(self.settings)
        self.reader = ArchiveReader(self.client, self.settings.prefix)
        init(self.client, self.settings.prefix, self.plugins())
        account = self.ingest()
        assert (account.indexed, account.unchanged) == (len(TEXTS), 0)

    @property
    def actors(self) -> ActorsSettings:
        return ActorsSettings.model_validate(self.own)

    def plugins(self) -> Plugins:
        return Plugins.load(self.settings)

    def ingest(self, *ids: str):
        chosen = ids or tuple(TEXTS)
        records = [Record(Article(id=i, title="", body=TEXTS[i]), 0) for i in chosen]
        options = Options(quiet=True)
        return ingest(self.client, self.settings, records, ["test"], 0, options)

    def apply(self):
        return apply_authority(self.client, self.settings.prefix, self.plugins())

    def stale(self) -> set[str]:
        return {f.source["id"] for f in find_articles(self.reader, Filters(stale=True), size=50)[1]}

    def unmark(self) -> None:
        self.ingest()
        assert self.stale() == set()


@pytest.fixture
def bench(musnad_settings: Settings, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(musnad_settings, tmp_path)
    with made.client:
        yield made


def test_an_added_alias_concerns_what_contains_it_and_what_mentions_the_actor(bench: Bench) -> None:
    assert bench.stale() == set()
    decide(bench.actors, lambda _: Edited(**STAMP.new(), actor="p-qastali",
                                          add_aliases=(Alias(text="القسطلي", kind="short"),)))  # fmt: skip
    applied = bench.apply()
    assert applied.concerned is not None
    expected = {"full", "proclitics", "only-wa-lil", "spelling", "joined", "hashtag", "tatweel"}
    assert bench.stale() == expected
    assert applied.marked == len(expected)
    # The query gives candidates only; whether the name stands there is seen in the text.
    assert applied.concerned.looked_into <= len(expected) + 1
    assert any("+ «القسطلي»" in line for line in applied.lines)
    assert bench.apply().changes == ()

    account = bench.ingest()
    assert (account.indexed, account.unchanged) == (len(expected), len(TEXTS) - len(expected))
    assert bench.stale() == set()
    article = bench.reader.article("spelling")
    assert article is not None
    assert article.candidate_actors == ("p-qastali",)


def test_a_removed_alias_concerns_what_was_found_by_it(bench: Bench) -> None:
    decide(
        bench.actors, lambda _: Edited(**STAMP.new(), actor="p-samman", remove_aliases=("السمان",))
    )
    bench.apply()
    assert bench.stale() == {"other", "other-short"}
    bench.ingest()
    article = bench.reader.article("other-short")
    assert article is not None
    assert article.actors == ()


def test_a_new_record_and_one_that_is_taken_back(bench: Bench) -> None:
    record = {"type": "person", "names": {"ar": "عبد الله المرجاني"}}
    added = decide(bench.actors, lambda _: Added(**STAMP.new(), actor="p-new", record=record))
    bench.apply()
    assert bench.stale() == {"space", "space-2"}
    bench.unmark()
    take_back(bench.actors, added.entry.id, STAMP)
    bench.apply()
    assert bench.stale() == {"space", "space-2"}
    assert "p-new" not in bench.reader.actors(["p-new"])


def test_a_merge_concerns_both_and_the_old_id_leads_on(bench: Bench) -> None:
    decide(bench.actors, lambda _: Merged(**STAMP.new(), actor="p-samman", other="p-clerk"))
    bench.apply()
    assert bench.stale() == {"clerk", "other", "other-short"}
    answer = resolve_name(bench.reader, "p-clerk")
    assert [actor.id for actor in answer.actors] == ["p-samman"]
    assert "merged" in answer.why
    # From what the archive holds of them, without their files.
    before = bench.reader.article("clerk")
    again = list(stale_articles(bench.reader))
    assert len(again) == 3
    account = ingest(bench.client, bench.settings, again, ["test"], 0, Options(quiet=True))
    assert (account.indexed, account.corrected) == (3, 0)
    assert bench.stale() == set()
    article = bench.reader.article("clerk")
    assert article is not None
    assert before is not None
    assert article.content_hash == before.content_hash
    assert article is not None
    assert article.actors == ("p-samman",)


def test_what_no_article_can_show_marks_none(bench: Bench) -> None:
    decide(bench.actors, lambda _: Edited(**STAMP.new(), actor="p-qastali", values={"note": "x"},
                                          identifiers={"wikidata": "Q0"}))  # fmt: skip
    applied = bench.apply()
    assert len(applied.changes) == 1
    assert bench.stale() == set()
    assert bench.reader.actors(["p-qastali"])["p-qastali"].note == "x"
    assert bench.ingest().unchanged == len(TEXTS)


def test_another_country_concerns_every_name_of_the_record(bench: Bench) -> None:
    bench.file.write_text(FILE.replace("country: LY", "country: TN"), encoding="utf-8")
    bench.apply()
    assert bench.stale() == {"full", "hashtag"}


def test_more_files_in_the_settings_concern_only_what_they_name(
    bench: Bench, tmp_path: Path
) -> None:
    more = tmp_path / "more.yaml"
    more.write_text(
        "- {id: place-market, type: place, names: {ar: مدينة السوق}}\n", encoding="utf-8"
    )
    bench.own["files"] = [str(bench.file), str(more)]
    bench.settings = bench.settings.model_copy(update={"plugins": {"actors": bench.own}})
    assert bench.ingest().unchanged == len(TEXTS)


def test_an_ingest_sees_the_change_by_itself(bench: Bench) -> None:
    record = {"type": "place", "names": {"ar": "السوق"}}
    decide(bench.actors, lambda _: Added(**STAMP.new(), actor="place-market", record=record))
    account = bench.ingest()
    assert account.indexed == 2  # tatweel, other
    assert bench.stale() == set()


def test_a_dry_run_writes_nothing(bench: Bench) -> None:
    decide(bench.actors, lambda _: Merged(**STAMP.new(), actor="p-samman", other="p-clerk"))
    before = filled_with(bench.client, bench.settings.prefix)
    applied = apply_authority(bench.client, bench.settings.prefix, bench.plugins(), dry_run=True)
    assert applied.concerned is not None
    assert applied.concerned.articles == ["clerk", "other", "other-short"]
    assert bench.stale() == set()
    assert filled_with(bench.client, bench.settings.prefix) == before


def test_killed_before_the_records_were_written_it_marks_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(
        bench.actors, lambda _: Edited(**STAMP.new(), actor="p-samman", remove_aliases=("السمان",))
    )

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("musnad.archive.authority._fill", killed)
        with pytest.raises(KeyboardInterrupt):
            bench.apply()
    assert filled_with(bench.client, bench.settings.prefix) is None
    assert bench.stale() == {"other", "other-short"}
    assert bench.apply().marked == 0
    assert bench.stale() == {"other", "other-short"}


def test_what_was_written_with_the_old_records_meanwhile_is_marked(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ingest that began before the change must not leave articles that look up to date."""
    write = ArticleWriter.write

    def changed_meanwhile(writer: ArticleWriter, *batch: Any) -> dict[str, str]:
        put_meta(bench.client, f"{bench.settings.prefix}-actors", {"musnad_authority": "other"})
        return write(writer, *batch)

    monkeypatch.setattr(ArticleWriter, "write", changed_meanwhile)
    monkeypatch.setitem(TEXTS, "late", "وصل قاسم القسطلي متأخرا.")
    with pytest.raises(ArchiveError, match="changed meanwhile"):
        bench.ingest("late")
    assert bench.stale() == {"late"}


def test_very_many_changes_are_looked_for_in_all_articles(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musnad.archive.stale.MOST_CLAUSES", 1)
    names = {"p-a": "قاسم القسطلي الابن", "p-b": "نوال الشراع", "p-c": "عبد الله المرجاني"}
    for actor, name in names.items():
        record = {"type": "person", "names": {"ar": name}}
        decide(bench.actors, lambda _, a=actor, r=record: Added(**STAMP.new(), actor=a, record=r))
    applied = bench.apply()
    assert applied.concerned is not None
    assert applied.concerned.looked_into == len(TEXTS)
    assert bench.stale() == {"clerk", "space", "space-2"}
