"""What is said: its quotation, or its clause to the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from musnad_claims.complements import SHORTEST_QUOTATION, Complement, is_circumstance
from musnad_claims.matches import Match, ends_said
from musnad_claims.phrases import CONTRASTS, PREPOSITIONS, THAT, TITLES
from musnad_claims.resources import words
from musnad_claims.words import COMMAS, ELLIPSES, QUOTE_MARKS, Words, sentence_end

_OTHER_PARTICIPLES = words("traps.yaml", "other_participles")
_OTHER_VERBS = words("traps.yaml", "other_verbs")
_AND_CLAUSE = words("grammar.yaml", "and_clause")
_BUT = words("grammar.yaml", "but")

CLAUSE_OPENERS = words("clauses.yaml", "clause_openers")
_PARTICLES = words("clauses.yaml", "clause_particles")
_NATIVE_WAW_STARTS = tuple(words("clauses.yaml", "native_waw_starts"))


_SAYINGS = words("clauses.yaml", "sayings")
_STANDS_IN = words("clauses.yaml", "stands_in")
_SAME = frozenset({"نفسه", "ذاته"})
_AND_IT = frozenset({"وهو", "وهي", "فهو", "فهي"})
_ALTHOUGH = frozenset({"مع", "رغم"})
_MAY_END = (
    COMMAS | ELLIPSES | _AND_CLAUSE | _BUT | _AND_IT | _ALTHOUGH | {"خلافا", "في", "وفي", "ففي"}
)
"""What a clause may end before; cues and sources beside."""
_OPENING = CLAUSE_OPENERS | _PARTICLES


class Said(NamedTuple):
    """What is said: normalized offsets, and whether it is a quotation."""

    start: int
    end: int
    quoted: bool
    first: int
    last: int


def quotation_at(text: Words, token: int) -> tuple[int, int] | None:
    """Return the tokens of the quotation that opens at `token`."""
    number = text.opens.get(token)
    return None if number is None else text.quotes[number]


def said_from(
    text: Words,
    complement: Complement,
    match: Match,
    matches: Mapping[int, Match],
    stops: frozenset[int],
) -> Said | None:
    """Return what is said from `complement` to the end of its quotation or clause.

    `stops` are tokens at which a source cue («بحسب …») begins.
    """
    first = complement.first
    if first >= len(text):
        return None
    inside = quotation_at(text, first)
    if inside is not None:
        begin, last = inside
        if text.key(begin) in THAT and begin + 1 < last:
            begin += 1
        closing = last in text.closes
        after = last + 1 if closing else last
        if not closing or _over(text, after, sum(text.is_word[begin:last]), matches):
            return trimmed(text, begin, last, quoted=True, offset=0)
    last = clause_end(
        text, first, match, matches, stops, short=complement.kind not in ("that", "colon")
    )
    said = trimmed(text, first, last, quoted=False, offset=complement.offset)
    if said is None:
        return None
    number = text.quote[first]
    if number >= 0 and (text.quote[match.token] == number or text.quotes[number][0] == first):
        return said._replace(quoted=True)
    return said


def _over(text: Words, token: int, size: int, matches: Mapping[int, Match]) -> bool:
    """Tell whether a quotation that ends before `token` is all that is said."""
    if token >= len(text) or not text.is_word[token]:
        return True
    if size >= SHORTEST_QUOTATION + 1:
        return True
    if text.sentence[token] != text.sentence[token - 1]:
        return True
    match = matches.get(token)
    if match is not None and (ends_said(text, match) or match.form is None):
        return True
    return text.key(token).startswith("و") or CONTRASTS.length_at(text, token) > 0


def clause_end(
    text: Words,
    first: int,
    match: Match,
    matches: Mapping[int, Match],
    stops: frozenset[int],
    *,
    short: bool,
) -> int:
    """Return one past the last token of the clause that begins at `first`.

    A `short` one is a noun phrase («نفى وجود خلاف»): it ends at the first comma that begins something else.
    """
    limit = sentence_end(text, first)
    number = text.quote[match.token]
    if number >= 0:
        # The cue itself is quoted: what it introduces ends with the quotation.
        limit = min(limit, text.quotes[number][1])
    for token in range(first + 1, limit):
        # Most words end nothing, which one look-up tells.
        if text.keys[token] not in _MAY_END and token not in matches and token not in stops:
            continue
        if token in stops or _ends_at(text, token, first, limit, match, matches, short=short):
            return token
    return limit


def _ends_at(
    text: Words,
    token: int,
    first: int,
    limit: int,
    match: Match,
    matches: Mapping[int, Match],
    *,
    short: bool,
) -> bool:
    """Tell whether the clause that begins at `first` ends before `token`: a word of `_MAY_END`, or a cue."""
    key, following = text.key(token), text.key(token + 1)
    other = matches.get(token)
    if other is not None:
        if text.quote[token] == text.quote[first] and ends_said(text, other):
            return True
        if other.cue.kind == "clause" and key.startswith("ب"):
            return True  # «… بقوله إن»
    if short and (key in _AND_CLAUSE or key == "خلافا"):
        return True
    stands_there = text.key(token - 1) in _STANDS_IN
    if short and key == "في" and following in _SAYINGS and not stands_there:
        return True  # «نفى وجود خلاف في بيان …»
    meanwhile = text.bare(token) == "في" and following == "الوقت" and token + 3 in matches
    if meanwhile and text.key(token + 2) in _SAME:
        return True
    if key in COMMAS:
        after = matches.get(token + 1)
        if after is not None and after.cue.kind == "clause":
            return True  # «…، بالقول إن»
        relative = match.relative
        return _new_clause(text, token, limit, matches, short=short, match_relative=relative)
    if key in ELLIPSES:
        return text.quote[match.token] < 0
    if key in _AND_IT and following == "ما":
        return True
    but = key in _BUT or (key in _ALTHOUGH and following == "ان")
    return but and _cue_within(text, token, limit, matches)


def _new_clause(
    text: Words,
    comma: int,
    limit: int,
    matches: Mapping[int, Match],
    *,
    short: bool,
    match_relative: bool,
) -> bool:
    """Tell whether the clause ends at this comma."""
    token = comma + 1
    if token >= limit:
        return True
    if CONTRASTS.length_at(text, token):
        return short or _cue_within(text, token, limit, matches)
    bare = "فيما" if text.key(token) == "فيما" else text.bare(token)
    if bare == "خلافا" or text.key(token) == "وقد":
        return True
    if bare in {"لكن", "لكنه", "لكنها", "فيما", "بينما", "الا", "غير"}:
        return short or _cue_within(text, token, limit, matches)
    if bare in _OTHER_PARTICIPLES or (bare in _OTHER_VERBS and text.key(token) != bare):
        return True
    says = matches.get(token + 1)
    noun = says is not None and says.form is not None and says.form.kind == "masdar"
    if noun and is_circumstance(bare):
        return True  # «…، مجددا نفيه»
    if bare == "حيث" and token + 1 in matches and ends_said(text, matches[token + 1], opened=True):
        return True  # «…، حيث وصف التهم بأنها»
    if bare == "حيث" and text.key(token + 1) == "سبق":
        return True
    if bare in {"هذا", "هو", "ذلك"} and text.key(token + 1) == "ما":
        return True
    if short and (match_relative or is_circumstance(text.key(token))):
        return True
    if short and bare in TITLES and text.begins_and(token):
        return False  # «وقف الشيخ ناصر، والشيخ أحمد»
    if short:
        return text.begins_and(token) or bare in {"حيث", "كما", "اذ", "مما", "وذلك", "الامر", "بعد"}
    # «…، وسفارة المملكة نفت»: a subject before its cue.
    return text.begins_and(token) and _cue_within(text, token, min(limit, token + 6), matches)


def _cue_within(text: Words, token: int, limit: int, matches: Mapping[int, Match]) -> bool:
    for at in range(token, limit):
        match = matches.get(at)
        if match is not None and match.finite and not match.relative:
            return True
    return False


def trimmed(text: Words, first: int, last: int, *, quoted: bool, offset: int = 0) -> Said | None:
    """Return tokens [first, last) without punctuation and quotation marks around; None where nothing is left."""
    while last > first and not text.is_word[last - 1]:
        key = text.key(last - 1)
        if key in {")", "]"} or (
            last - 1 in text.closes and text.closes[last - 1] != text.quote[first - 1]
        ):
            number = text.closes.get(last - 1)
            if key in {")", "]"} or (number is not None and text.quotes[number][0] > first):
                break
        last -= 1
    while last > first and not text.is_word[first]:
        number = text.opens.get(first)
        if text.key(first) in {"(", "["} or (
            text.key(first) in QUOTE_MARKS
            and number is not None
            and text.quotes[number][1] < last - 1
        ):
            break
        first += 1
    if first >= last or text.starts[first] + offset >= text.ends[last - 1]:
        return None
    return Said(text.starts[first] + offset, text.ends[last - 1], quoted, first, last)


def clause_start(text: Words, start: int, before: int) -> tuple[int, int]:
    """Return the first token of the clause that ends at `before`, and the letters of و to leave off."""
    begin = start
    for token in range(before - 2, start - 1, -1):
        key = text.key(token)
        if key in {"حيث", "؛", ":"} or (key in COMMAS and text.bare(token + 1) in CLAUSE_OPENERS):
            begin = token + 1
            break
    while begin < before and (
        text.key(begin) in _OPENING or text.bare(begin) in {"لكن", "حيث"} or not text.is_word[begin]
    ):
        if text.opens.get(begin) is not None:
            break
        begin += 1
    key = text.key(begin)
    strip = len(key) > 3 and key.startswith("و") and not key.startswith(_NATIVE_WAW_STARTS)
    if len(key) == 3 and key.startswith("و"):
        strip = key[1:] in PREPOSITIONS
    return begin, 1 if strip and begin < before else 0
