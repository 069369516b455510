"""Sentences of a document as the tagger takes them, and labelled corpora turned into such."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from musnad.document import Document
from musnad.model import Article
from musnad.segments import Token

from musnad_names.corpus import Sentence


def sentence_tokens(document: Document) -> Iterator[list[Token]]:
    """Yield the tokens of each sentence (title, headings and datelines are such, too)."""
    tokens = document.tokens
    starts = [token.start for token in tokens]
    for sentence in document.sentences:
        low = bisect_left(starts, sentence.start)
        high = bisect_left(starts, sentence.end)
        if low < high:
            yield list(tokens[low:high])


def article_of(document: Sequence[Sentence], number: int) -> tuple[Article, list[list[int]]]:
    """Return a labelled document as an article, a sentence a line, with the offsets of its tokens in the body."""
    starts: list[list[int]] = []
    at = 0
    for sentence in document:
        places = []
        for token in sentence.tokens:
            places.append(at)
            at += len(token) + 1
        starts.append(places)
    body = "\n".join(" ".join(sentence.tokens) for sentence in document)
    return Article(id=f"document-{number}", title="", body=body), starts


def labelled(
    document: Document, corpus: Sequence[Sentence], starts: Sequence[Sequence[int]]
) -> list[tuple[list[Token], list[str]]]:
    """Return the sentences of an enriched `article_of(corpus)` with a tag for each token."""
    spans = [
        (places[low], places[high - 1] + len(sentence.tokens[high - 1]), kind)
        for sentence, places in zip(corpus, starts, strict=True)
        for low, high, kind in sentence.spans()
    ]
    # The title is empty: the body begins at offset 1 of the text.
    found = []
    for tokens in sentence_tokens(document):
        tags = ["O"] * len(tokens)
        places = [document.original(token.start, token.end) for token in tokens]
        for low, high, kind in spans:
            inside = [
                i for i, (start, end) in enumerate(places) if start - 1 < high and end - 1 > low
            ]
            # Marks that are glued to a name are no part of it.
            while inside and tokens[inside[0]].kind == "punctuation":
                del inside[0]
            while inside and tokens[inside[-1]].kind == "punctuation":
                del inside[-1]
            for i in inside:
                tags[i] = f"{'B' if i == inside[0] else 'I'}-{kind}"
        found.append((tokens, tags))
    return found
