"""Fixed phrases of several words, found by the first word (or the last): most words of a text begin none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from musnad_claims.words import Words


class PhraseSet:
    """Phrases of folded words; the first word may stand in a text with or without و."""

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        """Index `phrases`, of which none is empty."""
        self._by_first: dict[str, list[list[str]]] = {}
        self._by_last: dict[str, list[list[str]]] = {}
        for phrase in sorted(phrases, key=len, reverse=True):
            self._by_first.setdefault(phrase[0], []).append(list(phrase))
            self._by_last.setdefault(phrase[-1], []).append(list(phrase))

    def length_at(self, text: Words, token: int) -> int:
        """Return how many words the longest phrase has that stands at `token`; 0 where none does."""
        key, bare = text.key(token), text.bare(token)
        longest = self._length(text, token, key) if key in self._by_first else 0
        if bare != key and bare in self._by_first:
            longest = max(longest, self._length(text, token, bare))
        return longest

    def _length(self, text: Words, token: int, first: str) -> int:
        for phrase in self._by_first[first]:
            if text.keys[token + 1 : token + len(phrase)] == phrase[1:]:
                return len(phrase)
        return 0

    def end_before(self, text: Words, token: int) -> bool:
        """Tell whether a phrase stands right before `token`."""
        for phrase in self._by_last.get(text.key(token - 1), ()):
            at = token - len(phrase)
            if (
                phrase[0] in (text.key(at), text.bare(at))
                and text.keys[at + 1 : token] == phrase[1:]
            ):
                return True
        return False

    def begin(self, content: Sequence[str]) -> bool:
        """Tell whether `content` begins with a phrase, at its first word or its second."""
        return self.may_stand_in(content[:2]) and self.stand_in(content, 2)

    def end(self, content: Sequence[str]) -> bool:
        """Tell whether `content` ends with a phrase."""
        for phrase in self._by_last.get(content[-1], ()) if content else ():
            if content[-len(phrase) :] == phrase:
                return True
        return False

    def may_stand_in(self, content: Iterable[str]) -> bool:
        """Tell whether a word of `content` begins a phrase."""
        return not self._by_first.keys().isdisjoint(content)

    def stand_in(self, content: Sequence[str], before: int | None = None) -> bool:
        """Tell whether a phrase begins anywhere in `content`, or at one of its words before the one at `before`."""
        for at, word in enumerate(content[:before]):
            for phrase in self._by_first.get(word, ()):
                if content[at : at + len(phrase)] == phrase:
                    return True
        return False
