"""Authority files: four formats, and errors that name file, line and field."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from musnad.model import Outlet
from musnad_actors.authority import AuthorityError, load_authority, starter_files, validate

Write = Callable[[str, str], Path]

GOOD = """\
- id: person-wardani
  type: person
  names: {ar: سالم الورداني, en: Salem Wardani}
  aliases:
    - {text: الورداني, kind: short}
    - أبو غيث
  country: NO
  valid_from: 2011-02-17
- id: outlet-manara
  type: outlet
  names: {ar: المنارة}
  kind: newspaper
  domains: [manara.example]
"""


def test_the_starter_is_right_and_large() -> None:
    assert validate(starter_files()) == []
    authority = load_authority(starter_files())
    assert len(authority) >= 200
    assert {record.type for record in authority} >= {
        "person",
        "organization",
        "state",
        "armed_group",
        "place",
    }


def test_yaml_is_read_as_it_is_written(write: Write) -> None:
    authority = load_authority([write("a.yaml", GOOD)])
    person = authority.records["person-wardani"]
    assert person.name == "سالم الورداني"
    assert [(a.text, a.kind) for a in person.aliases] == [
        ("الورداني", "short"),
        ("أبو غيث", "full"),
    ]
    assert person.country == "NO"  # YAML's own types would make it false
    assert str(person.valid_from) == "2011-02-17"
    assert isinstance(authority.records["outlet-manara"], Outlet)


def test_all_formats_give_the_same_records(write: Write) -> None:
    values = [
        {
            "id": "p",
            "type": "person",
            "names": {"ar": "سالم الورداني", "en": "Salem Wardani"},
            "aliases": [{"text": "الورداني", "kind": "short"}, {"text": "Wardani"}],
            "titles": ["المشير", "الفريق"],
            "country": "LY",
            "identifiers": {"wikidata": "Q1"},
        },
        {"id": "b", "type": "organization", "names": {"ar": "مجلس الواحة"}, "note": "a, b"},
    ]
    table = (
        "id,type,name_ar,name_en,aliases,titles,country,wikidata,note\n"
        "p,person,سالم الورداني,Salem Wardani,short:الورداني|Wardani,المشير|الفريق,LY,Q1,\n"
        'b,organization,مجلس الواحة,,,,,,"a, b"\n'
    )
    text = json.dumps(values, ensure_ascii=False, indent=1)
    lines = "\n".join(json.dumps(value) for value in values)
    read = [
        load_authority([write(name, content)]).records
        for name, content in [
            ("a.json", text),
            ("b.json", '{"actors": ' + text + "}"),
            ("a.jsonl", lines),
            ("a.csv", table),
            ("a.yaml", text),
        ]
    ]
    assert all(records == read[0] for records in read)
    assert list(read[0]) == ["p", "b"]


def problems(*paths: Path) -> list[str]:
    folder = paths[0].parent
    return [str(p).replace(f"{folder}/", "") for p in validate(list(paths))]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("  type: person\n  names: {ar: س}\n  country: Libya", ["a.yaml:4: country: "]),
        ("  type: persn\n  names: {ar: س}", ['a.yaml:2: type: "persn" is none of ']),
        ("  names: {ar: س}", ["a.yaml:1: type: is missing"]),
        (
            "  type: person\n  names: {ar: س}\n  alias: []",
            ['a.yaml:4: alias: unknown field: did you mean "aliases"?'],
        ),
        (
            "  type: person\n  names: {ar: س}\n  aliases:\n    - {text: ع, kind: short}\n    - {text: ''}",
            ["a.yaml:6: aliases[1].text: is empty"],
        ),
        (
            "  type: person\n  names: {ar: س}\n  aliases:\n    - {text: '  ', kind: short}",
            ["a.yaml:5: aliases[0].text: is empty"],
        ),
        (
            "  type: person\n  names: {ar: س}\n  aliases:\n    - text: ع\n      kind: shrt",
            ['a.yaml:6: aliases[0].kind: "shrt" is none of '],
        ),
        (
            "  type: person\n  names: {ar: س}\n  valid_from: 17.2.2011",
            ['a.yaml:4: valid_from: "17.2.2011" is no date: write it as 2011-02-17'],
        ),
        (
            "  type: person\n  names: {ar: س}\n  valid_from: 2012-01-01\n  valid_to: 2011-01-01",
            ["a.yaml:5: valid_to: 2011-01-01 is before valid_from 2012-01-01"],
        ),
        (
            "  type: person\n  names: {ar: س}\n  part_of: nobody",
            ['a.yaml:4: part_of: there is no record "nobody"'],
        ),
        (
            "  type: person\n  names: {ar: س}\n  part_of: x",
            ["a.yaml:4: part_of: a record is no part"],
        ),
        ("  type: person\n  names: {}", ["a.yaml:3: names: is empty"]),
        (
            "  type: person\n  type: state\n  names: {ar: س}",
            ["a.yaml:3: type: this field is given twice"],
        ),
        ("  type: outlet\n  names: {ar: س}", ["a.yaml:1: kind: is missing"]),
        (
            "  type: persn\n  names: {ar: س}\n  valid_from: never",
            ["a.yaml:2: type: ", "a.yaml:4: valid_from: "],
        ),
    ],
)
def test_a_problem_names_file_line_and_field(lines: str, expected: list[str], write: Write) -> None:
    found = problems(write("a.yaml", f"- id: x\n{lines}\n"))
    assert len(found) == len(expected), found
    for problem, start in zip(found, expected, strict=True):
        assert problem.startswith(start), problem


def test_a_duplicate_id_names_both_places(write: Write) -> None:
    one = write("a.yaml", "- id: x\n  type: person\n  names: {ar: س}\n")
    two = write("b.yaml", "\n\n- type: person\n  id: x\n  names: {ar: ع}\n")
    (problem,) = problems(one, two)
    assert problem.startswith('b.yaml:4: id: "x" is taken already at ')
    assert "a.yaml:1" in problem


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "a.json",
            '[\n {"id": "x",\n  "type": "persn",\n  "names": {"ar": "س"}}]',
            "a.json:3: type: ",
        ),
        ("a.json", '[{"id": "x"', "a.json:1: not valid JSON"),
        (
            "a.jsonl",
            '{"id": "x", "type": "person", "names": {"ar": "س"}}\n{"id"\n',
            "a.jsonl:2: not valid",
        ),
        ("a.jsonl", '\n["x"]\n', "a.jsonl:2: not a record"),
        ("a.csv", "id,type,name_ar,country\nx,person,س,Libya\n", "a.csv:2: country: "),
        ("a.csv", "id,type,name_ar,aliases\nx,person,س,shrt:ع\n", "a.csv:2: aliases[0].kind: "),
        ("a.csv", "id,type,nom\nx,person,س\n", 'a.csv:1: nom: unknown column "nom"'),
        ("a.csv", "id,type,name_ar\nx,person\n", "a.csv:2: 2 cells in a table of 3 columns"),
        ("a.yaml", "- id: x\n  type: [\n", "a.yaml:3: not valid YAML"),
        ("a.yaml", "just a word\n", "a.yaml:1: expected a list of records"),
        ("a.yaml", "- word\n", "a.yaml:1: not a record"),
        ("a.txt", "x", "a.txt: unknown file type"),
    ],
)
def test_other_formats_name_the_place_too(
    name: str, text: str, expected: str, write: Write
) -> None:
    (problem,) = problems(write(name, text))
    assert problem.startswith(expected), problem


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.yaml") == ["none.yaml: no such file"]
    (tmp_path / "a.yaml").write_bytes(b"- id: \xff\xfe")
    (problem,) = problems(tmp_path / "a.yaml")
    assert problem.startswith("a.yaml: not UTF-8 (byte 6)")


def test_own_records_add_to_and_replace_those_of_the_starter(write: Write) -> None:
    starter = write("starter.yaml", GOOD)
    own = write(
        "own.yaml",
        "- {id: person-wardani, type: person, names: {ar: سليم الورداني}}\n"
        "- {id: new, type: person, names: {ar: نبيل}, part_of: outlet-manara}\n",
    )
    authority = load_authority([starter], [own])
    assert authority.records["person-wardani"].name == "سليم الورداني"
    assert authority.records["person-wardani"].aliases == ()
    assert list(authority.records) == ["person-wardani", "outlet-manara", "new"]
    assert authority.files == (starter, own)


def test_loading_bad_files_raises_one_error_with_all_problems(write: Write) -> None:
    bad = write("a.yaml", "- id: x\n  type: persn\n  names: {ar: س}\n- id: y\n  names: {ar: س}\n")
    with pytest.raises(AuthorityError) as caught:
        load_authority([bad])
    assert [p.line for p in caught.value.problems] == [2, 4]
    assert str(caught.value).count("\n") == 1
