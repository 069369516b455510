"""Verbs whose content stands before them: «هذه الأخبار نفاها», «وهو ما تنفيه», «“…”، قال فلان»."""

from __future__ import annotations

from musnad_claims.anaphora import DEMONSTRATIVES, antecedent
from musnad_claims.anaphora import NOUNS as POINTERS
from musnad_claims.clauses import Said, clause_start, trimmed
from musnad_claims.following import phrase_after
from musnad_claims.matches import Match
from musnad_claims.phrases import is_definite
from musnad_claims.reading import Reading
from musnad_claims.speakers import Voice
from musnad_claims.words import COMMAS

_LONG = frozenset({"لطالما", "طالما"})
_PRONOUNS = frozenset({"هو", "هي"})


def points_back_here(reading: Reading, match: Match) -> bool:
    """Tell whether the object pronoun points at words right before: «هذه الأخبار نفاها», «وهذا ما أكدته»."""
    text = reading.text
    if match.offset and match.first == match.token:
        return False
    token = match.first - 1
    if text.key(token) in _LONG:
        token -= 1
    if text.key(token) == "الذي" and text.bare(token - 1) == "الامر":
        return True  # «…، الأمر الذي نفته البلدية»
    if text.key(token) == "ما":
        token -= 1
        return text.bare(token) in DEMONSTRATIVES | _PRONOUNS or (
            text.bare(token) in POINTERS and text.bare(token - 1) in DEMONSTRATIVES
        )
    start = reading.start(match.token)
    nouns = 0
    while token >= start and (text.bare(token) in POINTERS or f"ال{text.key(token)}" in POINTERS):
        token -= 1
        nouns += 1
    # «هذه الأخبار نفاها», «وهو اتهام تنفيه».
    return token >= start and text.bare(token) in DEMONSTRATIVES | (
        _PRONOUNS if nouns else frozenset()
    )


def read_pointing(reading: Reading, match: Match) -> None:
    """«هذه الأخبار نفاها مصدر», «وهذا ما أكدته الصحيفة», «“…” هذا ما أعلنه فلان»."""
    text = reading.text
    limit = reading.end(match.token)
    phrase = phrase_after(text, match.last, limit, strict=False)
    speaker = reading.hear(phrase)
    start = reading.start(match.token)
    token = match.first - 1
    token -= text.key(token) in _LONG
    if text.key(token) in {"ما", "الذي"}:
        token -= 1
    said: Said | None = None
    while token >= start and (
        text.bare(token) in DEMONSTRATIVES | POINTERS | _PRONOUNS
        or f"ال{text.key(token)}" in POINTERS
    ):
        token -= 1
    while token >= start and not text.is_word[token] and token not in text.closes:
        token -= 1
    if token in text.closes:
        first, last = text.quotes[text.closes[token]]
        said = trimmed(text, first, last, quoted=True)
    else:
        said = _pointed_at(reading, start, token + 1, match)
    if said is None:
        return
    unsure = speaker is not None and not speaker.sure and phrase is not None
    if unsure and phrase and phrase.last - phrase.first > 2 and not is_definite(text, phrase.first):
        return
    speaker = speaker or reading.implied(match.token, match.form)
    draft = reading.add(match, said, speaker, 0.75)
    if draft is not None:
        draft.pointer = True
        reading.remember(match.token, speaker)


def _pointed_at(reading: Reading, start: int, end: int, match: Match) -> Said | None:
    """Return what «وهو ما تنفيه» points at: what was said before in the sentence, or the clause before."""
    text = reading.text
    for draft in reading.recent():
        if draft.said is not None and start <= draft.said.first < end:
            last = min(draft.said.last, end)
            return (
                draft.said
                if last == draft.said.last
                else trimmed(text, draft.said.first, last, quoted=False)
            )
    first, offset = clause_start(text, start, end)
    if end - first > 3 and text.key(match.first - 1) in {"ما", "الذي"} | _LONG:
        return trimmed(text, first, end, quoted=False, offset=offset)
    earlier = antecedent(reading.drafts)
    return earlier.said if earlier is not None else None


def read_quoted_before(reading: Reading, match: Match, speaker: Voice | None) -> None:
    """«“…”، قال فلان»: a quotation right before its verb."""
    text = reading.text
    token = match.first - 1
    if text.key(token) in COMMAS:
        token -= 1
    if "quote" not in match.cue.takes or token not in text.closes or match.negated:
        return
    first, last = text.quotes[text.closes[token]]
    if sum(text.is_word[first:last]) < 4 or first - 1 in {
        d.said.first - 1 for d in reading.recent() if d.said
    }:
        return
    phrase = phrase_after(text, match.last, reading.end(match.token), strict=True)
    speaker = speaker or reading.hear(phrase)
    if speaker is None or match.offset:
        return
    if reading.add(match, trimmed(text, first, last, quoted=True), speaker, 0.8):
        reading.remember(match.token, speaker)
