"""Verbs with a noun for their content: «نفت الوزارة خبر المنع». Where the subject ends and the object begins."""

from __future__ import annotations

from musnad_claims.anaphora import DEMONSTRATIVES
from musnad_claims.anaphora import NOUNS as POINTERS
from musnad_claims.clauses import Said, clause_end, said_from, trimmed
from musnad_claims.complements import Complement, find_complement
from musnad_claims.following import past_appositions, phrase_after, skip_before_subject
from musnad_claims.matches import Match
from musnad_claims.names import NATIONALITIES
from musnad_claims.phrases import (
    HEADS,
    NOT_SPEAKERS,
    PREPOSITIONS,
    RELATIVES,
    SKIPPABLE,
    STOPS,
    TITLES,
    Phrase,
    is_definite,
    is_that,
    names_on,
)
from musnad_claims.reading import Reading
from musnad_claims.resources import words
from musnad_claims.speakers import Voice
from musnad_claims.words import COMMAS, QUOTE_MARKS, Words

_DEMANDS = words("traps.yaml", "demand_nouns")
_OBJECTS = words("grammar.yaml", "objects")
_EVENTS = words("grammar.yaml", "events")
_HELD = words("grammar.yaml", "held")
_NO_OBJECT = SKIPPABLE | STOPS
_AND_HE = frozenset({"وهو", "وهي", "وهم"})
_PRONOUNS = ("هما", "ها", "هم", "ه")
_AGENCIES = frozenset({"وكاله", "وكالات", "لوكاله"})
_BEFORE_OBJECT = frozenset({"عدم", "اي", "جميع", "كل", "كافه"})
_TOPICS = frozenset({"عن", "حول", "بشان", "بخصوص"})
_TOPIC_WITHIN = 9
_ASIDES = words("grammar.yaml", "asides")
_LONGEST_ASIDE = 26
_PLACE = words("clauses.yaml", "place_words")
_NEVER_OBJECTS = PREPOSITIONS | RELATIVES | _HELD | words("grammar.yaml", "not_objects")
_DENIED = POINTERS | _OBJECTS | _EVENTS | DEMONSTRATIVES
_ASSERTED = frozenset({"صحه", "وجود"})
_POINTED_AND_EVENTS = DEMONSTRATIVES | _EVENTS
_BEGINS_ASIDE = PREPOSITIONS | _ASIDES | HEADS["person"]


def subject_and_object(reading: Reading, match: Match, after: int) -> tuple[Voice | None, int]:
    """Return the subject after the verb, if any, and the first token of its object, -1 without one."""
    text, form = reading.text, match.form
    limit = reading.end(match.token)
    token = skip_before_subject(text, after, limit)
    speaker: Voice | None = None
    office = -1
    if form is not None and form.kind in ("perfect", "imperfect", "jussive") and token < limit:
        certain = _certain_object(reading, match, token, limit)
        if certain > token:
            phrase = phrase_after(text, token, certain, strict=False)
            heard = reading.hear(phrase)
            if phrase is not None and heard is not None:
                return heard, certain
            if phrase is None and text.key(token).startswith("ب"):
                return None, certain  # «نفت بشكل مطلق ما ورد»
        if certain < 0 and (text.key(token) not in POINTERS or match.cue.stance == "asserts"):
            phrase = phrase_after(text, token, limit, strict=True)
            heard = reading.hear(phrase)
            if phrase is not None and heard is not None and _may_be_subject(reading, phrase, heard):
                speaker, token = heard, phrase.last
                if _by_name(text, phrase):
                    after_office = past_appositions(text, token, limit)
                    office, token = (token if after_office > token else -1), after_office
            if heard is None and _facts_before_object(reading, match, token):
                return None, -1
    while token < limit:
        skipped = skip_before_subject(text, token, limit)
        if text.key(skipped) in COMMAS and speaker is not None and skipped + 1 < limit:
            following = text.key(skipped + 1)
            if following in _AND_HE:
                # «نفى الناطق باسم الاتحاد، وهو …، محمد النجار ما نقل عن …»
                closes = _past_comma(reading, skipped + 1, limit)
                certain = _certain_object(reading, match, closes, limit) if closes else -1
                return speaker, certain
            other = reading.matches.get(skipped + 1)
            noun = other is not None and other.cue.kind in ("nominal", "reports")
            if following.startswith("و") or (other is not None and not noun):
                return speaker, -1
            skipped = _past_aside(reading, skipped + 1, limit)
        if text.key(skipped) in {"في", "علي", "عبر", "خلال"}:
            place = skip_before_subject(text, _past_place(reading, skipped, limit), limit)
            comma = place > skipped and place + 1 < limit and text.key(place) in COMMAS
            skipped = place + 1 if comma and not text.begins_and(place + 1) else place
        if skipped == token:
            break
        token = skipped
    if token < limit and _is_object(reading, match, token):
        return speaker, token
    if office < 0 or text.key(token) in match.cue.takes or text.key(token) in _DEMANDS:
        return speaker, -1
    # The office may have taken in the object: «أعلن سالم النجار مدير نادي الضفة استقالته».
    return speaker, office


def _by_name(text: Words, phrase: Phrase) -> bool:
    """Tell whether a subject is named, not only called by an office («رئيس اللجنة»)."""
    inside = range(phrase.first, phrase.last)
    if text.key(phrase.first) in NATIONALITIES and len(inside) > 1:
        return True
    return any(names_on(text, at) and text.key(at) not in TITLES for at in inside)


def _may_be_subject(reading: Reading, phrase: Phrase, heard: Voice) -> bool:
    """Tell a subject from an object without a subject: «نفى العريني علمه», «نفى علمه»."""
    if heard.sure or is_definite(reading.text, phrase.first):
        return True
    return reading.text.key(phrase.last - 1) in reading.speaking_names


def _facts_before_object(reading: Reading, match: Match, token: int) -> bool:
    """Tell «كذب الواقع توقعات …», where facts judge, from «نفى الاتفاق مع …», where they are the object."""
    text = reading.text
    following = token + 1
    return (
        text.key(token) in NOT_SPEAKERS
        and is_definite(text, token)
        and following < reading.end(match.token)
        and not is_definite(text, following)
        and text.key(following) not in _NO_OBJECT
        and _is_object(reading, match, following)
    )


def _is_event(key: str) -> bool:
    """Tell whether the word names what happened or not, with a pronoun too: «وفاتها», «انسحابه»."""
    if key in _EVENTS:
        return True
    for pronoun in _PRONOUNS:
        stem = key.removesuffix(pronoun)
        if stem != key and len(stem) > 2:
            return stem in _EVENTS or (stem.endswith("ت") and f"{stem[:-1]}ه" in _EVENTS)
    return False


def _certain_object(reading: Reading, match: Match, token: int, limit: int) -> int:
    """Return the token of a word that must be the object («… صحة», «… ما تردد», «… هذه الأنباء»), or -1.

    What stands between the verb and it is the subject, whatever it looks like.
    """
    text = reading.text
    events = match.cue.stance != "asserts"
    wanted = _DENIED if events or match.negated else _ASSERTED
    if events and match.cue.needs:
        wanted = wanted | match.cue.needs
    aside = token
    for at in range(token, min(limit, token + 24)):
        if at < aside:
            continue
        if text.key(at) in COMMAS and at > token:
            aside = _past_aside(reading, at + 1, limit)
            if aside > at + 1:
                continue
        if text.key(at) in _AND_HE:
            return -1
        if text.key(at) in RELATIVES and text.key(at - 1) not in COMMAS and at > token:
            # «نفت اللجنة التي شكلها الوزير حدوث …»: what happened or not is the object, nothing else is sure.
            wanted = _EVENTS if events else frozenset()
            continue
        if (text.key(at) in COMMAS or is_that(text, at) or at in reading.matches) and (
            text.key(at) not in _OBJECTS
        ):
            return -1
        if text.key(at - 1) in _AGENCIES:
            continue  # «وكالة أنباء الضفة»
        if text.key(at) in _POINTED_AND_EVENTS and text.bare(at - 1) in PREPOSITIONS:
            continue  # «… خطوة من هذا القبيل»
        if text.key(at) in wanted or (events and _is_event(text.key(at))):
            return at - 1 if text.key(at - 1) in _BEFORE_OBJECT else at
    return -1


def surely_object(reading: Reading, token: int) -> bool:
    """Tell whether this word begins an object, never a subject: صحة, ما, هذه, الأنباء."""
    key = reading.text.key(token)
    return key in POINTERS or key in _OBJECTS or key in DEMONSTRATIVES


def _past_aside(reading: Reading, token: int, limit: int) -> int:
    """Return the token after «، خلال اجتماع …،» where one stands at `token`: time and place between commas."""
    text = reading.text
    if text.key(token) not in _BEGINS_ASIDE:
        return token
    for at in range(token, min(limit, token + _LONGEST_ASIDE)):
        if at in reading.matches or is_that(text, at):
            return token
        if text.key(at) in COMMAS:
            return at + 1
    return token


def _past_comma(reading: Reading, token: int, limit: int) -> int:
    """Return the token after the next comma, 0 where another cue or none comes first."""
    for at in range(token, min(limit, token + _LONGEST_ASIDE)):
        if at in reading.matches:
            return 0
        if reading.text.key(at) in COMMAS:
            return at + 1
    return 0


def _past_place(reading: Reading, token: int, limit: int) -> int:
    """Return the token after «في بلاغ رسمي», «على صفحته في تويتر»: the place of saying is passed over."""
    text = reading.text
    if text.key(token + 1) not in _PLACE and token + 1 not in text.opens:
        return token
    token += 1
    while token < limit:
        if token in text.opens:
            token = min(limit, text.quotes[text.opens[token]][1] + 1)
        elif (
            text.key(token) in _PLACE
            or (text.key(token) in PREPOSITIONS and text.key(token + 1) in _PLACE)
            or (text.key(token) in {"علي", "في"} and token + 1 in text.opens)
        ):
            token += 1
        else:
            break
    return token


def _is_object(reading: Reading, match: Match, token: int) -> bool:
    text = reading.text
    key = text.key(token)
    if not text.is_word[token] and token not in text.opens:
        return False
    if key in _NEVER_OBJECTS or is_that(text, token):
        return False
    asserting = match.cue.stance == "asserts"
    if key in _DEMANDS and asserting and not match.negated:
        return False
    if match.form is not None and match.form.kind == "masdar" and key.startswith("ل"):
        return True
    if key.startswith(("ل", "ب", "ف")) and len(key) > 3 and not key.startswith("ال"):
        return key.startswith(
            ("لقاء", "بيع", "بناء", "بدء", "بقاء", "فتح", "فرض", "فشل", "فوز", "بيان", "لجوء")
        )
    if text.begins_and(token):
        return False
    if key == "ما" and match.cue.rule == "say:أكد":
        inner = reading.matches.get(token + 1)
        return inner is not None and inner.form is not None and inner.form.object
    return not (key in {"ما", "مما"} and asserting and not match.negated)


def object_said(reading: Reading, match: Match, token: int) -> Said | None:
    """Return the object as what is said; «ما تردده الإدارة بأن …» stands for its own content."""
    text = reading.text
    if text.key(token) in DEMONSTRATIVES:
        last = token + 1
        while (
            last < reading.end(token)
            and is_definite(text, last)
            and text.key(last) not in RELATIVES
        ):
            last += 1
        if text.key(last) in QUOTE_MARKS and last == token + 1 and is_definite(text, last + 1):
            last += 2  # «هذا “الادعاء”»
        return trimmed(text, token, last, quoted=False)
    inner = reading.matches.get(token + 1)
    if (
        text.key(token) == "ما"
        and inner is not None
        and inner.form is not None
        and inner.form.object
    ):
        complement = find_complement(text, inner, reading.matches, inner.last)
        if complement is not None and complement.kind == "that":
            return said_from(text, complement, inner, reading.matches, reading.stops)
    last = clause_end(text, token, match, reading.matches, reading.stops, short=True)
    nominal = match.form is not None and match.form.kind == "masdar"
    return trimmed(
        text, token, last, quoted=False, offset=int(nominal and text.key(token)[:1] == "ل")
    )


def behind_pointer(
    reading: Reading, complement: Complement, speaker: Voice, said: Said
) -> tuple[Voice, Said]:
    """Return speaker and content of «وأكد على هذه النسبة التقرير»: the subject stands behind a pointer."""
    text = reading.text
    first = complement.first
    if complement.kind in ("that", "colon", "quote") or text.key(first) not in DEMONSTRATIVES:
        return speaker, said
    subject = phrase_after(text, first + 2, reading.end(first), strict=True)
    heard = reading.hear(subject)
    if subject is None or subject.first != first + 2 or heard is None or not heard.sure:
        return speaker, said
    return heard, trimmed(text, first, first + 2, quoted=False) or said


def topic_of(reading: Reading, match: Match) -> Complement | None:
    """Return what «ما أوردته الصحيفة حول …» is about."""
    text = reading.text
    limit = min(reading.end(match.token), match.last + _TOPIC_WITHIN)
    for token in range(match.last, limit):
        key = text.key(token)
        mark = not text.is_word[token] and token not in text.opens and token not in text.closes
        if mark or token in reading.matches or is_that(text, token):
            return None
        if key in _TOPICS and token > match.last:
            return Complement(key, token, token + 1)
    return None
