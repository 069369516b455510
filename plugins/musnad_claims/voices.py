"""Who speaks at a verb: its subject before it, the subject of its clause, or facts that cannot speak."""

from __future__ import annotations

from musnad_claims.following import phrase_after
from musnad_claims.matches import Match, opens_clause
from musnad_claims.phrases import (
    ADVERSATIVES,
    NOT_SPEAKERS,
    PREPOSITIONS,
    RELATIVES,
    THAT,
    Phrase,
    is_definite,
    make,
)
from musnad_claims.reading import Reading
from musnad_claims.resources import words
from musnad_claims.speakers import Voice
from musnad_claims.subjects import phrase_before
from musnad_claims.topics import heads_dateline
from musnad_claims.words import COMMAS, FATHATAN

_FACTS = NOT_SPEAKERS - words("grammar.yaml", "pointing_words")
_AND_HE = frozenset({"وهو", "وهي", "وهم"})
_CLAUSE = 16
"""A relative clause between a subject and its verb is no longer than so many words."""
_NOBODY = words("grammar.yaml", "nobody")
_IN_IT = words("grammar.yaml", "in_it")
_ABOUT = words("grammar.yaml", "about")
_MATTERS = frozenset({"حول", "عن", "بشان", "بخصوص"})
_WORDS_OF = words("grammar.yaml", "words_of")
_OPENS_CLAUSE = words("grammar.yaml", "opens_clause")
_TIME_OR_PLACE = PREPOSITIONS | _ABOUT
_GOES_ON = PREPOSITIONS | RELATIVES


def before(reading: Reading, match: Match) -> Voice | None:
    """Return the subject that stands before the verb, if there is one that can speak."""
    subject = _with_relative_clause(reading, match)
    if subject is not None:
        return subject
    found = phrase_ahead(reading, match)
    text = reading.text
    if found is not None and match.relative and text.key(match.last) in _IN_IT:
        # «تصريحات المدير التي قال فيها إن»: the director
        of_whom = found.first + 1
        if text.key(found.first) in _WORDS_OF and found.last > of_whom:
            found = make(text, of_whom, found.last)
    heard = reading.hear(found)
    if found is None or heard is None or text.bare(found.first - 1) in {"لا", "ما", "يعد", "تعد"}:
        return None  # «لا أحد ينكر»
    if not heard.sure and no_name(reading, found):
        return None
    if (
        heard.sure
        or is_definite(text, found.first)
        or text.key(found.last - 1) in reading.speaking_names
    ):
        return heard
    # «لكن نجار شكك»: an unknown name that begins its clause.
    opened = not text.is_word[found.first - 1] or text.bare(found.first - 1) in _OPENS_CLAUSE
    return heard if found.last - found.first <= 2 and opened and found.first else None


def _with_relative_clause(reading: Reading, match: Match) -> Voice | None:
    """Return the subject of «الدراسة التي نشرتها دورية عالمية قالت إن …»: the head before the relative clause."""
    text = reading.text
    start = reading.start(match.token)
    if match.offset or match.relative or not match.finite or match.form is None:
        return None
    if RELATIVES.isdisjoint(text.keys[start : match.first + 1]):
        return None
    phrase = phrase_after(text, start, match.first, strict=True)
    if phrase is None or phrase.first != start or text.key(phrase.last) not in RELATIVES:
        return None
    verbs = [at for at in range(phrase.last + 1, match.first) if at in reading.matches]
    if any(not reading.matches[at].relative for at in verbs) or match.first - phrase.last > _CLAUSE:
        return None
    heard = reading.hear(phrase)
    feminine = text.key(phrase.first).endswith("ه")
    agrees = heard is not None and (match.form.gender == "f") == (heard.gender == "f" or feminine)
    return heard if heard is not None and heard.sure and agrees else None


def no_name(reading: Reading, phrase: Phrase) -> bool:
    """Tell a lone adverb or verb («هامسا», «ويعتقد») from an unknown name."""
    text = reading.text
    if phrase.last - phrase.first != 1:
        return False
    at, key = phrase.first, text.key(phrase.first)
    circumstance = key.startswith("م") and key.endswith("ا") and len(key) > 4
    accusative = circumstance or text.is_marked(at, FATHATAN)
    return accusative or (text.begins_and(at) and not key.startswith("وال"))


def phrase_ahead(reading: Reading, match: Match) -> Phrase | None:
    """Return the noun phrase before the verb; for «أما المدرب فقال» the one after أما."""
    # Several rules ask for the same verb.
    place = match.first, match.token, match.offset
    if place not in reading.ahead:
        reading.ahead[place] = _phrase_ahead(reading, match)
    return reading.ahead[place]


def _phrase_ahead(reading: Reading, match: Match) -> Phrase | None:
    text = reading.text
    if text.key(match.first) in {"دون", "بدون"}:
        return None
    if match.offset and match.first == match.token:
        start = reading.start(match.first)
        if text.bare(start) == "اما" and text.key(match.first).startswith("ف"):
            # «أما المدرب فقال»
            return phrase_after(text, start + 1, match.first, strict=False)
        return None
    found = phrase_before(reading.text, match.first, reading.start(match.first))
    if found is None or text.key(found[0].last - 1) in _AND_HE:
        return None
    verb = reading.matches.get(found[0].first)
    # «وتؤكد كل …»: the walk back went over another clause.
    return None if verb and verb.finite and verb.offset else found[0]


def noun_before(reading: Reading, match: Match) -> bool:
    """Tell whether a noun that cannot speak stands right before the verb, as its subject."""
    text = reading.text
    token = match.first - 1
    if (
        match.offset
        or match.relative
        or token < reading.start(match.first)
        or not text.is_word[token]
    ):
        return False
    if text.bare(reading.start(match.first)) in _MATTERS:
        return False  # «وحول الشكاوى التي … قال: «…»»
    if text.key(match.last) in _IN_IT:
        return False  # «أصدرت السفارة بيانا أكدت فيه …»: the embassy, not the statement
    return text.bare(token) not in _OPENS_CLAUSE and phrase_ahead(reading, match) is not None


def facts_speak(reading: Reading, match: Match) -> bool:
    """Tell whether the verb's subject are facts: the writer's own judgement."""
    sentence = reading.text.sentence[match.token]
    if match.offset and match.first == match.token:
        return sentence in reading.facts or _facts_began(reading, match, sentence)
    found = phrase_ahead(reading, match)
    if found is not None and reading.hear(found) is None:
        reading.facts.add(sentence)
        return True
    return False


def _facts_began(reading: Reading, match: Match, sentence: int) -> bool:
    """Tell whether the sentence is about facts so far: «فإن شواهد كثيرة تدل على خلافه وتؤكد …»."""
    text = reading.text
    if any(text.sentence[token] == sentence for token, _ in reading.voices[-1:]):
        return False
    start = reading.start(match.token)
    return any(
        text.key(token) in _FACTS
        and (token == start or text.bare(token - 1) in ADVERSATIVES or text.bare(token - 1) in THAT)
        for token in range(start, match.first)
    )


def after_comma(reading: Reading, match: Match) -> bool:
    """Tell whether the verb stands after a comma in mid-sentence, without و before it."""
    text = reading.text
    if match.offset or match.relative or match.first <= reading.start(match.token):
        return False
    before = match.first - 2 if text.bare(match.first - 1) == "قد" else match.first - 1
    return text.key(before) in COMMAS


def opens_with_time_or_place(reading: Reading, match: Match) -> bool:
    """Tell whether the sentence begins with a preposition, and one comma stands before the verb."""
    text = reading.text
    start = reading.start(match.token)
    commas = [at for at in range(start, match.first) if text.key(at) in COMMAS]
    return len(commas) == 1 and text.bare(start) in _TIME_OR_PLACE


def topic(reading: Reading, match: Match) -> Voice | None:
    """Return the noun that the verb's clause begins with: of what somebody says, or of the sentence."""
    text = reading.text
    start = reading.start(match.token)
    for draft in reading.recent():
        if draft.said is not None and draft.said.first <= match.first < draft.said.last:
            start = draft.said.first
            break
    if text.key(start) in {"حتي", "فحتي", "وحتي"} or text.bare(start) in {"كان", "كانت"}:
        start += 1
    if start in reading.matches:
        return reading.implied(match.token, match.form)
    phrase = phrase_after(text, start, match.first, strict=True)
    heard = reading.hear(phrase)
    if phrase is None or heard is None or heads_dateline(text, phrase):
        return None
    return heard if heard.sure else None


def remember_subject(reading: Reading, match: Match) -> None:
    """Remember the subject of a cue that says nothing here: «أعرب فلان عن أسفه، قائلا …»."""
    text = reading.text
    if (
        not match.finite
        or match.relative
        or not opens_clause(text, match.token)
        or text.quote[match.token] >= 0
        or match.last in text.opens
    ):
        return
    phrase = phrase_after(text, match.last, reading.end(match.token), strict=True)
    heard = reading.hear(phrase)
    if phrase is None or heard is None:
        return
    known = heard.sure or is_definite(text, phrase.first)
    if known or (phrase.last - phrase.first <= 2 and text.key(phrase.last) in _GOES_ON):
        reading.remember(match.token, heard)


def names_nobody(reading: Reading, speaker: Voice) -> bool:
    """Tell «أي جهة», which names nobody, from «أي مصدر سوري»."""
    phrase = speaker.phrase
    if phrase is None or reading.text.key(phrase.first) != "اي":
        return False
    return reading.text.key(phrase.first + 1) in _NOBODY
