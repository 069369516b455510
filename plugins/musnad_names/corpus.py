"""Labelled corpora of names: the `token tag` format, documents in it, and the slice that nobody trains on.

A file has a token and its tag (`O`, `B-PERS`, `I-PERS` …, as ANERcorp has them) on each line and an empty
line after each sentence. It marks no documents: `documents` finds where one begins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from musnad.errors import MusnadError

KINDS = ("PERS", "LOC", "ORG")
"""Kinds of names that count; others in a file (MISC) are read as no name."""
TUNING_SHARE = 0.15
"""Share of a training file, at its end, that is kept for tuning: see `split`."""
LONGEST_DOCUMENT = 40
"""Sentences; a document without a visible end is cut here."""
_WINDOW = 4
_AGENCY = (
    r"(?:د ?\.? ?ب ?\.? ?[أا]|[أا] ?\.? ?ف ?\.? ?ب|[أا] ?\.? ?ب|[أا] ?\.? ?ش ?\.? ?[أا]|ق ?\.? ?ن ?\.? ?[أا]"
    r"|رويترز|وكالات(?: الأنباء| الانباء)?|بترا|كونا|سانا|واس|وام|قنا)"
)
_DATELINE = re.compile(rf"(?:\S+ ){{1,8}}?(?:\( ?|[-–ـ] ?|'' ){_AGENCY}(?![^\W\d_])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PREFIX = re.compile(r"^(?:[وف]?(?:[بكل]?ال|لل)|[وف](?=\w{4}))")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens with their tags (`O`, `B-PERS`, `I-PERS` …, kinds of `KINDS` only)."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]

    def spans(self) -> Iterator[tuple[int, int, str]]:
        """Yield each name as (first token, token after the last, kind)."""
        start = None
        for i, tag in enumerate((*self.tags, "O")):
            goes_on = start is not None and tag == f"I-{self.tags[start][2:]}"
            if start is not None and not goes_on:
                yield start, i, self.tags[start][2:]
                start = None
            if tag != "O" and start is None:
                start = i


def read(path: Path) -> list[Sentence]:
    """Return the sentences of a file in `token tag` format.

    Raises `MusnadError`, naming the line, for one that is not a token and a tag.
    """
    found: list[Sentence] = []
    tokens: list[str] = []
    tags: list[str] = []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MusnadError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    for number, line in enumerate([*text.split("\n"), ""], 1):
        parts = line.split()
        if parts:
            if len(parts) < 2 or not re.fullmatch(r"O|[BI]-\w+", parts[-1]):
                raise MusnadError(
                    f"{path}:{number}: expected a token and a tag (O, B-PERS, I-LOC …): {line[:60]!r}"
                )
            tokens.append("".join(parts[:-1]))
            tags.append(parts[-1] if parts[-1][2:] in KINDS else "O")
        elif tokens:
            found.append(Sentence(tuple(tokens), tuple(tags)))
            tokens, tags = [], []
    if not found:
        raise MusnadError(f"{path}: has no sentence")
    return found


def documents(sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    """Return the sentences in documents, from the tokens alone.

    A document begins at a dateline («فرانكفورت (د ب أ)»), at a sentence which (with those after it) shares no
    rarer word with those before it, and at the latest after `LONGEST_DOCUMENT` sentences.
    """
    words = [_content(sentence) for sentence in sentences]
    frequent = len(sentences) // 50 + 20
    count = Counter(word for one in words for word in one)
    rare = [{word for word in one if count[word] <= frequent} for one in words]
    found: list[list[Sentence]] = []
    begun = 0
    for i, sentence in enumerate(sentences):
        text = " ".join(sentence.tokens)
        before: set[str] = set().union(*rare[max(begun, i - _WINDOW) : i])
        after: set[str] = set().union(*rare[i : i + _WINDOW])
        if (
            i == 0
            or _DATELINE.match(text)
            or i - begun >= LONGEST_DOCUMENT
            or (i - begun >= _WINDOW and not before & after)
        ):
            found.append([])
            begun = i
        found[-1].append(sentence)
    return found


def _content(sentence: Sentence) -> set[str]:
    words = (_PREFIX.sub("", word) for word in _WORD.findall(" ".join(sentence.tokens)))
    return {word for word in words if len(word) > 2}


def split(
    found: Sequence[Sequence[Sentence]],
) -> tuple[list[Sequence[Sentence]], list[Sequence[Sentence]]]:
    """Return the documents to train on and those to tune on: the last `TUNING_SHARE` (of the tokens).

    Everything that trains on a file leaves the second part alone; sentences of the first that occur in
    the second, too, are left out (ANERcorp has articles twice), so that the figures are of unseen text.
    """
    sizes = [sum(len(sentence.tokens) for sentence in document) for document in found]
    limit = sum(sizes) * (1 - TUNING_SHARE)
    passed = 0
    cut = 0
    while cut < len(found) and passed + sizes[cut] / 2 < limit:
        passed += sizes[cut]
        cut += 1
    kept = list(found[cut:])
    seen = {sentence.tokens for document in kept for sentence in document}
    rest = (
        [one for one in document if one.tokens not in seen or len(one.tokens) < 5]
        for document in found[:cut]
    )
    return [document for document in rest if document], kept
