"""Whom a sentence is about that begins with a noun or an unknown verb: its subject may speak on."""

from __future__ import annotations

from musnad_claims.following import phrase_after
from musnad_claims.phrases import (
    ALL_HEADS,
    GIVEN,
    HEADS_AND_FACTS,
    PREPOSITIONS,
    Phrase,
    is_definite,
    is_that,
    make,
)
from musnad_claims.reading import Reading
from musnad_claims.resources import words
from musnad_claims.speakers import Voice
from musnad_claims.words import Words

_NEGATORS = words("negation.yaml", "negators")
_WAS = frozenset({"كان", "كانت"})

_BEFORE_TEXT = frozenset({"place", "state", "outlet"})
_DASHES = frozenset("-–—‒−ـ")
_CLOSING = frozenset(":/|")
_LONGEST_ASIDE = 12


def weak_subject(reading: Reading, token: int) -> tuple[int, Voice] | None:
    """Return whom the sentence that begins at `token` is about, and where it begins with that; None for nobody.

    «توقف رئيس الحزب عند الملف، فقال …»: the verb is in no list.
    """
    text = reading.text
    key = text.bare(token)
    begins = token == reading.start(token)
    if begins and key in _NEGATORS and token + 1 < reading.end(token):
        token += 1  # «لا يعول القائد على …، مشككا»
        key = text.key(token)
    if not begins or text.sentence[token] < 0 or not text.is_word[token]:
        return None
    if key in _WAS or text.mention[token] >= 0 or key in ALL_HEADS:
        return _topic(reading, token)
    noun = key in HEADS_AND_FACTS or key in PREPOSITIONS or key.startswith(("ال", "لل"))
    if noun or is_that(text, token):
        return None
    phrase = phrase_after(text, token + 1, reading.end(token), strict=True)
    heard = reading.hear(phrase)
    if phrase is None or phrase.first != token + 1 or heard is None or not heard.sure:
        return None
    speaks = heard.speaker.kind in ("person", "organization", "unnamed_source")
    return (token, heard) if speaks else None


def heads_dateline(text: Words, phrase: Phrase) -> bool:
    """Tell the place or outlet before a text («طرابلس - قال …») from one with an aside («الأردن - كما يبدو - …»)."""
    number = text.mention[phrase.first]
    if number < 0 or text.mentions[number].type not in _BEFORE_TEXT:
        return False
    mark = text.key(phrase.last)
    if mark not in _DASHES:
        return mark in _CLOSING
    rest = text.keys[phrase.last + 1 : phrase.last + 1 + _LONGEST_ASIDE]
    return mark not in rest


def _topic(reading: Reading, token: int) -> tuple[int, Voice] | None:
    """Return whom a sentence is about that begins with a noun: «الوزارة منذ البداية تعرف الأمر، وكانت تنفي …»."""
    text = reading.text
    at = token + (text.bare(token) in _WAS)
    phrase = phrase_after(text, at, reading.end(token), strict=True)
    verb = text.key(at + 1)
    name = at > token and verb.startswith("ي") and len(verb) > 3 and verb not in GIVEN
    if name and text.mention[at] < 0 and not text.key(at).startswith(("ال", "ي", "ت")):
        phrase = make(text, at, at + 1)  # «وكان نجار يأمل في …، غير أنه قال»
    heard = reading.hear(phrase)
    if phrase is None or heard is None or phrase.first != at or heads_dateline(text, phrase):
        return None
    speaks = heard.speaker.kind in ("person", "organization", "unnamed_source", "outlet")
    known = heard.sure and (text.mention[at] >= 0 or is_definite(text, at) or phrase.last - at > 1)
    return (token, heard) if speaks and (known or name) else None
