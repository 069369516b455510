"""Cues that need certain words: refusals («رفض التعليق», «لم يتسن الاتصال») and rumours («ترددت أنباء»)."""

from __future__ import annotations

from musnad_claims.clauses import Said, clause_end, said_from, trimmed
from musnad_claims.complements import find_complement
from musnad_claims.following import phrase_after
from musnad_claims.growth import grow
from musnad_claims.matches import Match
from musnad_claims.phrases import HEADS, is_definite, is_that, make
from musnad_claims.reading import Reading
from musnad_claims.resources import words
from musnad_claims.speakers import NOBODY, Voice
from musnad_claims.voices import before, remember_subject
from musnad_claims.words import COMMAS

_IDENTITY = words("grammar.yaml", "identity")
_CONTACT = frozenset({"الاتصال", "الوصول"})
_ON = frozenset({"علي"})
_ABOUT = frozenset({"علي", "من", "عن", "في", "حول", "بشان", "بخصوص"})
_BETWEEN = words("grammar.yaml", "between_refusal")
_WITHOUT_TOPIC = words("grammar.yaml", "without_topic")
_OBJECT_FOLLOWS = words("grammar.yaml", "object_follows")
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
        speaker = reading.hear(phrase_after(text, match.last, needed, strict=False))
        speaker = speaker or before(reading, match) or reading.implied(match.token, match.form)
        # «لم يعلق على التقرير» has a topic, «لم ترد على طلب» has none.
        said = _noun_phrase(reading, match, needed + 1) if text.key(needed) in _ON else None
        reading.add(match, said, speaker, 0.85)
        return
    if match.cue.stance == "none":
        last = needed + 1
        issued = match.cue.rule.endswith(":صدر")
        if text.key(needed) in (_NAMES_FOLLOW if issued else _CONTACT):
            speaker = _who_did_not_speak(reading, needed + 1)
        elif needed > match.last:
            speaker = _who_could_not(reading, match.last, needed)
        said = _topic(reading, match) or _matter(reading, match, needed)
        if reading.add(match, said, speaker or NOBODY, 0.85, last) and speaker is not None:
            reading.remember(match.token, speaker)
        return
    if needed == match.last:
        last = needed + 1
    else:
        phrase = phrase_after(text, match.last, needed, strict=False)
        speaker = reading.hear(phrase)
    speaker = speaker or before(reading, match) or reading.implied(match.token, match.form)
    said = _topic(reading, match) or _matter(reading, match, needed)
    if reading.add(match, said, speaker, 0.85, last):
        reading.remember(match.token, speaker)


def _who_did_not_speak(reading: Reading, token: int) -> Voice | None:
    """Return who «لم يصدر بيان عن …», «لم يتسن الاتصال بـ…» name."""
    text = reading.text
    while text.key(token) in _BETWEEN:
        token += 1
    if text.key(token) in {"من", "عن"}:
        token += 1
    if text.key(token).startswith(("لهذا", "لهذه", "لتلك", "لذلك")):
        return None  # «لم يصدر تأكيد لهذا الهجوم»
    phrase = grow(text, token, reading.end(token), strict=False)
    if phrase is None:
        return None
    if text.key(token).startswith("ب"):
        phrase = phrase._replace(start=phrase.start + 1)
    for at in range(phrase.first + 1, phrase.last):
        if text.key(at) == "علي":
            phrase = make(text, phrase.first, at, phrase.start - text.starts[phrase.first])
            break  # «لم يصدر تعليق من الوزارة على التقرير»
    return reading.hear(phrase)


def _who_could_not(reading: Reading, token: int, needed: int) -> Voice | None:
    """Return who «لم تستطع القناة التحقق», «لم يتسن لوكالة الضفة التحقق» name."""
    text = reading.text
    if text.key(token) in {"ل", "لـ"}:
        return reading.hear(grow(text, token + 1, needed, strict=False))
    if text.key(token)[:1] == "ل" and text.key(token)[1:] in HEADS["outlet"]:
        phrase = grow(text, token, needed, strict=False)
        return reading.hear(phrase and make(text, phrase.first, phrase.last, 1))
    phrase = phrase_after(text, token, needed, strict=False)
    heard = reading.hear(phrase)
    if phrase is None or heard is None:
        return None
    return heard if heard.sure or is_definite(text, phrase.first) else None


def _matter(reading: Reading, match: Match, needed: int) -> Said | None:
    """Return what somebody does not speak about: «التعليق على …», «التحقق من …», «الخوض في …»."""
    text = reading.text
    key = text.key(needed)
    token = needed + 1
    while text.key(token) in _BETWEEN:
        token += 1
    if key in _WITHOUT_TOPIC:
        return None
    if match.cue.rule.endswith(":صدر") and text.key(token) in {"من", "عن"}:
        # «لم يصدر تعليق من الوزارة على …»
        token = next((at for at in range(token, reading.end(token)) if text.key(at) == "علي"), -1)
    if token < 0 or token >= reading.end(match.token):
        return None
    if text.key(token) in _ABOUT:
        return _noun_phrase(reading, match, token + 1)
    return _noun_phrase(reading, match, token) if key in _OBJECT_FOLLOWS else None


def _noun_phrase(reading: Reading, match: Match, token: int) -> Said | None:
    text = reading.text
    if token >= reading.end(match.token) or is_that(text, token) or not text.is_word[token]:
        return None
    last = clause_end(text, token, match, reading.matches, reading.stops, short=True)
    return trimmed(text, token, last, quoted=False)


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
