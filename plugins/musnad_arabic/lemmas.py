"""The annotator that says under which words an article is found by its dictionary forms."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from musnad.components import Annotator
from musnad.document import Document
from musnad.segments import Token

_NAMES = frozenset({"person", "place", "outlet", "state"})
"""Types whose names are no common words: what they are made of has no dictionary forms («وارز» is no rice, «كرم»
no vineyard). Organizations are made of common words («اتحاد العمال») and keep them."""


class SearchLemmas(Annotator):
    """Provides `search_lemmas`: dictionary forms and known names of the text, each once, parted by spaces.

    Dictionary forms need the data `lemma_readings` (for each token the lemmas it may have); names are those of `mentions` with a record or with candidates, as
    they stand without proclitics («بدارمين»: دارمين). Empty where neither is there.
    """

    name = "search_lemmas"
    version = "1"
    requires = ("tokens",)
    uses = ("lemma_readings", "mentions")
    provides = ("search_lemmas",)

    def annotate(self, document: Document) -> Mapping[str, Any]:
        """Return `search_lemmas`."""
        return {"search_lemmas": " ".join(dict.fromkeys(_words(document)))}


def _words(document: Document) -> Iterator[str]:
    text = document.normalized.text
    named = [
        (*document.in_view(mention), mention.type in _NAMES)
        for mention in document.mentions
        if mention.actor_id or mention.candidates
    ]
    readings = document["lemma_readings"] or ()
    tokens = document.tokens
    numbers = range(len(tokens)) if readings else _beside(tokens, named)
    at = 0
    for number in numbers:
        token = tokens[number]
        if token.kind == "punctuation":
            continue
        while at < len(named) and named[at][1] <= token.start:
            at += 1
        inside = at < len(named) and named[at][0] < token.end
        if inside:
            yield text[max(token.start, named[at][0]) : min(token.end, named[at][1])]
            if named[at][2]:
                continue
        if readings:
            yield from readings[number]


def _beside(tokens: Sequence[Token], named: Sequence[tuple[int, int, bool]]) -> Iterator[int]:
    """Yield in order the numbers of the tokens in which the names stand, and of those directly before them."""
    following = 0
    for start, end, _ in named:
        # A name may begin within a token, after its proclitics.
        first = max(following, bisect_left(tokens, (start,)) - 1)
        for number in range(first, len(tokens)):
            if tokens[number].start >= end:
                break
            yield number
            following = number + 1
