"""The index of actors follows the records that plugins offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import musnad
import pytest
from elasticsearch import Elasticsearch
from musnad.archive.authority import collect_authority, refresh_authority
from musnad.archive.indices import init
from musnad.archive.read import ArchiveReader
from musnad.errors import MusnadError, NotConfigured, PluginError
from musnad.model import Actor, Alias, Outlet
from musnad.plugins import Plugins

Register = Callable[..., Plugins]
SALMA = Actor(
    id="p-salma",
    type="person",
    names={"ar": "سلمى الورّاق", "en": "Salma al-Warraq"},
    aliases=(
        Alias(text="الوراق", kind="short"),
        Alias(text="Salma al-Warraq", kind="transliteration"),
    ),
    titles=("الوزيرة",),
)
DAILY = Outlet(
    id="o-daily",
    names={"ar": "صدى المرفأ"},
    kind="newspaper",
    domains=("sada.example",),
    country="XA",
)


class Offering(musnad.Tagger):
    name = "offering"

    def __init__(self, *records: Actor, error: Exception | None = None) -> None:
        self.records = records
        self.error = error
        self.is_open = False

    def open(self) -> None:
        if self.error:
            raise self.error
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def authority(self) -> Iterable[Actor]:
        assert self.is_open
        return self.records


class Silent(musnad.Tagger):
    name = "silent"

    def open(self) -> None:
        raise AssertionError("what offers no authority is not opened for it")


class Plugin:
    def __init__(self, *taggers: musnad.Tagger) -> None:
        self.taggers = taggers

    @musnad.hookimpl
    def musnad_taggers(self) -> Iterable[musnad.Tagger]:
        return self.taggers


def test_records_of_all_components_are_collected(plugins: Register) -> None:
    offering = Offering(SALMA)
    authority = collect_authority(
        plugins(people=Plugin(offering, Silent()), press=Plugin(Offering(DAILY)))
    )
    assert [record.id for record in authority.records] == ["o-daily", "p-salma"]
    assert authority.missing == ()
    assert not offering.is_open
    daily, salma = authority.records
    assert salma.all_names == ("سلمى الورّاق", "Salma al-Warraq", "الوراق")
    assert (daily.kind, daily.domains, daily.country) == ("newspaper", ("sada.example",), "XA")


def test_an_id_in_two_plugins_names_both(plugins: Register) -> None:
    both = plugins(people=Plugin(Offering(SALMA)), more=Plugin(Offering(SALMA)))
    with pytest.raises(
        PluginError, match=r'people\.offering and more\.offering both have .*"p-salma"'
    ):
        collect_authority(both)


def test_what_is_no_record_names_the_component(plugins: Register) -> None:
    wrong = plugins(people=Plugin(Offering("سلمى")))  # type: ignore[arg-type]
    with pytest.raises(PluginError, match=r"people\.offering: authority\(\) must return Actor"):
        collect_authority(wrong)


def test_files_that_a_user_has_to_mend_are_not_passed_over(plugins: Register) -> None:
    broken = plugins(people=Plugin(Offering(error=MusnadError("actors.yaml:3: id: is missing"))))
    with pytest.raises(MusnadError, match=r"actors\.yaml:3"):
        collect_authority(broken)


def test_the_hash_changes_with_any_field(plugins: Register) -> None:
    def hash_of(record: Actor) -> str:
        return collect_authority(plugins(people=Plugin(Offering(record)))).hash

    assert hash_of(SALMA) == hash_of(SALMA.model_copy())
    assert hash_of(SALMA) != hash_of(SALMA.model_copy(update={"note": "minister"}))


@pytest.fixture
def refresh(
    archive: ArchiveReader, client: Elasticsearch, plugins: Register
) -> Callable[..., list[str]]:
    return lambda **named: refresh_authority(client, archive.prefix, plugins(**named))


def ids(archive: ArchiveReader) -> list[str]:
    return sorted(hit["_id"] for hit in archive.scan("actors", {"match_all": {}}))


def test_the_index_is_filled_once_and_follows_changes(
    archive: ArchiveReader, refresh: Callable[..., list[str]]
) -> None:
    people = Plugin(Offering(SALMA, DAILY))
    assert refresh(people=people) == [f"filled {archive.prefix}-actors with 2 records"]
    assert refresh(people=people) == []
    renamed = SALMA.model_copy(update={"names": {"ar": "سلمى الوراقي"}})
    (done,) = refresh(people=Plugin(Offering(renamed)))
    assert done.endswith(
        "wrote 1 records that are new or changed, removed 1 that no plugin offers any more"
    )
    assert ids(archive) == ["p-salma"]
    assert archive.actors(["p-salma"])["p-salma"].name == "سلمى الوراقي"


def test_records_of_a_plugin_that_is_off_stay(
    archive: ArchiveReader, refresh: Callable[..., list[str]]
) -> None:
    refresh(people=Plugin(Offering(SALMA)), press=Plugin(Offering(DAILY)))
    off = Plugin(Offering(error=NotConfigured("no files")))
    done = refresh(people=Plugin(Offering(SALMA)), press=off)
    assert done[1:] == ["kept the actors of press.offering is off: no files"]
    assert ids(archive) == ["o-daily", "p-salma"]


def test_the_hash_survives_new_fields(
    archive: ArchiveReader,
    client: Elasticsearch,
    plugins: Register,
    refresh: Callable[..., list[str]],
) -> None:
    class Fields:
        @musnad.hookimpl
        def musnad_fields(self) -> dict[str, object]:
            return {"x": {"type": "keyword"}}

    people = Plugin(Offering(SALMA))
    refresh(people=people)
    assert init(client, archive.prefix, plugins(people=people, more=Fields())) != []
    assert refresh(people=people) == []
