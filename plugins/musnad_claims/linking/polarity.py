"""Whether what is said is a negation, and what a cue tells about polarity. Rules: `data/polarity.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal

from musnad.model import Stance

from musnad_claims.linking.data import POLARITY, WORDS, load, word_set
from musnad_claims.linking.events import lexicon
from musnad_claims.linking.text import bare, fold, words

Negation = Literal["none", "matter", "truth"]
_PUNCTUATION = frozenset(".،,؛;:!؟?")


@cache
def _phrases(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold(phrase).split()) for phrase in load(POLARITY)[name])


@cache
def _phrases_by_first(name: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in _phrases(name):
        found[phrase[0]] = (*found.get(phrase[0], ()), phrase)
    return found


@lru_cache(maxsize=100_000)
def _plain(word: str) -> str:
    """Return a word without a leading و or ف where what is left is a particle or a word of negation."""
    if word[:1] not in ("و", "ف"):
        return word
    rest = word[1:]
    known = (word_set(POLARITY, "particles"), word_set(POLARITY, "breaks"), ("غير",))
    return rest if any(rest in some for some in known) else word


@lru_cache(maxsize=100_000)
def _may_negate(word: str) -> bool:
    """Return whether there can be a negation where this word stands."""
    plain = _plain(word)
    return plain in _negating() or bare(plain) in _negating()


@cache
def _negating() -> frozenset[str]:
    names = ("particles", "denying", "failing", "untruth", "nouns")
    return frozenset(_phrases_by_first("falsified")).union(*(word_set(POLARITY, n) for n in names))


def is_negated(text: str, stance: Stance | None = None) -> bool:
    """Return whether what is said is a negation, for a statement of this stance.

    A denial that keeps its own words («أكد عدم صحة الخبر», stance `denies`) is not negated twice: there only
    a negation of the matter itself counts («نفى أن يكون القائد لم يزر سوريا»).
    """
    kind = negation(text)
    return kind == "matter" or (kind == "truth" and stance != "denies")


def negation(text: str) -> Negation:
    """Return what the main clause of a wording negates (see `negation_in`)."""
    return negation_in(words(fold(text)))


def negation_in(found: Sequence[str]) -> Negation:
    """Return, of folded words and punctuation, what the main clause negates: the matter («القائد لم يزر سوريا»), its truth («لا صحة …»), nothing.

    A negation inside — in a relative clause, after the main verb, in a second sentence — does not count.
    """
    if not any(map(_may_negate, found)):
        return "none"
    content: list[str] = []
    particles = word_set(POLARITY, "particles")
    for word in found:
        if word in _PUNCTUATION:
            continue
        plain = _plain(word)
        if content and plain != word and plain in particles:
            # «…, ولم …» opens a second clause: the first one decides.
            break
        content.append(plain)
    while content and content[0] in ("ان", "انه", "انها", "بان", "بانه", "بانها", "قد", "اي"):
        content = content[1:]
    if not content:
        return "none"
    if _falsified(content):
        return "truth"
    first = {content[0], bare(content[0])}
    if first & (word_set(POLARITY, "denying") | word_set(POLARITY, "untruth")):
        return "truth"
    if first & word_set(POLARITY, "nouns") or _particle_governs(content):
        return "matter"
    return "none"


_ENDS_CLAUSE = frozenset({"لكن", "لان", "لانه", "رغم", "بسبب"})


def _falsified(content: Sequence[str]) -> bool:
    """Return whether the predicate says that it is not so: «… غير صحيح», «لا صحة …»."""
    phrases = _phrases_by_first("falsified")
    breaks = word_set(POLARITY, "breaks")
    for i, word in enumerate(content):
        for phrase in phrases.get(word, ()):
            if tuple(content[i : i + len(phrase)]) == phrase:
                return True
        # A relative clause with ما or التي may stand before the predicate: «ما نشر عن … غير صحيح».
        if i > 0 and word in _ENDS_CLAUSE and word in breaks:
            return False
    return False


def _particle_governs(content: Sequence[str]) -> bool:
    particles = word_set(POLARITY, "particles")
    breaks = word_set(POLARITY, "breaks")
    denying = word_set(POLARITY, "denying") | word_set(POLARITY, "failing")
    events = lexicon().events(content)
    event = next(events, None)
    light = word_set(WORDS, "light")
    for i, word in enumerate(content):
        if word in particles:
            if _describes(content, i):
                # «في زيارة لم يعلن عنها أي من البلدين»: what is said stands before.
                return False
            if any(
                tuple(content[i : i + len(phrase)]) == phrase for phrase in _phrases("affirming")
            ):
                return False
            scope = content[i + 1 : i + 8]
            return not (word != "لا" and set(scope) & word_set(POLARITY, "exception"))
        if word in denying:
            return True
        if i > 0 and word in breaks:
            return False
        while event is not None and event.at < i:
            event = next(events, None)
        verb = event is not None and event.at == i and event.verb
        if verb or (word in light and word not in ("وجود", "حصول", "قيام")):
            # The main verb stands there affirmed; «كان» and «قد» leave it open.
            if word.lstrip("و") in ("كان", "كانت", "كانوا"):
                continue
            return False
        if word.startswith("س") and i + 1 < len(content) and i > 0 and _future(word):
            return False
    return False


def _describes(content: Sequence[str], i: int) -> bool:
    """Return whether the negation at `i` begins a clause that describes the indefinite noun before it.

    The noun hangs on a preposition; it names an event, or the clause points back at it with a pronoun.
    """
    if i < 2:
        return False
    noun, before = content[i - 1], content[i - 2]
    if noun.startswith("ال") or noun.endswith(("ها", "هم")):
        return False
    prepositions = word_set(POLARITY, "prepositions")
    governed = before in prepositions or content[max(0, i - 3)] in prepositions
    governed = governed or (noun[:1] in "بل" and len(noun) > 3)
    pointing = word_set(POLARITY, "pointing_back")
    back = any(word in pointing or word.endswith("ها") for word in content[i + 1 : i + 4])
    named = bool(lexicon().find([noun])) or bool(lexicon().find([before]))
    return governed and (back or named)


def _future(word: str) -> bool:
    return len(word) > 4 and word[1] in "يت"


def is_undecided(cue: str) -> bool:
    """Return whether a `no_comment` cue says that the matter could be neither confirmed nor denied."""
    wanted = word_set(POLARITY, "undecided", "words")
    found = [word.removeprefix("و").removeprefix("ال") for word in words(fold(cue))]
    return any(word in wanted or fold("ال" + word) in wanted for word in found)


def is_continuation(cue: str) -> bool:
    """Return whether a cue says that its speaker goes on («وأضافت»)."""
    return bool(set(words(fold(cue))) & word_set(POLARITY, "continues"))


def is_retraction(cue: str, said: str | None) -> bool:
    """Return whether a statement takes back what its speaker said before («سحبت خبرها»)."""
    wanted = _wanted_beside(cue)
    if not wanted:
        return False
    rest = {bare(word) for word in words(fold(f"{cue} {said or ''}"))[:10]}
    rest |= {word.removeprefix("ب").removeprefix("ل") for word in rest}
    return not rest.isdisjoint(wanted)


@lru_cache(maxsize=10_000)
def _wanted_beside(cue: str) -> frozenset[str]:
    """Return the words one of which has to stand with a cue that may take something back; none for other cues."""
    head = set(words(fold(cue)))
    head |= {word.removeprefix("و") for word in head}
    return frozenset(
        fold(word)
        for rule in load(POLARITY)["retracts"]["rules"]
        if head & {fold(word) for word in rule["cue"]}
        for word in rule["with"]
    )
