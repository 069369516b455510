"""The subject that stands before its verb: «لكن سفارة المملكة نفت», «الإدارة التي نفت», «وكانت الإدارة قد نفت»."""

from __future__ import annotations

from musnad_claims.phrases import (
    ADVERSATIVES,
    ALL_HEADS,
    GIVEN,
    HEADS_AND_FACTS,
    NAME_WORDS,
    PREPOSITIONS,
    RELATIVES,
    THAT,
    TITLES,
    Phrase,
    is_definite,
    make,
)
from musnad_claims.resources import words
from musnad_claims.words import QUOTE_MARKS, Words

_BETWEEN = words("grammar.yaml", "between")
_DAYS = words("grammar.yaml", "days")
_LAST_NEXT = words("grammar.yaml", "last_next")
_TIMES = _DAYS | words("grammar.yaml", "times")
_OPENERS = words("grammar.yaml", "openers")
_PRONOUNS = words("grammar.yaml", "pronoun_subjects")
_WITH_PRONOUN = words("grammar.yaml", "with_pronoun")
_ABOUT = words("grammar.yaml", "about")
_HEADS_AND_NAMES = ALL_HEADS | GIVEN
_FARTHEST = 22
_LONGEST = 14


def phrase_before(text: Words, verb: int, first: int) -> tuple[Phrase, bool] | None:
    """Return the noun phrase before the token `verb`, and whether a relative pronoun joins them.

    Tokens before `first` (the beginning of the sentence) are not looked at. None where what stands
    there is no noun phrase that could speak.
    """
    token = verb - 1
    while token >= first:
        if text.key(token) in _BETWEEN or text.bare(token) == "قد" or text.key(token) in _DAYS:
            token -= 1
        elif text.key(token) in _LAST_NEXT and text.key(token - 1) in _TIMES:
            token -= 2
        else:
            break
    relative = token >= first and text.key(token) in RELATIVES
    if relative:
        token -= 1
        if token >= first and text.key(token) in {"،", ","}:
            token -= 1
    end = token + 1
    begin = _begin(text, token, first, relative=relative)
    if end - begin == 1 and text.key(begin).endswith("وا"):
        return None
    if begin >= end or end - begin > _LONGEST or text.bare(begin) in _PRONOUNS:
        return None
    if text.bare(begin) in _ABOUT or (begin > first and text.bare(begin - 1) in _ABOUT):
        return None  # «وحول التذاكر قال …»
    opening = text.key(begin)
    known = opening in _HEADS_AND_NAMES or text.mention[begin] >= 0
    if opening.startswith("ل") and not known and is_definite(text, begin + 1):
        return None  # «… لمرافق الإيواء نفى أن»
    if any(text.key(at) == "الي" for at in range(begin, end)):
        return None
    offset = 1 if text.key(begin) != text.bare(begin) and _opens_with_and(text, begin) else 0
    if text.key(begin)[offset:] in PREPOSITIONS or text.key(begin).startswith(("بال", "لل")):
        return None
    if text.key(begin)[offset:] not in HEADS_AND_FACTS and text.mention[begin] < 0:
        # «الذي بث تغريدة تقول»: the walk went too far; a head inside, not governed by a preposition, speaks.
        for inner in range(begin + 1, end):
            head = text.key(inner) in ALL_HEADS and not is_definite(text, inner)
            named = text.key(begin) in NAME_WORDS
            if head and not named and text.key(inner - 1) not in PREPOSITIONS:
                begin, offset = inner, 0
                break
    return make(text, begin, end, offset), relative


def _opens_with_and(text: Words, token: int) -> bool:
    """Tell whether و before the word is a conjunction: the rest is a head, a name or has the article."""
    bare = text.bare(token)
    if text.key(token) in HEADS_AND_FACTS:
        return False
    if bare in ALL_HEADS or (bare.startswith("ال") and len(bare) > 4):
        return True
    number = text.mention[token]
    if number < 0:
        return text.begins_and(token) and len(bare) > 3
    if text.mention_bounds[number][0] != token:
        return False
    return text.mention_starts[number] > text.starts[token]


def _begin(text: Words, token: int, first: int, *, relative: bool = False) -> int:
    """Walk back from `token` over one noun phrase and return where it begins.

    Before a `relative` pronoun a noun with و is rather the second of two («العلاقات والإعلام … الذي»).
    """
    last = token
    best = last + 1
    while token >= first and last - token < _FARTHEST:
        key = text.key(token)
        number = text.closes.get(token)
        if number is not None:
            opening = text.quotes[number][0] - 1
            if opening < first or last - opening > 12:
                break
            token = best = opening
            token -= 1
            continue
        if (key in RELATIVES and token < last) or key in _WITH_PRONOUN:
            break
        if not text.is_word[token] or key in ADVERSATIVES or key in _OPENERS or key in THAT:
            if key in QUOTE_MARKS and token == last:
                token -= 1
                continue
            break
        if text.bare(token) in ADVERSATIVES or text.bare(token) in _OPENERS:
            break
        known = text.mention[token]
        if known >= 0:
            token = best = max(first, text.mention_bounds[known][0])
            token -= 1
            continue
        if key in PREPOSITIONS:
            # The phrase may begin before the preposition («مصادر في الشرطة»); `best` moves only there.
            token -= 1
            continue
        following = text.key(token + 1)
        if (
            token < last
            and is_definite(text, token)
            and following
            and not is_definite(text, token + 1)
        ):
            person = following in GIVEN or following in text.surnames or key in TITLES
            if (
                not person
                and following not in PREPOSITIONS
                and text.is_word[token + 1]
                and not following.startswith(("ب", "ل", "و"))
            ):
                break
        best = token
        two = relative and is_definite(text, token - 1) and text.bare(token).startswith("ال")
        if key.startswith("و") and text.bare(token) in ALL_HEADS and token > first and not two:
            # «… الاقتصاديين والرأي العام»: a coordinated noun; a head after و begins a clause.
            break
        token -= 1
    return best
