"""Sentences as word pieces, cut as camel-tools cuts them.

camel-tools' `NERDataset` fills segments of 256 pieces (two of them the marks at both ends) word by word, and labels each
word by its first piece. The same cuts are made here, because what a word is labelled depends on what is in its
segment. In two cases camel-tools goes astray: a word without any piece gets no label there, so that the labels of all
words behind it stand one word too early; a word of more than 254 pieces makes it fail. Here the first is no name (`O`)
and the second is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

LONGEST_SEGMENT = 256
"""`max_seq_length` in `camel_tools.ner.NERecognizer.predict` (1.6.0)."""
ENDS = 2
"""The marks at both ends of a segment."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of a sentence, or all of it, as the model takes it."""

    sentence: int
    ids: tuple[int, ...]
    """Without the marks at the ends."""
    firsts: tuple[int, ...]
    """For each word: which of `ids` is its first piece."""
    words: tuple[int, ...]
    """The numbers of these words in the sentence."""


def segments(
    sentences: Sequence[Sequence[str]], ids_of: Callable[[str], Sequence[int]]
) -> Iterator[Segment]:
    """Yield the sentences as segments, in order; `ids_of` gives the pieces of a word."""
    room = LONGEST_SEGMENT - ENDS
    for number, sentence in enumerate(sentences):
        ids: list[int] = []
        firsts: list[int] = []
        words: list[int] = []
        for position, word in enumerate(sentence):
            pieces = list(ids_of(word))[:room]
            if not pieces:
                continue
            if len(ids) + len(pieces) > room:
                yield Segment(number, tuple(ids), tuple(firsts), tuple(words))
                ids, firsts, words = [], [], []
            firsts.append(len(ids))
            words.append(position)
            ids.extend(pieces)
        if ids:
            yield Segment(number, tuple(ids), tuple(firsts), tuple(words))


def batches(found: Iterable[Segment], most: int) -> Iterator[list[Segment]]:
    """Yield the segments in order, in batches of at most `most` pieces (or one segment)."""
    batch: list[Segment] = []
    length = 0
    for segment in found:
        added = len(segment.ids) + ENDS
        if batch and length + added > most:
            yield batch
            batch, length = [], 0
        batch.append(segment)
        length += added
    if batch:
        yield batch
