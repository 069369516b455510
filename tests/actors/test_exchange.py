"""Authority records from and to other formats: nothing lost silently, what goes out comes back."""

from __future__ import annotations

import bz2
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from musnad.errors import InputError
from musnad.exports.ftm import entities
from musnad.model import Actor, Alias
from musnad_actors.authority import Authority, load_authority, starter_files
from musnad_actors.exchange import wikidata
from musnad_actors.exchange.found import Refused, Wanted, alias_kind
from musnad_actors.exchange.importing import Account, guess_format, run
from musnad_actors.exchange.writing import FORMATS, writer

Import = Callable[..., tuple[Account, dict[str, Actor], list[Refused]]]


@pytest.fixture
def take(tmp_path: Path) -> Import:
    def one(
        source: Path,
        form: str,
        authority: Authority | None = None,
        out: str = "out.jsonl",
        **more: Any,
    ) -> tuple[Account, dict[str, Actor], list[Refused]]:
        wanted = Wanted(**{k: v for k, v in more.items() if k in Wanted.__dataclass_fields__})
        rest = {k: v for k, v in more.items() if k not in Wanted.__dataclass_fields__}
        refused: list[Refused] = []
        target = tmp_path / out
        account = run(
            source, form, target, wanted, authority or Authority(), quiet=True,
            refused_file=tmp_path / "refused.jsonl", on_refused=refused.append, **rest,
        )  # fmt: skip
        assert account.adds_up
        assert not list(tmp_path.glob("*.part"))
        return account, dict(load_authority([target]).records), refused

    return one


def save(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


RICH = Actor.model_validate(
    {
        "id": "person-x",
        "type": "person",
        "names": {"ar": "سالم | الورداني", "en": "Salem al-Wardani", "fr": "Salem"},
        "aliases": [
            Alias(text="الورداني", kind="short"),
            Alias(text="أبو راشد", kind="kunya"),
            Alias(text="Q: the man", kind="full"),
            Alias(text="محافظ مرسى", kind="title"),
        ],
        "titles": ["المحافظ"],
        "country": "LY",
        "part_of": "org-x",
        "identifiers": {"wikidata": "Q0", "viaf": "7"},
        "valid_from": "2019-05-01",
        "note": "سطر، وفاصلة",
        "former_ids": ["person-old"],
    }
)
BODY = Actor(id="org-x", type="organization", names={"ar": "مجلس مرسى"})


@pytest.mark.parametrize("form", ["csv", "jsonl", "yaml"])
def test_an_authority_file_that_is_written_reads_back_the_same(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{form}"
    with path.open("w", encoding="utf-8", newline="") as stream:
        FORMATS[form]([RICH, BODY], stream)
    assert list(load_authority([path])) == [RICH, BODY]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_whole_starter_authority_goes_out_and_comes_back(form: str, tmp_path: Path) -> None:
    starter = load_authority(starter_files())
    path = tmp_path / f"out.{form}"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer(path)(starter, stream)
    assert load_authority([path]).records == starter.records


def test_followthemoney_comes_back_but_for_what_it_has_no_place_for(
    tmp_path: Path, take: Import
) -> None:
    starter = load_authority(starter_files())
    path = tmp_path / "out.ftm.json"
    with path.open("w", encoding="utf-8") as stream:
        FORMATS["ftm"]([*starter, RICH, BODY], stream)
    account, back, refused = take(path, "ftm")
    assert refused == []
    assert account.written == len(starter) + 2
    for record in starter:
        again = back[record.id]
        assert (again.type, again.name, again.country) == (record.type, record.name, record.country)
        names = {*record.names.values(), *(alias.text for alias in record.aliases)}
        kept = {*again.names.values(), *(alias.text for alias in again.aliases)}
        assert kept == names, record.id
    rich = back["person-x"]
    assert rich.part_of == "org-x"
    assert rich.former_ids == ("person-old",)
    assert rich.identifiers == {"wikidata": "Q0", "viaf": "7"}
    assert rich.titles == ("المحافظ",)
    kinds = {alias.text: alias.kind for alias in rich.aliases}
    assert kinds["الورداني"] == "short"
    assert kinds["محافظ مرسى"] == "title"


def test_entities_are_as_followthemoney_describes_them() -> None:
    """Against its documented schemata; docs/authority.md tells of a check with the library itself."""
    allowed = {
        "Person": {"name", "alias", "weakAlias", "abbreviation", "position", "title", "country", "wikidataId",
                   "idNumber", "notes", "keywords"},
        "Organization": {"name", "alias", "weakAlias", "abbreviation", "country", "wikidataId", "idNumber",
                         "notes", "keywords"},
        "Territory": {"name", "alias", "weakAlias", "country", "wikidataId", "notes", "keywords"},
        "Address": {"full", "name", "alias", "weakAlias", "country", "wikidataId", "notes", "keywords"},
        "LegalEntity": {"name", "alias", "weakAlias", "abbreviation", "country", "wikidataId", "idNumber",
                        "notes", "keywords"},
        "Membership": {"member", "organization"},
    }  # fmt: skip
    seen = set()
    for entity in entities([*load_authority(starter_files()), RICH, BODY]):
        assert set(entity["properties"]) <= allowed[entity["schema"]]
        for values in entity["properties"].values():
            assert isinstance(values, list)
            assert all(isinstance(value, str) and value for value in values)
        assert entity["id"] not in seen
        seen.add(entity["id"])


POPOLO = {
    "persons": [
        {"id": "0b0bf266-3ce6-4f63-9775-d3ac3e855236", "name": "سالم  الورداني", "honorific_prefix": "الدكتور",
         "other_names": [{"name": "Salem Wardani", "lang": "en"}, {"name": "الورداني"}, {"name": "أبو راشد"}],
         "identifiers": [{"scheme": "wikidata", "identifier": "Q1"}]},
        {"id": "p2", "name": ""},
        {"name": "نوال الشراع"},
        {"id": "p3", "name": "نوال الشراع"},
        {"id": "p3", "name": "هدى السمان"},
    ],
    "organizations": [
        {"id": "legislature", "name": "مجلس النواب", "identifiers": [{"scheme": "wikidata", "identifier": "Q2"}]},
        {"id": "party/حزب_الميناء", "name": "حزب الميناء"},
        {"id": "party/unknown", "name": "unknown"},
    ],
    "memberships": [
        {"person_id": "0b0bf266-3ce6-4f63-9775-d3ac3e855236", "organization_id": "legislature",
         "on_behalf_of_id": "party/حزب_الميناء"},
        {"person_id": "p3", "organization_id": "legislature", "on_behalf_of_id": "party/unknown"},
    ],
}  # fmt: skip


def test_popolo(tmp_path: Path, take: Import) -> None:
    path = save(tmp_path / "p.json", json.dumps(POPOLO, ensure_ascii=False, indent=1))
    assert guess_format(path) == "popolo"
    account, records, refused = take(path, "popolo", namespace="gulf", default_country="LY")
    assert (account.read, account.written, account.refused) == (8, 4, 3)
    assert account.left_out.total() == 1
    person = records["person-0b0bf266-3ce6-4f63-9775-d3ac3e855236"]
    assert person.names == {"ar": "سالم الورداني", "en": "Salem Wardani"}
    assert [(a.text, a.kind) for a in person.aliases] == [
        ("الورداني", "short"),
        ("أبو راشد", "kunya"),
    ]
    assert person.titles == ("الدكتور",)
    assert person.country == "LY"
    assert person.part_of == "org-gulf-hzb-almyna"
    assert records["person-gulf-p3"].part_of == "org-gulf-legislature"
    reasons = sorted(r.reason for r in refused)
    assert "name: is missing" in reasons
    assert any("without an id" in reason for reason in reasons)
    assert any("taken already by line" in reason for reason in reasons)
    lines = path.read_text(encoding="utf-8").splitlines()
    empty = next(r for r in refused if r.reason == "name: is missing")
    assert '"p2"' in lines[empty.line - 1]
    kept = [json.loads(line) for line in (tmp_path / "refused.jsonl").read_text().splitlines()]
    assert {row["line"] for row in kept} == {r.line for r in refused}


def test_what_the_authority_has_is_not_written_again(tmp_path: Path, take: Import) -> None:
    path = save(tmp_path / "p.json", json.dumps(POPOLO, ensure_ascii=False))
    there = Authority(
        {"x": Actor(id="x", type="person", names={"ar": "س"}, identifiers={"wikidata": "Q1"})}
    )
    assert take(path, "popolo", there)[0].known == 1
    assert take(path, "popolo", there, with_known=True)[0].known == 0


def test_csv_of_others(tmp_path: Path, take: Import) -> None:
    text = "الاسم;name;بلد;x\nسالم الورداني;Salem;ly;1\n;;;\nنوال;Nawal;Libya;2\n;No Arabic;TN;3\nهدى;a\n"
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode("windows-1256"))
    columns = {"name_ar": "الاسم", "name_en": "name", "country": "بلد"}
    account, records, refused = take(path, "csv", columns=columns, encoding="windows-1256")
    assert (account.read, account.written, account.refused) == (4, 2, 2)
    assert records["person-salem"].country == "LY"
    assert [r.line for r in refused] == [4, 6]
    assert "country" in refused[0].reason
    with pytest.raises(InputError, match="no column holds a name"):
        take(path, "csv", encoding="windows-1256")
    with pytest.raises(InputError, match="encoding"):
        take(path, "csv", columns=columns)


def entity(number: int, classes: list[str], ar: str | None, **more: Any) -> dict[str, Any]:
    def claim(value: Any) -> dict[str, Any]:
        return {"mainsnak": {"snaktype": "value", "datavalue": {"value": value}}, "rank": "normal"}

    labels = {"en": {"language": "en", "value": f"Name {number}"}}
    if ar:
        labels["ar"] = {"language": "ar", "value": ar}
    claims = {"P31": [claim({"id": one}) for one in classes]}
    for key, value in more.items():
        claims[key] = [claim({"id": value} if str(value).startswith("Q") else value)]
    aliases = {"ar": [{"language": "ar", "value": f"{ar} الثاني"}]} if ar else {}
    return {
        "type": "item",
        "id": f"Q{number}",
        "labels": labels,
        "aliases": aliases,
        "claims": claims,
    }


DUMP = [
    entity(1016, ["Q6256"], "ليبيا", P297="LY"),
    entity(900001, ["Q3624078"], "دولة مخترعة", P297="XA"),
    entity(900002, ["Q5"], "سالم الورداني", P27="Q1016", P214="77"),
    entity(900003, ["Q5"], None, P27="Q1016"),
    entity(900004, ["Q4167410"], "توضيح"),
    entity(900005, ["Q7278"], "حزب الميناء", P17="Q900001"),
    entity(900006, ["Q515"], "مرسى الياسمين", P17="Q1016"),
    entity(900007, ["Q192283"], "وكالة الميناء", P17="Q1016", P856="https://www.mina.example/ar"),
    entity(900008, ["Q5"], "هدى السمان", P27="Q79"),
]


def dump_lines() -> str:
    return (
        "[\n"
        + ",\n".join(json.dumps(e, ensure_ascii=False, separators=(",", ":")) for e in DUMP)
        + "\n]\n"
    )


@pytest.mark.parametrize("shape", ["lines", "gz", "bz2", "array", "entities", "jsonl"])
def test_wikidata_in_all_its_shapes(shape: str, tmp_path: Path, take: Import) -> None:
    text = dump_lines()
    if shape == "array":
        text = json.dumps(DUMP, ensure_ascii=False, indent=1)
    elif shape == "entities":
        text = json.dumps({"entities": {e["id"]: e for e in DUMP}}, ensure_ascii=False)
    elif shape == "jsonl":
        text = "".join(json.dumps(e) + "\n" for e in DUMP)
    path = tmp_path / f"d.json{'.' + shape if shape in ('gz', 'bz2') else ''}"
    packed = {"gz": gzip.compress, "bz2": bz2.compress}.get(shape, lambda data: data)(text.encode())
    path.write_bytes(packed)
    assert guess_format(path) == "wikidata"
    account, records, _ = take(path, "wikidata")
    assert (account.read, account.written) == (9, 6)
    assert sorted(account.left_out) == [
        "of another class", "outlets (asked for with --type outlet)", "without an Arabic label",
    ]  # fmt: skip
    person = records["Q900002"]
    assert (person.type, person.country) == ("person", "LY")
    assert person.identifiers == {"wikidata": "Q900002", "viaf": "77"}
    assert [(a.text, a.kind) for a in person.aliases] == [("سالم الورداني الثاني", "full")]
    assert records["Q900005"].country == "XA"
    assert records["Q1016"].type == "state"
    assert records["Q900006"].type == "place"


def test_wikidata_filters(tmp_path: Path, take: Import) -> None:
    path = save(tmp_path / "d.json", dump_lines())
    account, records, _ = take(
        path, "wikidata", types=frozenset({"person"}), countries=frozenset({"LY"})
    )
    assert list(records) == ["Q900002"]
    assert account.left_out["of another country"] == 1
    assert take(path, "wikidata", limit=2)[0].written == 2
    outlets = take(path, "wikidata", types=frozenset({"outlet"}))[1]
    assert outlets["Q900007"].model_dump()["domains"] == ("mina.example",)


def test_a_broken_line_of_a_dump_is_refused_with_its_number(tmp_path: Path, take: Import) -> None:
    lines = dump_lines().splitlines()
    lines[3] = lines[3][:-20]
    account, records, refused = take(save(tmp_path / "d.json", "\n".join(lines)), "wikidata")
    assert [r.line for r in refused] == [4]
    assert account.written == 5
    assert "Q900002" not in records


def test_a_dump_that_is_cut_off_is_one_sentence(tmp_path: Path, take: Import) -> None:
    path = tmp_path / "d.json.gz"
    path.write_bytes(gzip.compress(dump_lines().encode())[:-30])
    with pytest.raises(InputError, match="damaged or cut off"):
        take(path, "wikidata")
    assert not (tmp_path / "out.jsonl").exists()


def test_the_classes_of_wikidata_are_unambiguous() -> None:
    types, kinds, countries = wikidata.tables()
    assert set(kinds) == {one for one, kind in types.items() if kind == "outlet"}
    assert all(len(code) == 2 and code.isupper() for code in countries.values())


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("الورداني", "person", "short"),
        ("أبو راشد", "person", "kunya"),
        ("سالم الورداني", "person", "full"),
        ("Salem", "person", "short"),
        ("Salem Wardani", "person", "transliteration"),
        ("UNESCO", "organization", "acronym"),
        ("الميناء", "organization", "full"),
    ],
)
def test_kinds_of_aliases(text: str, kind: str, expected: str) -> None:
    assert alias_kind(text, kind) == expected


def test_simple_csv_of_opensanctions(tmp_path: Path, take: Import) -> None:
    text = (
        "id,schema,name,aliases,birth_date,countries\n"
        "NK-1,Person,سالم الورداني,Salem Wardani;الورداني,,ly\nNK-2,Vessel,Ship,,,\n"
    )
    path = save(tmp_path / "targets.simple.csv", text)
    assert guess_format(path) == "ftm"
    account, records, _ = take(path, "ftm")
    assert (account.written, account.left_out["schema Vessel"]) == (1, 1)
    assert records["NK-1"].names == {"ar": "سالم الورداني", "en": "Salem Wardani"}
    assert records["NK-1"].country == "LY"
