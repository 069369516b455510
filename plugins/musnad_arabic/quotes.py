"""Quotations: which quotation marks belong together.

The normalized view has one mark for all; what stood in the original says more: its kind and, for most
kinds, whether it opens or closes. Where the two disagree with the place of the mark (”both sides”,
»turned round«, "straight"), the place decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from musnad.segments import Quote
from musnad.text import NormalizedText

from musnad_arabic import rules
from musnad_arabic.characters import APOSTROPHES, DOUBLE_CLOSE, DOUBLE_OPEN

Side = Literal["open", "close"]
_MARKS = re.compile("[\"″‶＂‹›'" + re.escape(DOUBLE_OPEN + DOUBLE_CLOSE + APOSTROPHES) + "]")
_MARK_CHARACTERS = frozenset(DOUBLE_OPEN + DOUBLE_CLOSE + APOSTROPHES + "\"″‶＂‹›'")
_ANGLES = frozenset("«»‹›<>≪≫《》")
_HINTS: dict[str, Side] = {
    **dict.fromkeys("«“„‟〝≪《「‹‘‚‛<", "open"),
    **dict.fromkeys("»”〞〟≫》」›>", "close"),
}
_CURLY = frozenset("“”„‟〝〞〟‘‚‛")
SHORT_QUOTATION = 40
"""Code points: a longer one is no name in quotation marks."""
NESTED = 8
"""Marks that may stand together or wait for each other: bounds the time that a text of marks takes."""
_CLAUSE = re.compile("[.:؟?!؛،]")
_WORD_BEFORE = re.compile(r"(\w+)$")


class _Open(NamedTuple):
    """An opening mark, by its place, that waits for its counterpart."""

    at: int
    family: str


@dataclass(slots=True)
class _Matched:
    """What the marks of one paragraph came to."""

    pairs: list[tuple[int, int, bool]] = field(default_factory=list)
    """Place of the opening mark, end of the quotation, whether it was closed."""
    opened: list[_Open] = field(default_factory=list)
    """Opening marks to which no closing one was found."""
    stray: list[_Open] = field(default_factory=list)
    """Closing marks to which no opening one was found."""


class Found(NamedTuple):
    """Quotations, and the marks to which nothing belongs."""

    quotes: list[Quote]
    stray: list[int]
    """Places of closing marks that no opening mark precedes."""


def find_quotes(view: NormalizedText, paragraphs: Sequence[tuple[int, int]]) -> Found:
    """Return the quotations in the paragraphs (spans of the normalized `view`), sorted by start.

    The first paragraph is the title: no quotation reaches from it into the next.

    An unclosed one ends with its paragraph, unless the next one begins without an opening mark and has
    the closing one: then it reaches to there.
    """
    quotes: list[Quote] = []
    stray: list[int] = []
    pending: tuple[int, str] | None = None
    for begin, end in paragraphs:
        marks = [
            match.start()
            for match in _MARKS.finditer(view.text, begin, end)
            if not _is_apostrophe(view.text, match.start(), begin, end)
        ]
        if not marks:
            pending = None
            continue
        left = _paragraph(view, begin, end, marks, quotes, stray, pending)
        pending = None if (begin, end) == paragraphs[0] else left
    return Found(sorted(set(quotes), key=lambda q: (q.start, -q.end)), stray)


def _is_apostrophe(text: str, at: int, begin: int, end: int) -> bool:
    if text[at] not in APOSTROPHES:
        return False
    before = text[at - 1] if at > begin else " "
    after = text[at + 1] if at + 1 < end else " "
    return before.isalnum() and after.isalnum()


def _family(mark: str) -> str:
    if mark in _ANGLES:
        return "angle"
    if mark in APOSTROPHES:
        return "single"
    return "curly" if mark in _CURLY else "straight"


def _original(view: NormalizedText, at: int) -> str:
    """Return the mark that stood in the original; `''` counts as one straight mark."""
    mark = view.original[view.starts[at]]
    if view.text[at] == '"' and mark in APOSTROPHES + ",":
        return '"'
    return mark


def _place(text: str, at: int, begin: int, end: int) -> Side | None:
    """Return on which side of a quotation a mark at this place stands, None where it could be either."""
    left, right = at - 1, at + 1
    while left >= max(begin, at - NESTED) and text[left] in _MARK_CHARACTERS:
        left -= 1
    while right < min(end, at + NESTED) and text[right] in _MARK_CHARACTERS:
        right += 1
    before = text[left] if left >= begin else " "
    after = text[right] if right < end else " "
    if before.isspace():
        while left >= max(begin, at - NESTED) and text[left].isspace():
            left -= 1
        if left >= begin and text[left] == ":" and right < end:
            return "open"
        if after.isspace() and right < end:
            return None
    if text.startswith("..", right):
        after = "x"
    joins_left = not before.isspace() and before not in "([{:-،,؛;"
    joins_right = not after.isspace() and after not in ")]}:-،,؛;.؟?!…"
    if joins_right and joins_left and before.isalnum():
        word = _WORD_BEFORE.search(text, max(begin, left - 5), left + 1)
        if word and word[1] in rules.quality().prefixes:
            return "open"
        return None
    if joins_right and not joins_left:
        return "open"
    ends = right >= end or after in ".،؛,؟?!…"
    return "close" if not joins_right and (joins_left or ends) else None


def _paragraph(
    view: NormalizedText,
    begin: int,
    end: int,
    marks: Sequence[int],
    quotes: list[Quote],
    stray: list[int],
    pending: tuple[int, str] | None,
) -> tuple[int, str] | None:
    """Add the quotations of one paragraph; return the one left open (index in `quotes`, family)."""
    matched = _match(view, begin, end, marks)
    if (matched.opened or matched.stray) and len(marks) % 2 == 0:
        matched = _by_turns(view, begin, end, marks) or matched
    _pair_the_rest(view, begin, end, marks, matched)
    for first, stop, closed in matched.pairs:
        quote = _trimmed(view.text, first + 1, stop, closed=closed)
        if quote:
            quotes.append(quote)
    lonely = [mark for mark in matched.stray if mark.family != "single"]
    if pending and lonely and lonely[0].at == marks[0] and _closes(lonely[0].family, pending[1]):
        start = quotes[pending[0]].start
        quotes[pending[0]] = (
            _trimmed(view.text, start, lonely[0].at, closed=True) or quotes[pending[0]]
        )
        del lonely[0]
    stray.extend(mark.at for mark in lonely)
    left: tuple[int, str] | None = None
    for waiting in reversed(matched.opened):
        quote = _trimmed(view.text, waiting.at + 1, end, closed=False)
        if quote and waiting.family != "single":
            left = len(quotes), waiting.family
            quotes.append(quote)
    return left


def _match(view: NormalizedText, begin: int, end: int, marks: Sequence[int]) -> _Matched:
    """Pair the marks of a paragraph one after the other."""
    result = _Matched()
    stack = result.opened
    for at in marks:
        mark = _original(view, at)
        family = _family(mark)
        if _side(mark, family, _place(view.text, at, begin, end), stack) == "open":
            stack.append(_Open(at, family))
            continue
        nearest = range(max(0, len(stack) - NESTED), len(stack))
        matching = [i for i in nearest if _closes(family, stack[i].family)]
        if not matching:
            result.stray.append(_Open(at, family))
            continue
        for waiting in reversed(stack[matching[-1] + 1 :]):
            if waiting.family != "single":
                result.pairs.append((waiting.at, at, False))
        result.pairs.append((stack[matching[-1]].at, at, True))
        del stack[matching[-1] :]
    return result


def _by_turns(view: NormalizedText, begin: int, end: int, marks: Sequence[int]) -> _Matched | None:
    """Pair straight marks first with second, third with fourth («قال ل"النجم "مصدر»).

    None where that makes a long quotation end with what looks like an opening mark: then two
    quotations that nobody closed are likelier.
    """
    if any(_family(_original(view, at)) != "straight" for at in marks):
        return None
    pairs = list(zip(marks[::2], marks[1::2], strict=True))
    for first, second in pairs:
        opening = _place(view.text, second, begin, end) == "open"
        content = view.text[first + 1 : second]
        if opening and (len(content) > SHORT_QUOTATION or _CLAUSE.search(content)):
            return None
    return _Matched([(first, second, True) for first, second in pairs])


def _pair_the_rest(
    view: NormalizedText, begin: int, end: int, marks: Sequence[int], matched: _Matched
) -> None:
    """Pair a stray closing mark that begins a quotation («عنوان” ...”», «معرض ” ... “») with the next.

    Only where the two follow each other, the first does not look like an end and the second not like
    a beginning.
    """
    stray = {mark.at: mark for mark in matched.stray}
    opened = {mark.at: mark for mark in matched.opened}
    for first, second in pairwise(marks):
        other = stray.get(second) or opened.get(second)
        if first not in stray or other is None or other.family != stray[first].family:
            continue
        after = view.text[first + 1 : second].lstrip()
        if not after or not after[0].isalnum() or _place(view.text, second, begin, end) == "open":
            continue
        matched.pairs.append((first, second, True))
        del stray[first]
        if stray.pop(second, None) is None:
            del opened[second]
    matched.stray = list(stray.values())
    matched.opened = list(opened.values())


def _closes(family: str, opened: str) -> bool:
    """Tell whether a closing mark of one family may close an opening one of the other."""
    if family == opened:
        return True
    return {family, opened} == {"curly", "straight"}


def _side(mark: str, family: str, place: Side | None, stack: Sequence[_Open]) -> Side:
    """Decide whether a mark opens or closes: by its kind, its place, and what is open."""
    waiting = any(_closes(family, opened.family) for opened in stack[-NESTED:])
    hint = _HINTS.get(mark)
    if family == "angle" and hint is not None:
        if hint == "close" and not waiting and place == "open":
            return "open"
        if hint == "open" and waiting and place == "close":
            return "close"
        return hint
    if place is not None:
        return place if place == "open" or waiting else (hint if hint == "close" else place)
    return "close" if waiting else (hint or "open")


def _trimmed(text: str, start: int, end: int, *, closed: bool) -> Quote | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Quote(start, end, closed) if start < end else None
