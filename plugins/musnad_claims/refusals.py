"""Cues that need certain words: refusals («رفض التعليق», «لم يتسن الاتصال») and rumours («ترددت أنباء»)."""

from __future__ import annotations

from musnad_claims.clauses import Said, said_from, trimmed
from musnad_claims.complements import find_complement
from musnad_claims.matches import Match
from musnad_claims.phrases import grow, phrase_after
from musnad_claims.reading import Reading
from musnad_claims.resources import words
from musnad_claims.speakers import NOBODY, Voice
from musnad_claims.voices import before, remember_subject
from musnad_claims.words import COMMAS

_IDENTITY = words("grammar.yaml", "identity")
_NAMES_FOLLOW = words("grammar.yaml", "names_follow")
_NEEDED_WITHIN = 14
_POINTS_BACK = words("grammar.yaml", "resumptive") | words("grammar.yaml", "its_truth")


def needed_word(reading: Reading, match: Match) -> int:
    """Return the token of one of the words that the cue needs, or -1."""
    text = reading.text
    for token in range(match.last, min(reading.end(match.token), match.last + _NEEDED_WITHIN)):
        key = text.key(token)
        if key in match.cue.needs or (key[:1] in "بل" and key[1:] in match.cue.needs):
            return token
        if key in COMMAS and text.key(token + 1)[:1] == "و":
            break
    return -1


def read_rumour(reading: Reading, match: Match) -> None:
    """«ترددت أنباء عن …», «ما تردد في بعض وسائل الإعلام عن …»."""
    text = reading.text
    speaker, last = NOBODY, match.last
    if text.key(last) in match.cue.needs_subject:
        last += 1
    elif match.relative and text.key(last) == "في":
        phrase = phrase_after(text, last + 1, reading.end(match.token), strict=True)
        heard = reading.hear(phrase)
        if phrase is None or heard is None or not heard.sure:
            return
        speaker, last = heard, match.last
    else:
        return
    complement = find_complement(text, match, reading.matches, last)
    if complement is None:
        return
    said = said_from(text, complement, match, reading.matches, reading.stops)
    reading.add(match, said, speaker, 0.7, last)


def read_refusal(reading: Reading, match: Match) -> None:
    """«رفض المتحدث التعليق», «لم يتسن الاتصال بـ…»: nothing is said."""
    text = reading.text
    needed = needed_word(reading, match)
    if needed < 0:
        remember_subject(reading, match)  # «ورفض المدير الاعتذار قائلا إن …»
        return
    speaker: Voice | None = None
    last = match.last
    if text.key(needed + 2) in _IDENTITY:
        return
    if match.cue.stance == "none" and match.cue.prepositions:
        last = match.last
        speaker = reading.hear(phrase_after(text, last, needed, strict=False))
        reading.add(
            match,
            None,
            speaker or before(reading, match) or reading.implied(match.token, match.form),
            0.85,
        )
        return
    if match.cue.stance == "none":
        last = needed + 1
        after = needed + 1
        while text.key(after) in {"ب", "علي", "الي", "فوري", "رسمي", "علني", "حتي", "الان"}:
            after += 1
        if text.key(after) in {"من", "عن"}:
            after += 1
        key = text.key(after)
        if text.key(needed) in _NAMES_FOLLOW:
            phrase = grow(text, after, reading.end(after), strict=False)
            if phrase is not None and key.startswith("ب"):
                phrase = phrase._replace(start=phrase.start + 1)
            speaker = reading.hear(phrase)
        reading.add(match, _topic(reading, match), speaker or NOBODY, 0.85, last)
        return
    if needed == match.last:
        last = needed + 1
    else:
        phrase = phrase_after(text, match.last, needed, strict=False)
        speaker = reading.hear(phrase)
    speaker = speaker or before(reading, match) or reading.implied(match.token, match.form)
    if reading.add(match, _topic(reading, match), speaker, 0.85, last):
        reading.remember(match.token, speaker)


def _topic(reading: Reading, match: Match) -> Said | None:
    """Return what «أما الحديث عن …، فلم تستطع القناة التحقق من صحته» begins with: nothing else is said."""
    text = reading.text
    start = reading.start(match.token)
    if text.bare(start) != "اما" or not text.key(match.first).startswith("ف"):
        return None
    pointer = {text.key(at) for at in range(match.last, min(match.last + 8, reading.end(start)))}
    comma = next((at for at in range(start, match.first) if text.key(at) in COMMAS), -1)
    if comma < 0 or not pointer & _POINTS_BACK:
        return None
    return trimmed(text, start + 1, comma, quoted=False)
