"""Words to the pieces of the model's vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 8
"""Pieces of one word that are read: a longer word is no name."""
_CACHE = 200_000


class Pieces:
    """Ids of the pieces of words; each word is cut by itself, so a word has the same pieces everywhere."""

    def __init__(self, definition: str) -> None:
        """Take the tokenizer as JSON of the library `tokenizers`."""
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_str(definition)
        self._known: dict[str, tuple[int, ...]] = {}

    def ids(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """Return 1 to `MOST` ids for each of the (cleaned) words."""
        unknown = list({word for word in words if word not in self._known})
        if len(self._known) + len(unknown) > _CACHE:
            self._known.clear()
            unknown = list(set(words))
        encoded = self._tokenizer.encode_batch(unknown, add_special_tokens=False)
        for word, pieces in zip(unknown, encoded, strict=True):
            self._known[word] = tuple(pieces.ids[:MOST]) or (UNKNOWN,)
        return [self._known[word] for word in words]


START, PAD, END, UNKNOWN = 0, 1, 2, 3
"""Ids of the special pieces, as in the vocabulary that the model comes from."""
