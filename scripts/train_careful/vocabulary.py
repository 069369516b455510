"""The part of the multilingual vocabulary that an Arabic archive needs."""

from __future__ import annotations

import re

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from train_careful.e5 import Pretrained

_ARABIC = re.compile(r"[\u0600-\u06ff]")
_FOREIGN = re.compile(r"[^\u0600-\u06ff▁]")
_LATIN = re.compile(r"▁?[A-Za-zÀ-ɏ]+")
_OTHER = re.compile(r"▁?[\d\W_]{1,4}")
LATIN_PIECES = 8_000
"""The most frequent ones (the scores are log probabilities): names of companies and quoted words."""


def kept(model: Pretrained) -> list[int]:
    """Return the ids of the pieces to keep, in order, the four special ones first.

    All pieces of Arabic letters, single characters of Latin, the most frequent Latin pieces, short numbers and
    punctuation. Chosen by script and by the scores of the vocabulary itself, so that it depends on no corpus.
    """
    chosen = set(range(4))
    latin = []
    for i, piece in enumerate(model.pieces[4:], start=4):
        if _ARABIC.search(piece):
            if not _FOREIGN.search(piece):
                chosen.add(i)
        elif _LATIN.fullmatch(piece):
            (chosen.add if len(piece.lstrip("▁")) <= 1 else latin.append)(i)
        elif (_OTHER.fullmatch(piece) and all(ord(c) < 0x2600 for c in piece)) or piece == "▁":
            chosen.add(i)
    latin.sort(key=lambda i: -float(model.scores[i]))
    return sorted(chosen | set(latin[:LATIN_PIECES]))


def tokenizer(model: Pretrained, ids: list[int]) -> str:
    """Return the Unigram tokenizer over the pieces `ids` as JSON; a word gets a leading `▁`."""
    vocabulary = [(model.pieces[i], float(model.scores[i])) for i in ids]
    made = Tokenizer(models.Unigram(vocabulary, unk_id=model.unk, byte_fallback=False))
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    return made.to_str()
