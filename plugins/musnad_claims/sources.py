"""Cues that are not verbs of their own: «بحسب …», «نقلا عن …», «على حد قوله», «بالقول إن»."""

from __future__ import annotations

from musnad_claims.clauses import (
    CLAUSE_OPENERS,
    Said,
    clause_end,
    clause_start,
    said_from,
    trimmed,
)
from musnad_claims.complements import Complement, find_complement
from musnad_claims.following import phrase_after, skip_before_subject
from musnad_claims.growth import grow
from musnad_claims.matches import Match
from musnad_claims.phrases import HEADS, STOPS, THAT, Phrase, is_definite, is_that, make
from musnad_claims.reading import Reading
from musnad_claims.resources import words
from musnad_claims.speakers import NOBODY, Voice, head_kind
from musnad_claims.voices import before
from musnad_claims.words import COMMAS, Words

_BASES = words("traps.yaml", "bases")
_TALKS = words("grammar.yaml", "talks")
_THEN = frozenset({"فان", "فانه", "فانها", "فقد"})


class Source(tuple[Phrase, Voice]):
    """The phrase after «بحسب» and who it names."""


def source_after(reading: Reading, match: Match) -> Source | None:
    """Return the source that a cue like «بحسب» names; None where it names no source at all."""
    text = reading.text
    token = match.last
    limit = reading.end(match.token)
    offset = 0
    if token >= limit:
        return None
    if text.key(token) in {"ل", "لـ", "الي", "ب", "علي"} and match.last == match.first + 1:
        token += 1
    if text.key(match.last - 1) not in {"وفقا", "طبقا"}:
        token = skip_before_subject(text, token, limit)
        if token >= limit:
            return None
    passive = match.cue.rule.endswith(":bihasab_ma") and text.key(match.first) != "كما"
    if passive and text.key(token) in {"في", "علي"}:
        token += 1  # «حسبما نشر في الجريدة الرسمية»
    key = text.key(token)
    prefixed = text.key(match.token)[match.offset if match.first == match.token else 0 :] in {
        "وفقا",
        "طبقا",
    }
    if prefixed and key.startswith("ل") and not key.startswith(("لل", "ال")):
        number = text.mention[token]
        native = number >= 0 and text.mentions[number].surface.startswith("ل")
        offset = 0 if native else (2 if text.text.startswith("لـ", text.starts[token]) else 1)
    while (
        text.key(token)[offset:] in {"احدث", "اخر", "ارقام", "الارقام", "للارقام", "بيانات"}
        and token + 1 < limit
    ):
        inner = next(
            (at for at in range(token + 1, min(limit, token + 8)) if text.key(at) in {"عن"}), None
        )
        if inner is None:
            break
        token, offset = inner + 1, 0
    given_by = _given_by(text, token, limit)
    if given_by:
        token, offset = given_by, 0
    if text.key(token)[offset:].removeprefix("لل") in _TALKS and text.key(token + 1) == "مع":
        token, offset = token + 2, 0
    if token < limit and _is_basis(text, token, offset):
        return None
    phrase = (
        _source_phrase(text, token, limit, prefixed)
        if offset == 0
        else _prefixed(text, token, limit, offset)
    )
    if passive and (phrase is None or reading.hear(phrase) is None):
        # «…، حسبما أعلن الأسبوع الماضي»: by nobody who is named.
        at = text.ends[match.last - 1]
        return Source((Phrase(at, at, match.last, match.last), NOBODY))
    if phrase is None or phrase.first != token or _two_measures(text, phrase):
        return None
    if text.key(token).startswith("لل") and prefixed:
        phrase = phrase._replace(start=text.starts[phrase.first] + 1)
    heard = reading.hear(phrase)
    if heard is None:
        return None
    known = heard.sure or text.key(phrase.last - 1) in reading.speaking_names
    # «وفقا للنجاري، فإن»: a single surname; «بحسب النوع» is none.
    surname = phrase.last - phrase.first == 1 and text.key(token).endswith("ي")
    if not (known or surname or _unknown_name(text, phrase, limit)):
        return None
    return Source((phrase, heard))


def _given_by(text: Words, token: int, limit: int) -> int:
    """Return who gave what «بحسب تصريحات أدلى بها المدير» names, 0 where it names nobody so."""
    for at in range(token + 1, min(limit, token + 4)):
        if text.key(at) in {"ادلي", "ادلت"} and text.key(at + 1) in {"بها", "به"}:
            return at + 2
    return 0


def _source_phrase(text: Words, token: int, limit: int, prefixed: bool) -> Phrase | None:
    """Return the phrase at `token`; the preposition of «وفقا للمعلومات» is no addressee."""
    if prefixed and text.key(token).startswith("لل"):
        return grow(text, token, limit, strict=False)
    return phrase_after(text, token, limit, strict=False)


def _two_measures(text: Words, phrase: Phrase) -> bool:
    """Tell «بحسب الموقع والميزانية» from «بحسب الموقع»: what no outlet stands beside."""
    if phrase.last - phrase.first != 2 or not text.begins_and(phrase.first + 1):
        return False
    second = text.bare(phrase.first + 1)
    return (
        second.startswith("ال") and head_kind(second) is None and text.mention[phrase.first + 1] < 0
    )


def _is_basis(text: Words, token: int, offset: int) -> bool:
    """Tell a rule or a measure («وفق المادة السابعة», «حسب الطلب») from somebody or something that states."""
    key = text.key(token)[offset:]
    if key in {"هذا", "هذه"} and text.key(token + 1).removeprefix("ال") in _BASES:
        return True
    key = key.removeprefix("لل") if key.startswith("لل") else key.removeprefix("ال")
    return text.mention[token] < 0 and key in _BASES


def _unknown_name(text: Words, phrase: Phrase, limit: int) -> bool:
    """Tell an unknown name: «وحسب سلمى نجيم من جامعة الضفة، فإن …»."""
    if phrase.last - phrase.first < 2 or is_definite(text, phrase.first):
        return False
    if text.key(phrase.last) in {"من", "في"} and head_kind(text.key(phrase.last + 1)):
        return True
    last = phrase.last
    return last + 1 < limit and text.key(last) in COMMAS and text.key(last + 1) in _THEN


def _prefixed(text: Words, token: int, limit: int, offset: int) -> Phrase | None:
    phrase = phrase_after(text, token + 1, limit, strict=False) if token + 1 < limit else None
    amid = phrase is not None and phrase.last < limit and text.is_word[phrase.last]
    if amid and text.key(token)[offset:] in HEADS["outlet"]:
        # «وثمن المدير وفقا لوكالة الأنباء المحلية مواقف …»: the clause goes on without a comma.
        phrase = phrase_after(text, token + 1, limit, strict=True)
    if phrase is None or phrase.first != token + 1:
        return make(text, token, token + 1, offset)
    return make(text, token, phrase.last, offset)


def find_stops(reading: Reading) -> dict[int, Source]:
    """Return the source cues that name a source, by their first token."""
    found = {}
    for token, match in reading.matches.items():
        if match.form is None and match.cue.kind == "source":
            source = source_after(reading, match)
            if source is not None:
                found[token] = source
    return found


def read_source(reading: Reading, match: Match, source: Source) -> None:
    """Add the statement of «بحسب X»: the clause around, or what follows «نقلا عن X أن»."""
    text = reading.text
    phrase, heard = source
    limit = reading.end(match.token)
    start = reading.start(match.token)
    after = phrase.last
    if after < limit and (is_that(text, after) or text.key(after) == ":"):
        complement = Complement("that", after, after + 1)
        said = said_from(text, complement, match, reading.matches, frozenset())
        draft = reading.add(match, said, heard, 0.85)
        if (
            draft is not None
            and reading.voices
            and text.sentence[reading.voices[-1][0]] == text.sentence[match.token]
        ):
            outer = reading.voices[-1][1].speaker
            draft.outer = outer if outer.kind in ("outlet", "organization") else None
        reading.remember(match.token, heard)
        return
    passed_on = _spanning(reading, match, phrase.last)
    if passed_on is not None and match.cue.rule.endswith(":naqlan"):
        # «وذكرت الصحيفة، نقلا عن مصدر لم تسمه، أن …»: two layers of one content.
        draft = reading.add(match, passed_on, heard, 0.85)
        if draft is not None:
            draft.outer = reading.voices[-1][1].speaker if reading.voices else None
        reading.remember(match.token, heard)
        return
    inner = reading.drafts[-1].said if reading.drafts else None
    if text.key(match.first) == "كما" and inner is not None and inner.last == match.first:
        # «نافيا أن يكون العدد تسعة كما أعلنت الوزارة»: she said what he denies.
        if reading.add(match, inner, heard, 0.8):
            reading.remember(match.token, heard)
        return
    begin, offset = clause_start(text, start, match.first)
    if text.key(match.first - 1) in THAT:
        begin, offset = match.first, 0  # «مضيفا أنه وفقا لـ … بلغ …»
    if match.cue.rule.endswith(":lisan") and begin < match.first:
        return  # «نفي على لسان المدير»
    if begin >= match.first:
        while after < limit and not text.is_word[after]:
            after += 1
        offset = (
            1
            if text.key(after).startswith("ف") and text.key(after) in {"فقد", "فان", "فانه"}
            else 0
        )
        if offset:
            after, offset = after + 1, 0
        if after >= limit:
            return
        last = clause_end(text, after, match, reading.matches, frozenset(), short=False)
        said = trimmed(text, after, last, quoted=False)
    else:
        last = match.first
        spanning = _spanning(reading, match, phrase.last)
        if spanning is not None:
            last = spanning.last
        elif _amid(text, match, after, limit):
            last = clause_end(text, after, match, reading.matches, frozenset(), short=False)
        elif after < limit and text.key(after) in COMMAS and _goes_on(reading, after + 1, limit):
            last = clause_end(text, after + 1, match, reading.matches, frozenset(), short=False)
        said = trimmed(text, begin, _before_that(text, last), quoted=False, offset=offset)
    if said is not None:
        reading.add(match, said, heard, 0.8)
        reading.remember(match.token, heard)


def _amid(text: Words, match: Match, after: int, limit: int) -> bool:
    """Tell whether the clause goes on around «وفقا لوكالة الضفة» without any comma."""
    if after >= limit or not (text.is_word[after] and text.is_word[match.first - 1]):
        return False
    return text.key(after) not in STOPS and not text.begins_and(after)


def _spanning(reading: Reading, match: Match, last: int) -> Said | None:
    """Return the content that comes after the source of a verb that stands before it."""
    for draft in reading.recent():
        if draft.match.first < match.first and draft.said is not None and draft.said.first >= last:
            return draft.said
    return None


def _before_that(text: Words, last: int) -> int:
    """Leave «وذلك» before «وفقا» out."""
    return last - 1 if text.key(last - 1) in {"وذلك", "ذلك"} else last


def _goes_on(reading: Reading, token: int, limit: int) -> bool:
    """Tell whether the clause around «، بحسب X،» goes on after it."""
    key = reading.text.key(token)
    return (
        token < limit
        and not key.startswith("و")
        and key not in CLAUSE_OPENERS
        and token not in reading.matches
    )


def read_aside(reading: Reading, match: Match) -> None:
    """«فالأزمة - على حد قوله - عابرة»: the clause around, by the speaker before."""
    text = reading.text
    start, limit = reading.start(match.token), reading.end(match.token)
    begin = start
    for token in range(match.first - 1, start, -1):
        if text.key(token) in COMMAS and text.is_word[token + 1]:
            begin = token + 1
            break
    key = text.key(begin)
    offset = 1 if key.startswith("ف") and begin < match.first and len(key) > 3 else 0
    if not offset:
        begin, offset = clause_start(text, begin, match.first)
    said = trimmed(text, begin, limit, quoted=False, offset=offset)
    if said is not None and begin < match.first:
        reading.add(match, said, reading.implied(match.token, None), 0.7)


def read_clause(reading: Reading, match: Match) -> None:
    """«بالقول إن …», «خبر مفاده …»: the content follows."""
    text = reading.text
    publisher = _publisher(reading, match)
    if match.cue.publisher and publisher is None:
        return
    complement = find_complement(text, match, reading.matches, match.last)
    if complement is None or complement.marker > match.last + 1:
        if "object" not in match.cue.takes or text.key(match.last - 1) != "مفاده":
            return
        last = clause_end(text, match.last, match, reading.matches, reading.stops, short=True)
        said: Said | None = trimmed(text, match.last, last, quoted=False)
    else:
        said = said_from(text, complement, match, reading.matches, reading.stops)
    if said is None:
        return
    if publisher is None:
        reading.add(match, said, reading.implied(match.token, None), 0.85)
        return
    token, offset = publisher
    phrase = phrase_after(text, token + 1, match.first, strict=False)
    cue = match._replace(first=token, last=token + 1, token=token, offset=offset)
    heard = reading.hear(phrase) or before(reading, cue) or NOBODY
    if reading.add(cue, said, heard, 0.9):
        reading.remember(token, heard)


def _publisher(reading: Reading, match: Match) -> tuple[int, int] | None:
    """Return the verb of publishing before «خبرا مفاده», and the letters of its proclitic."""
    text = reading.text
    for token in range(match.first - 1, max(reading.start(match.token), match.first - 14) - 1, -1):
        for offset in (0, 1):
            if text.key(token)[offset:] in match.cue.publisher:
                return token, offset
    return None
