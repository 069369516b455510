"""Noun phrases that name a speaker: where they begin and end, before and after the verb."""

from __future__ import annotations

from typing import NamedTuple

from musnad_claims.cues import cue_index
from musnad_claims.resources import phrases, words
from musnad_claims.words import COMMAS, QUOTE_MARKS, Words

_SPEAKERS = "speakers.yaml"
_CLAUSES = "clauses.yaml"
KINDS = ("unnamed_source", "document", "outlet", "organization", "person")
HEADS = {kind: words(_SPEAKERS, kind) for kind in KINDS}
ALL_HEADS = frozenset[str]().union(*HEADS.values())
NOT_SPEAKERS = words(_SPEAKERS, "not_speakers")
TITLES = words(_SPEAKERS, "titles")
GIVEN = words(_SPEAKERS, "given_names")
STOPS = words(_CLAUSES, "np_stops")
SKIPPABLE = words(_CLAUSES, "skippable")
NP_PREPOSITIONS = words(_CLAUSES, "np_prepositions")
NOT_DESCRIPTION = words(_CLAUSES, "not_in_description")
ADVERSATIVES = words(_CLAUSES, "adversatives")
PREPOSITIONS = words("grammar.yaml", "prepositions")
RELATIVES = words("grammar.yaml", "relatives")
_COMPLEMENTIZERS = words(_CLAUSES, "complementizers")
_SUFFIXES = words(_CLAUSES, "pronoun_suffixes")
_NOT_AFTER = words(_CLAUSES, "not_complementizer_after")
CONTRASTS = phrases(_CLAUSES, "contrast_phrases")
THAT = _COMPLEMENTIZERS | {that + suffix for that in _COMPLEMENTIZERS for suffix in _SUFFIXES}
_OBJECT_NOUNS = words("anaphora.yaml", "nouns")
HEADS_WITH_ON = words(_SPEAKERS, "heads_with_on")
_HEADS_WITH_AN = words(_SPEAKERS, "heads_with_an")
ADJECTIVES = words(_SPEAKERS, "source_adjectives")
# These begin with ال and have no article.
_NOT_ARTICLE = (
    "التزام",
    "الغاء",
    "الحاق",
    "التماس",
    "التقاء",
    "التحاق",
    "القاء",
    "الزام",
    "الحاح",
    "اليات",
    "الاف",
    "الكترون",
)
_NO_SURNAMES = words("grammar.yaml", "objects") | words("grammar.yaml", "events")
_DEFINITE_ADJECTIVES = words("grammar.yaml", "definite_adjectives")
_NAME_GOES_ON = words("grammar.yaml", "name_goes_on")
_LONGEST_NAME = 6
_LONGEST_QUOTED_NAME = 5
_LONGEST = 30


class Phrase(NamedTuple):
    """A noun phrase: normalized offsets of its text, and the tokens it is made of."""

    start: int
    end: int
    first: int
    last: int
    """One past its last token."""


def is_that(text: Words, token: int) -> bool:
    """Tell whether the token is أن, إن, بأنه … and begins what somebody says."""
    if text.key(token + 1) == "شاء":
        return False  # «إن شاء الله»
    return text.key(token) in THAT and text.key(token - 1) not in _NOT_AFTER


def is_definite(text: Words, token: int) -> bool:
    """Tell whether the word carries the article (alone or after ل or ب), or ends a known name."""
    key = text.key(token)
    if not key.startswith(("ال", "لل", "بال")) or len(key) <= 3:
        return False
    return not key.startswith(_NOT_ARTICLE) and not (key.endswith("ها") and len(key) > 5)


def _quoted_name(text: Words, token: int) -> int:
    """Return the token after a short quotation that opens at `token`, or 0 where there is none."""
    number = text.opens.get(token)
    if number is None:
        return 0
    first, last = text.quotes[number]
    head = text.key(token - 1) in ALL_HEADS and not is_definite(text, token - 1)
    if last - first > _LONGEST_QUOTED_NAME + 3 * head or last not in text.closes:
        return 0
    return last + 1


def _bracketed(text: Words, token: int) -> int:
    """Return the token after a short bracket that opens at `token`, or 0."""
    if text.key(token) != "(":
        return 0
    for end in range(token + 1, min(token + 7, len(text))):
        if text.key(end) == ")":
            return end + 1
    return 0


def _names_on(text: Words, token: int) -> bool:
    """Tell whether a name may go on or begin with this word."""
    key = text.key(token)
    mention = text.mention[token] if token < len(text) else -1
    person = mention >= 0 and text.mentions[mention].type == "person"
    return person or key in GIVEN or key in TITLES or key.startswith("عبد")


def _preposition(text: Words, token: int) -> str:
    key = text.key(token)
    if key in PREPOSITIONS:
        return key
    return ""


def skip_before_subject(text: Words, token: int, limit: int) -> int:
    """Return the first token at or after `token` that can begin a subject: adverbs, addressees are passed."""
    while token < limit:
        key = text.key(token)
        if key in SKIPPABLE or (key in COMMAS and text.key(token + 1) in SKIPPABLE):
            token += 1
        elif key in {"ل", "لـ"}:
            token = _quoted_name(text, token + 1) or _bracketed(text, token + 1) or token + 2
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
        if head is None or text.key(head - 1) in PREPOSITIONS or _verb_with_object(text, head - 1):
            return None
        token = head
    if token >= limit or text.key(token) in STOPS - {"اي", "جميع"} or is_that(text, token):
        return None
    if strict and text.key(token) in PREPOSITIONS:
        return None
    if _adverbial(text, token):
        return None
    return grow(text, token, limit, strict=strict)


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
        or text.key(following) in PREPOSITIONS | {":"}
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


def grow(text: Words, first: int, limit: int, *, strict: bool) -> Phrase | None:
    """Return the noun phrase that begins at the token `first`; see `phrase_after`."""
    token = first
    end = first
    definite = False
    named = False
    names = 0
    prepositions = 0
    feminine = False
    while token < limit and token - first < _LONGEST:
        key = text.key(token)
        after_quote = _quoted_name(text, token)
        if after_quote:
            if token > first and (named or (strict and definite)):
                break
            outlet = token == first + 1 and text.keys[first] in HEADS["outlet"]
            token = end = after_quote
            definite = True
            if outlet and not (is_definite(text, token) or text.key(token) == "("):
                break
            continue
        after_bracket = _bracketed(text, token)
        if after_bracket and token > first:
            token = after_bracket
            if not named:
                end = token
            continue
        if named and token > first and text.key(token - 1) in _NAME_GOES_ON and text.is_word[token]:
            token = end = token + 1  # «أسامة بن فضل»
            continue
        known_first = text.key(first) in ALL_HEADS or text.mention[first] >= 0
        if (named or not known_first) and token > first + 1 and _apposition(text, token):
            break
        if key in COMMAS and not named and token > first:
            after_name = _name_between_commas(text, first, token, limit)
            if after_name:
                return make(text, first, after_name)
        if not text.is_word[token]:
            if (
                key in {"-", "/", "."}
                and token > first
                and text.ends[token - 1] == text.starts[token]
            ):
                token += 1
                continue
            break
        if token > first and text.begins_and(token) and not _coordinated(text, token):
            break
        agency = text.key(token - 1) in {"وكاله", "وكالات"}
        if (
            token > first
            and not agency
            and (key in STOPS or is_that(text, token))
            and key not in NP_PREPOSITIONS
        ):
            break
        if token > first and key in {"ل", "لـ"}:
            break
        if token > first + 1 and key.startswith("ل") and key[1:] in HEADS["outlet"]:
            break  # «مسؤول في الوزارة لوكالة الضفة»: who was told
        preposition = key in NP_PREPOSITIONS
        issued = text.key(token - 1) in {"صادر", "صادره", "الصادر", "الصادره"}
        if (
            token == first + 1
            and key.startswith("ل")
            and len(key) > 3
            and text.keys[first].startswith("ال")
            and not is_definite(text, token)
        ):
            break
        if (
            key == "عن"
            and not issued
            and text.key(first) not in _HEADS_WITH_AN
            and text.key(first)[1:] not in _HEADS_WITH_AN
        ):
            break
        if preposition and token > first:
            prepositions += 1
            if strict and prepositions > 1:
                break  # «قلل قائد في الفرقة من أهمية …»
            if named or text.key(token + 1) in NOT_DESCRIPTION or text.key(token + 1) in STOPS:
                break
            takes_on = {text.key(token - 1), text.key(token - 2)} & HEADS_WITH_ON
            if (
                key == "علي"
                and not text.key(first + 1).startswith("مطلع")
                and strict
                and not takes_on
            ):
                break
            token += 1
            definite = False
            continue
        if token > first and key in PREPOSITIONS and not agency:
            break
        known = text.mention[token]
        if known >= 0:
            mention_first, mention_last = text.mention_bounds[known]
            person = text.mentions[known].type == "person"
            if token > first and key.startswith("ل") and text.mentions[known].type == "outlet":
                break
            if token > first and key.startswith("ل") and named:
                break
            if (
                strict
                and definite
                and mention_first == token
                and not person
                and not is_definite(text, token)
                and not key.startswith("ل")
                and not text.begins_and(token)
            ):
                break
            token = end = max(token + 1, min(mention_last, limit))
            definite = True
            named = named or person
            continue
        if (
            token > first
            and key.startswith("ل")
            and len(key) > 3
            and named
            and not key.startswith("ال")
        ):
            break
        if token > first and strict and definite:
            if (
                not is_definite(text, token)
                and not _names_on(text, token)
                and not key.startswith(("ل", "و"))
                and text.key(token - 1) not in TITLES
                and key not in ADJECTIVES
                and not _surname(text, first, token)
                and not _after_quoted_body(text, first, token)
            ):
                break
            if key.startswith("بال"):
                break
            if text.key(token - 1) in QUOTE_MARKS and not key.endswith(("ي", "يه")):
                break
            surname = token == first + 1 and text.key(first) not in ALL_HEADS | TITLES
            if surname and text.mention[first] < 0 and is_definite(text, token) and _object(key):
                break
            if is_definite(text, token) and _after_nisba(text, first, token):
                break
            if token == first + 1 and _disagrees(text, first, token):
                break
            if key in _OBJECT_NOUNS or (
                text.key(token - 1) not in GIVEN
                and names
                and is_definite(text, token)
                and not key.endswith("ي")
            ):
                break
            if (
                is_definite(text, token)
                and key in ALL_HEADS - TITLES
                and is_definite(text, token - 1)
                and text.key(token - 1) in ALL_HEADS
            ):
                break
            if (
                is_definite(text, token)
                and feminine
                and is_definite(text, token - 1)
                and not key.endswith(("ه", "ات", "يا", "ي"))
                and not _names_on(text, token)
            ):
                break
        if (
            token > first
            and strict
            and not definite
            and not _continues_indefinite(text, first, token)
        ):
            break
        if (
            token > first
            and definite
            and not strict
            and not is_definite(text, token)
            and key[0] not in "لوب"
            and key not in ADJECTIVES
            and key not in ALL_HEADS
        ):
            named = True
        if named and not is_definite(text, token):
            names += 1
        if _names_on(text, token) and key not in TITLES:
            named = True
        if is_definite(text, token):
            feminine = definite and key.endswith("ه") if definite else key.endswith("ه")
            definite = True
        token += 1
        end = token
    if end <= first:
        return None
    return make(text, first, end)


def _after_nisba(text: Words, first: int, token: int) -> bool:
    """Tell a noun after «… الإعلامي» from one more adjective: «نفى مركز النادي الإعلامي المفاوضات»."""
    before = text.key(token - 1)
    if token - 1 <= first or not is_definite(text, token - 1) or not before.endswith(("ي", "يه")):
        return False
    key = text.key(token)
    adjective = key.endswith(("ي", "يه", "ون", "ين")) or key in ADJECTIVES | _DEFINITE_ADJECTIVES
    return not (adjective or _names_on(text, token) or key in TITLES)


def _disagrees(text: Words, first: int, token: int) -> bool:
    """Tell an object after a masculine head («أعلن الجيش السيطرة على …») from its adjective."""
    head, key = text.key(first), text.key(token)
    if head not in HEADS["organization"] | HEADS["person"] or not is_definite(text, first):
        return False
    masculine = not head.endswith(("ه", "ات", "اء", "ون", "ين"))
    return masculine and is_definite(text, token) and key.endswith("ه") and not key.endswith("يه")


def _name_between_commas(text: Words, first: int, comma: int, limit: int) -> int:
    """Return the token after the name of «نقيب الأطباء، سالم النجار،», 0 where none stands there."""
    if text.key(first) not in HEADS["person"]:
        return 0
    token = comma + 1
    while token < min(limit, comma + 1 + _LONGEST_NAME) and text.is_word[token]:
        if text.key(token) in STOPS | PREPOSITIONS | NOT_SPEAKERS or is_that(text, token):
            break
        token += 1
    closed = token < limit and (text.key(token) in COMMAS or is_that(text, token))
    begins = text.key(comma + 1)
    if not closed or token < comma + 3 or begins in HEADS["person"] - TITLES - GIVEN:
        return 0
    known = _names_on(text, comma + 1) or not (
        begins.startswith(("ال", "و", "ف", "ي", "ت")) or begins in ALL_HEADS
    )
    return token if known else 0


def _after_quoted_body(text: Words, first: int, token: int) -> bool:
    """Tell the name in «رئيس حزب «العهد» موريس غطاس»."""
    if text.key(first) not in HEADS["person"] or text.key(token) in _NO_SURNAMES:
        return False
    return text.key(token - 1) in QUOTE_MARKS or text.key(token - 2) in QUOTE_MARKS


def _surname(text: Words, first: int, token: int) -> bool:
    """Tell «خالد قاضي» from «خالد وقوع …»: one word after a given name is the surname."""
    key = text.key(token)
    if key in _NO_SURNAMES or len(key) < 3:
        return False
    following = text.key(token + 1)
    nisba = following.startswith("ال") and following.endswith("ي") and len(following) > 4
    # «نائب رئيس المحافظة فالح العيساوي»
    return text.key(token - 1) in GIVEN or (nisba and text.key(first) in HEADS["person"])


def _apposition(text: Words, token: int) -> bool:
    """Tell an office after a name («سالم النجار رئيس المجلس») from a surname («سالم الخليفة»)."""
    key = text.key(token)
    if key not in HEADS["person"] or key in GIVEN or text.mention[token] >= 0:
        return False
    following = text.key(token + 1)
    if token + 1 >= len(text) or not text.is_word[token + 1] or is_that(text, token + 1):
        return False
    if is_definite(text, token):
        return is_definite(text, token + 1) or following in ALL_HEADS | NP_PREPOSITIONS
    return following not in STOPS - NP_PREPOSITIONS


def _object(key: str) -> bool:
    """Tell an object after a surname («نصح النجار الشباب») from an adjective, by its ending."""
    return not key.endswith(("ي", "ه", "ات", "ون", "ين", "يا"))


def _coordinated(text: Words, token: int) -> bool:
    """Tell whether «و…» goes on with a description: a noun with the article, a head, a name."""
    rest = text.key(token)[1:]
    if rest.startswith(("ال", "لل")) or rest in ALL_HEADS or rest in GIVEN or rest in TITLES:
        return True
    return text.mention[token] >= 0


def _continues_indefinite(text: Words, first: int, token: int) -> bool:
    """Tell whether a word goes on with an indefinite description, where an object may stand instead.

    «نفى مصدر أمني وقوع …»: adjectives end in ي or ه, or are listed; nouns after a noun that is a head of
    its own («مدير مكتب») go on too.
    """
    key = text.key(token)
    if key.endswith(("ها", "هم", "هما")) and len(key) > 4:
        return False
    if key in ADJECTIVES or is_definite(text, token) or _names_on(text, token):
        return True
    head = text.key(first)
    if key in ALL_HEADS and token > first + 1 and text.key(token - 1) not in ALL_HEADS:
        return False
    if head in HEADS["unnamed_source"] | HEADS["document"] and head not in _PARTITIVE_HEADS:
        return key.endswith(("ي", "ه", "ون", "ين", "يا")) or key.startswith("ل")
    return True


_PARTITIVE_HEADS = words("grammar.yaml", "partitive_heads")


def make(text: Words, first: int, last: int, offset: int = 0) -> Phrase:
    """Return the phrase of tokens [first, last); `offset` letters are left off its beginning."""
    while last > first + 1 and not text.is_word[last - 1] and text.key(last - 1) not in ')"»”“’›}':
        last -= 1
    start, end = text.starts[first] + offset, text.ends[last - 1]
    # A phrase that is nothing but a quotation is named without its marks.
    if text.keys[first] in QUOTE_MARKS and text.keys[last - 1] in QUOTE_MARKS and last - first > 2:
        number = text.opens.get(first)
        if number is not None and text.quotes[number][1] == last - 1:
            start, end = text.starts[first + 1], text.ends[last - 2]
    return Phrase(start, end, first, last)
