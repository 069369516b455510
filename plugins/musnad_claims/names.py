"""Where a name or description goes on and where an object begins: «نفى مركز النادي الإعلامي المفاوضات»."""

from __future__ import annotations

from musnad_claims.phrases import (
    ADJECTIVES,
    ALL_HEADS,
    BODIES_AND_PERSONS,
    GIVEN,
    HEADS,
    NOT_SPEAKERS,
    NP_PREPOSITIONS,
    PREPOSITIONS,
    STOPS,
    TITLES,
    is_definite,
    is_that,
    names_on,
)
from musnad_claims.resources import words
from musnad_claims.words import COMMAS, QUOTE_MARKS, Words

_NO_SURNAMES = words("grammar.yaml", "objects") | words("grammar.yaml", "events")
_DEFINITE_ADJECTIVES = words("grammar.yaml", "definite_adjectives")
_PARTITIVE_HEADS = words("grammar.yaml", "partitive_heads")
_APPOSITIONS = HEADS["person"] | words("grammar.yaml", "appositions")
_ADJECTIVES = ADJECTIVES | _DEFINITE_ADJECTIVES
_NO_NAMES = STOPS | PREPOSITIONS | NOT_SPEAKERS
_AFTER_OFFICE = ALL_HEADS | NP_PREPOSITIONS
_BARE_SOURCES = (HEADS["unnamed_source"] | HEADS["document"]) - _PARTITIVE_HEADS
_UNTITLED_PERSONS = HEADS["person"] - TITLES - GIVEN
NATIONALITIES = words("speakers.yaml", "nationalities")
_PARTICLES = words("speakers.yaml", "name_particles")
_AFTER_NAME = frozenset({"عدم"})
_NO_NAME = _NO_NAMES | _NO_SURNAMES | (ALL_HEADS - GIVEN)
_STOPS_PROPER = STOPS - NP_PREPOSITIONS
_LONGEST_NAME = 6


def after_nisba(text: Words, first: int, token: int) -> bool:
    """Tell a noun after «… الإعلامي» from one more adjective: «نفى مركز النادي الإعلامي المفاوضات»."""
    before = text.key(token - 1)
    if token - 1 <= first or not is_definite(text, token - 1) or not before.endswith(("ي", "يه")):
        return False
    key = text.key(token)
    adjective = key.endswith(("ي", "يه", "ون", "ين")) or key in _ADJECTIVES
    return not (adjective or names_on(text, token) or key in TITLES)


def disagrees(text: Words, first: int, token: int) -> bool:
    """Tell an object after a masculine head («أعلن الجيش السيطرة على …») from its adjective."""
    head, key = text.key(first), text.key(token)
    if head not in BODIES_AND_PERSONS or not is_definite(text, first):
        return False
    masculine = not head.endswith(("ه", "ات", "اء", "ون", "ين"))
    return masculine and is_definite(text, token) and key.endswith("ه") and not key.endswith("يه")


def name_between_commas(text: Words, first: int, comma: int, limit: int) -> int:
    """Return the token after the name of «نقيب الأطباء، سالم النجار،», 0 where none stands there."""
    if text.key(first) not in HEADS["person"]:
        return 0
    token = comma + 1
    while token < min(limit, comma + 1 + _LONGEST_NAME) and text.is_word[token]:
        if text.key(token) in _NO_NAMES or is_that(text, token):
            break
        token += 1
    closed = token < limit and (text.key(token) in COMMAS or is_that(text, token))
    begins = text.key(comma + 1)
    if not closed or token < comma + 3 or begins in _UNTITLED_PERSONS:
        return 0
    known = names_on(text, comma + 1) or not (
        begins.startswith(("ال", "و", "ف", "ي", "ت")) or begins in ALL_HEADS
    )
    return token if known else 0


def after_quoted_body(text: Words, first: int, token: int) -> bool:
    """Tell the name in «رئيس حزب «العهد» موريس غطاس»."""
    if text.key(first) not in HEADS["person"] or text.key(token) in _NO_SURNAMES:
        return False
    return text.key(token - 1) in QUOTE_MARKS or text.key(token - 2) in QUOTE_MARKS


def is_surname(text: Words, first: int, token: int) -> bool:
    """Tell «خالد قاضي» from «خالد وقوع …»: one word after a given name is the surname."""
    key = text.key(token)
    if key in _NO_SURNAMES or len(key) < 3:
        return False
    following = text.key(token + 1)
    nisba = following.startswith("ال") and following.endswith("ي") and len(following) > 4
    # «نائب رئيس المحافظة فالح العيساوي»
    return text.key(token - 1) in GIVEN or (nisba and text.key(first) in HEADS["person"])


def is_apposition(text: Words, token: int) -> bool:
    """Tell an office after a name («سالم النجار رئيس المجلس») from a surname («سالم الخليفة»)."""
    key = text.key(token)
    if key not in _APPOSITIONS or key in GIVEN or text.mention[token] >= 0:
        return False
    following = text.key(token + 1)
    if token + 1 >= len(text) or not text.is_word[token + 1] or is_that(text, token + 1):
        return False
    if is_definite(text, token):
        return is_definite(text, token + 1) or following in _AFTER_OFFICE
    return following not in _STOPS_PROPER


def name_after_nationality(text: Words, token: int, limit: int) -> int:
    """Return the token after the unknown name of «الهولندي يورغن شتوكر مدرب …», 0 where none begins at `token`.

    An object may follow a lone adjective as well («أكد الهولندي أهمية …»): a name has an office or عدم after it, and
    its last word stands elsewhere in the article, too.
    """
    if text.key(token - 1) not in NATIONALITIES:
        return 0
    for at in range(token, min(limit, token + _LONGEST_NAME)):
        key = text.key(at)
        if at > token and (is_apposition(text, at) or key in _AFTER_NAME):
            return at if text.keys.count(text.key(at - 1)) > 1 else 0
        if at > token and key in _PARTICLES:
            continue
        if not text.is_word[at] or is_definite(text, at) or key.endswith("ه") or key in _NO_NAME:
            return 0
    return 0


def ends_like_object(key: str) -> bool:
    """Tell an object after a surname («نصح النجار الشباب») from an adjective, by its ending."""
    return not key.endswith(("ي", "ه", "ات", "ون", "ين", "يا"))


def is_coordinated(text: Words, token: int) -> bool:
    """Tell whether «و…» goes on with a description: a noun with the article, a head, a name."""
    rest = text.key(token)[1:]
    if rest.startswith(("ال", "لل")) or rest in ALL_HEADS or rest in GIVEN or rest in TITLES:
        return True
    return text.mention[token] >= 0


def continues_indefinite(text: Words, first: int, token: int) -> bool:
    """Tell whether a word goes on with an indefinite description, where an object may stand instead.

    «نفى مصدر أمني وقوع …»: adjectives end in ي or ه, or are listed; nouns after a noun that is a head of
    its own («مدير مكتب») go on too.
    """
    key = text.key(token)
    if key.endswith(("ها", "هم", "هما")) and len(key) > 4:
        return False
    if key in ADJECTIVES or is_definite(text, token) or names_on(text, token):
        return True
    head = text.key(first)
    if key in ALL_HEADS and token > first + 1 and text.key(token - 1) not in ALL_HEADS:
        return False
    if head in _BARE_SOURCES:
        return key.endswith(("ي", "ه", "ون", "ين", "يا")) or key.startswith("ل")
    return True
