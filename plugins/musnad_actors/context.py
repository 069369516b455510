"""What stands beside a name: titles before it, given names that make it somebody else's, heads of places."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from musnad.model import Actor

from musnad_actors.fold import fold
from musnad_actors.lexicon import Lexicon, is_definite, without_proclitics
from musnad_actors.matching import next_word, previous_word

_REACH = 5
"""Words before a name that are looked at."""
Words = tuple[str, ...]
_KIN = frozenset(map(fold, ["بن", "ابن", "بنت", "أبو", "أبي", "أبا", "أم"]))
FORMER = frozenset(
    map(fold, ["السابق", "الأسبق", "الراحل", "المخلوع", "المعزول", "المنتخب", "السابقة"])
)
"""What makes an office one that is held no more, or not yet."""


def words_before(text: str, at: int) -> Words:
    """Return up to five words that stand before `at` in its line without punctuation between, in order."""
    words: list[str] = []
    while len(words) < _REACH:
        word = previous_word(text, at)
        if not word:
            break
        at = text.rindex(word, 0, at)
        words.insert(0, word)
    return tuple(words)


def title_before(before: Words, titles: Collection[Words], adjectives: bool = True) -> int:
    """Return how many of the words `before` a name are one of these titles and its adjectives; 0 for none.

    «والرئيس السوري» is the title «الرئيس» with a proclitic and an adjective: 2.
    """
    limit = 3 if adjectives else 1
    for skipped in range(min(limit, len(before))):
        if skipped and not _is_adjective(before[-skipped]):
            break
        rest = before[: len(before) - skipped]
        for count in range(min(4, len(rest)), 0, -1):
            if any(words in titles for words in _readings(rest[-count:])):
                return count + skipped
    return 0


def _readings(words: Words) -> Iterator[Words]:
    """Yield the words, also with the first one's proclitics taken off."""
    yield words
    for bare in without_proclitics(words[0]):
        yield (bare, *words[1:])


def _is_adjective(word: str) -> bool:
    return word.startswith("ال") and word.endswith(("ي", "يه"))


@lru_cache(maxsize=4096)
def _own_titles(titles: tuple[str, ...]) -> frozenset[Words]:
    return frozenset(tuple(fold(title).split()) for title in titles)


def own_title_before(before: Words, record: Actor) -> bool:
    """Tell whether one of the titles of this very actor stands directly before."""
    return bool(record.titles) and title_before(before, _own_titles(record.titles)) > 0


def is_eponym(before: Words, lexicon: Lexicon) -> bool:
    """Tell whether a place, institution or prize is named so («جامعة الملك …»)."""
    rest = before[: len(before) - title_before(before, lexicon.titles, adjectives=False)]
    if not rest or is_definite(rest[-1]):
        # «المسابقة»: a head is never definite itself.
        return False
    return any(words[0] in lexicon.eponyms for words in _readings(rest[-1:]))


def other_bearer(before: Words, own: frozenset[str], lexicon: Lexicon) -> int:
    """Return how many words before a name are the given names of another bearer of it; 0 for none.

    `own` are the words of the known bearer's names. «صدام حفتر» gives 1 where خليفة حفتر is known.
    """
    if not before:
        return 0
    last = before[-1]
    if last in ("بن", "بنت"):
        return 2 if len(before) > 1 else 1
    count = 0
    for word in reversed(before):
        given = lexicon.is_given(word) or (
            count == 0
            and len(before) > 1
            and before[-2].endswith("عبد")
            and "عبد" + word in lexicon.given
        )
        if not given or word in own or word[1:] in own:
            break
        count += 1
        if word not in lexicon.given:
            break
    return count


def middle_names(before: Words, own_given: frozenset[str], lexicon: Lexicon) -> int:
    """Return how many words before a surname are the actor's own given name and names between; 0 for none.

    «خليفة بلقاسم حفتر»: 2 for the surname of خليفة حفتر.
    """
    for count in range(1, min(3, len(before)) + 1):
        word = before[-count]
        if word in own_given or any(w in own_given for w in without_proclitics(word)[:1]):
            return count
        if word not in lexicon.given and word != "بن":
            return 0
    return 0


def beside_a_name(text: str, end: int, before: Words, lexicon: Lexicon) -> bool:
    """Tell whether a given name or a family name stands beside a short name that is a given name itself."""
    following = next_word(text, end)
    return (
        following in lexicon.given
        or following in ("بن", "بنت")
        or (is_definite(following) and following.startswith("ال") and following.endswith("ي"))
        or bool(before and (lexicon.is_given(before[-1]) or before[-1] in _KIN))
    )


def goes_on(following: str, lexicon: Lexicon) -> bool:
    """Tell whether `following` may be the family name after a given name: no word that a sentence goes on with."""
    return (
        following.startswith("ال")
        and is_definite(following)
        and following not in lexicon.after_titles
        and following not in FORMER
    )
