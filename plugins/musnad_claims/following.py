"""The noun phrase that follows a verb or a preposition, past adverbs and addressees."""

from __future__ import annotations

from musnad_claims.cues import cue_index
from musnad_claims.growth import grow
from musnad_claims.names import is_apposition
from musnad_claims.phrases import (
    ALL_HEADS,
    GIVEN,
    PREPOSITIONS,
    SKIPPABLE,
    STOPS,
    TITLES,
    Phrase,
    bracketed,
    is_definite,
    is_that,
    make,
    quoted_name,
)
from musnad_claims.resources import words
from musnad_claims.words import COMMAS, Words

_PARTITIVES = words("grammar.yaml", "partitives")
_NO_BEGINNING = STOPS - {"اي", "جميع"}
_AFTER_NAME = PREPOSITIONS | {":"}
_THESE = frozenset({"هذا", "هذه", "هولاء", "تلك"})


def skip_before_subject(text: Words, token: int, limit: int) -> int:
    """Return the first token at or after `token` that can begin a subject: adverbs, addressees are passed."""
    while token < limit:
        key = text.key(token)
        if key in SKIPPABLE or (key in COMMAS and text.key(token + 1) in SKIPPABLE):
            token += 1
        elif key in {"ل", "لـ"}:
            token = quoted_name(text, token + 1) or bracketed(text, token + 1) or token + 2
        elif key.startswith("ل") and text.mention[token] >= 0 and not key.startswith("ال"):
            number = text.mention[token]
            first, last = text.mention_bounds[number]
            if first != token or text.mentions[number].surface.startswith(("ل", "لـ")):
                return token
            token = last
        else:
            return token
    return token


def phrase_after(text: Words, token: int, limit: int, *, strict: bool) -> Phrase | None:
    """Return the noun phrase that begins at or soon after `token` and ends before `limit`.

    With `strict`, an object may follow without any mark between: the phrase then ends where a
    definite description is complete.
    """
    token = skip_before_subject(text, token, limit)
    while (
        not strict
        and token < limit
        and (
            text.key(token) in PREPOSITIONS
            or (
                (text.key(token).startswith("ل") and text.key(token)[1:2] != "")
                and not _name_with_lam(text, token)
            )
        )
        and text.mention[token] < 0
    ):
        # «وأكد في تصريح للجزيرة مدير الشرطة أن»: the subject is the first head after the phrase.
        head = next(
            (at for at in range(token + 1, limit) if text.key(at) in ALL_HEADS and at > token + 1),
            None,
        )
        counted = head is not None and text.key(head - 1) in _PARTITIVES
        if (
            head is None
            or counted
            or text.key(head - 1) in PREPOSITIONS
            or _verb_with_object(text, head - 1)
        ):
            return None
        token = head
    demonstrative = text.key(token) in _THESE and text.key(token + 1) in ALL_HEADS
    if demonstrative and is_definite(text, token + 1) and token + 1 < limit:
        rest = grow(text, token + 1, limit, strict=strict)
        return None if rest is None else make(text, token, rest.last)  # «وأشارت هذه الدراسات»
    if token >= limit or _no_beginning(text, token) or is_that(text, token):
        return None
    if strict and text.key(token) in PREPOSITIONS:
        return None
    if _adverbial(text, token):
        return None
    return grow(text, token, limit, strict=strict)


def past_appositions(text: Words, token: int, limit: int) -> int:
    """Return the token after the offices that follow a name at `token` («سالم النجار رئيس المجلس»), else `token`."""
    while token < limit and text.key(token) not in TITLES and is_apposition(text, token):
        office = grow(text, token, limit, strict=True)
        if office is None:
            break
        token = office.last
    return token


def _no_beginning(text: Words, token: int) -> bool:
    """Tell whether no phrase begins with the word; «فان» without a hamza is also a name («فان دالن»)."""
    if text.key(token) not in _NO_BEGINNING:
        return False
    written = text.text[text.starts[token] : text.ends[token]]
    return written != "فان" or is_definite(text, token + 1)


def _name_with_lam(text: Words, token: int) -> bool:
    """Tell an unknown name («لافروف») from an addressee («لوكالة», «لزملائه»): nothing else stands before أن."""
    key = text.key(token)
    rest = key[1:]
    if key in ALL_HEADS or key in GIVEN:
        return True  # «لجنة», «لاعب»
    if (
        len(key) < 5
        or rest in ALL_HEADS
        or key.startswith("لل")
        or rest.endswith(("ه", "ها", "هم"))
    ):
        return False
    following = token + 1
    return (
        is_that(text, following)
        or text.key(following) in _AFTER_NAME
        or (following < len(text) and not text.is_word[following])
    )


def _verb_with_object(text: Words, token: int) -> bool:
    """Tell «… في تصريحات نقلتها الصحف»: the head after such a verb is not the subject looked for."""
    return any(entry.form.object for entry in cue_index().forms.get(text.key(token), ())) or (
        text.key(token).endswith(("تها", "ته")) and text.key(token - 1) not in PREPOSITIONS
    )


def _adverbial(text: Words, token: int) -> bool:
    """Tell «بلهجة حادة» from a name that begins with ب: the word after it tells."""
    key = text.key(token)
    if (
        not key.startswith("ب")
        or len(key) < 4
        or key in ALL_HEADS
        or key in GIVEN
        or key in text.surnames
        or text.mention[token] >= 0
    ):
        return False
    following = text.key(token + 1)
    return key.endswith("ه") or key.startswith("بال") or following.startswith(("ال", "لل"))
