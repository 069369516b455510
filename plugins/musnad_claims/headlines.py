"""Headlines that name their speaker before a colon: «وزير النقل: الطريق مفتوح»."""

from __future__ import annotations

from musnad_claims.clauses import trimmed
from musnad_claims.cues import Cue
from musnad_claims.following import phrase_after
from musnad_claims.matches import Match
from musnad_claims.reading import Reading
from musnad_claims.speakers import Voice, head_kind
from musnad_claims.words import Words

HEADLINE = Cue(rule="headline:colon", kind="headline", stance="asserts")


def read_headline(reading: Reading, number: int) -> None:
    """«وزير النقل: الطريق مفتوح»: a headline that names its speaker before a colon."""
    text = reading.text
    first, last = text.bounds[number]
    colon = next((at for at in range(first + 1, min(last, first + 9)) if text.key(at) == ":"), -1)
    if colon < 0 or colon + 2 >= last:
        return
    if any(at in reading.matches and reading.matches[at].form for at in range(first, colon)):
        return
    phrase = phrase_after(text, first, colon, strict=False)
    if phrase is None or phrase.first != first or not _up_to(text, phrase.last, colon):
        return
    heard = reading.hear(phrase)
    if heard is None or not heard.sure or not _may_head(reading, heard):
        return
    said = trimmed(text, colon + 1, last, quoted=False)
    if said is None:
        return
    match = Match(colon, colon + 1, colon, 0, HEADLINE, None)
    reading.add(match, said, heard, 0.7)
    reading.remember(first, heard)


def _up_to(text: Words, token: int, colon: int) -> bool:
    """Tell whether only an addressee («لـ «الميناء»») stands between the speaker and the colon."""
    return token >= colon or text.key(token) in {"ل", "لـ"}


def _may_head(reading: Reading, heard: Voice) -> bool:
    """A state or a place before a colon is the topic, not the speaker."""
    phrase = heard.phrase
    if phrase is None:
        return False
    number = reading.text.mention[phrase.first]
    first = phrase.first
    if first in reading.text.opens:
        # A quoted name alone may be a film, a club, a prize: only known bodies speak so.
        first += 1
        number = reading.text.mention[first]
        if number < 0 and head_kind(reading.text.key(first)) is None:
            return False
    if number < 0:
        return True
    return reading.text.mentions[number].type not in ("state", "place")
