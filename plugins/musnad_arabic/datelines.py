"""The dateline at the head of an article: place, agency, reporter."""

from __future__ import annotations

import re

from musnad_arabic import rules
from musnad_arabic.matching import key_form

_LONGEST = 120
_SEPARATORS = re.compile(r"\s*[-/|،,]\s*|\s*[()]\s*|\s*:\s*|\s+من\s+")
_END = re.compile(r"\s*:\s*|\s+-\s+|\)\s*[-:]?\s*")
_QUOTES = re.compile("[\"'«»“”‹›]")
_DATE = re.compile(r"\d{1,4}(?:[/-]\d{1,4}){0,2}(?:\s+\S+){0,2}")
NAME_WORDS = 4
"""A part with more words is no reporter's name."""


def dateline_end(text: str, start: int, end: int, *, last: bool) -> int | None:
    """Return where the dateline at the head of the paragraph `[start, end)` ends, None without one.

    Sure cases only: each part is a known place, agency or outlet, a date or role, or a reporter's
    name, with at least one place or source; it ends with a colon, a dash, a closing parenthesis, or is the
    whole paragraph. `last`: no paragraph follows, so that this one is the text itself.
    """
    known = rules.datelines()
    begin = start
    for words in known.noise:
        if text.startswith(words, begin):
            begin += len(words)
    if end - begin <= _LONGEST:
        line = text[begin:end].rstrip(" :-")
        if _fits(line, free=0 if last else 1, least=1 if begin > start else 2):
            return end
    head = text[begin : min(end, begin + _LONGEST)]
    best: int | None = None
    for match in _END.finditer(head):
        closing = match[0].strip()
        part = head[: match.start() + (1 if closing.startswith(")") else 0)]
        colon = closing.endswith(":")
        if not part.strip():
            continue
        if closing == ")" and best is None and not _fits(part, free=0, least=2):
            continue
        if _fits(part, free=1 if colon else 0, least=1 if colon else 2):
            best = begin + match.end()
            if colon:
                break
        elif colon:
            break
    return best if best is None or best < end else end


def _fits(head: str, *, free: int, least: int) -> bool:
    """Tell whether all parts of `head` belong in a dateline.

    `free`: how many parts may be unknown names (two more where a source is named: reporters, or
    a small place); `least`: how many parts there must be.
    """
    known = rules.datelines()
    sure = unknown = count = 0
    source = False
    for raw in _SEPARATORS.split(head):
        part = key_form(" ".join(_QUOTES.sub(" ", raw).split()))
        if not part:
            continue
        count += 1
        if part in known.places or part in known.sources:
            sure += 1
            source = source or part not in known.places
        elif part in known.roles or _is_date(part, known.months):
            continue
        elif len(part.split()) <= NAME_WORDS and not any(c.isdigit() for c in part):
            unknown += 1
        else:
            return False
    return count >= least and sure > 0 and unknown <= (free + 2 * source if free else 0)


def _is_date(part: str, months: frozenset[str]) -> bool:
    match = _DATE.fullmatch(part)
    if not match:
        return part in months
    words = [word for word in part.split() if not any(c.isdigit() for c in word)]
    return all(word in months or word in {"م", "ه"} for word in words)
