"""ANERcorp as the model reads it: words, labels, windows of sentences."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from musnad_careful.words import clean, split
from musnad_names import corpus


@dataclass(frozen=True)
class Sentence:
    """Cleaned words, the label of each, and for scoring the index of the corpus token of each."""

    words: tuple[str, ...]
    labels: tuple[str, ...]
    tokens: tuple[int, ...]
    gold: tuple[str, ...]
    """Labels by corpus token."""


Document = list[Sentence]


def read(path: Path) -> tuple[list[Document], list[Document]]:
    """Return the documents to train on and those held out (see `musnad_names.corpus.split`).

    Raises `MusnadError`, naming file and line, for a file that is not of the `token tag` format.
    """
    train, tuning = corpus.split(corpus.documents(corpus.read(path)))
    return [_document(one) for one in train], [_document(one) for one in tuning]


def _document(document: Sequence[corpus.Sentence]) -> Document:
    return [_sentence(sentence.tokens, sentence.tags) for sentence in document]


def _sentence(tokens: Sequence[str], tags: Sequence[str]) -> Sentence:
    """Cut tokens into words; marks at the ends of a name that the corpus left glued to it are outside."""
    words: list[str] = []
    labels: list[str] = []
    origin: list[int] = []
    for i, (token, tag) in enumerate(zip(tokens, tags, strict=True)):
        parts = [clean(token[a:b]) or "." for a, b in split(token)] or ["."]
        kind = tag[2:]
        goes_on = i + 1 < len(tags) and tags[i + 1] == f"I-{kind}"
        names = [j for j, part in enumerate(parts) if part[0].isalnum()] or [0]
        for j, part in enumerate(parts):
            inside = tag != "O" and j >= (names[0] if tag[0] == "B" else 0)
            inside = inside and (j <= names[-1] or goes_on)
            first = tag[0] == "B" and j == names[0]
            labels.append(("B-" if first else "I-") + kind if inside else "O")
            words.append(part)
            origin.append(i)
    return Sentence(tuple(words), tuple(labels), tuple(origin), tuple(tags))


Window = tuple[list[str], list[str]]
"""Words and labels that the model reads at once."""


def windows(documents: Iterable[Document], rng: random.Random, longest: int) -> Iterator[Window]:
    """Cut documents into windows of neighbouring sentences, differently each time.

    A third of them are single sentences, so that the model does without context where there is none.
    """
    for document in documents:
        words: list[str] = []
        labels: list[str] = []
        limit = 0
        for sentence in document:
            if words and len(words) + len(sentence.words) > limit:
                yield words, labels
                words, labels = [], []
            if not words:
                limit = 0 if rng.random() < 1 / 3 else rng.randint(40, longest)
            words = [*words, *sentence.words]
            labels = [*labels, *sentence.labels]
            while len(words) > longest:
                yield words[:longest], labels[:longest]
                words, labels = words[longest:], labels[longest:]
        if words:
            yield words, labels


def packed(documents: Iterable[Document], longest: int) -> list[list[Sentence]]:
    """Return all sentences in windows of up to `longest` words, none over the end of a document."""
    groups: list[list[Sentence]] = []
    for document in documents:
        groups.append([])
        for sentence in document:
            words = sum(len(other.words) for other in groups[-1])
            if groups[-1] and words + len(sentence.words) > longest:
                groups.append([])
            groups[-1].append(sentence)
    return groups


def spans(labels: Iterable[str]) -> set[tuple[int, int, str]]:
    """Return the names in BIO labels as (start, end, kind); an `I-` that continues nothing begins a name."""
    found = set()
    start, kind = 0, ""
    items = [*labels, "O"]
    for i, label in enumerate(items):
        if kind and (label[0] != "I" or label[2:] != kind):
            found.add((start, i, kind))
            kind = ""
        if label != "O" and not kind:
            start, kind = i, label[2:]
    return found
