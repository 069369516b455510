"""From documents to windows of words, and from the labels of words back to spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from musnad_careful.words import clean, split

LONGEST = 160
"""Words of a window: as many as the model learnt with. A longer sentence is cut."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word: its offsets into the normalized view, and its letters as the model reads them."""

    start: int
    end: int
    letters: str
    first: bool
    """Whether a sentence begins here: no name goes on over that."""


@dataclass(slots=True)
class Window:
    """Neighbouring sentences that the model reads at once."""

    words: list[Word] = field(default_factory=list)

    @property
    def letters(self) -> list[str]:
        """The words as the model reads them."""
        return [word.letters for word in self.words]


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a window: words `[start, end)`, its kind (`PERS`, `LOC`, `ORG`), and how sure the model is."""

    start: int
    end: int
    kind: str
    score: float


def windows(text: str, sentences: Iterable[tuple[int, int]]) -> list[Window]:
    """Return the words of a text in windows of whole sentences, as many as fit into `LONGEST` words."""
    found: list[Window] = []
    for start, end in sentences:
        words = list(_words(text, start, end))
        while words:
            part, words = words[:LONGEST], words[LONGEST:]
            if not found or len(found[-1].words) + len(part) > LONGEST:
                found.append(Window())
            found[-1].words.extend(part)
    return found


def _words(text: str, start: int, end: int) -> Iterator[Word]:
    first = True
    for low, high in split(text[start:end]):
        letters = clean(text[start + low : start + high])
        if letters:
            yield Word(start + low, start + high, letters, first)
            first = False


def names(
    words: Sequence[Word], labels: Sequence[str], probabilities: Sequence[float]
) -> Iterator[Name]:
    """Yield the names in order, without punctuation at their ends; the least sure word is the name's score."""
    start = 0
    while start < len(words):
        kind = labels[start][2:]
        end = start + 1
        if kind:
            while end < len(words) and labels[end] == f"I-{kind}" and not words[end].first:
                end += 1
            low, high = start, end
            while low < high and not words[low].letters[0].isalnum():
                low += 1
            while low < high and not words[high - 1].letters[0].isalnum():
                high -= 1
            if low < high:
                yield Name(low, high, kind, min(probabilities[low:high]))
        start = end
