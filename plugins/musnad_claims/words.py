"""An article as the extractor reads it: words with their sentence, quotation and mention."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property

from musnad.document import Document
from musnad.model import Mention
from musnad.segments import Morphology

from musnad_claims.fold import fold_letters
from musnad_claims.resources import words

FATHATAN, DAMMA, SHADDA = "\u064b", "\u064f", "\u0651"
QUOTE_MARKS = frozenset("\"'«»“”„‟‹›‘’{}<>")
ENDS = frozenset(".؟?!…")
COMMAS = frozenset("،,؛;")
PROCLITICS = ("و", "ف")
ELLIPSES = frozenset({"..", "...", "…", "...."})
GIVEN_NAMES = words("speakers.yaml", "given_names")
ALI = ("علي", "علياسم")
"""Folded spelling of the preposition, and the key that the name is given instead."""
_WITH_DOTLESS = frozenset({"علي", "الي"})
KNOWN_WORDS = 16384
"""What a word can be wherever it stands is remembered for so many words: news repeats its words."""
_NAMES = GIVEN_NAMES | {ALI[0]}
_MARGIN = 256
"""Rules look no further beyond the ends of a text than this."""
_PADDING = [""] * _MARGIN
NATIVE_WAW = words("traps.yaml", "native_waw")


class Words:
    """The tokens of one document in parallel lists; an index into one is an index into all.

    Offsets (`starts`, `ends`) are code points of the document's normalized view.
    """

    def __init__(self, document: Document) -> None:
        tokens = document.tokens
        self.document = document
        self.morphology: Sequence[Morphology | None] = document["morphology"] or ()
        """What each word is made of, where a plugin provides it."""
        self.text = document.normalized.text
        folded = fold_letters(document.key.text)
        self.starts: tuple[int, ...]
        self.ends: tuple[int, ...]
        self.starts, self.ends, kinds = zip(*tokens, strict=True) if tokens else ((), (), ())
        self.keys = [folded[start:end] for start, end, _ in tokens]
        self.is_word = [kind != "punctuation" for kind in kinds]
        self.sentence = self._sentences()
        self._quotes()
        self._mentions()
        self._padded = self.keys + _PADDING
        # Beyond the end and before the beginning stand empty words; a Python index of -1 is the last of them.
        self.key: Callable[[int], str] = self._padded.__getitem__
        """Returns the folded spelling of a token, empty outside the text (by no more than `_MARGIN`)."""
        self._names()

    def __len__(self) -> int:
        return len(self.keys)

    def _sentences(self) -> list[int]:
        """Number each token's sentence, and note where each begins and ends in tokens."""
        self.sentence_kinds: list[str] = []
        self.paragraphs: list[int] = []
        self.bounds: list[tuple[int, int]] = []
        numbers = [-1] * len(self.starts)
        for sentence in self.document.sentences:
            first = bisect_left(self.starts, sentence.start)
            last = bisect_left(self.starts, sentence.end)
            numbers[first:last] = [len(self.bounds)] * (last - first)
            self.bounds.append((first, last))
            self.sentence_kinds.append(sentence.kind)
            self.paragraphs.append(sentence.paragraph)
        return numbers

    def _quotes(self) -> None:
        """Note which quotation each token is inside of, and which ones a token opens."""
        count = len(self.starts)
        self.quote = [-1] * count
        self.opens: dict[int, int] = {}
        self.closes: dict[int, int] = {}
        self.quotes: list[tuple[int, int]] = []
        for quote in self.document.quotes:
            first = bisect_left(self.starts, quote.start)
            last = bisect_right(self.ends, quote.end)
            if last <= first:
                continue
            number = len(self.quotes)
            self.quotes.append((first, last))
            self.quote[first:last] = [number] * (last - first)
            if first:
                self.opens[first - 1] = number
            if quote.closed and last < count:
                self.closes[last] = number

    def _mentions(self) -> None:
        """Note which tokens belong to which mention."""
        self.mentions: Sequence[Mention] = self.document.mentions
        self.mention = [-1] * len(self.starts)
        self.mention_bounds: list[tuple[int, int]] = []
        self.mention_starts: list[int] = []
        for number, mention in enumerate(self.mentions):
            start, end = self.document.in_view(mention)
            first = max(0, bisect_right(self.starts, start) - 1)
            last = bisect_left(self.starts, end)
            for token in range(first, last):
                self.mention[token] = number
            self.mention_bounds.append((first, last))
            self.mention_starts.append(start)
        bounds = self.mention_bounds
        # By first token: what lies in a stretch of text is found without looking at all mentions.
        self._by_first = sorted(n for n, (first, last) in enumerate(bounds) if last > first)
        self._by_first.sort(key=lambda number: bounds[number][0])
        self._firsts = [bounds[number][0] for number in self._by_first]

    def _names(self) -> None:
        """Tell the name علي from the preposition, which are folded alike, and note words after given names."""
        self.surnames: set[str] = set()
        for token in [token for token, key in enumerate(self.keys) if key in _NAMES]:
            key = self.keys[token]
            if key == ALI[0] and self.text[self.ends[token] - 1] == "ي":
                near = {self.key(token - 1), self.key(token + 1)}
                number = self.mention[token]
                person = number >= 0 and self.mentions[number].type == "person"
                # Who writes «على» with its dotless ى means the name by «علي».
                if person or near & GIVEN_NAMES or self._dotless:
                    self.keys[token] = self._padded[token] = key = ALI[1]
            if key in GIVEN_NAMES:
                self.surnames.add(self.key(token + 1))

    @cached_property
    def vowel_marks(self) -> frozenset[str]:
        """Those of the marks that rules ask for that stand anywhere in the original: mostly few or none."""
        return frozenset(mark for mark in (FATHATAN, DAMMA, SHADDA) if mark in self.document.text)

    def original(self, token: int, offset: int = 0) -> str:
        """Return a token as the article writes it, marks and all, without `offset` letters at its beginning."""
        start, end = self.document.original(self.starts[token] + offset, self.ends[token])
        return self.document.text[start:end]

    def is_marked(self, token: int, mark: str) -> bool:
        """Tell whether a token is written with a vowel mark, one of those in `vowel_marks`."""
        return mark in self.vowel_marks and mark in self.original(token)

    @cached_property
    def _dotless(self) -> bool:
        """Tell whether the preposition is written «على» somewhere, with its dotless ى."""
        return any(
            key in _WITH_DOTLESS and self.text[end - 1] == "ى"
            for key, end in zip(self.keys, self.ends, strict=True)
        )

    def bare(self, token: int) -> str:
        """Return the folded spelling of a token without و or ف before it."""
        key = self.key(token)
        return key[1:] if key[:1] in PROCLITICS and len(key) > 2 else key

    def begins_and(self, token: int) -> bool:
        """Tell whether the word begins with the conjunction و (not with a و of its own)."""
        key = self.key(token)
        return len(key) > 2 and key[0] == "و" and key not in NATIVE_WAW

    def mentions_within(self, start: int, end: int) -> list[Mention]:
        """Return the mentions that lie in the normalized offsets [start, end)."""
        begin = bisect_left(self._firsts, bisect_right(self.ends, start))
        stop = bisect_left(self._firsts, bisect_left(self.starts, end))
        return [
            self.mentions[number]
            for number in sorted(self._by_first[begin:stop])
            if self.ends[self.mention_bounds[number][1] - 1] <= end
        ]


def sentence_end(text: Words, token: int) -> int:
    """Return one past the last token of the sentence that holds `token`."""
    number = text.sentence[token]
    return text.bounds[number][1] if number >= 0 else token + 1


def sentence_start(text: Words, token: int) -> int:
    """Return the first token of the sentence that holds `token`."""
    number = text.sentence[token]
    return text.bounds[number][0] if number >= 0 else token
