"""Times and manners between a verb, its subject and its content: «يوم الثلاثاء للمرة الأولى»."""

from __future__ import annotations

from musnad_claims.following import skip_before_subject
from musnad_claims.phrase_sets import PhraseSet
from musnad_claims.phrases import SKIPPABLE
from musnad_claims.resources import phrases, words
from musnad_claims.words import COMMAS, Words

_DAYS = words("grammar.yaml", "days") | words("grammar.yaml", "last_next")
_PHRASES = PhraseSet(phrases("clauses.yaml", "adverbial_phrases"))


def past_adverbs(text: Words, token: int, limit: int) -> int:
    """Return the first token at or after `token`, before `limit`, that is no adverb of time or manner."""
    while token < limit:
        passed = _PHRASES.length_at(text, token)
        if passed:
            token += passed
        elif (
            text.key(token) in _DAYS
            or text.key(token) in SKIPPABLE
            or (
                text.key(token) in COMMAS
                and (text.key(token + 1) in _DAYS or text.key(token - 1) in _DAYS)
            )
        ):
            token += 1
        else:
            skipped = skip_before_subject(text, token, limit)
            if skipped == token:
                return token
            token = skipped
    return token
