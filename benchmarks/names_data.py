"""An authority file of any size, made from the project's own lists of names; always the same one.

People have three or four names (given, father's, family), one in three an alias in Latin letters, one in ten
a short name, one in twenty a kunya; one record in eight is a body or a place. The people are nobody: the
names are drawn by chance.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from musnad_actors.fold import clean
from musnad_actors.lexicon import DATA

SEED = 20260102
_ROMAN = str.maketrans(
    dict(
        zip(
            "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ",
            [
                "a",
                "b",
                "t",
                "th",
                "j",
                "h",
                "kh",
                "d",
                "dh",
                "r",
                "z",
                "s",
                "sh",
                "s",
                "d",
                "t",
                "z",
                "a",
                "gh",
                "f",
                "q",
                "k",
                "l",
                "m",
                "n",
                "h",
                "u",
                "i",
                "a",
                "a",
                "",
                "a",
                "i",
                "a",
                "u",
                "i",
            ],
            strict=True,
        )
    )
)
_BODIES = (
    "شركة", "جمعية", "مؤسسة", "هيئة", "لجنة", "رابطة", "نقابة", "مجلس", "حزب", "تجمع", "معهد", "مركز",
)  # fmt: skip
_FIELDS = (
    "للتنمية", "للتجارة", "للإغاثة", "للدراسات", "للبحوث", "للنقل", "للإعمار", "للصناعة", "للثقافة", "للزراعة",
)  # fmt: skip
_COUNTRIES = ("LY", "EG", "SY", "IQ", "LB", "JO", "SA", "YE", "SD", "TN", "DZ", "MA")


def given_names() -> list[str]:
    """Return the given names of the shipped list, in its order."""
    text = (DATA / "given_names.txt").read_text(encoding="utf-8")
    words = [
        word for line in text.splitlines() if not line.startswith("#") for word in line.split()
    ]
    return list(dict.fromkeys(clean(word) for word in words))


def families(given: list[str]) -> list[str]:
    """Return family names made of given names: the nisba («الحمداني»), and the name itself."""
    stems = [name.removeprefix("ال").rstrip("اىةهيئ") for name in given]
    nisbas = [f"ال{stem}{end}" for stem in stems if len(stem) > 2 for end in ("ي", "اني", "اوي")]
    return list(dict.fromkeys([*nisbas, *given]))


def records(count: int) -> Iterator[dict[str, Any]]:
    """Yield `count` records as a file of the authority has them."""
    chance = random.Random(SEED)
    given = given_names()
    family = families(given)
    seen: set[str] = set()
    number = 0
    while number < count:
        record = (
            _body(chance, given, family)
            if chance.random() < 0.125
            else _person(chance, given, family)
        )
        name = record["names"]["ar"]
        if name in seen:
            continue
        seen.add(name)
        number += 1
        yield {"id": f"bench-{number:06}", **record, "country": chance.choice(_COUNTRIES)}


def _person(chance: random.Random, given: list[str], family: list[str]) -> dict[str, Any]:
    first, last = chance.choice(given), chance.choice(family)
    between = chance.sample(given, chance.choice((1, 1, 1, 2)))
    aliases = []
    if chance.random() < 0.5:
        aliases.append({"text": f"{first} {last}", "kind": "full"})
    if chance.random() < 0.33:
        aliases.append({"text": romanized(f"{first} {last}"), "kind": "transliteration"})
    if chance.random() < 0.1:
        aliases.append({"text": last, "kind": "short"})
    if chance.random() < 0.05:
        aliases.append({"text": f"أبو {chance.choice(given)}", "kind": "kunya"})
    return {
        "type": "person",
        "names": {"ar": " ".join([first, *between, last])},
        "aliases": aliases,
    }


def _body(chance: random.Random, given: list[str], family: list[str]) -> dict[str, Any]:
    name = f"{chance.choice(_BODIES)} {chance.choice(family)} {chance.choice(_FIELDS)}"
    return {
        "type": "organization",
        "names": {"ar": f"{name} في {chance.choice(given)}"},
        "aliases": [name],
    }


def romanized(name: str) -> str:
    """Return a name in Latin letters, as a careless typist would write it."""
    return name.translate(_ROMAN).title()


def write(path: Path, count: int) -> None:
    """Write `count` records as JSON Lines."""
    with path.open("w", encoding="utf-8") as stream:
        for record in records(count):
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
