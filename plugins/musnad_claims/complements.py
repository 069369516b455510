"""Where what is said begins: the complement of a cue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from musnad_claims.matches import Match, ends_said
from musnad_claims.phrases import (
    ALL_HEADS,
    CONTRASTS,
    GIVEN,
    HEADS_WITH_ON,
    RELATIVES,
    THAT,
    TITLES,
    is_definite,
    is_that,
    quoted_name,
)
from musnad_claims.resources import word_table, words
from musnad_claims.words import COMMAS, ELLIPSES, ENDS, Words, sentence_end

_FARTHEST = 45
_LONGEST_NAME = 7
SHORTEST_QUOTATION = 3
SHORTEST_LAST_WORDS = 2
"""A quotation that ends its sentence may be as short as this: «قال المدير "الجهاز تعطل".»"""
_DEMANDS = words("traps.yaml", "demand_nouns")
_OTHER_PARTICIPLES = words("traps.yaml", "other_participles")
_STOP_THAT = words("clauses.yaml", "adversative_before_that")
_IDIOMS = word_table("clauses.yaml", "idioms")
_LINKS = words("grammar.yaml", "links")
_IDENTITY = words("grammar.yaml", "identity")
_NOT_B = words("clauses.yaml", "not_b_nouns")
_NEEDS = frozenset({"ضروره", "وجوب"})
_MAY_MATTER = COMMAS | ELLIPSES | THAT | RELATIVES | _DEMANDS | _NEEDS | {":", "خلافا"}
"""Words at which content may begin or the search for it may end, whatever the cue."""


class Complement(NamedTuple):
    """Where what is said begins."""

    kind: str
    """`that`, `colon`, `quote`, `object`, or the preposition."""
    marker: int
    """The token that introduces it (of an object: its first)."""
    first: int
    """The first token of what is said."""
    offset: int = 0
    """Letters of a proclitic at `first` that are left off."""


def find_complement(
    text: Words, match: Match, matches: Mapping[int, Match], after: int
) -> Complement | None:
    """Return where the content of `match` begins, looking from the token `after` on.

    None where the cue has no content of a kind that it takes, or where a demand stands there instead.
    """
    cue = match.cue
    takes = cue.takes
    limit = min(sentence_end(text, match.token), after + _FARTHEST)
    token = after
    with_b = -1
    while token < limit:
        key = text.keys[token]
        if not (
            key in _MAY_MATTER
            or key[:1] == "ب"
            or token in matches
            or token in text.opens
            or key in cue.prepositions
            or key in cue.that_prepositions
        ):
            token += 1  # most words: nothing begins or ends there
            continue
        before = text.key(token - 1)
        if key == "خلافا":
            break
        if key in ELLIPSES and text.quote[token] == text.quote[match.token]:
            break
        if key in THAT and before in _STOP_THAT and before != "علي":
            return None
        if is_that(text, token):
            if before in {"هو", "هي"}:
                return None
            if before == "علي" and text.key(token - 2) in COMMAS:
                return None  # «ذكر التفاصيل، على أن يبدأ …»
            if "that" in takes or before in cue.that_prepositions or key.startswith("ب"):
                return Complement("that", token, token + 1)
            if before in cue.prepositions:
                return Complement("that", token, token + 1)
            return None
        if key == ":" and "colon" in takes:
            return _after_colon(text, token)
        if token in text.opens and "quote" in takes and _is_quotation(text, text.opens[token]):
            beyond = text.quotes[text.opens[token]][1] + 1
            # «مديرة «التحالف لإنهاء العبودية»»
            name = token > after and before in ALL_HEADS and not is_definite(text, token - 1)
            name = (name and quoted_name(text, token) > 0) or _person_in_quotes(text, token)
            if not is_that(text, beyond) and not name:
                return Complement("quote", token, token)
            token = beyond
            continue
        if key in cue.prepositions or key in cue.that_prepositions:
            following = text.key(token + 1)
            if {before, text.key(token - 2)} & HEADS_WITH_ON and token > after:
                token += 1  # «المشرف العام على المهرجان»
                continue
            if key == "عن" and before in {"صادر", "صادره", "الصادر", "الصادره"}:
                token += 1
                continue
            if following in _DEMANDS and cue.kind != "reports" and cue.stance == "asserts":
                return None
            if (
                key in cue.prepositions
                and not is_that(text, token + 1)
                and following not in _IDIOMS.get(key, ())
            ):
                return Complement(key, token, token + 1)
        demanded = token > after and key in _DEMANDS and "object" in takes
        if key in _NEEDS or demanded:
            return None
        if (
            (with_b < 0 or text.key(with_b).startswith("بال"))
            and "ب" in cue.prepositions
            and key.startswith("ب")
            and len(key) > 3
            and (key not in _NOT_B or key in cue.needs)
        ):
            with_b = token
        if match.relative and key in RELATIVES:
            break
        other = matches.get(token)
        carried = cue.kind == "carrier" and other is not None and other.cue.kind == "clause"
        if other is not None and token > after and not carried and _other_cue(text, other):
            break
        if key in COMMAS:
            if CONTRASTS.length_at(text, token + 1) or text.key(token + 1) in _LINKS:
                break
            if is_circumstance(text.key(token + 1)):
                break
            if text.begins_and(token + 1) and not match.relative:
                aside = next((at for at in range(token + 1, limit) if text.key(at) in COMMAS), -1)
                if aside > 0 and _IDENTITY & set(text.keys[token + 1 : aside]):
                    token = aside + 1  # «…، وقد فضلت عدم ذكر اسمها، إنها»
                    continue
                break
        token += 1
    if with_b >= 0:
        return Complement("ب", with_b, with_b, 1)
    return None


def _person_in_quotes(text: Words, token: int) -> bool:
    """Tell «كشف المدير "المهندس سالم النجار" عن …»: a short quotation that begins with a title is a name."""
    first, last = text.quotes[text.opens[token]]
    titled = text.key(first) in TITLES and text.key(first).startswith("ال")
    more = text.key(first + 1) in TITLES or text.key(first + 1) in GIVEN
    return titled and more and last - first <= _LONGEST_NAME


def is_circumstance(key: str) -> bool:
    """Tell whether the word looks like a participle in the accusative («، مكتفيا بـ…»), which begins something else."""
    if key in _OTHER_PARTICIPLES:
        return True
    return (
        key.startswith("م")
        and key.endswith("ا")
        and not key.endswith(("ها", "هما", "نا"))
        and len(key) > 4
        and key not in {"مثلما", "مهما"}
    )


def _other_cue(text: Words, other: Match) -> bool:
    """Tell whether another cue begins a clause of its own before the content of this one came."""
    if not other.cue.has_content and _IDENTITY & {text.key(other.last + n) for n in (1, 2)}:
        return False  # «قال تاجر، رفض كشف اسمه، إن …»
    if ends_said(text, other):
        return True
    if other.form is None:
        return other.cue.kind == "clause"
    if not other.finite or other.relative or "that" not in other.cue.takes:
        return False
    return not other.form.object and other.cue.homograph == ""


def _after_colon(text: Words, token: int) -> Complement | None:
    first = token + 1
    if first >= len(text):
        return None
    return Complement("colon", token, first + 1 if text.key(first) in THAT else first)


def _is_quotation(text: Words, number: int) -> bool:
    """Tell a quotation from a quoted name: it is longer, or goes to the end of its sentence."""
    first, last = text.quotes[number]
    size = sum(text.is_word[first:last])
    over = (
        last + 1 >= len(text)
        or text.key(last + 1) in ENDS
        or text.sentence[last + 1] != text.sentence[last]
    )
    return size >= SHORTEST_QUOTATION + 1 or (size >= SHORTEST_LAST_WORDS and over)
