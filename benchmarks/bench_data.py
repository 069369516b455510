"""Articles to measure with: the user's own, or new ones made from the sample archive."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

SAMPLE = Path(__file__).resolve().parent.parent / "examples" / "archive"
SEED = 20260101
_SENTENCE_END = re.compile(r"(?<=[.؟!]) +")
_DEFINITE = re.compile(r"\bال[^\W\d_]{3,}\b")
_NOT_SWAPPED = frozenset(["الذين", "اللذين", "اللتين", "اللواتي", "اليوم", "الآن"])
Line = dict[str, Any]


def prepare(data: Path | None, count: int, folder: Path, characters: int | None = None) -> Path:
    """Write `count` articles (made ones of about so many `characters`) into `folder`; return the file: JSON Lines.

    Taken from the head of `data` (`.jsonl`, `.jsonl.gz`), else made. Raises `SystemExit` where `data` cannot
    be read.
    """
    target = folder / "articles.jsonl"
    lines = generated(count, characters) if data is None else _head(data, count)
    with target.open("w", encoding="utf-8") as stream:
        for line in lines:
            stream.write(line + "\n")
    if not target.stat().st_size:
        raise SystemExit(f"bench: {data}: there is no article in it")
    return target


def _head(data: Path, count: int) -> Iterator[str]:
    try:
        opened = gzip.open if data.suffix == ".gz" else open
        with opened(data, "rt", encoding="utf-8") as stream:
            yield from itertools.islice((line.strip() for line in stream if line.strip()), count)
    except (OSError, UnicodeDecodeError) as error:
        raise SystemExit(f"bench: {data}: cannot be read: {error}") from error


def generated(count: int, characters: int | None = None) -> Iterator[str]:
    """Yield `count` records (cut to whole paragraphs of about so many characters) made from the sample archive, always the same ones.

    Each joins the paragraphs of two sample articles, in another order and with the sentences in another
    order inside them, and swaps names of people and bodies, and most words with the article, for others: no
    two have a text or an id in common, and a sentence is not one of forty copies, which no archive has and
    which would make settling look far slower than it is.
    """
    text = (SAMPLE / "articles.jsonl").read_text(encoding="utf-8")
    sample: list[Line] = [json.loads(line) for line in text.splitlines()]
    swapped = _Swapped({**_names(), "word": _words(text)})
    for number in range(count):
        # A generator for each record: the same record whatever the count.
        chance = random.Random(SEED + number)
        first, second = chance.sample(sample, 2)
        swap = swapped.by(chance)
        paragraphs = [*_paragraphs(first), *_paragraphs(second)[1:]]
        head, rest = paragraphs[0], paragraphs[1:]
        chance.shuffle(rest)
        body = "\n\n".join([head, *(_reordered(paragraph, chance) for paragraph in rest)])
        if characters is not None:
            body = body[: body.find("\n\n", characters)] if "\n\n" in body[characters:] else body
        day = 1 + chance.randrange(28)
        record = {
            **first,
            "title": swap(first["title"]),
            "body": swap(body),
            "url": f"{first['url']}/{number}",
            "published_at": f"2026-{1 + chance.randrange(12):02}-{day:02}T12:00:00+03:00",
        }
        yield json.dumps(record, ensure_ascii=False)


def _paragraphs(article: Line) -> list[str]:
    return [part for part in article["body"].split("\n\n") if part.strip()]


def _reordered(paragraph: str, chance: random.Random) -> str:
    sentences = _SENTENCE_END.split(paragraph)
    chance.shuffle(sentences)
    return " ".join(sentences)


def _names() -> Mapping[str, Sequence[str]]:
    """Return the Arabic names of the sample's people and bodies by type."""
    records = yaml.safe_load((SAMPLE / "actors.yaml").read_text(encoding="utf-8"))
    names: dict[str, list[str]] = {}
    for record in records:
        if record["type"] in {"person", "organization"}:
            names.setdefault(record["type"], []).append(record["names"]["ar"])
    return names


def _words(text: str) -> Sequence[str]:
    """Return the words with the article: nouns and adjectives mostly, so that sentences still read as such."""
    return sorted(set(_DEFINITE.findall(text)) - _NOT_SWAPPED)


class _Swapped:
    """Names that are exchanged for others of the same type."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = names
        longest_first = sorted({name for same in names.values() for name in same}, key=len)[::-1]
        self._pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")

    def by(self, chance: random.Random) -> Callable[[str], str]:
        """Return a function that exchanges the names of a text, each always for the same one."""
        other: dict[str, str] = {}
        for same_type in self._names.values():
            others = list(same_type)
            chance.shuffle(others)
            other.update(zip(same_type, others, strict=True))
        return lambda text: self._pattern.sub(lambda match: other[match[0]], text)
